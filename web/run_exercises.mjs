// Runs readers' programs in Node as the page does, those of exercises each in a thread of its own. In, on standard input: JSON
// of {files: {path: text}, chapter, jobs: [[exercise, setup, program]]}, or without a chapter jobs [values] of `your_network`;
// out: a JSON list of {message, printed, ms} or {figure or error, printed, ms}, where ms counts from the click to the answer; on
// standard error the milliseconds of the first start.

import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { exerciseWorker, verifiedWasm } from "./build.mjs";
import { Runner } from "./src/exercise/runner.js";
import { NetworkRunner } from "./src/own/runner.js";

// Node's thread with the names of a browser's; the program must not take it for Node.
const BROWSER = `
const { parentPort } = require("node:worker_threads");
globalThis.WorkerGlobalScope = class {};
globalThis.self = globalThis;
globalThis.postMessage = (data) => parentPort.postMessage(data);
globalThis.importScripts = () => {};
globalThis.addEventListener = (kind, run) => parentPort.on(kind, (data) => run({ data }));
delete globalThis.process;
`;

const code = BROWSER + (await exerciseWorker());

function makeWorker() {
  const thread = new Worker(code, { eval: true, stdout: true, stderr: true });
  const worker = { postMessage: (data) => thread.postMessage(data), terminate: () => thread.terminate() };
  thread.on("message", (data) => worker.onmessage?.({ data }));
  thread.on("error", (error) => worker.onerror?.(error));
  return worker;
}

const { files, chapter, jobs } = JSON.parse(readFileSync(0, "utf8"));
const text = (name) => readFileSync(new URL(`src/${name}/run.py`, import.meta.url), "utf8");
const first = `from squeezelab.course.checks import exercises_of\nexercises_of("${chapter}")\n`;
const exercises = { files, program: text("exercise"), first };
const given = chapter ? exercises : { files, program: text("own"), first: "" };
const runner = new (chapter ? Runner : NetworkRunner)(makeWorker, { ...given, wasm: await WebAssembly.compile(verifiedWasm()) });
let begin = performance.now();
await runner.prepare();
console.error(Math.round(performance.now() - begin));
const answers = [];
for (const job of jobs) {
  begin = performance.now();
  const answer = await (chapter ? runner.run(...job) : runner.ask(...job));
  answers.push({ ...answer, ms: Math.round(performance.now() - begin) });
}
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
