// What a page says on paper only, where nothing can be moved.

import { h } from "./dom.js";

// The address at which a figure moves, in the state that is printed; `address` gives it, null where a page has none.
export function movesAt(address) {
  const node = h("p", { className: "sqz-on-paper" });
  const write = () => {
    const place = address();
    node.replaceChildren(...(place ? ["It moves at ", h("a", { href: place }, place.replace(/^\w+:\/+/, ""))] : []));
  };
  addEventListener("beforeprint", write);
  return { node, stop: () => removeEventListener("beforeprint", write) };
}
