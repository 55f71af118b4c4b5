// The buttons at the head of a figure: back to the sentence whose link was followed, the link, the start, what can be taken away.

import { h, setText } from "./dom.js";
import { saveCharts, saveTable } from "./download.js";

const button = (text, onclick, more) => h("button", { type: "button", className: "sqz-button", onclick, ...more }, text);

const copiedText = (text) =>
  navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );

export class Actions {
  /** view: an ExplorerView. */
  constructor(view) {
    this.view = view;
    this.back = button("Back to the text", () => this.comeBack(), { hidden: true });
    this.table = button("CSV", () => saveTable(view), { ariaLabel: "CSV: download the data" });
    const copy = view.link && button("Copy link", (event) => this.copy(event.target));
    const charts = button("SVG", () => saveCharts(view), { ariaLabel: "SVG: download the picture" });
    const reset = button("Reset", () => view.reset());
    this.node = h("div", { className: "sqz-actions" }, view.busy, this.back, copy, reset, charts, this.table);
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
    const copied = await copiedText(address);
    if (!copied) location.hash = new URL(address).hash; // without a clipboard the address bar carries the state
    setText(target, copied ? "Copied" : "In the address bar");
    setTimeout(() => setText(target, "Copy link"), 1600);
  }
}
