// What a reader takes away: the pictures of a figure as one SVG, its data as CSV. All is made here and sent nowhere.

import { drawChart, legendOf } from "./chart.js";
import { csv } from "./csv.js";
import { h } from "./dom.js";
import { withUnit } from "./format.js";
import { plainDrawing } from "./plain_svg.js";
import { sheet, WIDTH } from "./sheet.js";

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = h("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // a browser may ask where to, first
}

const fileName = (number, name) => (number ? `figure-${number.replace(".", "-")}-${name}` : name);
const named = (number, title) => (number ? `Figure ${number} · ${title}` : title);

// "Array side: 16 PEs"; a switch says so itself.
const setting = ({ spec, text }) => (spec.kind === "toggle" ? text() : `${spec.label}: ${withUnit(text(), spec.unit)}`);

const nameOf = ({ el, spec }) => named(el.dataset.figure, spec.title);
const elsewhere = (address) => address?.replace(/^file:.*\//, ""); // the folders of a reader's disk are nobody's business
const addressOf = (view) => elsewhere(view.link?.(view.spec.name, view.values(), view.el));

function picture(chart) {
  const { svg, plot } = drawChart(chart, WIDTH);
  const size = { width: WIDTH, height: Math.ceil(plot.height) };
  return { title: chart.title, keys: legendOf(chart, WIDTH), drawing: plainDrawing(svg), ...size };
}

/** view: an ExplorerView. */
export function saveCharts(view) {
  const { finding, problem, charts, note } = view.figure;
  const notes = [view.controls.map(setting).join(" · "), note, addressOf(view)];
  const text = sheet({ name: nameOf(view), finding, problem, pictures: charts.map(picture), notes });
  save(`${fileName(view.el.dataset.figure, view.spec.name)}.svg`, "image/svg+xml", text);
}

export function saveTable(view) {
  const { finding, problem, table } = view.figure;
  const about = [nameOf(view), finding, problem, table.caption, ...view.controls.map(setting), addressOf(view)];
  save(`${fileName(view.el.dataset.figure, view.spec.name)}.csv`, "text/csv", csv(table, about));
}

/** figure: an element of the page that holds a plot or a drawing, which says in its label what it shows. */
export function savePlot(figure) {
  const { figure: number, title } = figure.dataset;
  const svg = figure.querySelector(".sqz-wide svg") ?? figure.querySelector("svg"); // of two sizes the larger
  const [, , width, height] = svg
    .getAttribute("viewBox")
    .split(/[\s,]+/)
    .map(Number);
  const drawing = { drawing: plainDrawing(svg), width: WIDTH, height: (height * WIDTH) / width };
  const notes = [svg.getAttribute("aria-label"), elsewhere(`${location.href.split("#")[0]}#${figure.id}`)];
  const text = sheet({ name: `Figure ${number}`, finding: title, pictures: [drawing], notes });
  save(`${fileName(number, "plot")}.svg`, "image/svg+xml", text);
}

/** Each numbered plot of the page gets its button, beside its number. */
export function offerPlots() {
  for (const figure of document.querySelectorAll("figure[data-figure]")) {
    const label = `SVG: download figure ${figure.dataset.figure}`;
    const button = h("button", { type: "button", className: "sqz-button", ariaLabel: label }, "SVG");
    button.addEventListener("click", () => savePlot(figure));
    figure.querySelector("figcaption").append(h("span", { className: "sqz-save" }, button));
  }
}
