// Commit first, then see: the choice is locked before the answer appears, and the gap is stated.

import { h, identifier } from "./dom.js";
import { verdict } from "./prediction.js";

function option(label, index, group, committed, spec) {
  const input = h("input", {
    type: "radio",
    name: group,
    value: index,
    disabled: committed !== null,
    checked: committed === index,
  });
  const mark = committed === null ? "" : index === spec.answer ? "sqz-right" : index === committed ? "sqz-wrong" : "";
  return h("label", { className: `sqz-option ${mark}` }, input, h("span", {}, label));
}

function answered(spec, committed, again) {
  const result = h(
    "div",
    { className: "sqz-reveal", tabIndex: -1 },
    h("p", { className: "sqz-verdict" }, verdict(spec, committed)),
    h("p", {}, spec.reveal),
  );
  return [result, h("button", { type: "button", className: "sqz-button", onclick: again }, "Predict again")];
}

// On paper nobody commits: the answer stands there.
const onPaper = ({ options, answer, reveal }) =>
  h("p", { className: "sqz-on-paper" }, `Right is “${options[answer]}”. ${reveal}`);

export function renderPrediction({ model, el }) {
  const spec = model.get("spec");
  const group = identifier("prediction");
  const choose = (choice) => {
    model.set("values", { choice });
    model.save_changes();
    draw();
    el.querySelector(choice === null ? "input" : ".sqz-reveal")?.focus();
  };
  function draw() {
    const committed = model.get("values")?.choice ?? null;
    const options = spec.options.map((label, index) => option(label, index, group, committed, spec));
    const commit = h("button", { type: "submit", className: "sqz-button sqz-commit", disabled: true }, "Commit");
    const end = committed === null ? [commit, onPaper(spec)] : answered(spec, committed, () => choose(null));
    const legend = h("legend", { className: "sqz-finding" }, spec.question);
    const form = h(
      "form",
      { onchange: () => (commit.disabled = false) },
      h("span", { className: "sqz-name" }, "Predict first"),
      h("fieldset", { className: "sqz-answers" }, legend, options),
      end,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = form.querySelector("input:checked");
      if (chosen) choose(Number(chosen.value));
    });
    const note = model.get("note");
    if (note) form.append(h("p", { className: "sqz-note" }, note));
    el.replaceChildren(form);
  }
  draw();
  model.on("change:values", draw);
  return () => model.off("change:values", draw);
}
