// What a drawing may start from: a menu whose first entry stands for what the reader made of it.

import { h, identifier } from "./dom.js";

const OWN = "your drawing";

/** control: with options; choose: called with the drawing that is chosen. {node, show(text), label(text)}. */
export function startsOf({ name, options }, choose) {
  const id = identifier(`${name}-start`);
  const entries = [h("option", { value: "", disabled: true }, OWN)];
  for (const { value, label } of options) entries.push(h("option", { value }, label));
  const input = h("select", { id, onchange: () => choose(input.value) }, entries);
  const label = (text) => options.find(({ value }) => value === text)?.label ?? OWN;
  const show = (text) => (input.selectedIndex = options.findIndex(({ value }) => value === text) + 1);
  const node = h("div", { className: "sqz-starts" }, h("label", { htmlFor: id }, "Start from"), input);
  return { node, show, label };
}
