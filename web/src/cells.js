// Which of a number of equal things are gone: a square for each, to click away and back. The value is a text of places and runs,
// "0-2,7", as `places_text` of the package writes it. Squares are checkboxes; Tab enters them once, arrow keys go from one to the
// next, Space clicks; a pressed pointer that is drawn across does to all what it did to the first.

import { h, identifier, setText } from "./dom.js";

/** [0, 1, 2, 7] → "0-2,7". */
export function placesText(places) {
  const runs = [];
  for (const place of places) {
    const last = runs[runs.length - 1];
    if (last && place === last[1] + 1) last[1] = place;
    else runs.push([place, place]);
  }
  return runs.map(([first, last]) => (last > first ? `${first}-${last}` : `${first}`)).join(",");
}

/** "0-2,7" → [0, 1, 2, 7]; undefined for what is no such text, or has a place that there is not. */
export function placesIn(text, count) {
  const found = new Set();
  for (const run of text === "" ? [] : text.split(",")) {
    const [, first, last = first] = run.match(/^(\d+)(?:-(\d+))?$/) ?? [];
    if (first === undefined || Number(first) > Number(last) || Number(last) >= count) return undefined;
    for (let place = Number(first); place <= Number(last); place += 1) found.add(place);
  }
  return [...found].sort((a, b) => a - b);
}

const countOf = (control) => control.values.length - 1;

// How far an arrow key goes: along the row, or to the same place of the next one.
function target(inputs, at, key) {
  const row = inputs.filter((input) => input.offsetTop === inputs[0].offsetTop).length;
  const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row, Home: -at, End: inputs.length - 1 - at };
  return key in moves ? (inputs[at + moves[key]] ?? inputs[at]) : null;
}

class Cells {
  constructor(control, changed) {
    Object.assign(this, { control, changed, inputs: [], stroke: null });
    this.output = h("output", { className: "sqz-value" });
    this.none = h("button", { type: "button", className: "sqz-button", onclick: () => this.clear() }, "All stay");
    this.row = h("div", { className: "sqz-cells" });
    const label = h("span", { id: identifier(control.name) }, control.label);
    const caption = h("div", { className: "sqz-caption" }, label, this.output);
    this.node = h("div", { className: "sqz-control sqz-cells-control", role: "group" }, caption, this.row, this.none);
    this.node.setAttribute("aria-labelledby", label.id);
    this.node.dataset.cells = control.name;
    this.row.addEventListener("keydown", (event) => this.walk(event));
    this.become(control);
  }

  /** As many squares as the control has now, and its value. */
  become(control) {
    this.control = control;
    const count = countOf(control);
    if (this.inputs.length !== count) {
      this.inputs = Array.from({ length: count }, (_, place) => this.square(place));
      this.row.replaceChildren(...this.inputs);
      this.enter(this.inputs[0]);
    }
    this.set(control.value);
  }

  square(place) {
    const input = h("input", { type: "checkbox", ariaLabel: `${place}` });
    input.addEventListener("change", () => this.clicked(input));
    input.addEventListener("pointerdown", () => (this.stroke = { first: input, gone: !input.checked }));
    input.addEventListener("pointerenter", ({ buttons }) => buttons & 1 && this.drawn(input));
    return input;
  }

  clicked(input) {
    this.enter(input);
    this.tell();
    this.changed();
  }

  drawn(input) {
    if (!this.stroke) return;
    for (const each of [this.stroke.first, input]) each.checked = this.stroke.gone;
    this.clicked(input);
  }

  walk(event) {
    const next = target(this.inputs, this.inputs.indexOf(event.target), event.key);
    if (!next) return;
    event.preventDefault();
    this.enter(next);
    next.focus();
  }

  /** Of all squares the one that Tab enters. */
  enter(input) {
    for (const each of this.inputs) each.tabIndex = each === input ? 0 : -1;
  }

  clear() {
    this.set("");
    this.changed();
  }

  set(value) {
    const gone = new Set(placesIn(value, this.inputs.length));
    this.inputs.forEach((input, place) => (input.checked = gone.has(place)));
    this.tell();
  }

  get() {
    return placesText(this.inputs.flatMap((input, place) => (input.checked ? [place] : [])));
  }

  tell() {
    this.node.dataset.value = this.get();
    setText(this.output, `${this.inputs.filter(({ checked }) => checked).length} of ${this.inputs.length}`);
  }
}

export function cells(control, changed) {
  const made = new Cells(control, changed);
  const become = (next) => made.become(next);
  return { node: made.node, get: () => made.get(), set: (value) => made.set(value), become, text: () => made.get() || "none" };
}
