// What some figures need once they move and that is too heavy to come with the page, such as the weights of a network: a script
// from the page's own host, for each of these figures, which joins the page's Python. A page opened from disk can load it, too.

import { load } from "./start_worker.js";

export class Later {
  /** text: "figure=address figure=address", as tools/live_pages.py writes it; resolve: address → the whole of it. */
  constructor(text, resolve, fetched = load) {
    const entries = text ? text.split(" ").map((entry) => entry.split("=")) : [];
    Object.assign(this, { addresses: new Map(entries), resolve, fetched });
  }

  has(name) {
    return this.addresses.has(name);
  }

  /** All of the page's Python, once that of this figure is there; rejects with the cause. */
  async files(name) {
    await this.fetched(this.resolve(this.addresses.get(name)));
    return globalThis.squeezelabSources;
  }
}
