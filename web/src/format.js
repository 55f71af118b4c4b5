// Numbers as a reader writes them: the rules of squeezelab/core/words.py, which writes tables.json. Both round half up to a
// whole number of units and set its digits, so that a page, a notebook and a table without scripts show the same letters.

import tables from "./tables.json" with { type: "json" };

const { before, formats, minus, none, prefixes, thin } = tables;

function unitsOf(size, scale) {
  const units = Number.isInteger(size) ? BigInt(size) * scale : BigInt(Math.floor(size * Number(scale) + 0.5));
  return [units / scale, units % scale];
}

function setOut(value, places, rule) {
  const [whole, rest] = unitsOf(Math.abs(value), 10n ** BigInt(places));
  const digits = String(whole).replace(/\B(?=(\d{3})+$)/g, rule.mark);
  const decimals = places ? String(rest).padStart(places, "0") : "";
  const shown = rule.padded ? decimals : decimals.replace(/0+$/, "");
  return (value < 0 && (whole || rest) ? rule.minus : "") + digits + (shown && `.${shown}`);
}

function written(number, rule, rounding = rule.places) {
  const value = rule.factor * number;
  const [scale, letter] = (rule.prefixed && prefixes.find(([size]) => Math.abs(value) >= before * size)) || [1, ""];
  const [, places] = rounding.find(([least]) => Math.abs(value / scale) >= least);
  return setOut(value / scale, places, rule) + (letter && thin + letter) + rule.unit;
}

const ruleOf = (kind) => formats[kind] ?? formats.plain;

export function format(value, kind) {
  if (value === null || value === undefined || Number.isNaN(value)) return none;
  if (typeof value !== "number") return String(value);
  return Number.isFinite(value) ? written(value, ruleOf(kind)) : `${value < 0 ? minus : ""}∞`;
}

// Axis ticks stay short, 200 k instead of 200 000, and are not rounded: beside 100 stands 102.5.
export function tick(value, kind) {
  if (typeof value !== "number") return String(value);
  if (kind === "percent" || kind === "ratio") return written(value, formats[kind], formats.four.places);
  return written(value, Math.abs(value) >= 10000 || kind === "si" ? formats.si : formats.four);
}

export const withUnit = (text, unit) => (unit ? `${text}\u00a0${unit}` : text);
