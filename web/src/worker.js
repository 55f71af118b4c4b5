// The engine's own thread. In: {wasm, sources} once, then questions {id, name, values}, and {sources} before one that needs more.
// Out: {ready} or {failed}, then {id, answer}. In the pauses each explorer works ahead: it computes what is one move away.

import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { startPython, writeAll } from "./micropython.js";

const WASM = "micropython.wasm";
const QUIET = 250; // ms without a request, after which memory is tidied so that no slider has to wait for it
const MOST = 40; // answers or pieces of work in one go before memory is tidied all the same: some 100 MB
let python;
let idle;
let untidied = 0;
const waiting = new Map(); // the values that each explorer showed last, until all one move away is computed

// MicroPython fetches its program by name. It is here already, and WebKit lets a page from disk fetch nothing, not even a blob.
function holding(wasm) {
  const fetched = new Response(wasm, { headers: { "content-type": "application/wasm" } });
  self.fetch = (name) => (name === WASM ? Promise.resolve(fetched) : Promise.reject(new TypeError(`${name} is not fetched`)));
}

async function start({ wasm, sources }) {
  holding(wasm);
  python = await startPython(loadMicroPython, sources, { url: WASM, stdout: () => {}, stderr: () => {} });
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
  if (!waiting.size) return tidy();
  const [name, values] = [...waiting].at(-1);
  if (!python.ahead(name, values)) waiting.delete(name);
  if (++untidied >= MOST) tidy();
  idle = setTimeout(workAhead, 0);
}

function reply({ id, name, values }) {
  clearTimeout(idle);
  postMessage({ id, answer: python.ask(name, values) });
  waiting.delete(name); // the explorer in use comes last in the map and is served first
  waiting.set(name, values);
  if (++untidied >= MOST) tidy();
  idle = setTimeout(pause, QUIET);
}

onmessage = ({ data }) => {
  if (data.wasm) start(data).catch((error) => postMessage({ failed: String(error.message ?? error) }));
  else if (data.sources) writeAll(python.python.FS, data.sources);
  else reply(data);
};
