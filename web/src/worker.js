// The engine's own thread. In: {wasm, sources} once, then questions {id, name, values}. Out: {ready} or {failed}, then
// {id, answer}. In the pauses each explorer builds ahead what its controls may ask for next.

import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { startPython } from "./micropython.js";

const QUIET = 250; // ms without a request, after which memory is tidied so that no slider has to wait for it
const MOST = 40; // answers or pieces of work in one go before memory is tidied all the same: some 100 MB
let python;
let idle;
let untidied = 0;
const unprepared = new Map(); // the values that each explorer showed last, until it is prepared for the next

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

function pause() {
  tidy();
  workAhead();
}

// One piece of work a turn, so that a question never waits for more than one.
function workAhead() {
  if (!unprepared.size) return tidy();
  const [name, values] = [...unprepared].at(-1);
  if (!python.prepare(name, values)) unprepared.delete(name);
  if (++untidied >= MOST) tidy();
  idle = setTimeout(workAhead, 0);
}

function reply({ id, name, values }) {
  clearTimeout(idle);
  postMessage({ id, answer: python.ask(name, values) });
  unprepared.delete(name); // the explorer in use comes last in the map and is served first
  unprepared.set(name, values);
  if (++untidied >= MOST) tidy();
  idle = setTimeout(pause, QUIET);
}

onmessage = ({ data }) => {
  if (data.wasm) start(data).catch((error) => postMessage({ failed: String(error.message ?? error) }));
  else reply(data);
};
