// What a browser keeps of a reader's work, the file that carries it, and what the page "Your progress" says of it.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { PredictionModel } from "../src/models.js";
import { gap, verdict } from "../src/prediction.js";
import { changes, entriesOf, fileName, fileOf, merged } from "../src/progress/file.js";
import { counted, exerciseState, predictionState, summary } from "../src/progress/state.js";
import { FORGETS, Store, bookPath } from "../src/store.js";

const METHODS = {
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  },
  setItem(key, text) {
    const size = Object.keys(this).reduce((sum, each) => sum + (each === key ? 0 : this[each].length), text.length);
    if (size > room) throw new Error("QuotaExceededError");
    this[key] = text;
  },
  removeItem(key) {
    delete this[key];
  },
};
let room;

beforeEach(() => {
  room = Infinity;
  globalThis.localStorage = Object.create(METHODS); // its keys are its own properties, as a browser's are
});
afterEach(() => delete globalThis.localStorage);

const forbid = () =>
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get() {
      throw new Error("SecurityError");
    },
  });

test("two books on one host keep apart, and the key holds the book's path", () => {
  assert.equal(bookPath("https://host.org/course/_static/live/"), "/course/");
  const [one, other] = [new Store("/one/"), new Store("/other/")];
  one.add("02.1", { text: "mine" });
  assert.deepEqual(Object.keys(localStorage), ["squeezelab:1:/one/:02.1"]);
  assert.deepEqual(other.read("02.1"), {});
  other.add("02.1", { text: "yours" });
  one.erase();
  assert.deepEqual([one.names(), other.names()], [[], ["02.1"]]);
});

test("what is solved stays solved when the program is changed", () => {
  const store = new Store("/");
  store.add("02.1", { text: "right" });
  store.add("02.1", { solved: true });
  store.add("02.1", { text: "other" });
  const { at, ...kept } = store.read("02.1");
  assert.deepEqual(kept, { text: "other", solved: true });
  assert.ok(Math.abs(Date.now() - at) < 10_000);
});

test("to erase takes entries of versions before, too, and nothing of anybody else", () => {
  Object.assign(localStorage, {
    "squeezelab:0:/:old": "{}",
    "squeezelab:1:/:02.1": "{}",
    theme: "dark",
    "squeezelab:1:/b/:02.1": "{}",
  });
  assert.equal(new Store("/").erase(), true);
  assert.deepEqual(Object.keys(localStorage), ["theme", "squeezelab:1:/b/:02.1"]);
});

test("entries are kept all or none", () => {
  const store = new Store("/");
  store.put({ "02.1": { text: "a" }, "02.2": { text: "b" } });
  const before = { ...localStorage };
  room = 60;
  assert.equal(store.put({ "02.1": { text: "c".repeat(20) }, "02.3": { text: "d" }, "02.2": { text: "e".repeat(90) } }), false);
  assert.deepEqual({ ...localStorage }, before);
});

test("where storage is forbidden nothing breaks", () => {
  forbid();
  const store = new Store("/");
  assert.deepEqual([store.read("02.1"), store.names(), store.works()], [{}, [], false]);
  assert.deepEqual([store.add("02.1", { text: "a" }), store.remove("02.1")], [false, false]);
});

test("what is damaged in the storage reads as nothing", () => {
  for (const odd of ["{", "5", "null", '"text"']) {
    localStorage["squeezelab:1:/:02.1"] = odd;
    assert.deepEqual(new Store("/").read("02.1"), {}, odd);
  }
});

const SPEC = { name: "02.ask", question: "How many?", options: ["two", "four", "eight"], answer: 1, values: [2, 4, 8] };

test("a prediction states the gap in a sentence that bears any option", () => {
  const spec = { options: ["64", "4.5", "takes 1.13 times as long"], answer: 1, values: [64, 4.5, 8] };
  assert.equal(verdict(spec, 0), "You said “64”; right is “4.5”. You were off by 14.2×.");
  assert.equal(verdict(spec, 1), "You said “4.5”, and that is right.");
  assert.equal(verdict({ ...spec, values: null }, 2), "You said “takes 1.13 times as long”; right is “4.5”.");
  assert.equal(gap(undefined, 0, 1), "");
});

test("a choice is kept by its words, and forgotten when question or option is another one", () => {
  const store = new Store("/");
  const asked = (changed) => new PredictionModel({ spec: { ...SPEC, ...changed } }, store, "02.ask");
  const model = asked();
  model.set("values", { choice: 2 });
  model.save_changes();
  assert.deepEqual(asked().get("values"), { choice: 2 });
  assert.deepEqual(asked({ options: ["eight", "four"] }).get("values"), { choice: 0 });
  assert.deepEqual(asked({ options: ["two", "four"] }).get("values"), { choice: null });
  assert.deepEqual(asked({ question: "How few?" }).get("values"), { choice: null });
  model.set("values", { choice: null });
  model.save_changes();
  assert.deepEqual(store.names(), []);
});

