import assert from "node:assert/strict";
import { test } from "node:test";

import { placesIn, placesText } from "../src/cells.js";
import { fromHash } from "../src/link.js";

const all = Array.from({ length: 64 }, (_, place) => place);
const texts = { "": [], 0: [0], "0-2,7": [0, 1, 2, 7], "1,3,5-6": [1, 3, 5, 6], "0-63": all };

test("places and their text say the same", () => {
  for (const [text, places] of Object.entries(texts)) {
    assert.equal(placesText(places), text);
    assert.deepEqual(placesIn(text, 64), places);
  }
});

test("places are sorted and each is there once", () => {
  assert.deepEqual(placesIn("7,0-2,1", 8), [0, 1, 2, 7]);
});

test("what is no such text is not taken for one", () => {
  const wrong = ["64", "3-1", "a", "1,,2", "-1", "0-99999999999", "1 2", ",", "½"];
  for (const text of wrong) assert.equal(placesIn(text, 64), undefined);
});

test("a link sets the cells of a group that has them, and those of no other", () => {
  const control = { name: "gone", kind: "cells", values: ["", "0", "0-1", "0-2"], value: "" };
  assert.deepEqual(fromHash("#explorer=toy&gone=2,0", "toy", [control]), { gone: "0,2" });
  assert.deepEqual(fromHash("#explorer=toy&gone=", "toy", [control]), { gone: "" });
  assert.deepEqual(fromHash("#explorer=toy&gone=3", "toy", [control]), {});
});
