// Numbers as a reader writes them. Thin spaces group thousands; a narrow no-break space precedes an SI prefix.

const THIN = "\u202f";
const PREFIXES = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

export function grouped(value) {
  const digits = String(Math.round(Math.abs(value)));
  const sign = value < 0 && digits !== "0" ? "−" : "";
  return sign + digits.replace(/\B(?=(\d{3})+$)/g, THIN);
}

const significant = (value, digits) => String(Number(value.toPrecision(digits)));

export function si(value, digits = 3) {
  const size = Math.abs(value);
  // 999.6 rounds to 1000, so the prefix is chosen after rounding.
  const rounded = Number(size.toPrecision(digits));
  const [scale, prefix] = PREFIXES.find(([limit]) => rounded >= limit) ?? [1, ""];
  const sign = value < 0 && rounded > 0 ? "−" : "";
  return sign + significant(size / scale, digits) + (prefix && THIN + prefix);
}

const fixed = (digits) => (value) => Number(value).toFixed(digits).replace("-", "−");

const FORMATS = {
  integer: grouped,
  si,
  fixed1: fixed(1),
  fixed2: fixed(2),
  percent: (value) => `${significant(100 * value, Math.abs(value) < 1 ? 3 : 4).replace("-", "−")}${THIN}%`,
  ratio: (value) => `${significant(value, 3)}×`,
  text: String,
};

const plain = (value) => (Number.isInteger(value) ? grouped(value) : significant(value, 4).replace("-", "−"));

export function format(value, kind) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  return (FORMATS[kind] ?? plain)(value);
}

// Axis ticks stay short: 200 k instead of 200 000, and 0.25 as it is.
export function tick(value, kind) {
  if (typeof value !== "number") return String(value);
  if (kind === "percent" || kind === "ratio") return FORMATS[kind](value);
  return Math.abs(value) >= 10000 || kind === "si" ? si(value) : plain(value);
}

export const withUnit = (text, unit) => (unit ? `${text}\u00a0${unit}` : text);
