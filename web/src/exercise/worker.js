// A thread for readers' programs. In: {files, program, first, wasm}, then {call}, what its squeezelab_run is called with. Out:
// {ready} or {failed}, {printed} for what a program prints, line by line, and {message} when it is done.

import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { startWalled } from "./python.js";

const MOST_PRINTED = 20_000; // characters
const reply = globalThis.postMessage.bind(globalThis); // no program finds it, once the walls are up
let run;
let printed = 0;

function stdout(line) {
  printed += line.length + 1;
  if (printed <= MOST_PRINTED) reply({ printed: line });
  else if (printed - line.length - 1 <= MOST_PRINTED) reply({ flooded: true });
}

async function start(given) {
  run = await startWalled(loadMicroPython, { ...given, stdout });
  reply({ ready: true });
}

function answer(call) {
  printed = 0;
  try {
    reply({ message: run(...call) });
  } catch (error) {
    reply({ broken: String(error?.message ?? error) });
  }
}

globalThis.addEventListener("message", ({ data }) => {
  if (data.wasm) start(data).catch((error) => reply({ failed: String(error.message ?? error) }));
  else answer(data.call);
});
