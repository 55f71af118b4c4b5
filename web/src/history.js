// The browser's Back after a link in the text: each entry of the history has a number, so that going back is told from going on.
// The browser restores the place; the focus goes back to the link that led away from it.

const KEY = "squeezelab";
const left = new Map(); // number of an entry: the link that led to it
let at = 0;

// In a frame without an address of its own there is no history to write: the figure is set all the same.
function write(how, hash) {
  try {
    history[how]({ [KEY]: at }, "", hash);
  } catch {
    return;
  }
}

/** A new entry, for the hash of a link that is followed. */
export function note(hash, link) {
  at += 1;
  left.set(at, link);
  write("pushState", hash);
}

function changed(follow) {
  const [place, target] = [history.state?.[KEY], follow()];
  if (place === undefined) {
    at += 1; // an address that was typed, or an anchor of the page
    write("replaceState");
    target?.scrollIntoView({ block: "start" });
    return;
  }
  if (place < at) left.get(at)?.focus({ preventScroll: true });
  at = place;
}

/** follow: sets the figure that the address names, and returns it. */
export function watchHistory(follow) {
  at = history.state?.[KEY] ?? 0;
  write("replaceState");
  addEventListener("popstate", () => changed(follow));
}
