// A real factor in whole numbers, Q / 2^31 · 2^e: squeezelab/compression/fixed_point.py once more, to the same integer.
//
// A sum has 32 bits and Q has 31: their product does not fit into a double, whose whole numbers end at 2^53, and BigInt is some
// thirty times slower. So Q is cut into its upper 15 and lower 16 bits; each half times a sum stays below 2^48, and of
// value · Q = upper · 2^16 + lower only a remainder below 2^16 is dropped, which no shift by more than 16 bits can see.

const CUT = 2 ** 16;

/** floor((value · Q + more) / 2^bits) for |value| < 2^32, Q < 2^31, |more| < 2^47, bits ≥ 16. */
function productShifted(value, multiplier, more, bits) {
  const upper = value * Math.floor(multiplier / CUT);
  const lower = value * (multiplier % CUT) + more;
  return Math.floor((upper + Math.floor(lower / CUT)) / 2 ** (bits - 16));
}

/** value · Q / 2^31, to nearest, of a tie the one above. */
export const doublingHigh = (value, multiplier) => productShifted(value, multiplier, 2 ** 30, 31);

/** value / 2^bits, to nearest, of a tie the one farther from 0. */
export function roundingShift(value, bits) {
  if (bits === 0) return value;
  return Math.floor((value + 2 ** (bits - 1) - (value < 0 ? 1 : 0)) / 2 ** bits);
}

/** The sum `value` times Q / 2^31 · 2^e as a whole number; rounding: "double" or "single". */
export function requantised(value, multiplier, exponent, rounding) {
  const shifted = value * 2 ** Math.max(exponent, 0);
  const right = Math.max(-exponent, 0);
  if (rounding === "double") return roundingShift(doublingHigh(shifted, multiplier), right);
  return Math.floor((productShifted(shifted, multiplier, 0, 30 + right) + 1) / 2);
}
