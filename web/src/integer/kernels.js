// One kernel for each op of a program of whole numbers: (step, the codes that it reads, their shapes, rounding) → its codes.
// squeezelab/compression/integer_run.py says the same, slowly; a test holds the two together, integer for integer.

import { CAPSULE_KERNELS } from "./capsules.js";
import { weightsOf } from "./codes.js";
import { requantised } from "./fixed_point.js";
import { framed, geometryOf, walk } from "./windows.js";

const NOTHING = -(2 ** 31); // what competes nowhere: outside of a map when the largest is looked for

const size = (shape) => shape.reduce((product, side) => product * side, 1);
const codesFor = (step) => new Int16Array(size(step.shape));
const clipped = ({ low, high }, code) => (code < low ? low : code > high ? high : code);

/** Sums of one output become codes, from `first` on. */
function scaleBack(step, sums, channel, rounding, codes, first) {
  const [multiplier, shift] = [step.multiplier[channel], step.shift[channel]];
  for (let i = 0; i < sums.length; i += 1)
    codes[first + i] = clipped(step, requantised(sums[i], multiplier, shift, rounding) + step.zero);
}

function conv(step, [codes], [shape], rounding) {
  const geometry = geometryOf(step);
  const [rows, columns] = step.kernel;
  const frames = Array.from({ length: shape[0] }, (_, c) => framed(codes, c, shape, geometry, step.zero_in, 0));
  const [outputs, inside] = [step.shape[0], shape[0] / step.groups];
  const [made, sums] = [codesFor(step), new Int32Array(geometry.high * geometry.wide)];
  for (let output = 0, at = 0; output < outputs; output += 1) {
    sums.fill(step.bias[output]);
    const first = Math.floor((output * step.groups) / outputs) * inside;
    for (let c = first; c < first + inside; c += 1)
      for (let row = 0; row < rows; row += 1)
        for (let column = 0; column < columns; column += 1, at += 1)
          addProducts(sums, frames[c], step.codes[at], geometry, row, column);
    scaleBack(step, sums, output, rounding, made, output * sums.length);
  }
  return made;
}

/** To each sum: this weight, times the point of its window that it belongs to. */
function addProducts(sums, { values, width }, weight, { stride, dilation, high, wide }, row, column) {
  if (weight === 0) return;
  for (let y = 0, output = 0; y < high; y += 1) {
    let place = (y * stride[0] + row * dilation[0]) * width + column * dilation[1];
    for (let x = 0; x < wide; x += 1, output += 1, place += stride[1]) sums[output] += weight * values[place];
  }
}

function linear(step, [codes], _shapes, rounding) {
  const [made, sum] = [codesFor(step), new Int32Array(1)];
  for (let output = 0, at = 0; output < made.length; output += 1) {
    sum[0] = step.bias[output];
    for (let i = 0; i < codes.length; i += 1, at += 1) sum[0] += step.codes[at] * (codes[i] - step.zero_in);
    scaleBack(step, sum, output, rounding, made, output);
  }
  return made;
}

/** The points of every window of every channel, put together by `join(one, another)`, which begins with `start`. */
function pooled(step, codes, shape, zero, outside, start, join, use) {
  const geometry = geometryOf(step);
  for (let channel = 0; channel < shape[0]; channel += 1) {
    const { values, width } = framed(codes, channel, shape, geometry, zero, outside);
    const found = new Int32Array(geometry.high * geometry.wide).fill(start);
    for (let row = 0; row < step.kernel[0]; row += 1)
      for (let column = 0; column < step.kernel[1]; column += 1)
        walk(geometry, width, row, column, (output, place) => (found[output] = join(found[output], values[place])));
    use(found, channel * found.length);
  }
}

function max_pool(step, [codes], [shape]) {
  const made = codesFor(step);
  pooled(step, codes, shape, 0, NOTHING, NOTHING, Math.max, (found, first) =>
    found.forEach((code, i) => (made[first + i] = clipped(step, code))),
  );
  return made;
}

function avg_pool(step, [codes], [shape], rounding) {
  const made = codesFor(step);
  const sum = (one, another) => one + another;
  pooled(step, codes, shape, step.zero_in, 0, 0, sum, (found, first) => scaleBack(step, found, 0, rounding, made, first));
  return made;
}

/** Codes of source k, less their zero, on the scale of the step; `left`: bits by which they are shifted up before. */
function rescaled(step, codes, k, rounding, left = 0) {
  const [zero, multiplier, shift] = [step.zeros_in[k], step.multipliers[k], step.shifts[k]];
  return Int32Array.from(codes, (code) => requantised((code - zero) * 2 ** left, multiplier, shift, rounding));
}

function add(step, [one, another], _shapes, rounding) {
  const [a, b] = [one, another].map((codes, k) => rescaled(step, codes, k, rounding, step.left_shift));
  const [, , multiplier] = step.multipliers;
  const [, , shift] = step.shifts;
  const sum = (value, i) => clipped(step, requantised(value + b[i], multiplier, shift, rounding) + step.zero);
  return Int16Array.from(a, sum);
}

function concat(step, given, _shapes, rounding) {
  const parts = given.flatMap((codes, k) => [...rescaled(step, codes, k, rounding)]);
  return Int16Array.from(parts, (code) => clipped(step, code + step.zero));
}

const lookup = (step, [codes]) => Int16Array.from(codes, (code) => step.table[code - step.low_in]);
const clip = (step, [codes]) => Int16Array.from(codes, (code) => clipped(step, code));
const flatten = (_step, [codes]) => codes;

export const KERNELS = { conv, linear, max_pool, avg_pool, add, concat, lookup, clip, flatten, ...CAPSULE_KERNELS };

const FORM = "exact"; // the others are there to be studied, in Python

/** The step with its weights unpacked, if it has any; throws where there is no kernel for its form. */
export function prepared(step) {
  const { op, name, form = FORM } = step;
  if (form !== FORM) throw new Error(`${op} '${name}' has the form '${form}', and a page has '${FORM}' alone`);
  return "weight_bits" in step ? { ...step, codes: weightsOf(step) } : step;
}
