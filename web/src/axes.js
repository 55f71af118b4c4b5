// Axes and grid: quiet lines, the title of the vertical axis above it so that nobody has to tilt their head.

import { tick } from "./format.js";
import { tag } from "./markup.js";

export const FONT = 11; // px
const GLYPH = 6.1; // px, mean advance of a digit or letter at FONT

export const textWidth = (text) => String(text).length * GLYPH;
export const shorten = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
export const axisTitle = ({ label = "", unit }) => (unit ? `${label} (${unit})` : label);

const text = (content, attributes) => tag("text", { class: "sqz-tick", ...attributes }, content);
const at = (x, y) => `translate(${x.toFixed(1)},${y.toFixed(1)})`;

// "s1.b2.squeeze1" belongs to the group "s1": 112 layers then need nine labels, not 112.
export function runsOf(domain) {
  const runs = [];
  domain.forEach((name, index) => {
    const group = String(name).split(".")[0];
    const last = runs[runs.length - 1];
    if (last?.name === group) last.end = index;
    else runs.push({ name: group, start: index, end: index });
  });
  return runs;
}

// How the labels of a band axis fit below a plot: all, as groups, slanted, or every so many.
export function bandLabelling(domain, step) {
  const names = domain.map(String);
  const widest = Math.max(0, ...names.map(textWidth));
  if (widest + 6 <= step) return { kind: "all", height: 16 };
  const runs = runsOf(names);
  if (runs.length <= names.length / 2) return { kind: "groups", runs, height: 18 };
  const every = Math.ceil(12 / step);
  if (widest > 34) return { kind: "slanted", every, height: 12 + 0.55 * Math.min(widest, 90) };
  return { kind: "some", every: Math.ceil((widest + 8) / step), height: 16 };
}

function groupLabels(scale, runs, y) {
  let free = -Infinity;
  return runs.map(({ name, start, end }) => {
    const from = scale.map(scale.domain[start]);
    const to = scale.map(scale.domain[end]) + scale.width;
    const middle = (from + to) / 2;
    const half = textWidth(name) / 2;
    const fits = middle - half > free;
    if (fits) free = middle + half + 4;
    const bracket = tag("path", { class: "sqz-bracket", d: `M${from.toFixed(1)},${y + 4}H${to.toFixed(1)}` });
    return [bracket, fits && text(name, { x: middle, y: y + 17, "text-anchor": "middle" })];
  });
}

function bandAxis(scale, axis, plot) {
  const y = plot.bottom;
  const { kind, every = 1, runs } = plot.labelling;
  if (kind === "groups") return groupLabels(scale, runs, y);
  const shown = scale.domain.filter((_, index) => index % every === 0);
  if (kind === "slanted")
    return shown.map((name) =>
      text(shorten(String(name), 15), { transform: `${at(scale.centre(name) + 4, y + 12)} rotate(-33)`, "text-anchor": "end" }),
    );
  return shown.map((name) => text(String(name), { x: scale.centre(name), y: y + 15, "text-anchor": "middle" }));
}

function numberAxis(scale, axis, plot) {
  let free = -Infinity;
  return scale.ticks.map((value) => {
    const x = scale.map(value);
    const label = tick(value, axis.format);
    const half = textWidth(label) / 2;
    const fits = x - half > free;
    if (fits) free = x + half + 6;
    const stroke = tag("line", { class: "sqz-tickmark", x1: x, x2: x, y1: plot.bottom, y2: plot.bottom + 4 });
    return [stroke, fits && text(label, { x, y: plot.bottom + 16, "text-anchor": "middle" })];
  });
}

export function xAxis(scale, axis, plot) {
  const labels = scale.kind === "band" ? bandAxis(scale, axis, plot) : numberAxis(scale, axis, plot);
  const middle = (plot.left + plot.right) / 2;
  const title = tag("text", { class: "sqz-axis-title", x: middle, y: plot.height - 5, "text-anchor": "middle" }, axisTitle(axis));
  const base = tag("line", { class: "sqz-base", x1: plot.left, x2: plot.right, y1: plot.bottom, y2: plot.bottom });
  const grid = plot.horizontal && scale.ticks?.map((v) => gridLine(scale.map(v), scale.map(v), plot.top, plot.bottom));
  return tag("g", {}, grid || null, plot.cells ? null : base, labels, title);
}

const gridLine = (x1, x2, y1, y2) => tag("line", { class: "sqz-grid", x1, x2, y1, y2 });

export function yAxis(scale, axis, plot) {
  const title = tag("text", { class: "sqz-axis-title", x: 2, y: 11 }, axisTitle(axis));
  const right = { x: plot.left - 6, "text-anchor": "end" };
  if (scale.kind === "band") {
    const most = Math.floor((plot.left - 8) / GLYPH);
    const every = Math.ceil(12 / scale.step);
    const shown = scale.domain.filter((_, index) => index % every === 0);
    return tag(
      "g",
      {},
      shown.map((name) => text(shorten(String(name), most), { ...right, y: scale.centre(name) + 4 })),
      title,
    );
  }
  const rows = scale.ticks.map((value) => {
    const y = scale.map(value);
    return [gridLine(plot.left, plot.right, y, y), text(tick(value, axis.format), { ...right, y: y + 4 })];
  });
  return tag("g", {}, rows, title);
}
