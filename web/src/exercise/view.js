// An exercise in the page: an editor with its buttons in the place of the notebook's cell. What runs programs is fetched when a
// reader turns to an exercise; until then the editor is a plain text field.

import { h, setText } from "../dom.js";
import { SOLVED } from "../progress/state.js";
import { FORGETS } from "../store.js";
import { takeHints } from "./hints.js";

const NEAR = "400px"; // below the window: there an exercise gets ready
const NO_START = "this browser did not start the book's Python; the exercise can be done in JupyterLab or Colab";

const sourceOf = (cell) => cell?.querySelector("pre").textContent.trimEnd() ?? "";
const inText = (name) => name.replace(/^0/, "");
const button = (label, onclick, more = {}) => h("button", { type: "button", className: "sqz-button", onclick, ...more }, label);

class ExerciseView {
  /** open: fetches what runs programs; see kit.js for what it gives. */
  constructor(cell, store, open) {
    Object.assign(this, { cell, store, open, name: cell.dataset.exercise, mine: null, editor: null });
    this.solutionCell = cell.nextElementSibling?.matches(".tag_solution") ? cell.nextElementSibling : null;
    this.starter = sourceOf(cell);
    this.kept = store.read(this.name);
    this.draw();
  }

  draw() {
    const label = `Exercise ${inText(this.name)}`;
    this.field = h("textarea", { value: this.kept.text ?? this.starter, spellcheck: false, ariaLabel: `${label}, your program` });
    this.field.rows = this.starter.split("\n").length + 1;
    this.holder = h("div", { className: "sqz-editor" }, this.field);
    this.status = h("p", { className: "sqz-verdict", role: "status" });
    this.printed = h("pre", { className: "sqz-printed", hidden: true, tabIndex: 0, ariaLabel: `${label}, printed` });
    this.forgets = h("span", { className: "sqz-forgets", hidden: true }, FORGETS);
    const keys = "Shift + Enter runs it. Tab indents; after Escape it leaves. ";
    this.note = h("p", { className: "sqz-note" }, this.names(), keys, this.forgets);
    this.box = h("div", { className: "sqz sqz-exercise", role: "group", ariaLabel: label });
    this.box.append(this.holder, this.note, this.hints(), this.buttons(), this.status, this.printed);
    this.cell.querySelector(".cell_input").replaceWith(this.box);
    this.solutionCell?.classList.add("sqz-in-page");
    this.listen();
  }

  names() {
    const names = this.cell.dataset.names.split(" ").filter(Boolean);
    if (!names.length) return [];
    return ["Already there: ", names.flatMap((name, place) => [place ? ", " : "", h("code", {}, name)]), ". "].flat();
  }

  hints() {
    this.steps = takeHints(this.cell);
    this.list = h("ol", { className: "sqz-hints", hidden: true, ariaLabel: "Hints" });
    return this.list;
  }

  buttons() {
    this.hintButton = button("Hint", () => this.hint(), { disabled: !this.steps.length });
    this.solutionButton = button("Solution", () => this.solution(), { ariaPressed: "false", disabled: !this.solutionCell });
    const run = button("Run", () => this.run(), { className: "sqz-button sqz-run" });
    const reset = button("Reset", () => this.reset());
    this.state = h("span", { className: "sqz-state" }, this.kept.solved ? SOLVED : "");
    return h("div", { className: "sqz-tools" }, run, this.hintButton, this.solutionButton, reset, this.state);
  }

  listen() {
    this.box.addEventListener("focusin", () => this.ready());
    this.box.addEventListener("pointerenter", () => this.ready(), { once: true });
    this.box.addEventListener("input", () => this.keepText());
    this.box.addEventListener("keydown", (event) => this.key(event), true);
    if (globalThis.IntersectionObserver) {
      const watch = new IntersectionObserver(([entry]) => entry.isIntersecting && (watch.disconnect(), this.ready()), {
        rootMargin: NEAR,
      });
      watch.observe(this.box);
    }
  }

  key(event) {
    if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey) || !event.target.matches("textarea")) return;
    event.preventDefault();
    event.stopPropagation();
    this.run();
  }

  /** What runs programs; the plain field becomes the editor on the way. */
  async ready() {
    const kit = await this.open();
    this.editor ??= kit.dress(this.holder, this.field);
    return kit;
  }

  get text() {
    return this.holder.querySelector("textarea").value;
  }

  show(text) {
    if (this.editor) this.editor.show(text);
    else this.field.value = text;
  }

  /** The start is no answer: of it nothing is kept. */
  keepText() {
    this.keep({ text: this.text === this.starter ? undefined : this.text });
  }

  keep(fields) {
    this.forgets.hidden = this.store.add(this.name, fields);
  }

  async run() {
    if (this.box.ariaBusy === "true") return;
    this.box.ariaBusy = "true";
    setText(this.status, "");
    const text = this.text;
    const { message, printed } = await this.ready()
      .then((kit) => kit.run(this.name, text))
      .catch(() => ({ message: `… ${this.name}: ${NO_START}`, printed: "" }));
    setText(this.printed, printed);
    this.printed.hidden = !printed;
    setText(this.status, message);
    this.status.dataset.sign = message[0];
    this.box.ariaBusy = "false";
    if (!message.startsWith("✓")) return;
    setText(this.state, SOLVED);
    this.keep({ solved: true });
  }

  hint() {
    const step = this.steps.shift();
    if (step) this.list.append(h("li", {}, step));
    this.list.hidden = false;
    this.hintButton.disabled = !this.steps.length;
  }

  /** Shows the solution in the editor, and the reader's own program again, which alone is kept unless the solution is edited. */
  async solution() {
    if (this.mine === null) {
      this.mine = this.text;
      const source = sourceOf(this.solutionCell);
      const kit = await this.ready().catch(() => null);
      this.show(kit ? kit.complete(this.name, source) : source);
    } else {
      this.show(this.mine);
      this.keepText();
      this.mine = null;
    }
    this.solutionButton.ariaPressed = String(this.mine !== null);
  }

  reset() {
    this.mine = null;
    this.solutionButton.ariaPressed = "false";
    this.show(this.starter);
    this.keepText();
    setText(this.status, "");
    this.printed.hidden = true;
  }
}

/** Where a link stands for a button, the space bar presses it. */
function press(event) {
  if (event.key !== " ") return;
  event.preventDefault();
  event.currentTarget.click();
}

export function bringExercises(store, open) {
  for (const cell of document.querySelectorAll(".cell[data-exercise]")) {
    if (cell.dataset.script) new ExerciseView(cell, store, () => open(cell.dataset.script));
    else cell.querySelector(".sqz-elsewhere a")?.addEventListener("keydown", press);
  }
}
