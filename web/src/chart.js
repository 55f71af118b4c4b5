// A chart description and a width in pixels become one SVG string and the list of its items. Pure: no document needed.

import { axisTitle, bandLabelling, textWidth, xAxis, yAxis } from "./axes.js";
import { visitStacks } from "./bars.js";
import { checkMark } from "./contract.js";
import { tick } from "./format.js";
import { MARKS } from "./marks.js";
import { tag } from "./markup.js";
import { domainOf, makeScale } from "./scales.js";

const WIDE_ENOUGH = 480; // px: from here on, series names fit beside their lines
const has = (chart, ...types) => chart.marks.some((mark) => types.includes(mark.type));
const isGrid = (chart) => has(chart, "cell", "heat");

function leftMargin(chart, domain) {
  if (chart.y.scale === "band") {
    const widest = Math.max(0, ...domain.map((name) => textWidth(name)));
    return Math.min(10 + widest, 0.4 * chart.width, 170);
  }
  const probe = makeScale(chart.y, domain, [100, 0]);
  return 12 + Math.max(16, ...probe.ticks.map((value) => textWidth(tick(value, chart.y.format))));
}

function rightMargin(chart) {
  const names = chart.marks.filter((mark) => mark.name).map((mark) => textWidth(mark.name));
  return names.length && chart.width >= WIDE_ENOUGH ? 12 + Math.max(...names) : 14;
}

function heightOf(chart, rows) {
  const wanted = (chart.height ?? 0.5) * chart.width;
  const usual = Math.min(430, Math.max(chart.width < WIDE_ENOUGH ? 220 : 190, wanted));
  return chart.y.scale === "band" && !isGrid(chart) ? Math.max(rows * 15 + 60, Math.min(usual, rows * 34 + 60)) : usual;
}

// The squares of a grid stay square; the grid is centred when the page is wider than it needs.
function squareUp(plot, columns, rows) {
  const side = Math.min((plot.right - plot.left) / columns, 58, Math.max(16, 420 / rows));
  const spare = plot.right - plot.left - side * columns;
  plot.left += spare / 2;
  plot.right = plot.left + side * columns;
  plot.bottom = plot.top + side * rows;
  plot.height = plot.bottom + 40;
}

function layout(chart, xDomain, yDomain) {
  const plot = { top: axisTitle(chart.y) ? 22 : 10, left: leftMargin(chart, yDomain), right: chart.width - rightMargin(chart) };
  plot.horizontal = has(chart, "hbar");
  plot.cells = isGrid(chart);
  plot.height = heightOf(chart, yDomain.length);
  const step = (plot.right - plot.left) / Math.max(1, xDomain.length);
  plot.labelling = chart.x.scale === "band" ? bandLabelling(xDomain, step) : { height: 16 };
  plot.bottom = plot.height - plot.labelling.height - (axisTitle(chart.x) ? 20 : 6);
  if (plot.cells) squareUp(plot, xDomain.length, yDomain.length);
  return plot;
}

// Series names at the line ends, pushed apart so that none covers another.
function lineEnds(names, plot) {
  const sorted = names.filter(({ y }) => Number.isFinite(y)).sort((a, b) => a.y - b.y);
  let free = -Infinity;
  return sorted.map(({ name, role, y }) => {
    const place = Math.max(y, free);
    free = place + 13;
    return tag(
      "text",
      { class: "sqz-series", x: plot.right + 6, y: place + 4, style: `fill:var(--sqz-${role ?? "accent"})` },
      name,
    );
  });
}

export function legendOf(chart, width) {
  const given = chart.legend ?? [];
  if (width >= WIDE_ENOUGH) return given;
  const known = new Set(given.map((entry) => entry.label));
  const named = chart.marks.filter((mark) => mark.name && !known.has(mark.name));
  return [...given, ...named.map((mark) => ({ role: [mark.role].flat()[0] ?? "accent", label: mark.name }))];
}

// Bars that follow the categories of their axis one by one need not repeat them.
const placed = (mark, categories) =>
  mark.x === undefined && mark.y.length === categories?.length ? { ...mark, x: categories } : mark;

/** {svg, parts, items, plot}; parts: the elements of which the SVG consists, as strings. scale: px for one unit of the drawing,
 *  more than one for readers of large text. */
export function drawChart(description, width, scale = 1) {
  if (typeof SHIPPED === "undefined") description.marks.forEach(checkMark);
  const marks = description.marks.map((mark) => placed(mark, description.x.domain));
  const chart = { ...description, marks, width };
  const xDomain = domainOf(chart.x, chart, "x");
  const yDomain = domainOf(chart.y, chart, "y");
  const plot = layout(chart, xDomain, yDomain);
  const most = Math.max(3, Math.floor((plot.right - plot.left) / 80));
  const x = makeScale(chart.x, xDomain, [plot.left, plot.right], { most, tight: plot.cells });
  const range = chart.y.scale === "band" ? [plot.top, plot.bottom] : [plot.bottom, plot.top];
  const y = makeScale(chart.y, yDomain, range, { most: plot.height < 240 ? 4 : 6, tight: plot.cells });
  const frame = { chart, plot, x, y, items: [], names: [], stacks: new Map() };
  const rulesLast = [...marks].sort((a, b) => (a.type === "rule") - (b.type === "rule"));
  const shapes = rulesLast.map((mark) => tag("g", { class: `sqz-${mark.type}s` }, MARKS[mark.type](mark, frame)));
  visitStacks(frame);
  const ends = width >= WIDE_ENOUGH ? lineEnds(frame.names, plot) : [];
  const parts = [yAxis(y, chart.y, plot), xAxis(x, chart.x, plot), ...shapes, ...ends, tag("g", { class: "sqz-focus" })];
  const svg = tag(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width} ${Math.ceil(plot.height)}`,
      width: width * scale,
      height: Math.ceil(plot.height) * scale,
      class: "sqz-svg",
      "aria-hidden": "true",
      focusable: "false",
    },
    parts,
  );
  return { svg: String(svg), parts: parts.map(String), items: frame.items, plot };
}
