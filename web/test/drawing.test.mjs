import assert from "node:assert/strict";
import { test } from "node:test";

import { SIDE, isDrawing, pointsOf, stroke, textOf } from "../src/drawing.js";
import { fromHash, toHash } from "../src/link.js";

const EMPTY = "0".repeat((SIDE * SIDE) / 4);
const inked = (points) => points.reduce((sum, ink) => sum + ink, 0);

test("points and their text say the same", () => {
  const points = new Uint8Array(SIDE * SIDE).map((_, place) => (place * place) % 7 < 3);
  assert.deepEqual(pointsOf(textOf(points)), points);
  assert.equal(textOf(pointsOf(EMPTY)), EMPTY);
  assert.equal(inked(pointsOf(`8${EMPTY.slice(1)}`)), 1);
  assert.equal(pointsOf(`8${EMPTY.slice(1)}`)[0], 1);
});

test("what is no such text is not taken for one", () => {
  for (const text of ["", "0", EMPTY.slice(1), `${EMPTY}0`, `g${EMPTY.slice(1)}`, `F${EMPTY.slice(1)}`])
    assert.equal(isDrawing(text), false);
  assert.equal(isDrawing(EMPTY), true);
});

test("a stroke is as wide everywhere, joined, and taken back by the eraser", () => {
  const points = pointsOf(EMPTY);
  stroke(points, [10, 20], [40, 20], 1);
  const rows = Array.from({ length: SIDE }, (_, row) => inked(points.slice(row * SIDE, (row + 1) * SIDE)));
  assert.deepEqual(rows.slice(17, 24), [0, 33, 35, 35, 35, 33, 0]);
  stroke(points, [10, 20], [40, 20], 0);
  assert.equal(textOf(points), EMPTY);
});

test("a pen at the edge draws what is inside", () => {
  const points = pointsOf(EMPTY);
  stroke(points, [0, 0], [0, 0], 1);
  stroke(points, [-9, 70], [-9, 70], 1);
  assert.equal(inked(points), 8);
});

test("a link carries a drawing, and none that is damaged", () => {
  const control = { name: "digit", kind: "drawing", value: EMPTY, options: [] };
  const drawn = `0f${EMPTY.slice(2)}`;
  assert.deepEqual(fromHash(toHash("toy", { digit: drawn }), "toy", [control]), { digit: drawn });
  assert.deepEqual(fromHash("#explorer=toy&digit=0f", "toy", [control]), {});
});