test("a prediction says that it is not kept", () => {
  const model = new PredictionModel({ spec: SPEC, values: {} }, new Store("/"), "02.ask");
  room = 10;
  model.set("values", { choice: 0 });
  model.save_changes();
  assert.deepEqual([model.get("note"), model.get("values")], [FORGETS, { choice: 0 }]);
  room = Infinity;
  model.save_changes();
  assert.equal(model.get("note"), "");
});

const EXERCISES = [
  { name: "02.1", here: true },
  { name: "02.2", here: true },
  { name: "02.3", here: false },
];

test("the states are told in words, and counted", () => {
  const kept = { "02.1": { text: "x", solved: true }, "02.2": { text: "y" }, "02.ask": { question: "How many?", said: "eight" } };
  const read = (name) => kept[name] ?? {};
  assert.deepEqual(
    EXERCISES.map((each) => exerciseState(each, read(each.name))),
    ["✓ solved", "tried", "in Colab, not counted"],
  );
  assert.equal(exerciseState(EXERCISES[0], { solved: "yes" }), "not yet");
  assert.equal(predictionState(SPEC, kept["02.ask"]), "You said “eight”; right is “four”. You were off by 2×.");
  assert.equal(predictionState(SPEC, {}), "not yet");
  const chapter = { exercises: EXERCISES, predictions: [SPEC] };
  assert.equal(summary([chapter], read), "1 of 2 exercises solved, 1 tried; 1 of 1 prediction made, 0 of them right.");
  assert.equal(counted([...Object.values(kept), { program: "" }]), "2 exercises, 1 prediction, 1 other entry");
});

const WHEN = new Date("2026-11-29T10:00:00Z");
const ENTRIES = { "02.1": { text: "x = 1", solved: true, at: 5 }, "02.ask": { question: "How many?", said: "two", at: 6 } };

test("a file says what it is, and brings back what it holds", () => {
  const text = fileOf("squeezelab", ENTRIES, WHEN);
  const { format, version, book, date } = JSON.parse(text);
  assert.deepEqual([format, version, book, date], ["squeezelab-progress", 1, "squeezelab", "2026-11-29T10:00:00.000Z"]);
  assert.equal(fileName(WHEN), "squeezelab-progress-2026-11-29.json");
  assert.deepEqual(entriesOf("squeezelab", text), ENTRIES);
});

test("a file that is damaged, foreign, or of another version says so in one sentence", () => {
  const file = (changed) => JSON.stringify({ ...JSON.parse(fileOf("squeezelab", ENTRIES, WHEN)), ...changed });
  const cases = [
    ["", /damaged, or no progress file/],
    [file().slice(0, -9), /damaged, or no progress file/],
    ["null", /no progress file/],
    ["[]", /no progress file/],
    ['{"cells": []}', /no progress file/],
    [file({ book: "another" }), /not from this book, squeezelab/],
    [file({ version: 2 }), /has version 2, and this page reads version 1/],
    [file({ entries: [] }), /no entries/],
    [file({ entries: { "02.1": null } }), /damaged at “02.1”/],
    [file({ entries: { "02.1": { text: 5 } } }), /damaged at “02.1”/],
    [file({ entries: { "02.1": { solved: "yes" } } }), /damaged at “02.1”/],
    [file({ entries: { "02.1": { toString: "x" } } }), /damaged at “02.1”/],
    [file({ entries: { "../x": {} } }), /damaged at “..\/x”/],
    [file().replace('"02.1"', '"__proto__"'), /damaged at “__proto__”/],
  ];
  for (const [text, said] of cases) assert.throws(() => entriesOf("squeezelab", text), said, text);
});

test("two entries become one: solved stays, and of two programs the later one", () => {
  const [early, late] = [
    { text: "early", solved: true, at: 1 },
    { text: "late", at: 2 },
  ];
  assert.deepEqual(merged(early, late), { text: "late", solved: true, at: 2 });
  assert.deepEqual(merged(late, early), { text: "late", solved: true, at: 2 });
  assert.equal(merged({ text: "mine" }, { text: "theirs" }).text, "mine");
  assert.deepEqual(merged({}, late), late);
  assert.equal(merged({ text: "mine", at: 9 }, { solved: true, at: 10 }).text, "mine");
});

test("only what says more is written", () => {
  const here = { "02.1": { text: "x = 1", solved: true, at: 9 } };
  assert.deepEqual(
    changes(ENTRIES, (name) => here[name] ?? {}),
    { "02.ask": ENTRIES["02.ask"] },
  );
});
