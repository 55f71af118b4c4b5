// An axis description and a pixel range become a scale: {map, band, ticks, centre}.

import { scaleBand, scaleLinear, scaleLog } from "d3-scale";

const extent = (values) => values.reduce(([lo, hi], v) => [Math.min(lo, v), Math.max(hi, v)], [Infinity, -Infinity]);

// Bars and areas start at zero, so a domain that is not given includes it.
export function domainOf(axis, chart, key) {
  if (axis.domain) return axis.domain;
  const values = chart.marks.flatMap((m) => [m[key], m[`${key}0`]].flat()).filter((v) => typeof v === "number");
  if (!values.length) return axis.scale?.startsWith("log") ? [1, 10] : [0, 1];
  const [lo, hi] = extent(values);
  if (axis.scale?.startsWith("log")) {
    const positive = values.filter((v) => v > 0);
    return positive.length ? extent(positive) : [1, 10];
  }
  return scaleLinear()
    .domain([Math.min(0, lo), hi > 0 ? hi : 1])
    .nice(5)
    .domain();
}

function band(domain, range, tight) {
  const gap = tight ? 0.04 : domain.length > 40 ? 0.12 : 0.25;
  const scale = scaleBand(domain.map(String), range)
    .paddingInner(gap)
    .paddingOuter(gap / 2);
  const map = (value) => scale(String(value)) ?? NaN;
  return {
    kind: "band",
    domain,
    width: scale.bandwidth(),
    step: scale.step(),
    map,
    centre: (v) => map(v) + scale.bandwidth() / 2,
  };
}

function powers(base, [lo, hi], most) {
  const first = Math.ceil(Math.log(lo) / Math.log(base) - 1e-9);
  const last = Math.floor(Math.log(hi) / Math.log(base) + 1e-9);
  const every = Math.max(1, Math.ceil((last - first + 1) / most));
  const ticks = [];
  for (let power = first; power <= last; power += every) ticks.push(base ** power);
  return ticks;
}

function logarithmic(base, domain, range, most) {
  // A domain may touch zero when a value does; the axis then starts four decades below its end.
  const hi = domain[1] > 0 ? domain[1] : 1;
  const lo = domain[0] > 0 ? domain[0] : hi / 1e4;
  const scale = scaleLog([lo, hi > lo ? hi : lo * base], range).clamp(true);
  const whole = powers(base, scale.domain(), most);
  const map = (v) => scale(Math.max(v, lo));
  return { kind: "log", map, centre: map, ticks: whole.length > 1 ? whole : scale.ticks(most) };
}

function linear(domain, range, most) {
  const [lo, hi] = domain;
  const scale = scaleLinear([lo, hi > lo ? hi : lo + 1], range);
  return { kind: "linear", map: scale, centre: scale, ticks: scale.ticks(most) };
}

export function makeScale(axis, domain, range, { most = 6, tight = false } = {}) {
  if (axis.scale === "band") return band(domain, range, tight);
  if (axis.scale === "log2") return logarithmic(2, domain, range, most);
  if (axis.scale === "log10") return logarithmic(10, domain, range, most);
  return linear(domain, range, most);
}
