// Marks become SVG.

import { textWidth } from "./axes.js";
import { bar, hbar } from "./bars.js";
import { format } from "./format.js";
import { each, fill, fixed, item, MANY, put, stroke } from "./items.js";
import { escape, tag } from "./markup.js";

const places = (mark, { x, y }) => mark.x.map((value, i) => [x.centre(value), y.centre(mark.y[i])]);
const pathOf = (points) => `M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}`;
const stepped = (points) =>
  points.flatMap(([x, y], i) =>
    i
      ? [
          [x, points[i - 1][1]],
          [x, y],
        ]
      : [[x, y]],
  );

function follow(mark, frame, points) {
  points.forEach(([x, y], i) => item(frame, mark, i, { x: x - 3, y: y - 3, width: 6, height: 6, round: true }));
}

function line(mark, frame, shape = (points) => points) {
  const points = places(mark, frame);
  follow(mark, frame, points);
  if (mark.name) frame.names.push({ name: mark.name, role: each(mark.role, 0), y: points[points.length - 1]?.[1] });
  return tag("path", {
    class: `sqz-line${mark.dashed ? " sqz-dashed" : ""}`,
    d: pathOf(shape(points)),
    style: stroke(each(mark.role, 0)),
  });
}

function area(mark, frame) {
  const upper = places(mark, frame);
  const base = (i) => (mark.y0 ? frame.y.centre(each(mark.y0, i)) : frame.plot.bottom);
  const lower = upper.map(([x], i) => [x, base(i)]).reverse();
  follow(mark, frame, upper);
  if (mark.name) frame.names.push({ name: mark.name, role: each(mark.role, 0), y: upper[upper.length - 1]?.[1] });
  return tag("path", { class: "sqz-area", d: `${pathOf([...upper, ...lower])}Z`, style: fill(each(mark.role, 0)) });
}

const dot = ([cx, cy], r) => `M${fixed(cx - r)},${fixed(cy)}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0z`;

function manyPoints(mark, frame, r) {
  const paths = new Map();
  places(mark, frame).forEach(([cx, cy], i) => {
    item(frame, mark, i, { x: cx - r, y: cy - r, width: 2 * r, height: 2 * r, round: true });
    const role = each(mark.role, i);
    paths.set(role, (paths.get(role) ?? "") + dot([cx, cy], r));
  });
  return [...paths].map(([role, d]) => tag("path", { d, style: fill(role) }));
}

function point(mark, frame) {
  if (mark.x.length >= MANY && !Array.isArray(mark.size) && !mark.emphasis) return manyPoints(mark, frame, mark.size ?? 4);
  return places(mark, frame).map(([cx, cy], i) => {
    const r = each(mark.size, i) ?? 4;
    item(frame, mark, i, { x: cx - r, y: cy - r, width: 2 * r, height: 2 * r, round: true });
    const ring = each(mark.emphasis, i) && tag("circle", { class: "sqz-ring", cx, cy, r: r + 4 });
    return [tag("circle", { class: "sqz-point", cx, cy, r, style: fill(each(mark.role, i)) }), ring];
  });
}

const overlap = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

// Of the places beside a rule, the one that covers the fewest marks.
function clearest(label, spots, items) {
  const width = textWidth(label);
  const covered = ({ x, y, end }) =>
    items.filter((other) => overlap(other, { x: end ? x - width : x, y: y - 10, width, height: 13 })).length;
  return spots.map((spot) => [covered(spot), spot]).reduce((best, next) => (next[0] < best[0] ? next : best))[1];
}

function besideUpright(x, plot, label) {
  const right = { x: x + 5, y: plot.top + 10, end: false };
  const left = { x: x - 5, y: plot.top + 10, end: true };
  if (x + 6 + textWidth(label) > plot.right) return [left];
  return x - 6 - textWidth(label) < plot.left ? [right] : [right, left];
}

function besideLevel(y, plot) {
  const heights = [y - 5, y + 13].filter((place) => place > plot.top + 8 && place < plot.bottom);
  return heights.flatMap((place) => [
    { x: plot.right - 2, y: place, end: true },
    { x: plot.left + 4, y: place, end: false },
  ]);
}

function ruleLabel(label, spots, frame) {
  const { x, y, end } = clearest(label, spots, frame.items);
  return tag("text", { class: "sqz-note-text", x, y, "text-anchor": end ? "end" : "start" }, label);
}

function rule(mark, frame) {
  const { plot } = frame;
  const label = each(mark.label, 0);
  const upright = mark.x !== undefined && mark.x !== null;
  const place = upright ? frame.x.centre(mark.x) : frame.y.centre(mark.y);
  const ends = upright
    ? { x1: place, x2: place, y1: plot.top, y2: plot.bottom }
    : { x1: plot.left, x2: plot.right, y1: place, y2: place };
  const spots = upright ? besideUpright(place, plot, label ?? "") : besideLevel(place, plot);
  const drawn = tag("line", { class: "sqz-rule", ...ends, style: stroke(each(mark.role, 0), "reference") });
  return [drawn, label && spots.length > 0 && ruleLabel(label, spots, frame)];
}

function text(mark, { x, y }) {
  const anchor = mark.anchor ?? "middle";
  return mark.x.map((value, i) =>
    tag(
      "text",
      {
        class: "sqz-mark-text",
        x: x.centre(value),
        y: y.centre(mark.y[i]) + 4,
        "text-anchor": anchor,
        style: fill(each(mark.role, i), "text"),
      },
      each(mark.text, i),
    ),
  );
}

// "x31·w11" in a narrow cell: a factor a line; what fits neither way is left to the tip.
function cellText(words, box) {
  const fits = (piece) => textWidth(piece) < box.width - 2;
  const lines = fits(words) ? [words] : words.split("·");
  if (!words || !lines.every(fits) || 12 * lines.length > box.height) return null;
  const first = box.y + box.height / 2 + 4 - 6 * (lines.length - 1);
  const middle = { class: "sqz-cell-text", x: box.x + box.width / 2, "text-anchor": "middle" };
  return lines.map((factor, i) => tag("text", { ...middle, y: first + 12 * i }, factor));
}

// A cell shows its role as a tint with a coloured edge, so that the text inside stays readable in both themes.
function cell(mark, frame) {
  const { x: xs, y: ys } = frame;
  return mark.x.map((column, i) => {
    const box = { x: xs.map(column), y: ys.map(mark.y[i]), width: xs.width, height: ys.width };
    item(frame, mark, i, box);
    const role = each(mark.role, i) ?? "idle";
    const square = tag("rect", {
      class: "sqz-cell",
      ...box,
      rx: 3,
      style: `--cell:var(--sqz-${escape(role)})`,
      "data-role": role,
    });
    return [square, cellText(each(mark.text, i) ?? "", box)];
  });
}

// A heat map: colour says the sign, tint the size beside `most`, so that zero is the paper itself.
function heat(mark, frame) {
  const { x: xs, y: ys } = frame;
  return mark.x.map((column, i) => {
    const [value, box] = [mark.value[i], { x: xs.map(column), y: ys.map(mark.y[i]), width: xs.width, height: ys.width }];
    put(frame, box, () => `${each(mark.label, i)}: ${format(value, "four")}`);
    const tint = Math.round(100 * Math.min(1, Math.abs(value) / mark.most));
    return tag("rect", {
      class: "sqz-heat",
      ...box,
      style: `--tint:${tint}%;--cell:var(--sqz-${value < 0 ? "accent" : "weights"})`,
    });
  });
}

const step = (mark, frame) => line(mark, frame, stepped);

export const MARKS = { bar, hbar, line, step, area, point, rule, text, cell, heat };
