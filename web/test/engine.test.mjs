// The page's side of the engine: what it does when its worker does not start, dies, or says nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Engine } from "../src/engine.js";
import { Later } from "../src/later.js";
import { ExplorerModel } from "../src/models.js";

const LONG = 10_000; // ms, longer than any test

// A worker that answers with the number of its life; in the lives listed as `silent` it never does.
function workers({ silent = [], failing = [] } = {}) {
  const made = [];
  const begin = async () => {
    const life = made.length + 1;
    const worker = { life, ended: false, terminate: () => (worker.ended = true) };
    made.push(worker);
    if (failing.includes(life)) throw new Error("engine.js could not be loaded");
    worker.postMessage = ({ id }) =>
      silent.includes(life) ||
      setImmediate(() => worker.onmessage({ data: { id, answer: JSON.stringify({ figure: { life } }) } }));
    return worker;
  };
  return { made, begin };
}

const life = async (engine) => (await engine.ask("x", {})).figure.life;
const soon = () => new Promise(setImmediate);

test("a worker that dies is replaced, and what was asked is asked again", async () => {
  const { made, begin } = workers({ silent: [1] });
  const engine = new Engine(begin, undefined, LONG);
  const answers = [life(engine), life(engine)];
  await soon();
  made[0].onerror();
  assert.deepEqual(await Promise.all(answers), [2, 2]);
  assert.deepEqual([made[0].ended, made[1].ended, made.length], [true, false, 2]);
});

test("a worker that dies between questions is replaced by the next", async () => {
  const { made, begin } = workers();
  const engine = new Engine(begin, undefined, LONG);
  assert.equal(await life(engine), 1);
  made[0].onerror();
  assert.equal(engine.worker, null);
  assert.equal(await life(engine), 2);
});

test("a worker that says nothing is lost after a while, and not for ever replaced", async () => {
  const { made, begin } = workers({ silent: [1, 2] });
  const engine = new Engine(begin, undefined, 5);
  await assert.rejects(life(engine), /stopped twice/);
  assert.equal(made.length, 2);
  assert.equal(await life(engine), 3);
});

test("a start that fails is tried again at the next move", async () => {
  const { begin } = workers({ failing: [1] });
  const engine = new Engine(begin, undefined, LONG);
  await assert.rejects(life(engine), /engine.js could not be loaded/);
  assert.equal(await life(engine), 2);
});

async function moved(engine) {
  const model = new ExplorerModel({ spec: { name: "x" }, figure: { life: 0 }, values: {}, error: "", busy: "" }, engine);
  const seen = [];
  model.on("change:busy", () => seen.push(model.get("busy")));
  await model.answer({});
  return { model, seen };
}

test("a failed move names the cause and keeps the picture, the next one forgets it", async () => {
  const { begin } = workers({ failing: [1] });
  const { model } = await moved(new Engine(begin, undefined, LONG));
  assert.match(model.get("error"), /cannot move now: engine.js could not be loaded\..* next move tries again\.$/);
  assert.deepEqual(model.get("figure"), { life: 0 });
  await model.answer({});
  assert.deepEqual([model.get("error"), model.get("figure")], ["", { life: 2 }]);
});

test("only a slow answer says that it is under way", async () => {
  const { begin } = workers();
  assert.deepEqual((await moved(new Engine(begin, undefined, LONG))).seen, [""]);
  const slowly = () => new Promise((resolve) => setTimeout(() => resolve(begin()), 400));
  assert.deepEqual((await moved(new Engine(slowly, undefined, LONG))).seen, ["starting…", ""]);
});

// What figure "x" needs beside the page's Python: it comes at the try that is named.
function later({ at = 1 } = {}) {
  let tries = 0;
  const fetched = async (address) => {
    if (++tries < at) throw new Error(`${address} could not be loaded`);
    globalThis.squeezelabSources = { "heavy.json": "[1]" };
  };
  return new Later("x=later/x.js y=later/y.js", (address) => `whole/${address}`, fetched);
}

// Engines whose workers keep what is posted to them before their first question.
function keeping() {
  const { made, begin } = workers();
  const posted = [];
  const keep = async () => {
    const worker = await begin();
    const ask = worker.postMessage;
    worker.postMessage = (message) => (message.sources ? posted.push([worker.life, message.sources]) : ask(message));
    return worker;
  };
  return { made, keep, posted };
}

test("what a figure needs beside the page is given to each worker once, before its first question", async () => {
  const { made, keep, posted } = keeping();
  const engine = new Engine(keep, later(), LONG);
  assert.equal((await engine.ask("z", {})).figure.life, 1);
  assert.deepEqual(posted, []);
  await life(engine);
  await life(engine);
  assert.deepEqual(posted, [[1, { "heavy.json": "[1]" }]]);
  made[0].onerror();
  await life(engine);
  assert.deepEqual(
    posted.map(([its]) => its),
    [1, 2],
  );
});

test("what could not be fetched is said, and fetched at the next move", async () => {
  const { model } = await moved(new Engine(keeping().keep, later({ at: 2 }), LONG));
  assert.match(model.get("error"), /cannot move now: whole\/later\/x\.js could not be loaded/);
  await model.answer({});
  assert.deepEqual([model.get("error"), model.get("figure")], ["", { life: 1 }]);
});

test("nothing heavy is fetched before a reader turns to its figure", async () => {
  const { keep, posted } = keeping();
  const engine = new Engine(keep, later(), LONG);
  const model = new ExplorerModel({ spec: { name: "x" }, values: {} }, engine);
  await model.warm();
  assert.deepEqual(posted, []);
  model.touched();
  await soon();
  await soon();
  assert.equal(posted.length, 1);
});
