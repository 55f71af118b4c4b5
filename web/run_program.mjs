// Runs the Python program on standard input under MicroPython in Node, with the portable packages at hand and the recorded
// results that it asks for.

import { readFileSync } from "node:fs";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { portableSources } from "./build.mjs";
import { startPython } from "./src/micropython.js";

const program = readFileSync(0, "utf8");
const { python } = await startPython(loadMicroPython, portableSources(program), { stdout: console.log, linebuffer: true });
python.runPython(program);
