// The head of a figure: its title, and buttons that lead back to the sentence whose link was followed, copy the link, return to
// the start, take picture and data away.

import { h, setText } from "./dom.js";
import { saveCharts, saveTable } from "./download.js";

const button = (text, onclick, more) => h("button", { type: "button", className: "sqz-button", onclick, ...more }, text);

const copiedText = (text) =>
  navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );

// A heading of the section that the explorer stands in: a page's sections are nested, a notebook's outputs are not. The number
// is the page's (tools/figure_numbers.py).
function titleOf(title, el) {
  let level = 1;
  for (let at = el.closest("section"); at; at = at.parentElement.closest("section")) level += 1;
  const words = el.dataset.figure ? `Figure ${el.dataset.figure} · ${title}` : title;
  return h("span", { className: "sqz-name", role: "heading", "aria-level": level > 1 ? Math.min(level, 6) : 3 }, words);
}

export class Head {
  /** view: an ExplorerView. */
  constructor(view) {
    this.view = view;
    this.back = button("Back to the text", () => this.comeBack(), { hidden: true });
    this.table = button("CSV", () => saveTable(view), { ariaLabel: "CSV: download the data" });
    const copy = view.link && button("Copy link", (event) => this.copy(event.target));
    const charts = button("SVG", () => saveCharts(view), { ariaLabel: "SVG: download the picture" });
    const reset = button("Reset", () => view.reset());
    const actions = h("div", { className: "sqz-actions" }, view.busy, this.back, copy, reset, charts, this.table);
    this.node = h("div", { className: "sqz-head" }, titleOf(view.spec.title, view.el), actions);
  }

  offerReturn(comeBack) {
    this.comeBack = () => {
      comeBack();
      this.back.hidden = true;
    };
    this.back.hidden = !comeBack;
  }

  offerTable(there) {
    this.table.hidden = !there;
  }

  async copy(target) {
    const { view } = this;
    const address = view.link(view.spec.name, view.values(), view.el);
    if (!address) return this.say(target, "Too long for a link");
    const copied = await copiedText(address);
    if (!copied) location.hash = new URL(address).hash; // without a clipboard the address bar carries the state
    this.say(target, copied ? "Copied" : "In the address bar");
  }

  say(target, text) {
    setText(target, text);
    setTimeout(() => setText(target, "Copy link"), 1600);
  }
}
