// A program in a link: #explorer=your_network&program=…&seal=1x3k, plain, within bounds, and shown before it runs.

export const LONGEST = 4000; // letters of what follows the address of the page

const TOO_LONG = "This link is longer than 4,000 letters, so this book did not make it; nothing of it is shown.";
const DAMAGED = "This link is damaged: a part of its program is missing or changed. Nothing of it is shown.";
const FOREIGN = "This link is not for this page: it names no figure that is here.";

/** A sum over a text, so that a link that was cut off or changed on its way is known. */
export function sealOf(text) {
  let sum = 0;
  for (let place = 0; place < text.length; place += 1) sum = (31 * sum + text.charCodeAt(place)) % 0x7fffffff;
  return sum.toString(36);
}

/** What stands at the end of the link of a figure with a program: [[name, value]]. */
export const sealed = ({ program }) => (program === undefined ? [] : [["seal", sealOf(program)]]);

/** Why a link to a program is not followed, or "". names: the figures of the page. */
export function faultOf(hash, names) {
  const parts = new URLSearchParams(hash.slice(1));
  if (hash.length > LONGEST) return TOO_LONG;
  if (!parts.has("explorer") ? parts.has("program") : !names.includes(parts.get("explorer"))) return FOREIGN;
  if (!parts.has("program") && !parts.has("seal")) return "";
  return sealOf(parts.get("program") ?? "") === parts.get("seal") ? "" : DAMAGED;
}
