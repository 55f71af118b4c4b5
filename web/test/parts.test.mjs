// The parts that need no document.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bandLabelling, runsOf } from "../src/axes.js";
import { drawChart, legendOf } from "../src/chart.js";
import { newestOnly } from "../src/coalesce.js";
import { resolved, startOf } from "../src/follow.js";
import { format, grouped, si, tick } from "../src/format.js";
import { fromHash, toHash } from "../src/link.js";
import { tag } from "../src/markup.js";
import { gap, verdict } from "../src/prediction_view.js";
import { domainOf, makeScale } from "../src/scales.js";
import { nearest, neighbour } from "../src/walk.js";

const plain = (text) => text.replaceAll("\u202f", " ");

test("numbers are written as a reader writes them", () => {
  assert.equal(plain(grouped(1169173)), "1 169 173");
  assert.equal(plain(grouped(-1234)), "−1 234");
  assert.equal(plain(si(224916480)), "225 M");
  assert.equal(plain(si(999600)), "1 M");
  assert.equal(plain(si(0.25)), "0.25");
  assert.equal(format(2.8941, "ratio"), "2.89×");
  assert.equal(plain(format(0.375, "percent")), "37.5 %");
  assert.equal(format(null, "integer"), "–");
  assert.equal(plain(tick(200000)), "200 k");
});

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

test("scales put values where they belong", () => {
  const linear = makeScale({ scale: "linear" }, [0, 10], [0, 100]);
  assert.equal(linear.map(5), 50);
  const log2 = makeScale({ scale: "log2" }, [1, 16], [0, 100]);
  assert.deepEqual(log2.ticks, [1, 2, 4, 8, 16]);
  assert.equal(Math.round(log2.map(4)), 50);
  const band = makeScale({ scale: "band" }, ["a", "b"], [0, 100]);
  assert.equal(Math.round(band.centre("a")), 25);
  assert.ok(makeScale({ scale: "log10" }, [0, 0], [0, 1]).ticks.every(Number.isFinite));
});

test("a domain that is not given starts at zero and covers the data", () => {
  const chart = { marks: [{ y: [3, 97], y0: [0, 40] }] };
  assert.deepEqual(domainOf({}, chart, "y"), [0, 100]);
  assert.deepEqual(domainOf({ scale: "log2" }, { marks: [{ y: [0, 2, 8] }] }, "y"), [2, 8]);
});

test("many layers are labelled by their stages", () => {
  const layers = ["conv1", ...Array.from({ length: 40 }, (_, i) => `s1.b${i}`), ...Array.from({ length: 40 }, (_, i) => `s2.b${i}`)];
  assert.deepEqual(runsOf(layers).map((run) => run.name), ["conv1", "s1", "s2"]);
  assert.equal(bandLabelling(layers, 6).kind, "groups");
  assert.equal(bandLabelling(["ws", "os"], 80).kind, "all");
});

const BARS = { type: "bar", x: ["a", "b"], y: [2, 4], role: "compute" };

test("every kind of mark is drawn, and every datum can be visited", () => {
  const numeric = { x: { label: "x" }, y: { label: "y" } };
  const marks = ["line", "step", "area", "point"].map((type) => ({ type, x: [1, 2, 3], y: [1, 4, 9], name: type, role: "ws" }));
  const drawn = drawChart({ ...numeric, marks: [...marks, { type: "rule", x: 2, label: "here" }] }, 640);
  assert.equal(drawn.items.length, 12);
  for (const word of ["sqz-lines", "sqz-steps", "sqz-areas", "sqz-points", "sqz-rule", "sqz-series"]) assert.ok(drawn.svg.includes(word), word);
  assert.equal(drawn.svg.includes("NaN"), false);
});

test("stacked bars stand on each other", () => {
  const chart = { x: { label: "", scale: "band", domain: ["a", "b"] }, y: { label: "", domain: [0, 10] }, marks: [BARS, { ...BARS, y: [5, 9], y0: [2, 4] }] };
  const [a, , upper] = drawChart(chart, 640).items;
  assert.ok(Math.abs(upper.y + upper.height - a.y) < 1e-9);
  assert.equal(a.label, "a: 2");
});

