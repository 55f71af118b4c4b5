// Stand-ins for a notebook's widget model, with the same four methods, for pages without a kernel.

import { newestOnly } from "./coalesce.js";
import { choiceIn, entryOf } from "./prediction.js";
import { FORGETS } from "./store.js";

class Model {
  constructor(state) {
    this.state = state;
    this.listeners = {};
  }
  get(key) {
    return this.state[key];
  }
  set(key, value) {
    this.state[key] = value;
    for (const listener of this.listeners[`change:${key}`] ?? []) listener();
  }
  on(event, listener) {
    (this.listeners[event] ??= []).push(listener);
  }
  off(event, listener) {
    this.listeners[event] = (this.listeners[event] ?? []).filter((known) => known !== listener);
  }
  save_changes() {}
}

const SLOW = 300; // ms, after which a reader wonders whether the move was seen

const doing = ({ worker, fetching }) => (!worker ? "starting…" : fetching ? "fetching…" : "computing…");

const asleep = ({ message }) =>
  `The figures cannot move now: ${message}. The picture stays as it was; the next move tries again.`;

// Values go to the engine, the newest first; an error leaves the last good picture standing.
export class ExplorerModel extends Model {
  constructor(state, engine) {
    super(state);
    this.engine = engine;
    this.ask = newestOnly((values) => this.answer(values));
  }
  async answer(values) {
    const slow = setTimeout(() => this.set("busy", doing(this.engine)), SLOW);
    try {
      const { figure, error, ...more } = await this.engine.ask(this.get("spec").name, values);
      if (figure) this.set("figure", figure);
      for (const key in more) this.set(key, more[key]);
      this.told(error ?? "");
    } catch (error) {
      this.told(asleep(error));
    } finally {
      clearTimeout(slow);
      this.set("busy", "");
    }
  }
  told(error) {
    this.set("error", error);
  }
  get waits() {
    return Boolean(this.engine.later?.has(this.get("spec").name));
  }
  // The first answer, so that the reader's first move is as quick as the next; not where something heavy were to be fetched.
  warm() {
    return this.waits ? null : this.engine.ask(this.get("spec").name, this.get("values"));
  }
  // The reader turns to this figure.
  touched() {
    if (this.waits) this.engine.ask(this.get("spec").name, this.get("values")).catch(() => {}); // a move will say why not
  }
  save_changes() {
    this.ask(this.get("values"));
  }
}

// A choice outlives the visit, where the browser keeps it.
export class PredictionModel extends Model {
  constructor(state, store, name) {
    super(state);
    Object.assign(this, { store, name });
    this.state.values = { choice: choiceIn(this.get("spec"), store.read(name)) };
  }
  save_changes() {
    const { choice } = this.get("values");
    const kept = choice === null ? this.store.remove(this.name) : this.store.add(this.name, entryOf(this.get("spec"), choice));
    this.set("note", kept ? "" : FORGETS);
  }
}
