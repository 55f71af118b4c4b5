// A chart description becomes a picture: marks, stacks, grids, labels.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawChart, legendOf } from "../src/chart.js";
import { tag } from "../src/markup.js";

const plain = (text) => text.replaceAll("\u202f", " ");

test("text in a figure can never become an element", () => {
  const hostile = '<img src=x onerror="alert(1)">';
  assert.equal(String(tag("text", { title: '"><b>' }, hostile)).includes("<img"), false);
  const chart = {
    x: { label: hostile, scale: "band", domain: [hostile] },
    y: { label: hostile },
    marks: [
      { type: "bar", x: [hostile], y: [1], role: hostile, label: [hostile] },
      { type: "text", x: [hostile], y: [1], text: [hostile] },
      { type: "rule", y: 1, label: hostile },
      { type: "line", x: [hostile], y: [1], name: hostile },
    ],
  };
  assert.equal(drawChart(chart, 640).svg.includes("<img"), false);
});

const BARS = { type: "bar", x: ["a", "b"], y: [2, 4], role: "compute" };

test("every kind of mark is drawn, and every datum can be visited", () => {
  const numeric = { x: { label: "x" }, y: { label: "y" } };
  const marks = ["line", "step", "area", "point"].map((type) => ({ type, x: [1, 2, 3], y: [1, 4, 9], name: type, role: "ws" }));
  const drawn = drawChart({ ...numeric, marks: [...marks, { type: "rule", x: 2, label: "here" }] }, 640);
  assert.equal(drawn.items.length, 12);
  for (const word of ["sqz-lines", "sqz-steps", "sqz-areas", "sqz-points", "sqz-rule", "sqz-series"])
    assert.ok(drawn.svg.includes(word), word);
  assert.equal(drawn.svg.includes("NaN"), false);
});

test("stacked bars stand on each other", () => {
  const chart = {
    x: { label: "", scale: "band", domain: ["a", "b"] },
    y: { label: "", domain: [0, 10] },
    marks: [BARS, { ...BARS, y: [5, 9], y0: [2, 4] }],
  };
  const [a, , upper] = drawChart(chart, 640).items;
  assert.ok(Math.abs(upper.y + upper.height - a.y) < 1e-9);
  assert.equal(a.label, "a: 2");
});

test("the parts of a stack are one item, cut off where the axis ends", () => {
  const axes = { x: { label: "", scale: "band", domain: ["a", "b"] }, y: { label: "", unit: "cycles", domain: [0, 10] } };
  const part = (label, y) => ({ type: "bar", stack: true, y, label });
  const { items, plot, svg } = drawChart(
    { ...axes, marks: [part("compute", [2, 9]), part("fill", [3, 4]), part("wait", [0, 0])] },
    640,
  );
  assert.equal(svg.match(/<rect/g).length, 6);
  assert.deepEqual(
    items.map((item) => plain(item.label.replace("\u00a0", " "))),
    ["a: 5 cycles = compute 2 + fill 3", "b: 13 cycles = compute 9 + fill 4"],
  );
  assert.ok(Math.abs(items[0].height - (plot.bottom - plot.top) / 2) < 1e-9);
  assert.equal(items[1].y, plot.top);
});

test("a bar without a name of its own is called what the legend calls its colour", () => {
  const chart = {
    x: { label: "", scale: "band", domain: ["a"] },
    y: { label: "" },
    legend: [{ role: "ws", label: "weight stationary" }],
  };
  const { items } = drawChart({ ...chart, marks: [{ type: "bar", y: [1], role: ["ws"] }] }, 640);
  assert.equal(items[0].label, "weight stationary, a: 1");
});

test("a hundred thin bars are one path per colour, and each can still be visited", () => {
  const x = Array.from({ length: 112 }, (_, i) => `s1.b${i}`);
  const role = x.map((_, i) => (i % 2 ? "compute" : "stall"));
  const chart = {
    x: { label: "", scale: "band", domain: x },
    y: { label: "" },
    marks: [{ type: "bar", x, y: x.map(() => 1), role }],
  };
  const { svg, items } = drawChart(chart, 700);
  assert.equal(items.length, 112);
  assert.equal(svg.match(/<path d=/g).length, 2);
});

test("the cells of a grid are square at every width", () => {
  const axis = { label: "", scale: "band", domain: [0, 1, 2, 3] };
  for (const width of [300, 900]) {
    const { items } = drawChart({ x: axis, y: axis, marks: [{ type: "cell", x: [0, 3], y: [0, 3], text: ["w", "x"] }] }, width);
    assert.ok(items.every((item) => Math.abs(item.width - item.height) < 0.01));
  }
});

test("a heat map shows sign by colour and size by tint, and tells the value", () => {
  const axis = { label: "", scale: "band", domain: ["1", "2"] };
  const mark = {
    type: "heat",
    x: ["1", "2", "1"],
    y: ["1", "1", "2"],
    value: [0.5, -0.125, 3],
    most: 0.5,
    label: ["a", "b", "c"],
  };
  const { svg, items } = drawChart({ x: axis, y: axis, marks: [mark] }, 300);
  assert.deepEqual(
    items.map(({ label }) => label),
    ["a: 0.5", "b: −0.125", "c: 3"],
  );
  const tints = [...svg.matchAll(/--tint:(\d+)%;--cell:var\(--sqz-(\w+)\)/g)].map(([, tint, role]) => `${role} ${tint}`);
  assert.deepEqual(tints, ["weights 100", "accent 25", "weights 100"]);
});

test("what is too long for a cell takes two lines, or none", () => {
  const axis = (count) => ({ label: "", scale: "band", domain: Array.from({ length: count }, (_, i) => i) });
  const texts = (count) =>
    drawChart({ x: axis(count), y: axis(count), marks: [{ type: "cell", x: [0], y: [0], text: ["x31·w11"] }] }, 300).svg.match(
      /<text class="sqz-cell-text"[^>]*>[^<]*/g,
    ) ?? [];
  assert.deepEqual(
    [4, 6, 14].map((count) => texts(count).length),
    [1, 2, 0],
  );
});

test("on a narrow page the names of lines move to the legend", () => {
  const chart = { marks: [{ type: "line", name: "ours", role: "ws" }], legend: [] };
  assert.deepEqual(legendOf(chart, 900), []);
  assert.deepEqual(legendOf(chart, 340), [{ role: "ws", label: "ours" }]);
});

test("a hundred points are one path per colour, and each can still be visited", () => {
  const x = Array.from({ length: 112 }, (_, i) => `s1.b${i}`);
  const role = x.map((_, i) => (i % 2 ? "compute" : "dram"));
  const chart = {
    x: { label: "", scale: "band", domain: x },
    y: { label: "", scale: "log10" },
    marks: [{ type: "point", x, y: x.map((_, i) => i + 1), role, size: 2.5 }],
  };
  const { svg, items } = drawChart(chart, 700);
  assert.equal(items.length, 112);
  assert.equal(svg.match(/<path d="M/g).length, 2);
  assert.equal(svg.includes("<circle"), false);
});
