// The hints of an exercise stand in its text; in the page they are given one sentence at a time.

const SENTENCE = /(?<=[.?!])\s+/;

function isHint(node) {
  if (node.localName === "em") return /^Hints?:/.test(node.textContent);
  return node.localName === "details" && /^Hints?$/.test(node.querySelector("summary")?.textContent.trim() ?? "");
}

// The text of an exercise: what stands between the cell before and its own.
function textBefore(cell) {
  const found = [];
  let node = cell.previousElementSibling;
  for (; node && !node.matches(".cell, h1, h2, h3"); node = node.previousElementSibling) found.unshift(node);
  return found;
}

/** Pieces of a run of nodes, a sentence each; formulas and code stay whole. */
export function sentences(nodes) {
  const steps = [[]];
  for (const node of nodes) {
    const parts = node.nodeType === Node.TEXT_NODE ? node.textContent.split(SENTENCE) : [node];
    parts.forEach((part, place) => {
      if (place) steps.push([]);
      steps.at(-1).push(part);
    });
  }
  return steps.filter((step) => step.some((part) => (part.textContent ?? part).trim()));
}

function stepsOf(hint) {
  if (hint.localName === "em") {
    const first = hint.firstChild;
    first.textContent = first.textContent.replace(/^Hints?:\s*/, "");
    return sentences([...hint.childNodes]);
  }
  hint.querySelector("summary").remove();
  const blocks = [...hint.children];
  return blocks.flatMap((block) => (block.localName === "p" ? sentences([...block.childNodes]) : [[block]]));
}

/** Takes the hints out of the text of an exercise; returns their steps, a list of nodes and texts each. */
export function takeHints(cell) {
  const hints = textBefore(cell).flatMap((node) => [node, ...node.querySelectorAll("em, details")].filter(isHint));
  return hints.flatMap((hint) => {
    hint.remove();
    return stepsOf(hint);
  });
}
