// A program as a control: a text field with the programs to start from, in a page dressed as an editor. In a notebook the kernel
// is asked when the typing pauses; the page asks at every key.

import { h, setText } from "../dom.js";
import { FORGETS } from "../store.js";

const PAUSE = 250; // ms
const KEYS = "It is drawn as you type. ";
const TAB = "Tab indents; after Escape it leaves. ";

const button = (label, onclick, more = {}) => h("button", { type: "button", className: "sqz-button", onclick, ...more }, label);

class ProgramControl {
  constructor(control, changed) {
    Object.assign(this, { control, changed, editor: null, mine: "" });
    this.field = h("textarea", { value: control.value, name: control.name, spellcheck: false, ariaLabel: control.label });
    this.field.rows = control.value.split("\n").length + 1;
    this.holder = h("div", { className: "sqz-editor" }, this.field);
    this.holder.addEventListener("input", () => this.typed(), true); // asked first, then the editor paints what was typed
    this.keys = h("span", {}, KEYS);
    this.forgets = h("span", { className: "sqz-forgets" }, FORGETS);
    this.note = h("p", { className: "sqz-note" }, this.keys);
    this.notice = h("p", { className: "sqz-notice", role: "status", hidden: true });
    this.printed = h("pre", { className: "sqz-printed", hidden: true, tabIndex: 0, ariaLabel: `${control.label}, printed` });
    this.back = button("My program again", () => this.replace(this.mine), { hidden: true });
    this.runButton = button("Run", () => this.model.run(), { className: "sqz-button sqz-run", hidden: true });
    const starts = control.options.map(({ value, label }) => button(label, () => this.replace(value)));
    const row = h("div", { className: "sqz-tools", role: "group", ariaLabel: "Start from" }, "Start from", starts, this.back);
    const caption = h("div", { className: "sqz-caption" }, control.label);
    this.node = h("div", { className: "sqz-program" }, row, caption, this.holder, this.note);
    this.node.append(h("div", { className: "sqz-held" }, this.notice, this.runButton), this.printed);
  }

  /** model: that of the figure, which in a page holds, keeps and dresses; view: the figure around it. */
  join({ model, el }) {
    this.model = model;
    model.on("change:error", () => el.classList.toggle("sqz-earlier", Boolean(model.get("error"))));
    if (!model.dress) return;
    this.remember(model.get("mine"));
    model.on("change:notice", () => this.tell());
    model.on("change:held", () => this.tell());
    model.on("change:printed", () => this.print(model.get("printed")));
    model.on("change:forgets", () => this.note.append(this.forgets));
    this.node.addEventListener("focusin", () => this.ready(), { once: true });
    this.node.addEventListener("pointerenter", () => this.ready(), { once: true });
    this.node.addEventListener("keydown", (event) => this.key(event), true);
    this.tell();
  }

  async ready() {
    try {
      this.editor ??= await this.model.dress(this.holder, this.field);
      this.area.name = this.control.name;
      setText(this.keys, KEYS + TAB);
    } catch {
      return; // a plain field serves as well
    }
  }

  get area() {
    return this.holder.querySelector("textarea");
  }

  get() {
    return this.area.value;
  }

  set(text) {
    const before = this.get();
    if (before === text) return;
    if (!this.control.options.some(({ value }) => value === before)) this.remember(before);
    if (this.editor) this.editor.show(text);
    else this.area.value = text;
  }

  remember(text) {
    this.mine = text;
    this.back.hidden = !text;
    this.model?.set("mine", text);
  }

  replace(text) {
    this.set(text);
    if (this.model.dress && this.model.get("held")) this.model.run();
    this.changed();
  }

  typed() {
    clearTimeout(this.pause);
    if (this.model.dress) this.changed();
    else this.pause = setTimeout(() => this.changed(), PAUSE);
  }

  key(event) {
    if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    this.model.run();
  }

  tell() {
    const text = this.model.get("notice");
    this.notice.hidden = !text;
    setText(this.notice, text);
    this.runButton.hidden = !this.model.get("held");
  }

  print(text) {
    this.printed.hidden = !text;
    setText(this.printed, text);
  }
}

export function program(spec, changed) {
  const control = new ProgramControl(spec, changed);
  return {
    node: control.node,
    get: () => control.get(),
    set: (text) => control.set(text),
    text: () => `${control.get().trim().split("\n").length} lines`,
    join: (view) => control.join(view),
  };
}
