// The engine's own thread. In: {wasm, sources} once, then {id, name, values}. Out: {ready} or {failed}, then {id, answer}.

import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { startPython } from "./micropython.js";

const QUIET = 400; // ms without a request, after which memory is tidied so that no slider has to wait for it
let python;
let idle;

async function start({ wasm, sources }) {
  const url = URL.createObjectURL(new Blob([wasm], { type: "application/wasm" }));
  python = await startPython(loadMicroPython, sources, { url, stdout: () => {}, stderr: () => {} });
  URL.revokeObjectURL(url);
  postMessage({ ready: true });
}

function reply({ id, name, values }) {
  clearTimeout(idle);
  postMessage({ id, answer: python.ask(name, values) });
  idle = setTimeout(python.tidy, QUIET);
}

onmessage = ({ data }) => {
  if (data.wasm) start(data).catch((error) => postMessage({ failed: String(error.message ?? error) }));
  else reply(data);
};
