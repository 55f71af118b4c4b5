// Runs a Python program under MicroPython in Node. In, on standard input: JSON of {sources: {path: text}, program}.

import { readFileSync } from "node:fs";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { startPython } from "./src/micropython.js";

const { sources, program } = JSON.parse(readFileSync(0, "utf8"));
const { python } = await startPython(loadMicroPython, sources, { stdout: console.log, linebuffer: true });
python.runPython(program);
