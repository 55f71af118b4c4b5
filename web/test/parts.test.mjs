// The parts that need no document, but for the charts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bandLabelling, runsOf } from "../src/axes.js";
import { newestOnly } from "../src/coalesce.js";
import { resolved, startOf } from "../src/follow.js";
import { format, tick } from "../src/format.js";
import { fromHash, toHash } from "../src/link.js";
import { domainOf, makeScale } from "../src/scales.js";
import { nearest, neighbour } from "../src/walk.js";

const plain = (text) => text.replaceAll("\u202f", " ");

test("numbers are written as a reader writes them", () => {
  assert.equal(plain(format(1169173, "integer")), "1 169 173");
  assert.equal(plain(format(-1234, "integer")), "−1 234");
  assert.equal(plain(format(224916480, "si")), "225 M");
  assert.equal(plain(format(999600, "si")), "1 M");
  assert.equal(plain(format(0.25, "si")), "0.25");
  assert.equal(format(2.8941, "ratio"), "2.89×");
  assert.equal(plain(format(0.375, "percent")), "37.5 %");
  assert.equal(format(null, "integer"), "–");
  assert.equal(plain(tick(200000)), "200 k");
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
  const layers = [
    "conv1",
    ...Array.from({ length: 40 }, (_, i) => `s1.b${i}`),
    ...Array.from({ length: 40 }, (_, i) => `s2.b${i}`),
  ];
  assert.deepEqual(
    runsOf(layers).map((run) => run.name),
    ["conv1", "s1", "s2"],
  );
  assert.equal(bandLabelling(layers, 6).kind, "groups");
  assert.equal(bandLabelling(["ws", "os"], 80).kind, "all");
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

test("a link sets a slider only where it stops", () => {
  const controls = [
    { name: "channels", kind: "range", min: 1, max: 512 },
    { name: "share", kind: "range", min: 0.1, max: 0.9, step: 0.05 },
  ];
  const read = (hash) => fromHash(`#explorer=x&${hash}`, "x", controls);
  assert.deepEqual(read("channels=57.5&share=0.33"), {});
  assert.deepEqual(read("channels=57&share=0.35"), { channels: 57, share: 0.35 });
  assert.deepEqual(read("channels=1&share=0.9"), { channels: 1, share: 0.9 });
  for (const odd of ["", "NaN", "Infinity", "513", "0", "0x", "1e999"]) assert.deepEqual(read(`channels=${odd}`), {}, odd);
});

const FOLLOWING = [
  { name: "version", kind: "choice", value: 5, options: [{ value: 1 }, { value: 5 }] },
  {
    name: "s1",
    kind: "range",
    min: 1,
    max: 16,
    value: 2,
    follows: "version",
    by: [
      [1, { value: 6 }],
      [5, { value: 2 }],
    ],
  },
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

test("ticks beside each other stay apart, a value that is not there is a dash", () => {
  assert.deepEqual(
    [100, 102.5, 0.125, 1250].map((value) => plain(tick(value))),
    ["100", "102.5", "0.125", "1 250"],
  );
  assert.deepEqual(
    [0.125, 0.0625].map((value) => tick(value, "ratio")),
    ["0.125×", "0.0625×"],
  );
  assert.equal(plain(tick(0.025, "percent")), "2.5 %");
  assert.deepEqual(
    [null, undefined, NaN].map((value) => format(value, "si")),
    ["–", "–", "–"],
  );
  assert.equal(format(-Infinity), "−∞");
});

test("what differs between Python's rounding and JavaScript's is written as Python does", () => {
  assert.deepEqual(
    [0.836, 0.995, 0.238].map((value) => format(value, "ratio")),
    ["0.84×", "1×", "0.24×"],
  );
  assert.equal(plain(format(0.0421, "percent")), "4.2 %");
  assert.equal(format(0.9093), "0.91");
  assert.equal(format(0.9093, "four"), "0.9093");
});
