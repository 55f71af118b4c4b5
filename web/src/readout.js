// The words and numbers around the charts: tiles, the table behind the picture, the legend.

import { h } from "./dom.js";
import { format } from "./format.js";

export function tiles(rows = []) {
  return rows.map(({ label, value, unit, format: kind, role }) => {
    const number = h("span", { className: "sqz-number" }, format(value, kind));
    const shown = h("dd", {}, number, unit ? h("span", { className: "sqz-unit" }, ` ${unit}`) : null);
    return h("div", { className: "sqz-tile", style: role ? `--role:var(--sqz-${role})` : "" }, h("dt", {}, label), shown);
  });
}

// inBook: whether this is a page of the book, beside which the pages lie that `links` names.
export function table({ caption, columns, rows, links = {} }, inBook = false) {
  const heads = columns.map(({ label, unit }) => h("th", { scope: "col" }, unit ? `${label} (${unit})` : label));
  const named = (words) => (inBook && links[words] ? h("a", { href: links[words] }, words) : words);
  const cell = (value, index) =>
    index
      ? h("td", { className: typeof value === "number" ? "sqz-numeric" : "" }, format(value, columns[index].format))
      : h("th", { scope: "row" }, named(format(value, columns[0].format)));
  const body = rows.map((row) => h("tr", {}, row.map(cell)));
  return h(
    "table",
    { className: "sqz-table" },
    h("caption", {}, caption ?? ""),
    h("thead", {}, h("tr", {}, heads)),
    h("tbody", {}, body),
  );
}

export function legend(entries) {
  return entries.map(({ role, label }) =>
    h("li", {}, h("i", { className: "sqz-key", style: `--role:var(--sqz-${role})` }), label),
  );
}
