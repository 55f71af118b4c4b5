// The figure contract: what it lists is drawn, what it does not list is refused by name.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawChart } from "../src/chart.js";
import { checkMark, kinds } from "../src/contract.js";
import { MARKS } from "../src/marks.js";

const SAMPLES = {
  bar: { x: ["a", "b"], y: [1, 2] },
  hbar: { x: [1, 2], y: ["a", "b"] },
  line: { x: [1, 2], y: [1, 2] },
  step: { x: [1, 2], y: [1, 2] },
  area: { x: [1, 2], y: [1, 2] },
  point: { x: [1, 2], y: [1, 2] },
  rule: { x: 1 },
  text: { x: [1], y: [1], text: ["here"] },
  cell: { x: ["a"], y: ["b"] },
  heat: { x: ["a"], y: ["b"], value: [1], most: 1, label: ["one"] },
};
const BAND = { label: "", scale: "band", domain: ["a", "b"] };
const axisOf = (values) => (typeof [values].flat()[0] === "string" ? BAND : { label: "", scale: "linear" });
const chartOf = (mark) => ({ x: axisOf(mark.x), y: axisOf(mark.y), marks: [mark] });

test("every kind of mark in the contract has a drawing, and every drawing a place in the contract", () => {
  assert.deepEqual(Object.keys(MARKS).sort(), kinds().sort());
  for (const type of kinds()) {
    const { svg } = drawChart(chartOf({ type, ...SAMPLES[type] }), 400);
    const [, inside] = svg.match(new RegExp(`<g class="sqz-${type}s">(.*?)</g>`));
    assert.match(inside, /^<(path|rect|line|circle|text)/, type);
    assert.equal(svg.includes("NaN"), false, type);
  }
});

test("a mark that the contract does not know is refused by name", () => {
  assert.throws(() => drawChart(chartOf({ type: "pie", x: [1], y: [1] }), 400), /there is no mark "pie"; there are bar, hbar/);
  assert.throws(
    () => checkMark({ type: "line", x: [1], y: [1], colour: "red" }),
    /a line has no field "colour"; it has type, name/,
  );
  assert.throws(
    () => checkMark({ type: "heat", x: ["a"], y: ["b"], most: 1, label: ["one"] }),
    /a heat lacks "value": The numbers/,
  );
});
