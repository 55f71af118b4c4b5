// The front end of every live figure: an anywidget module in notebooks, and the same code in the pages of the book.

import { renderExplorer } from "./explorer_view.js";
import { renderPrediction } from "./prediction_view.js";
import { followClicks } from "./prose_links.js";

// JupyterLab binds the arrow keys of whatever has the focus, unless that element says otherwise: sliders need them.
function keepKeys({ target }) {
  target.dataset.lmSuppressShortcuts = "true";
}

function render(context) {
  const { kind } = context.model.get("spec");
  context.el.classList.add("sqz");
  context.el.addEventListener("focusin", keepKeys);
  return kind === "prediction" ? renderPrediction(context) : renderExplorer(context);
}

// In a notebook each figure has a module of its own; the first that hears of a click follows it.
const initialize = () => followClicks();

export default { initialize, render };
