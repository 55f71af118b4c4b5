// MicroPython with the portable packages in its file system, behind one function of two strings. Its figures borrow the kernels
// of whole numbers: text goes in and out, so that neither side has to know the other's objects.

import { codesOf } from "./integer/program.js";

// The collector would run after every call and cost more than the call: it is switched off, and `tidy` runs it in the
// pauses. The heap grows on demand, so a small one at the start only makes collections shorter.
const HEAP_BYTES = 4 << 20;

const PROGRAM = `
import gc, json, sys
gc.disable()
sys.path.append("/squeezelab_root")
from squeezelab.explorers import ahead, explore

def squeezelab_lend(codes_of):
    try:
        from squeezelab.explorers.kit.kernels import lend
    except ImportError: # no figure of this page runs a network in whole numbers
        return
    lend(codes_of)

def squeezelab_answer(name, values):
    try:
        return json.dumps({"figure": explore(name, json.loads(values))})
    except ValueError as error:
        return json.dumps({"error": str(error)})

def squeezelab_ahead(name, values):
    return ahead(name, json.loads(values))

def squeezelab_tidy():
    gc.collect()
`;

export function write(FS, path, text) {
  const folders = path.split("/").slice(0, -1);
  let folder = "/squeezelab_root";
  for (const part of ["", ...folders]) {
    if (part) folder += `/${part}`;
    if (!FS.analyzePath(folder).exists) FS.mkdir(folder);
  }
  FS.writeFile(`/squeezelab_root/${path}`, text);
}

export function writeAll(FS, sources) {
  for (const path in sources) write(FS, path, sources[path]);
}

// An exception that is not a ValueError is a mistake in an explorer: name it in one line, without its trace.
function lastLine(error) {
  const lines = String(error.message ?? error)
    .trim()
    .split("\n");
  return `This figure could not be computed (${lines[lines.length - 1].trim()}).`;
}

export async function startPython(loadMicroPython, sources, options = {}) {
  const python = await loadMicroPython({ heapsize: HEAP_BYTES, ...options });
  writeAll(python.FS, sources);
  python.runPython(PROGRAM);
  python.globals.get("squeezelab_lend")(codesOf);
  const answer = python.globals.get("squeezelab_answer");
  const tidy = python.globals.get("squeezelab_tidy");
  const workAhead = python.globals.get("squeezelab_ahead");
  const ask = (name, values) => {
    try {
      return answer(name, values);
    } catch (error) {
      if (error.name !== "PythonError") throw error; // the engine itself is broken, not the figure
      return JSON.stringify({ error: lastLine(error) });
    }
  };
  // One figure that is one move away; true while any may be left.
  const ahead = (name, values) => {
    try {
      return workAhead(name, values);
    } catch {
      return false; // the question itself will say what is wrong
    }
  };
  return { ask, ahead, tidy, python };
}
