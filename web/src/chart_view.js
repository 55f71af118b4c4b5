// A chart in the document: drawn at the width it has, with a tip for the pointer and for the arrow keys.

import { drawChart, legendOf } from "./chart.js";
import { h, setText } from "./dom.js";
import { tag } from "./markup.js";
import { legend } from "./readout.js";
import { nearest, neighbour } from "./walk.js";

const WALKING = new Set(["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "Home", "End"]);
const PAD = 2; // px around the marked item
const USUAL = 16; // px, the size of text to which charts are drawn; they grow with that of the reader

const textScale = () => Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL);

function outline(item) {
  if (item.round) {
    const [cx, cy] = [item.x + item.width / 2, item.y + item.height / 2];
    return tag("circle", { class: "sqz-mark", cx, cy, r: item.width / 2 + PAD + 1 });
  }
  const grown = { x: item.x - PAD, y: item.y - PAD, width: item.width + 2 * PAD, height: item.height + 2 * PAD, rx: 2 };
  return tag("rect", { class: "sqz-mark", ...grown });
}

const headOf = ({ svg }) => svg.slice(0, svg.indexOf(">"));

// Only what is another: most of a drawing are the labels of its axes, and they stay. Every text in it went through `escape`.
function repaint(picture, before, { svg, parts }) {
  const same = before && parts.length === before.parts.length && headOf(before) === headOf({ svg });
  if (!same) picture.innerHTML = svg;
  else parts.forEach((part, i) => part === before.parts[i] || (picture.firstChild.children[i].outerHTML = part));
}

export class ChartView {
  constructor() {
    this.title = h("figcaption", { className: "sqz-title" });
    this.keys = h("ul", { className: "sqz-legend" });
    this.picture = h("div", { className: "sqz-picture" });
    this.tip = h("div", { className: "sqz-tip", hidden: true, role: "status", ariaLive: "polite" });
    this.stage = h(
      "div",
      { className: "sqz-stage", tabIndex: 0, role: "application", ariaRoleDescription: "chart" },
      this.picture,
      this.tip,
    );
    this.node = h("figure", { className: "sqz-chart" }, this.title, this.keys, this.stage);
    this.current = -1;
    this.listen();
    this.watch = new ResizeObserver(([entry]) => this.resize(Math.floor(entry.contentRect.width)));
    this.watch.observe(this.stage);
  }

  listen() {
    const { stage } = this;
    stage.addEventListener("pointermove", (event) => this.point(event));
    stage.addEventListener("pointerdown", (event) => this.point(event));
    // A finger hides what it points at: the value stays when it is lifted, until it scrolls the page or taps elsewhere.
    stage.addEventListener("pointerleave", (event) => event.pointerType === "touch" || this.select(-1));
    stage.addEventListener("pointercancel", () => this.select(-1));
    this.elsewhere = (event) => stage.contains(event.target) || this.select(-1);
    document.addEventListener("pointerdown", this.elsewhere);
    stage.addEventListener("blur", () => this.select(-1));
    stage.addEventListener("keydown", (event) => this.key(event));
  }

  update(chart) {
    this.chart = chart;
    setText(this.title, chart.title ?? "");
    this.stage.setAttribute("aria-label", `${chart.alt ?? chart.title ?? "Chart"} Arrow keys read the values.`);
    this.node.classList.toggle("sqz-wide", chart.wide ?? (chart.x.domain?.length ?? 0) > 20);
    if (this.width) this.draw();
  }

  get room() {
    return this.stage.clientWidth;
  }

  /** room: px; a chart is drawn in units of its own, one px each or, where text is large, more. */
  resize(room) {
    if (room < 40 || room === this.drawnIn) return;
    this.drawnIn = room;
    this.scale = textScale();
    this.width = Math.floor(room / this.scale);
    if (this.chart) this.draw();
  }

  draw() {
    const drawing = drawChart(this.chart, this.width, this.scale);
    const { items, plot } = drawing;
    repaint(this.picture, this.drawn, drawing);
    this.drawn = drawing;
    this.items = items;
    this.horizontal = plot.horizontal;
    const entries = legendOf(this.chart, this.width);
    const wanted = JSON.stringify(entries);
    if (wanted !== this.shown) {
      this.shown = wanted;
      this.keys.replaceChildren(...legend(entries));
    }
    this.select(this.current < items.length && document.activeElement === this.stage ? this.current : -1);
  }

  point(event) {
    const box = this.picture.getBoundingClientRect();
    const scale = box.width ? this.width / box.width : 1;
    const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    this.select(nearest(this.items ?? [], x, y, this.horizontal));
  }

  key(event) {
    if (event.key === "Escape") return this.select(-1);
    if (!WALKING.has(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.select(neighbour(this.items ?? [], this.current, event.key, this.horizontal));
  }

  select(index) {
    this.current = index;
    const item = this.items?.[index];
    const focus = this.picture.querySelector(".sqz-focus");
    if (focus) focus.innerHTML = item ? String(outline(item)) : "";
    this.tip.hidden = !item;
    if (!item) return;
    setText(this.tip, item.label);
    this.place(item);
  }

  // Above the item where there is room, and never beyond the edges of the chart.
  place(item) {
    const { scale, drawnIn } = this;
    const centre = (item.x + item.width / 2) * scale;
    const half = Math.min(this.tip.offsetWidth, drawnIn) / 2;
    const left = Math.max(half, Math.min(drawnIn - half, centre));
    const above = item.y * scale - this.tip.offsetHeight - 10;
    this.tip.style.left = `${left}px`;
    this.tip.style.top = `${above > -30 ? above : (item.y + item.height) * scale + 10}px`;
  }

  remove() {
    this.watch.disconnect();
    document.removeEventListener("pointerdown", this.elsewhere);
    this.node.remove();
  }
}
