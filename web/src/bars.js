// Bars, upright and level, alone and in stacks.

import { each, fill, fixed, item, MANY, put, worded, written } from "./items.js";
import { tag } from "./markup.js";

// Numeric bars are as wide as their closest neighbours allow.
function slot(values, scale) {
  if (scale.kind === "band") return scale.width;
  const places = values.map(scale.map).sort((a, b) => a - b);
  const gaps = places
    .slice(1)
    .map((p, i) => p - places[i])
    .filter((gap) => gap > 0);
  return Math.max(1, Math.min(40, 0.8 * (gaps.length ? Math.min(...gaps) : 40)));
}

const start = (value, scale, width) => (scale.kind === "band" ? scale.map(value) : scale.map(value) - width / 2);

function rectangle({ box, role }) {
  const rounded = Math.min(box.width, box.height) > 5 ? 1.5 : null;
  return tag("rect", { ...box, rx: rounded, style: fill(role) });
}
function onePathPerRole(bars) {
  const paths = new Map();
  for (const { box, role } of bars) {
    const piece = `M${fixed(box.x)},${fixed(box.y)}h${fixed(box.width)}v${fixed(box.height)}h${fixed(-box.width)}z`;
    paths.set(role, (paths.get(role) ?? "") + piece);
  }
  return [...paths].map(([role, d]) => tag("path", { d, style: fill(role) }));
}

function drawBars(frame, mark, boxes) {
  if (!mark.stack) boxes.forEach((box, i) => item(frame, mark, i, box));
  const bars = boxes.map((box, i) => ({ box, role: each(mark.role, i) })).filter(({ box }) => Number.isFinite(box.x + box.y));
  return bars.length < MANY ? bars.map(rectangle) : onePathPerRole(bars);
}

// Where the parts of a stack begin; they are counted up in the frame from mark to mark.
function onStack(mark, { stacks }) {
  return mark.x.map((value, i) => {
    if (!stacks.has(value)) stacks.set(value, []);
    const parts = stacks.get(value);
    const base = parts.reduce((sum, part) => sum + part.size, 0);
    parts.push({ name: each(mark.label, i), size: mark.y[i] });
    return base;
  });
}

export function bar(mark, frame) {
  const { x: xs, y: ys, plot } = frame;
  const width = slot(mark.x, xs);
  const bases = mark.stack ? onStack(mark, frame) : mark.y0;
  const boxes = mark.x.map((value, i) => {
    const low = bases ? each(bases, i) : 0;
    const base = !bases && ys.kind === "log" ? plot.bottom : Math.max(plot.top, ys.map(low));
    const end = Math.max(plot.top, ys.map(mark.stack ? low + mark.y[i] : mark.y[i]));
    return { x: start(value, xs, width), y: Math.min(base, end), width, height: Math.abs(base - end) };
  });
  return drawBars(frame, mark, boxes);
}

// One item for each stack: the reader visits layers, not the pieces of their bars.
export function visitStacks(frame) {
  const { x: xs, y: ys, plot, stacks, chart } = frame;
  for (const [value, parts] of stacks) {
    const whole = parts.reduce((sum, part) => sum + part.size, 0);
    const y = Math.max(plot.top, ys.map(whole));
    const present = parts.filter((part) => part.size > 0);
    const list = () => present.map(({ name, size }) => `${name} ${worded(size, chart.y)}`).join(" + ");
    const label = () => `${value}: ${written(whole, chart.y)}${present.length > 1 ? ` = ${list()}` : ""}`;
    put(frame, { x: start(value, xs, xs.width), y, width: xs.width, height: plot.bottom - y }, label);
  }
}

export function hbar(mark, frame) {
  const { x: xs, y: ys, plot } = frame;
  const boxes = mark.y.map((value, i) => {
    const base = mark.x0 ? xs.map(each(mark.x0, i)) : xs.kind === "log" ? plot.left : xs.map(0);
    const end = xs.map(mark.x[i]);
    return { x: Math.min(base, end), y: ys.map(value), width: Math.abs(base - end), height: ys.width };
  });
  return drawBars(frame, mark, boxes);
}
