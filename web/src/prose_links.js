// A link in the text, [go to 32 channels](#explorer=layer_cost&channels=32), sets the figure that it names: the one nearest to
// it, or the one that `figure=2` counts off. Figures are found in the document, for a notebook loads this module for each.

const IN_TEXT = "a[href^='#explorer=']";

export const nameIn = (hash) => new URLSearchParams(hash.slice(1)).get("explorer");

export const figuresNamed = (name) =>
  [...document.querySelectorAll("[data-explorer]")].filter((el) => el.dataset.explorer === name);

function nearest(found, link) {
  const place = link.getBoundingClientRect().top;
  const away = (el) => Math.abs(el.getBoundingClientRect().top - place);
  return found.reduce((best, next) => (away(next) < away(best) ? next : best), found[0]);
}

/** The element of the figure that a hash names, for a reader who is at `link`; undefined where the page has none. */
export function figureOf(hash, link) {
  const found = figuresNamed(nameIn(hash));
  const wanted = Number(new URLSearchParams(hash.slice(1)).get("figure"));
  return found[wanted - 1] ?? (link ? nearest(found, link) : found[0]);
}

// What moves is in view if the controls and the first picture are; else as little is scrolled as shows both, so that the
// sentence may stay beside them.
function bringIntoView(el) {
  const picture = el.querySelector(".sqz-chart") ?? el;
  const above = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
  const [top, bottom] = [el.getBoundingClientRect().top, picture.getBoundingClientRect().bottom];
  if (top >= above && bottom <= innerHeight) return false;
  const fits = bottom - top <= innerHeight - above;
  if (fits && top >= above) picture.scrollIntoView({ block: "end" });
  else el.scrollIntoView({ block: "start" });
  return true;
}

// Whoever stays beside the sentence keeps the focus there; who was carried away goes on from the figure.
function visit(el, link) {
  el.sqzFollow(link.hash, () => {
    link.scrollIntoView({ block: "center" });
    link.focus({ preventScroll: true });
  });
  if (!bringIntoView(el)) return;
  el.tabIndex = -1;
  el.focus({ preventScroll: true });
}

/**
 * Links in the text set figures from now on, until the function that is returned is called. `note` keeps in the history where
 * the reader was, before the page scrolls.
 */
export function followClicks(note = () => {}) {
  const follow = (event) => {
    const link = event.target.closest?.(IN_TEXT);
    const plain = !event.defaultPrevented && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    const el = link && plain && figureOf(link.hash, link);
    if (!el) return;
    event.preventDefault();
    note(link.hash, link);
    visit(el, link);
  };
  addEventListener("click", follow, true);
  return () => removeEventListener("click", follow, true);
}

/** Says of each link in the text which figure it sets. */
export function nameTargets() {
  for (const link of document.querySelectorAll(IN_TEXT)) {
    const el = figureOf(link.hash, link);
    if (el) link.title = `Sets ${el.dataset.figure ? `figure ${el.dataset.figure}` : "the figure"}: ${el.dataset.title}`;
  }
}
