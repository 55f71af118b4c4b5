// Controls beyond the five in view, folded away under a name that also tells their state: "Blocks of each stage 2 · 4 · 14 · 1".

import { h, setText } from "./dom.js";

class Group {
  constructor(name, controls) {
    this.controls = controls;
    this.state = h("span", { className: "sqz-group-state" });
    const inside = h(
      "div",
      { className: "sqz-controls" },
      controls.map(({ node }) => node),
    );
    this.node = h("details", { className: "sqz-group" }, h("summary", {}, h("span", {}, name), this.state), inside);
  }

  tell() {
    setText(this.state, this.controls.map(({ text }) => text()).join(" · "));
  }

  open() {
    this.node.open = true;
  }
}

/** The controls of each group, which follow one another, as {name: Group}. */
export function groupsOf(controls) {
  const names = [...new Set(controls.map(({ spec }) => spec.group).filter(Boolean))];
  return names.map(
    (name) =>
      new Group(
        name,
        controls.filter(({ spec }) => spec.group === name),
      ),
  );
}
