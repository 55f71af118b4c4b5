// MicroPython for a reader's programs: without a way out of its own memory.

import { raiseWalls } from "./walls.js";
import { write } from "../micropython.js";

const HEAP_BYTES = 4 << 20;

/** files: {path: text} of what programs need; program: defines squeezelab_run, which is given back; first: a line for later;
 *  wasm: MicroPython, a WebAssembly.Module, compiled once for all threads. */
export async function startWalled(loadMicroPython, { files, program, first, wasm, stdout }) {
  globalThis.fetch = async () => new Response(); // no request: a page from disk may not make one
  WebAssembly.instantiateStreaming = async (_, imports) => ({ instance: await WebAssembly.instantiate(wasm, imports) });
  const python = await loadMicroPython({ heapsize: HEAP_BYTES, url: "micropython.wasm", stdout, linebuffer: true });
  for (const path in files) write(python.FS, path, files[path]);
  python.runPython(`import sys\nsys.path.append("/squeezelab_root")\n`);
  python.runPython(program);
  python.runPython(first);
  const run = python.globals.get("squeezelab_run");
  raiseWalls();
  return run;
}
