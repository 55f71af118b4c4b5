// A thread for one program. In: {files, chapter, wasm}, then {exercise, setup, program}. Out: {ready} or {failed}, {printed}
// for what it prints, line by line, and {message} when it is done. The page ends it after one program.

import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { startExercises } from "./python.js";
import program from "./run.py";

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
  run = await startExercises(loadMicroPython, { ...given, program, stdout });
  reply({ ready: true });
}

function answer({ exercise, setup, program: text }) {
  try {
    reply({ message: run(exercise, setup, text) });
  } catch (error) {
    reply({ broken: String(error?.message ?? error) });
  }
}

globalThis.addEventListener("message", ({ data }) => {
  if (data.wasm) start(data).catch((error) => reply({ failed: String(error.message ?? error) }));
  else answer(data);
});
