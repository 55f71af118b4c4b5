// Runs programs, each in a thread of its own: one is always ready, and is ended when its program is done, or took too long.

export const SECONDS = 2;
const MOST_CHARACTERS = 20_000; // a program of fifteen lines has five hundred

const said = (exercise, text) => ({ message: `✗ ${exercise}: ${text}` });
export const endless = (seconds) => `it was stopped after ${seconds} seconds; does a loop never end?`;
export const FLOOD = "it was stopped, for it printed more than 20,000 characters";
export const TOO_LONG = "the program is longer than 20,000 characters";
export const BROKEN = "it broke this page's Python, which was started anew";

export class Runner {
  /** makeWorker: gives a new thread of worker.js; given: what the thread is started with. */
  constructor(makeWorker, given) {
    Object.assign(this, { makeWorker, given, spare: null });
  }

  /** Has a thread ready, so that a program does not wait for it. */
  prepare() {
    this.spare ??= this.start();
    this.spare.catch(() => (this.spare = null)); // the next program tries again
    return this.spare;
  }

  async start() {
    const begin = performance.now();
    const worker = this.makeWorker();
    await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (data.ready ? resolve() : reject(new Error(data.failed)));
      worker.onerror = () => reject(new Error("the thread for programs did not start"));
      worker.postMessage(this.given);
    });
    performance.measure("squeezelab-thread", { start: begin }); // for benchmarks/exercises.py
    return worker;
  }

  /** {message, printed}; never fails for what a program does. seconds: more for an exercise that simulates whole networks. */
  async run(exercise, setup, program, seconds = SECONDS) {
    if (program.length > MOST_CHARACTERS) return { ...said(exercise, TOO_LONG), printed: "" };
    const worker = await this.prepare();
    this.spare = null;
    const lines = [];
    const { stopped, message } = await this.outcome(worker, [exercise, setup, program], seconds, lines);
    this.end(worker);
    return { ...(stopped ? said(exercise, stopped) : { message }), printed: lines.join("\n") };
  }

  end(worker) {
    worker.terminate();
    this.prepare().catch(() => {});
  }

  /** {message} of a call, or {stopped: why}; lines: takes what it prints. */
  outcome(worker, call, seconds, lines) {
    return new Promise((resolve) => {
      const stop = (stopped) => resolve({ stopped });
      const timer = setTimeout(() => stop(endless(seconds)), 1000 * seconds);
      worker.onerror = () => stop(BROKEN);
      worker.onmessage = ({ data }) => {
        if ("printed" in data) return lines.push(data.printed);
        clearTimeout(timer);
        if (data.flooded) stop(FLOOD);
        else if (data.broken) stop(BROKEN);
        else resolve({ message: data.message });
      };
      worker.postMessage({ call });
    });
  }
}
