// The page "Your progress": a row for each exercise and prediction of the book, what this browser keeps of it, and the buttons
// that take it along, bring it back and erase it.

import { h, setText } from "../dom.js";
import { FORGETS } from "../store.js";
import { MOST_BYTES, changes, entriesOf, fileName, fileOf } from "./file.js";
import { counted, exerciseState, predictionState, summary } from "./state.js";

const button = (label, onclick) => h("button", { type: "button", className: "sqz-button", onclick }, label);

class ProgressView {
  constructor(el, store, book) {
    Object.assign(this, { el, store, book, shown: [] });
    this.read = (name) => store.read(name);
    this.draw();
    this.refresh();
    store.watch(() => this.refresh());
    addEventListener("pageshow", () => this.refresh()); // by the back button, from a chapter
  }

  draw() {
    this.status = h("p", { className: "sqz-verdict", role: "status" });
    this.file = h("input", { type: "file", accept: ".json,application/json", hidden: true, onchange: () => this.import() });
    this.eraser = button("Erase everything", () => this.ask());
    const tools = [button("Export", () => this.export()), button("Import", () => this.file.click()), this.eraser, this.file];
    this.question = h("div", { className: "sqz-ask", role: "group", ariaLabel: "Erase everything?", hidden: true });
    this.question.addEventListener("keydown", ({ key }) => key === "Escape" && this.answered());
    this.el.ariaLabel = "Your progress";
    this.el.setAttribute("role", "group");
    this.el.replaceChildren(
      this.live("sqz-finding", "p", () => summary(this.book.chapters, this.read)),
      h("div", { className: "sqz-tools" }, tools),
      this.question,
      this.status,
      ...this.book.chapters.map((chapter) => this.chapter(chapter)),
    );
  }

  /** An element whose text follows what is kept. */
  live(className, name, text) {
    const node = h(name, { className });
    this.shown.push(() => {
      setText(node, text());
      node.dataset.state = node.textContent.split(" ")[0];
    });
    return node;
  }

  chapter({ title, page, exercises, predictions }) {
    const rows = [
      ...predictions.map((each) => this.row(page, each, each.question, () => predictionState(each, this.read(each.name)))),
      ...exercises.map((each) => this.row(page, each, each.title, () => exerciseState(each, this.read(each.name)))),
    ];
    const own = [{ exercises, predictions }];
    return h(
      "section",
      {},
      h("h2", {}, h("a", { href: page }, title)),
      this.live("sqz-count", "p", () => summary(own, this.read)),
      h("ul", { className: "sqz-rows" }, rows),
    );
  }

  row(page, { place }, label, state) {
    return h("li", {}, h("a", { href: `${page}#${place}` }, label), " ", this.live("sqz-state", "span", state));
  }

  refresh() {
    for (const show of this.shown) show();
    if (!this.store.works()) this.say(FORGETS);
  }

  say(text) {
    setText(this.status, text);
  }

  entries() {
    return Object.fromEntries(this.store.names().map((name) => [name, this.read(name)]));
  }

  export() {
    const now = new Date();
    const url = URL.createObjectURL(new Blob([fileOf(this.book.title, this.entries(), now)], { type: "application/json" }));
    h("a", { href: url, download: fileName(now) }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    this.say(`${fileName(now)} holds ${counted(Object.values(this.entries()))}.`);
  }

  async import() {
    const [file] = this.file.files;
    if (!file) return;
    const result = await this.takeIn(file).catch((error) => `Nothing was changed by ${file.name}: ${error.message}.`);
    this.file.value = ""; // the same file may be chosen again
    this.refresh();
    this.say(result);
  }

  async takeIn(file) {
    if (file.size > MOST_BYTES) throw new Error("it has more than 2 MB, and no progress file has");
    const entries = entriesOf(this.book.title, await file.text());
    const found = changes(entries, this.read);
    if (!this.store.put(found)) throw new Error("this browser's storage is full or forbidden");
    const told = counted(Object.values(entries));
    return `${file.name} has ${told}; ${Object.keys(found).length} of them changed something here.`;
  }

  ask() {
    const there = Object.values(this.entries());
    if (!there.length) return this.say("Nothing is kept, so there is nothing to erase.");
    const keep = button("Keep", () => this.answered());
    const erase = button(`Erase ${counted(there)}`, () => this.erase(counted(there)));
    this.question.replaceChildren(h("p", {}, "Erase all of it? Only a file that you exported brings it back."), erase, keep);
    this.question.hidden = false;
    keep.focus();
  }

  erase(what) {
    const done = this.store.erase();
    this.refresh();
    this.answered();
    this.say(done ? `Erased: ${what}.` : FORGETS);
  }

  answered() {
    this.question.hidden = true;
    this.eraser.focus();
  }
}

export function showProgress(el, store) {
  new ProgressView(el, store, JSON.parse(el.querySelector("script").textContent));
}
