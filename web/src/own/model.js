// The model of a figure that a program is asked for: what the reader types is drawn at once, kept in this browser, and complained
// about only when the typing rests; a program that came with a link waits until it is run.

import { ExplorerModel } from "../models.js";

const REST = 700; // ms without a key, after which a program that does not run is not just half typed
const CAME = "This program came with a link. Read it, then run it; the picture is still the one from before.";

const BEFORE = "The picture is that of the program before.";

export const hasProgram = ({ controls }) => controls.some(({ kind }) => kind === "program");

export class ProgramModel extends ExplorerModel {
  constructor(state, engine, store) {
    super({ ...state, notice: "", held: false, printed: "", forgets: false, mine: "" }, engine);
    this.store = store;
    this.own = state.spec.controls.find(({ kind }) => kind === "program").options.map(({ value }) => value);
    const { text, mine } = store.read(state.spec.name);
    if (typeof text === "string") this.state.values = { ...state.values, program: text };
    if (typeof mine === "string") this.state.mine = mine;
    this.kept = this.program;
  }

  get program() {
    return this.get("values").program;
  }

  get dress() {
    return async (...given) => (await this.engine.start()).dress(...given);
  }

  // The embedded picture is that of the start; what the browser has kept is drawn as soon as it can be.
  async warm() {
    const start = Object.fromEntries(this.get("spec").controls.map(({ name, value }) => [name, value]));
    await this.engine.ask(null, start);
    if (!this.get("held") && this.program !== start.program) this.save_changes();
  }

  /** Values from a link: a program that is neither the reader's nor the book's is shown, and waits. */
  arrive({ program }) {
    if (program === undefined || program === this.program || this.own.includes(program)) return;
    this.set("held", true);
    this.set("notice", CAME);
  }

  /** fault: why the link of the address was not followed; a program that waits goes on waiting. */
  arrivedWith(fault) {
    if (fault || !this.get("held")) this.set("notice", fault);
  }

  run() {
    this.set("held", false);
    this.set("notice", "");
    this.save_changes();
  }

  keep() {
    if (this.kept === this.program) return;
    this.kept = this.program;
    const kept = this.store.add(this.get("spec").name, { text: this.program, mine: this.get("mine") });
    if (!kept) this.set("forgets", true);
  }

  save_changes() {
    if (this.get("held")) return;
    super.save_changes();
    this.keep();
  }

  // Called with every answer: a figure is shown at once, an error when no key has followed for a while.
  told(error) {
    clearTimeout(this.complaint);
    if (!error) this.set("error", "");
    else this.complaint = setTimeout(() => this.set("error", `${error}. ${BEFORE}`.replace("..", ".")), REST);
  }
}
