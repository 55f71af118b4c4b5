// Where a link takes the reader: what it names stays at the top while the page settles, until the reader moves.

const MOVES = ["wheel", "touchstart", "pointerdown", "keydown"];

// A page that was reloaded, or left and come back to, stays where the reader was: the browser sees to that.
const isReturn = () => ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type);

const arrive = (target) => target.scrollIntoView({ block: "start", behavior: "instant" });

const loaded = () =>
  new Promise((resolve) => {
    if (document.readyState === "complete") resolve();
    else addEventListener("load", resolve, { once: true });
  });

/** Scrolls to the element now, and again when styles, pictures and fonts are there, for those move what is above it. */
export async function land(target) {
  if (!target || isReturn()) return;
  let moved = false;
  for (const kind of MOVES) addEventListener(kind, () => (moved = true), { once: true, passive: true, capture: true });
  arrive(target);
  for (const settled of [loaded(), document.fonts?.ready]) {
    await settled;
    if (!moved) arrive(target);
  }
}
