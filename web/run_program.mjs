// Runs the Python program on standard input under MicroPython in Node, with the portable packages at hand.

import { readFileSync } from "node:fs";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { portableSources } from "./build.mjs";
import { startPython } from "./src/micropython.js";

const { python } = await startPython(loadMicroPython, portableSources(), { stdout: console.log, linebuffer: true });
python.runPython(readFileSync(0, "utf8"));
