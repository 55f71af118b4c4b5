// The kernels of a capsule network. A capsule is some codes that lie together; votes, couplings and logits are in the order
// (outputs, inputs). Whole numbers stay below 2^53 here, so that products, roots and remainders of doubles are exact.

import { requantised } from "./fixed_point.js";

const size = (shape) => shape.reduce((product, side) => product * side, 1);
const codesFor = (step) => new Int16Array(size(step.shape));
const clipped = ({ low, high }, code) => (code < low ? low : code > high ? high : code);
const scaled = (step, sum, channel, rounding) =>
  clipped(step, requantised(sum, step.multiplier[channel], step.shift[channel], rounding));
const whole = (part, by) => (part - (part % by)) / by; // rounded down, for part ≥ 0

function squares(codes, first, count) {
  let sum = 0;
  for (let i = first; i < first + count; i += 1) sum += codes[i] * codes[i];
  return sum;
}

/** The length of a capsule with `bits` behind the point, rounded down. */
const lengthOf = (codes, first, count, bits) => Math.floor(Math.sqrt(squares(codes, first, count) * 4 ** bits));

function capsules(step, [codes], [shape]) {
  const [made, places] = [codesFor(step), size(shape) / (step.types * step.dim)];
  for (let type = 0, at = 0; type < step.types; type += 1)
    for (let place = 0; place < places; place += 1)
      for (let d = 0; d < step.dim; d += 1, at += 1) made[at] = codes[(type * step.dim + d) * places + place];
  return made;
}

function squash(step, [codes]) {
  const made = codesFor(step);
  const count = step.shape.at(-1);
  for (let first = 0; first < codes.length; first += count) {
    const over = (squares(codes, first, count) + 4 ** step.fraction_in) * 2 ** step.root_bits;
    const factor = lengthOf(codes, first, count, step.root_bits) * 2 ** step.fraction_out;
    for (let i = first; i < first + count; i += 1) {
      const amount = whole(2 * Math.abs(codes[i]) * factor + over, 2 * over);
      made[i] = clipped(step, codes[i] < 0 ? -amount : amount);
    }
  }
  return made;
}

function votes(step, [codes], [[inputs, depth]], rounding) {
  const [outputs, , count] = step.shape;
  const [made, sums] = [codesFor(step), new Int32Array(count)];
  for (let j = 0, at = 0; j < outputs; j += 1)
    for (let i = 0; i < inputs; i += 1, at += count) {
      sums.fill(0);
      let weight = ((step.shared ? 0 : i) * outputs + j) * depth * count;
      for (let k = 0; k < depth; k += 1) {
        const code = codes[i * depth + k] - step.zero_in;
        for (let d = 0; d < count; d += 1, weight += 1) sums[d] += code * step.codes[weight];
      }
      for (let d = 0; d < count; d += 1) made[at + d] = scaled(step, sums[d], j, rounding);
    }
  return made;
}

function capsule_sum(step, [cast, couplings], [[outputs, inputs, count]], rounding) {
  const [made, sums] = [codesFor(step), new Int32Array(count)];
  for (let j = 0, at = 0; j < outputs; j += 1) {
    sums.fill(0);
    for (let i = 0; i < inputs; i += 1) {
      const coupling = couplings ? couplings[j * inputs + i] : 1;
      for (let d = 0; d < count; d += 1, at += 1) sums[d] += coupling * cast[at];
    }
    for (let d = 0; d < count; d += 1) made[j * count + d] = scaled(step, sums[d], 0, rounding);
  }
  return made;
}

function agreement(step, [cast, poses], [[, inputs, count]], rounding) {
  const made = codesFor(step);
  for (let place = 0, at = 0; place < made.length; place += 1) {
    const first = Math.floor(place / inputs) * count;
    let sum = 0;
    for (let d = 0; d < count; d += 1, at += 1) sum += cast[at] * poses[first + d];
    made[place] = scaled(step, sum, 0, rounding);
  }
  return made;
}

function softmax(step, [codes]) {
  const [made, [outputs, inputs], one] = [codesFor(step), step.shape, 2 * (step.high + 1)];
  for (let i = 0; i < inputs; i += 1) {
    const logits = Array.from({ length: outputs }, (_, j) => codes[j * inputs + i]);
    const largest = Math.max(...logits);
    const parts = logits.map((logit) => step.table[largest - logit]);
    const sum = parts.reduce((total, part) => total + part, 0);
    parts.forEach((part, j) => (made[j * inputs + i] = Math.min(step.high, whole(one * part + sum, 2 * sum))));
  }
  return made;
}

function lengths(step, [codes], [[, count]]) {
  const length = (_, i) => clipped(step, lengthOf(codes, i * count, count, step.root_bits));
  return Int16Array.from({ length: step.shape[0] }, length);
}

function mask(_step, [codes], [[outputs, count]]) {
  let longest = 0;
  for (let j = 1; j < outputs; j += 1) if (squares(codes, j * count, count) > squares(codes, longest * count, count)) longest = j;
  return codes.map((code, at) => (Math.floor(at / count) === longest ? code : 0));
}

export const CAPSULE_KERNELS = { capsules, squash, votes, capsule_sum, agreement, softmax, lengths, mask };
