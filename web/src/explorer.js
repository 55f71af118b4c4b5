// The front end of every live figure: an anywidget module in notebooks, and the same code in the pages of the book.

import { renderExplorer } from "./explorer_view.js";
import { renderPrediction } from "./prediction_view.js";

function render(context) {
  const { kind } = context.model.get("spec");
  return kind === "prediction" ? renderPrediction(context) : renderExplorer(context);
}

export default { render };
