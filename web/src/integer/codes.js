// Weights as they are stored: codes of b bits one after the other, the least bit first, in base64; of one bit, 1 stands for −1.

/** The `count` codes of such a text, as squeezelab/compression/integer_program.py unpacks them. */
export function unpacked(text, bits, count) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const codes = new Int8Array(count);
  for (let place = 0; place < count; place += 1) {
    const at = place * bits;
    const pair = bytes[at >> 3] | (bytes[(at >> 3) + 1] << 8); // beyond the last byte: 0
    const code = (pair >> (at & 7)) & ((1 << bits) - 1);
    codes[place] = bits === 1 ? 1 - 2 * code : code - (code >> (bits - 1) ? 1 << bits : 0);
  }
  return codes;
}

export const weightsOf = (step) =>
  step.weights ? Int8Array.from(step.weights) : unpacked(step.packed, step.weight_bits, step.count);
