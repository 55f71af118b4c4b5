// Runs explorers under MicroPython in Node. In, on standard input: JSON of {sources: {path: text}, calls: [[name, values]]};
// out: a JSON list of {figure} or {error}, in the same order, and on standard error the milliseconds that each took.

import { readFileSync } from "node:fs";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { startPython } from "./src/micropython.js";

const { sources, calls } = JSON.parse(readFileSync(0, "utf8"));
const { ask, tidy } = await startPython(loadMicroPython, sources, { stdout: console.error });
const times = [];
const answers = calls.map(([name, values], index) => {
  const begin = performance.now();
  const answer = ask(name, JSON.stringify(values));
  times.push(performance.now() - begin);
  if (index % 50 === 49) tidy();
  return answer;
});
console.error(JSON.stringify(times));
process.stdout.write(`[${answers.join(",")}]`);
