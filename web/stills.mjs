// Draws live figures as they first stand, for pages without scripts. In, on standard input: a JSON list of figures, each a
// list of charts; out: a JSON list of their HTML.

import { readFileSync } from "node:fs";
import { drawChart, legendOf } from "./src/chart.js";
import { tag } from "./src/markup.js";

const [NARROW, WIDE] = [320, 660]; // px: half a page's column, and all of it

const key = ({ role, label }) => tag("li", {}, tag("i", { class: "sqz-key", style: `--role:var(--sqz-${role})` }), label);

function still(chart) {
  const wide = Boolean(chart.wide) || (chart.x.domain?.length ?? 0) > 20;
  const width = wide ? WIDE : NARROW;
  const title = tag("figcaption", { class: "sqz-title" }, chart.title ?? "");
  const keys = tag("ul", { class: "sqz-legend" }, legendOf(chart, width).map(key));
  const [open, close] = String(tag("div", { role: "img", "aria-label": chart.alt ?? chart.title ?? "Chart" }, "|")).split("|");
  const start = `<figure class="sqz-chart${wide ? " sqz-wide" : ""}">`;
  return `${start}${title}${keys}${open}${drawChart(chart, width).svg}${close}</figure>`;
}

const figures = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(figures.map((charts) => charts.map(still).join(""))));