test("the parts of a stack are one item, cut off where the axis ends", () => {
  const axes = { x: { label: "", scale: "band", domain: ["a", "b"] }, y: { label: "", unit: "cycles", domain: [0, 10] } };
  const part = (label, y) => ({ type: "bar", stack: true, y, label });
  const { items, plot, svg } = drawChart({ ...axes, marks: [part("compute", [2, 9]), part("fill", [3, 4]), part("wait", [0, 0])] }, 640);
  assert.equal(svg.match(/<rect/g).length, 6);
  assert.deepEqual(items.map((item) => plain(item.label.replace("\u00a0", " "))), ["a: 5 cycles = compute 2 + fill 3", "b: 13 cycles = compute 9 + fill 4"]);
  assert.ok(Math.abs(items[0].height - (plot.bottom - plot.top) / 2) < 1e-9);
  assert.equal(items[1].y, plot.top);
});

test("a bar without a name of its own is called what the legend calls its colour", () => {
  const chart = { x: { label: "", scale: "band", domain: ["a"] }, y: { label: "" }, legend: [{ role: "ws", label: "weight stationary" }] };
  const { items } = drawChart({ ...chart, marks: [{ type: "bar", y: [1], role: ["ws"] }] }, 640);
  assert.equal(items[0].label, "weight stationary, a: 1");
});

test("a hundred thin bars are one path per colour, and each can still be visited", () => {
  const x = Array.from({ length: 112 }, (_, i) => `s1.b${i}`);
  const role = x.map((_, i) => (i % 2 ? "compute" : "stall"));
  const chart = { x: { label: "", scale: "band", domain: x }, y: { label: "" }, marks: [{ type: "bar", x, y: x.map(() => 1), role }] };
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
  const mark = { type: "heat", x: ["1", "2", "1"], y: ["1", "1", "2"], value: [0.5, -0.125, 3], most: 0.5, label: ["a", "b", "c"] };
  const { svg, items } = drawChart({ x: axis, y: axis, marks: [mark] }, 300);
  assert.deepEqual(items.map(({ label }) => label), ["a: 0.5", "b: −0.125", "c: 3"]);
  const tints = [...svg.matchAll(/--tint:(\d+)%;--cell:var\(--sqz-(\w+)\)/g)].map(([, tint, role]) => `${role} ${tint}`);
  assert.deepEqual(tints, ["weights 100", "accent 25", "weights 100"]);
});

test("what is too long for a cell takes two lines, or none", () => {
  const axis = (count) => ({ label: "", scale: "band", domain: Array.from({ length: count }, (_, i) => i) });
  const texts = (count) => drawChart({ x: axis(count), y: axis(count), marks: [{ type: "cell", x: [0], y: [0], text: ["x31·w11"] }] }, 300).svg.match(/<text class="sqz-cell-text"[^>]*>[^<]*/g) ?? [];
  assert.deepEqual([4, 6, 14].map((count) => texts(count).length), [1, 2, 0]);
});

test("on a narrow page the names of lines move to the legend", () => {
  const chart = { marks: [{ type: "line", name: "ours", role: "ws" }], legend: [] };
  assert.deepEqual(legendOf(chart, 900), []);
  assert.deepEqual(legendOf(chart, 340), [{ role: "ws", label: "ours" }]);
});

test("arrow keys walk along the bars and up the stack", () => {
  const box = (x, y) => ({ x, y, width: 10, height: 10 });
  const items = [box(0, 50), box(20, 50), box(0, 40)];
  assert.equal(neighbour(items, 0, "ArrowRight", false), 1);
  assert.equal(neighbour(items, 0, "ArrowUp", false), 2);
  assert.equal(neighbour(items, 1, "ArrowUp", false), 1);
  assert.equal(neighbour(items, 0, "End", false), 2);
  assert.equal(nearest(items, 24, 90, false), 1);
  assert.equal(nearest([], 0, 0, false), -1);
});

