// What a reader takes away: the data as CSV, the pictures on a sheet; and the link to one of two figures of a name.

import assert from "node:assert/strict";
import { test } from "node:test";
import { csv } from "../src/csv.js";
import { toHash } from "../src/link.js";
import { raw } from "../src/markup.js";
import { plainColour } from "../src/plain_svg.js";
import { sheet, wrapped } from "../src/sheet.js";

const COLUMNS = [{ label: "Layer" }, { label: "Cycles", unit: "k", format: "integer" }, { label: "Busy", format: "percent" }];

test("numbers are numbers for programs, whatever readers see", () => {
  const rows = [
    ["conv1", 1234567, 0.07],
    ["−1\u202f234", -0.5, null],
    ["−3\u00a0dB", Infinity, Number.NaN],
    ["a, “b”", 1e-7, 1],
    ['x"y', 0, undefined],
  ];
  assert.deepEqual(csv({ columns: COLUMNS, rows }, []).split("\n"), [
    "Layer,Cycles (k),Busy (%)",
    "conv1,1234567,7",
    "-1234,-0.5,",
    "-3 dB,inf,",
    '"a, “b”",1e-7,100',
    '"x""y",0,',
    "",
  ]);
});

test("what the table is stands above it, in lines that a program skips", () => {
  const text = csv({ columns: COLUMNS.slice(0, 1), rows: [["#1"]] }, [
    "Figure 2.3 · Stairs",
    "",
    "57 cost\n1\u202f234",
    undefined,
  ]);
  assert.deepEqual(text.split("\n"), ["# Figure 2.3 · Stairs", "# 57 cost 1 234", "Layer", '"#1"', ""]);
});

test("a computed colour becomes one that every program reads", () => {
  assert.deepEqual(plainColour("rgb(0, 104, 159)"), ["#00689f", "1"]);
  assert.deepEqual(plainColour("rgba(0, 0, 0, 0.5)"), ["#000000", "0.5"]);
  assert.deepEqual(plainColour("color(srgb 1 0.5 0 / 0.25)"), ["#ff8000", "0.25"]);
  assert.deepEqual(plainColour("none"), ["none", "1"]);
  assert.deepEqual(plainColour("4px, 3px"), ["4px, 3px", "1"]);
});

test("a sheet has title, finding, pictures, settings, and no text is markup", () => {
  const drawing = { at: (x, y, width, height) => raw(`<svg x="${x}" y="${y}" width="${width}" height="${height}"/>`) };
  const picture = { title: "a < b", keys: [{ role: "compute", label: "MACs" }], drawing, width: 660, height: 200 };
  const text = sheet({
    name: "Figure 2.3 · S",
    finding: "57 < 64 & so on",
    problem: "",
    pictures: [picture],
    notes: ["Side: 8", ""],
  });
  assert.match(text, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="708" height="\d+"/);
  assert.match(text, /<title>57 &lt; 64 &amp; so on<\/title><desc>Side: 8<\/desc>/);
  assert.match(text, />a &lt; b<\/text><rect [^>]*fill="#00689f"/);
  assert.match(text, /<svg x="24" y="[\d.]+" width="660" height="200"\/>/);
  assert.doesNotMatch(text, /var\(|undefined|NaN/);
});

test("lines end between words; a word that is longer than a line is cut", () => {
  assert.deepEqual(wrapped("one two three", 10, 400, 44), ["one two", "three"]);
  assert.deepEqual(wrapped("abcdefghijkl", 10, 600, 44), ["abcdef", "ghijkl"]);
});

test("the second figure of a name says so in its link", () => {
  assert.equal(toHash("memory", { batch: 1 }, 0), "#explorer=memory&batch=1");
  assert.equal(toHash("memory", { batch: 1 }, -1), "#explorer=memory&batch=1");
  assert.equal(toHash("memory", { batch: 1 }, 1), "#explorer=memory&figure=2&batch=1");
});
