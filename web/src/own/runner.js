// Asks a thread for the figure of a reader's own network. The thread stays from one answer to the next, unless it is stopped, or
// a program has changed what it must not.

import { Runner, SECONDS } from "../exercise/runner.js";

const QUIET = 250; // ms without a question, after which memory is tidied
const MOST_KNOWN = 16; // programs, as in squeezelab/explorers/kit/own_network.py
const MOST = 40; // answers in one go before it is tidied all the same

export class NetworkRunner extends Runner {
  turn = Promise.resolve();
  untidied = 0;
  said = new Map(); // program: what it printed, for Python runs a program that it knows no second time

  /** {figure} or {error}, with {printed}; never fails for what a program does. */
  ask(values) {
    clearTimeout(this.pause);
    return this.inTurn(async (worker) => {
      const lines = [];
      const answer = await this.call(worker, JSON.stringify(values), lines);
      this.pause = setTimeout(() => this.tidy(), ++this.untidied < MOST ? QUIET : 0);
      return { ...answer, printed: this.printed(values.program, lines.join("\n")) };
    });
  }

  printed(program, text) {
    if (text) this.said.set(program, text);
    if (this.said.size > MOST_KNOWN) this.said.delete(this.said.keys().next().value);
    return this.said.get(program) ?? "";
  }

  tidy() {
    this.untidied = 0;
    return this.inTurn((worker) => this.call(worker, null, [])).catch(() => {});
  }

  /** One job after the other: a thread that is asked has nothing else to do. */
  inTurn(job) {
    const done = this.turn.then(() => this.prepare()).then(job);
    this.turn = done.catch(() => {});
    return done;
  }

  async call(worker, values, lines) {
    const { stopped, message } = await this.outcome(worker, [values], SECONDS, lines);
    const { renew, ...answer } = stopped ? { renew: true, error: stopped } : JSON.parse(message);
    if (renew) {
      this.spare = null;
      this.end(worker);
    }
    return answer;
  }
}
