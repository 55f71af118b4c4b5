// What a page says on paper only, where nothing can be moved.

import { h } from "./dom.js";

// The address at which a figure moves, in the state that is printed; `address` gives it, nothing where a page has none.
export function movesAt(address) {
  const node = h("p", { className: "sqz-on-paper" });
  addEventListener("beforeprint", function write() {
    if (!node.isConnected) return removeEventListener("beforeprint", write);
    const place = address();
    node.replaceChildren(...(place ? ["It moves at ", h("a", { href: place }, place.replace(/^file:.*\/|^\w+:\/+/, ""))] : []));
  });
  return node;
}
