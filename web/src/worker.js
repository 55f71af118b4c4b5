// The engine's own thread. In: {wasm, sources} once, then questions {id, name, values}, and explorers to {prepare} in the
// pauses. Out: {ready} or {failed}, then {id, answer}.

import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { startPython } from "./micropython.js";

const QUIET = 250; // ms without a request, after which memory is tidied so that no slider has to wait for it
const MOST = 40; // answers in one go before memory is tidied all the same: some 100 MB
let python;
let idle;
let untidied = 0;
const unprepared = []; // explorers that could build ahead what their controls may ask for next

async function start({ wasm, sources }) {
  const url = URL.createObjectURL(new Blob([wasm], { type: "application/wasm" }));
  python = await startPython(loadMicroPython, sources, { url, stdout: () => {}, stderr: () => {} });
  URL.revokeObjectURL(url);
  postMessage({ ready: true });
}

function tidy() {
  untidied = 0;
  python.tidy();
}

// One piece of work a turn, so that a question never waits for more than one.
function rest() {
  tidy();
  if (!unprepared.length) return;
  const [{ name, values }] = unprepared;
  if (!python.prepare(name, values)) unprepared.shift();
  idle = setTimeout(rest, 0);
}

function reply({ id, name, values }) {
  clearTimeout(idle);
  postMessage({ id, answer: python.ask(name, values) });
  if (++untidied >= MOST) tidy();
  idle = setTimeout(rest, QUIET);
}

function plan(explorer) {
  clearTimeout(idle);
  unprepared.push(explorer);
  idle = setTimeout(rest, 0);
}

onmessage = ({ data }) => {
  if (data.wasm) start(data).catch((error) => postMessage({ failed: String(error.message ?? error) }));
  else if (data.prepare) plan(data.prepare);
  else reply(data);
};
