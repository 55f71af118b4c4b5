// Page side of the engine: questions go to a worker, which is started when first needed, and again when it is gone.

const PATIENCE = 30_000; // ms; the slowest first answer takes 2 s, on a telephone perhaps 10

const NOTHING = { has: () => false };

class Gone extends Error {}

export class Engine {
  /** begin: starts a worker and returns the promise of it, which rejects with the cause; later: what some figures need beside
   * it (later.js); patience: ms for an answer. */
  constructor(begin, later = NOTHING, patience = PATIENCE) {
    Object.assign(this, { begin, later, patience, pending: new Map(), count: 0, worker: null, started: null });
    Object.assign(this, { given: new Set(), fetching: false });
  }

  start() {
    this.started ??= this.begin().then(
      (worker) => this.use(worker),
      (error) => this.failed(error),
    );
    return this.started;
  }

  use(worker) {
    worker.onmessage = ({ data }) => this.receive(data);
    worker.onerror = () => this.lose(worker);
    this.worker = worker;
    this.given.clear();
    return worker;
  }

  // Not for good: the next move tries again.
  failed(error) {
    this.started = null;
    throw error;
  }

  receive({ id, answer }) {
    this.pending.get(id)?.resolve(answer);
    this.pending.delete(id);
  }

  // Out of memory, ended by the browser, or silent for too long: whoever waits for it is told.
  lose(worker) {
    if (worker !== this.worker) return;
    worker.terminate();
    Object.assign(this, { worker: null, started: null });
    for (const { reject } of this.pending.values()) reject(new Gone("the book's engine stopped twice in this state"));
    this.pending.clear();
  }

  // What a figure needs beside the page's Python, fetched with its first question.
  async complete(worker, name) {
    if (!this.later.has(name) || this.given.has(name)) return;
    this.fetching = true;
    try {
      worker.postMessage({ sources: await this.later.files(name) });
      this.given.add(name);
    } finally {
      this.fetching = false;
    }
  }

  async once(name, values) {
    const worker = await this.start();
    await this.complete(worker, name);
    const id = ++this.count;
    const late = setTimeout(() => this.lose(worker), this.patience);
    try {
      return await new Promise((resolve, reject) => {
        this.pending.set(id, { resolve, reject });
        worker.postMessage({ id, name, values: JSON.stringify(values) });
      });
    } finally {
      clearTimeout(late);
    }
  }

  /** {figure} or {error}; a worker that is lost on the way is replaced once. */
  async ask(name, values) {
    const answer = await this.once(name, values).catch((error) => {
      if (error instanceof Gone) return this.once(name, values);
      throw error;
    });
    return JSON.parse(answer);
  }
}
