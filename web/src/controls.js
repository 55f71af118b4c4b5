// Native inputs, one per control: {node, get, set, text, disable} and for ranges {limit, become}. What the browser gives for
// free (keyboard, touch, names) stays.

import { cells } from "./cells.js";
import { h, identifier, setText } from "./dom.js";
import { drawing } from "./drawing.js";
import { format, withUnit } from "./format.js";
import { program } from "./own/control.js";

const worded = (control, value) => format(value, control.format ?? "four"); // 0.625 is set, so 0.63 is not shown
const show = (control, value) => withUnit(worded(control, value), control.unit);

function steps(control) {
  if (!control.values) return { min: control.min, max: control.max, step: control.step ?? 1, to: Number, from: Number };
  const { values } = control;
  return { min: 0, max: values.length - 1, step: 1, to: (index) => values[index], from: (value) => values.indexOf(value) };
}

// A finger that sets out on a slider but scrolls the page has set it on the way: the browser then cancels, and so do we.
function undoSwipe(input, restore) {
  let before;
  input.addEventListener("pointerdown", () => (before = input.value));
  input.addEventListener("pointercancel", () => {
    if (input.value === before) return;
    input.value = before;
    restore();
  });
}

function range(control, changed) {
  let { min, max, step, to, from } = steps(control);
  const id = identifier(control.name);
  const output = h("output", { htmlFor: id, className: "sqz-value" });
  const input = h("input", { id, type: "range", min, max, step, name: control.name, oninput: () => update() && changed() });
  const update = () => {
    const text = show(control, to(input.value));
    setText(output, text);
    input.setAttribute("aria-valuetext", text);
    return true;
  };
  const set = (value) => ((input.value = from(value)), update());
  set(control.value);
  undoSwipe(input, () => update() && changed());
  const label = h("label", { htmlFor: id }, control.label);
  const node = h("div", { className: "sqz-control sqz-range" }, h("div", { className: "sqz-caption" }, label, output), input);
  const limit = ([lo, hi]) => {
    Object.assign(input, { min: lo, max: hi });
    return update();
  };
  const become = (next) => {
    ({ min, max, step, to, from } = steps(next));
    Object.assign(input, { min, max, step });
    return set(next.value);
  };
  return { node, input, set, limit, become, get: () => to(input.value), text: () => worded(control, to(input.value)) };
}

const LONGEST_ROW = 44; // characters that fit as buttons in a row; longer lists become a menu

const labelOf = (control, chosen) => control.options.find(({ value }) => value === chosen)?.label ?? "";

function radios(control, changed) {
  const name = identifier(control.name);
  const buttons = control.options.map(({ value, label }) => {
    const input = h("input", { type: "radio", name, checked: value === control.value, onchange: changed });
    return { value, input, node: h("label", { className: "sqz-option" }, input, h("span", {}, label)) };
  });
  const legend = h("legend", {}, control.label);
  const row = h(
    "div",
    { className: "sqz-options" },
    buttons.map((button) => button.node),
  );
  const node = h("fieldset", { className: "sqz-control sqz-choice" }, legend, row);
  const get = () => buttons.find(({ input }) => input.checked)?.value;
  const set = (value) => buttons.forEach((button) => (button.input.checked = button.value === value));
  return { node, get, set, text: () => labelOf(control, get()) };
}

function menu(control, changed) {
  const id = identifier(control.name);
  const options = control.options.map(({ label }, index) => h("option", { value: index }, label));
  const input = h("select", { id, name: control.name, onchange: changed }, options);
  const set = (value) => (input.selectedIndex = control.options.findIndex((option) => option.value === value));
  set(control.value);
  const caption = h("div", { className: "sqz-caption" }, h("label", { htmlFor: id }, control.label));
  const get = () => control.options[input.selectedIndex]?.value;
  return { node: h("div", { className: "sqz-control" }, caption, input), set, get, text: () => labelOf(control, get()) };
}

function choice(control, changed) {
  const letters = control.options.reduce((sum, { label }) => sum + label.length, 0);
  return (control.options.length <= 4 && letters <= LONGEST_ROW ? radios : menu)(control, changed);
}

function toggle(control, changed) {
  const input = h("input", { type: "checkbox", name: control.name, checked: control.value, onchange: changed });
  const node = h("label", { className: "sqz-control sqz-toggle" }, input, h("span", {}, control.label));
  const text = () => `${control.label}: ${input.checked ? "yes" : "no"}`;
  return { node, text, get: () => input.checked, set: (value) => (input.checked = Boolean(value)) };
}

// Play moves the slider one step at a time and stops at the end; the reader stays in charge.
function withPlay(made, changed) {
  const pause = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1200 : 420; // ms a step
  let timer = null;
  const button = h("button", { type: "button", className: "sqz-play", onclick: () => (timer ? stop() : start()) });
  const name = (text, symbol) => (button.setAttribute("aria-label", text), setText(button, symbol));
  const advance = () => {
    made.input.stepUp();
    made.set(made.get());
    changed();
    if (Number(made.input.value) >= Number(made.input.max)) stop();
  };
  const stop = () => (clearInterval(timer), (timer = null), name("Play", "▶"));
  const start = () => {
    if (Number(made.input.value) >= Number(made.input.max)) made.set(Number(made.input.min));
    timer = setInterval(advance, pause);
    name("Pause", "❚❚");
  };
  stop();
  made.node.append(button);
  made.node.classList.add("sqz-plays");
  return { ...made, stop };
}

// A control that means nothing in this state is greyed, and says why in words that stay in the reading order.
function disabler({ node }, name) {
  const reason = h("span", { id: identifier(`${name}-why`), className: "sqz-reason", hidden: true });
  return (text) => {
    if (!text && reason.hidden) return;
    if (!reason.parentNode) node.append(reason);
    for (const input of node.querySelectorAll("input, select, button")) {
      input.disabled = Boolean(text);
      text ? input.setAttribute("aria-describedby", reason.id) : input.removeAttribute("aria-describedby");
    }
    node.classList.toggle("sqz-disabled", Boolean(text));
    reason.hidden = !text;
    setText(reason, text ?? "");
  };
}

const KINDS = { range, choice, toggle, cells, drawing, program };

export function makeControl(control, changed) {
  const made = KINDS[control.kind](control, changed);
  made.disable = disabler(made, control.name);
  return control.play ? withPlay(made, changed) : made;
}
