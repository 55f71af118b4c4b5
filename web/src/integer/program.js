// Runs a program of whole numbers (squeezelab/compression/integer_program.py says what one is): the only computation of the
// pages that is not Python, which takes a hundred times as long for the products of a convolution.

import { KERNELS, prepared } from "./kernels.js";

export class Program {
  /** program: plain data, checked by those who made it. */
  constructor({ input, steps, rounding }) {
    Object.assign(this, { input, rounding, steps: steps.map(prepared) });
  }

  /** The codes of every step, an array each, for pixels from 0 to 255. */
  run(pixels) {
    const codes = Int16Array.from(pixels, (pixel) => this.input.table[pixel]);
    const made = [];
    for (const step of this.steps) {
      const given = step.from.map((at) => (at < 0 ? codes : made[at]));
      const shapes = step.from.map((at) => (at < 0 ? this.input : this.steps[at]).shape);
      made.push(KERNELS[step.op](step, given, shapes, this.rounding));
    }
    return made;
  }
}

const known = new Map(); // text of a program: itself, made ready
const MOST = 16; // programs; a figure has one for each number of bits

function programOf(text) {
  if (!known.has(text)) {
    if (known.size >= MOST) known.delete(known.keys().next().value);
    known.set(text, new Program(JSON.parse(text)));
  }
  return known.get(text);
}

/** What Python is lent, of texts in JSON: a program, pixels, and which of its steps are wanted → their codes. */
export function codesOf(program, pixels, wanted) {
  const made = programOf(program).run(JSON.parse(pixels));
  return JSON.stringify(JSON.parse(wanted).map((step) => [...made[step]]));
}