test("a slider in motion never builds a queue", async () => {
  const [seen, open] = [[], []];
  const request = newestOnly((value) => (seen.push(value), new Promise((resolve) => open.push(resolve))));
  for (const value of [1, 2, 3, 4]) request(value);
  assert.deepEqual(seen, [1]);
  open.shift()();
  await new Promise(setImmediate);
  assert.deepEqual(seen, [1, 4]);
});

test("a request that fails does not block the next", async () => {
  const seen = [];
  const request = newestOnly(async (value) => seen.push(value));
  request(1);
  await new Promise(setImmediate);
  request(2);
  assert.deepEqual(seen, [1, 2]);
});

const CONTROLS = [
  { name: "channels", kind: "range", min: 1, max: 512 },
  { name: "buffer", kind: "range", values: [8, 16] },
  { name: "flow", kind: "choice", options: [{ value: "ws" }, { value: "os" }] },
  { name: "fused", kind: "toggle" },
];

test("a link carries the state, and only a state that the controls allow", () => {
  const values = { channels: 57, buffer: 16, flow: "os", fused: true };
  const hash = toHash("staircase", values);
  assert.equal(hash, "#explorer=staircase&buffer=16&channels=57&flow=os&fused=true");
  assert.deepEqual(fromHash(hash, "staircase", CONTROLS), values);
  assert.equal(fromHash(hash, "memory", CONTROLS), null);
  assert.deepEqual(fromHash("#explorer=staircase&channels=9999&flow=zz&other=1", "staircase", CONTROLS), {});
});

const FOLLOWING = [
  { name: "version", kind: "choice", value: 5, options: [{ value: 1 }, { value: 5 }] },
  { name: "s1", kind: "range", min: 1, max: 16, value: 2, follows: "version", by: [[1, { value: 6 }], [5, { value: 2 }]] },
  { name: "depth", kind: "range", values: [16, 18, 50], value: 18, follows: "version", by: [[1, { values: [16], value: 16 }]] },
];

test("a link that names a version brings its blocks, and one that is given wins", () => {
  const read = (hash, current) => fromHash(`#explorer=x&${hash}`, "x", FOLLOWING, current);
  assert.deepEqual(read("version=1"), { version: 1, s1: 6, depth: 16 });
  assert.deepEqual(read("version=1&s1=7"), { version: 1, s1: 7, depth: 16 });
  assert.deepEqual(read("version=1&depth=50&s1=99"), { version: 1, s1: 6, depth: 16 });
  assert.deepEqual(read("s1=7"), { s1: 7 });
  assert.deepEqual(read("depth=50", { version: 1 }), {});
  const values = { version: 1, s1: 16, depth: 16 };
  assert.deepEqual(fromHash(toHash("x", values), "x", FOLLOWING), values);
});

test("a control starts as its leader says, or as the author chose", () => {
  const [, s1] = FOLLOWING;
  assert.equal(resolved(s1, { version: 1 }).value, 6);
  assert.equal(resolved(s1, {}).value, 2);
  const author = [FOLLOWING[0], { ...s1, value: 9 }];
  assert.equal(startOf(author[1], { version: 5 }, author), 9);
  assert.equal(startOf(author[1], { version: 1 }, author), 6);
});

test("a hundred points are one path per colour, and each can still be visited", () => {
  const x = Array.from({ length: 112 }, (_, i) => `s1.b${i}`);
  const role = x.map((_, i) => (i % 2 ? "compute" : "dram"));
  const chart = { x: { label: "", scale: "band", domain: x }, y: { label: "", scale: "log10" }, marks: [{ type: "point", x, y: x.map((_, i) => i + 1), role, size: 2.5 }] };
  const { svg, items } = drawChart(chart, 700);
  assert.equal(items.length, 112);
  assert.equal(svg.match(/<path d="M/g).length, 2);
  assert.equal(svg.includes("<circle"), false);
});

test("a prediction states the gap", () => {
  const spec = { options: ["64", "4.5", "8"], answer: 1, values: [64, 4.5, 8] };
  assert.equal(verdict(spec, 0), "You said 64; it is 4.5. You were off by 14.2×.");
  assert.equal(verdict(spec, 1), "You said 4.5, and so it is.");
  assert.equal(gap(undefined, 0, 1), "");
});
