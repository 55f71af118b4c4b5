// A reader's own network, the page's side: its link, what is kept of it, what waits, and what is said when.

import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkRunner } from "../src/own/runner.js";
import { fromHash, toHash } from "../src/link.js";
import { LONGEST, faultOf, sealOf } from "../src/own/link.js";
import { ProgramModel } from "../src/own/model.js";
import { entriesOf, fileOf } from "../src/progress/file.js";
import { counted } from "../src/progress/state.js";

const START = 'net = Network("start", (3, 8, 8))\n';
const MINE = 'net = Network("mine", (3, 8, 8))  # ü & = + %\n';
const CONTROLS = [
  { name: "program", kind: "program", options: [{ value: START, label: "start" }], value: START },
  { name: "width", kind: "range", values: [0.5, 1, 2], value: 1 },
];
const NAMES = ["your_network"];
const values = (program, width = 1) => ({ program, width });
const soon = () => new Promise(setImmediate);

test("a link carries a program to the letter, and one that is too long carries none", () => {
  const hash = toHash("your_network", values(MINE, 0.5));
  assert.deepEqual(fromHash(hash, "your_network", CONTROLS), values(MINE, 0.5));
  assert.equal(faultOf(hash, NAMES), "");
  assert.equal(toHash("your_network", values("x".repeat(LONGEST))), null);
});

test("a link that is damaged, foreign or too long is told apart from one that is not", () => {
  const hash = toHash("your_network", values(MINE));
  for (const damaged of [hash.slice(0, -1), hash.replace("mine", "min"), hash.replace("%0A", "%FF"), hash.replace("seal=", "s=")])
    assert.match(faultOf(damaged, NAMES), /damaged/);
  assert.match(faultOf(hash.replace("your_network", "memory"), NAMES), /not for this page/);
  assert.match(faultOf(`#program=${encodeURIComponent(MINE)}`, NAMES), /not for this page/);
  assert.match(faultOf(`${hash}&x=${"x".repeat(LONGEST)}`, NAMES), /longer than 4,000/);
  for (const plain of ["", "#names", "#explorer=your_network&width=2"]) assert.equal(faultOf(plain, NAMES), "");
  assert.notEqual(sealOf("ab"), sealOf("ba"));
});

function modelled({ kept = {}, keeps = true } = {}) {
  const asked = [];
  const entries = { your_network: kept };
  const store = { read: (name) => entries[name] ?? {}, add: (name, fields) => keeps && Boolean((entries[name] = fields)) };
  const answer = ({ program }) => (program.includes("net") ? { figure: { program } } : { error: "line 1 is not Python" });
  const engine = { ask: async (name, given) => (asked.push(given.program), { ...answer(given), printed: "" }) };
  const spec = { name: "your_network", controls: CONTROLS };
  return { asked, entries, model: new ProgramModel({ spec, values: values(START), figure: {} }, engine, store) };
}

// As the view follows a link.
function arrive(model, asked) {
  model.arrive(asked);
  model.set("values", { ...model.get("values"), ...asked });
  model.save_changes();
}

test("what the reader typed is drawn, and kept for the next visit", async () => {
  const { asked, entries, model } = modelled();
  model.set("values", values(MINE));
  model.save_changes();
  await soon();
  assert.deepEqual([asked, model.get("figure").program, entries.your_network.text], [[MINE], MINE, MINE]);
  const next = modelled({ kept: entries.your_network });
  assert.equal(next.model.program, MINE);
  await next.model.warm();
  assert.deepEqual(next.asked, [START, MINE]);
});

test("a program from a link waits until it is run, and does not replace what was kept before", async () => {
  const { asked, entries, model } = modelled({ kept: { text: MINE, mine: "" } });
  const theirs = MINE.replace("mine", "theirs");
  arrive(model, values(theirs, 2));
  await soon();
  assert.deepEqual([asked, model.get("held"), entries.your_network.text], [[], true, MINE]);
  assert.match(model.get("notice"), /came with a link/);
  model.run();
  await soon();
  assert.deepEqual([asked, model.get("held"), model.get("notice")], [[theirs], false, ""]);
});

test("a link to a program of the book, or to sliders alone, needs no run", async () => {
  const { asked, model } = modelled({ kept: { text: MINE } });
  arrive(model, { width: 2 });
  await soon();
  arrive(model, values(START));
  await soon();
  assert.deepEqual([asked, model.get("held")], [[MINE, START], false]);
});

test("a mistake is told when the typing rests, and never for a program that was mended meanwhile", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { model } = modelled();
  const typed = async (program) => {
    model.set("values", values(program));
    model.save_changes();
    await soon();
  };
  await typed("ne");
  context.mock.timers.tick(600);
  await typed("net");
  context.mock.timers.tick(2000);
  assert.equal(model.get("error") ?? "", "");
  await typed("n");
  context.mock.timers.tick(2000);
  assert.equal(model.get("error"), "line 1 is not Python. The picture is that of the program before.");
  await typed("net");
  assert.equal(model.get("error"), "");
});

test("a browser that keeps nothing says so", () => {
  const { model } = modelled({ keeps: false });
  model.set("values", values(MINE));
  model.save_changes();
  assert.equal(model.get("forgets"), true);
});

test("the program is in the progress file, and not counted as an exercise", () => {
  const entry = { text: MINE, mine: "", at: 1 };
  const file = fileOf("/", { your_network: entry }, new Date(0));
  assert.deepEqual(entriesOf("/", file), { your_network: entry });
  assert.equal(counted([entry, { text: "x", at: 1 }]), "1 exercise, 0 predictions, 1 other entry");
});

// Threads that answer with the number of their life; a call of "hang" is never answered, one of "harm" asks to be renewed.
function threads() {
  const made = [];
  const makeWorker = () => {
    const worker = { life: made.length + 1, ended: false, terminate: () => (worker.ended = true) };
    worker.postMessage = ({ call }) => {
      const message = () => JSON.stringify({ life: worker.life, renew: call[0]?.includes("harm") });
      if (!call?.[0]?.includes("hang"))
        setImmediate(() => worker.onmessage({ data: call ? { message: message() } : { ready: true } }));
    };
    made.push(worker);
    return worker;
  };
  return { made, runner: new NetworkRunner(makeWorker, {}) };
}

test("a thread stays for the next program, and is renewed after one that did harm or never ended", async (context) => {
  const { made, runner } = threads();
  const life = async (program) => (await runner.ask({ program })).life;
  assert.deepEqual([await life("one"), await life("two"), await life("harm"), await life("three")], [1, 1, 1, 2]);
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const hung = runner.ask({ program: "hang" });
  await soon();
  context.mock.timers.tick(2000);
  assert.match((await hung).error, /stopped after 2 seconds/);
  context.mock.timers.reset();
  assert.equal(await life("four"), 3);
  assert.deepEqual(
    made.map(({ ended }) => ended),
    [true, true, false],
  );
  runner.end(made[2]);
  clearTimeout(runner.pause);
});
