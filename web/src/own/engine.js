// The page's side of a reader's own network, with the face of `Engine`: it is fetched and started when first needed.

export class NetworkEngine {
  /** open: fetches what it needs and starts its thread; see exercise/kit.js for what it gives. */
  constructor(open) {
    Object.assign(this, { open, worker: null });
  }

  async start() {
    const kit = await this.open();
    this.worker = kit;
    return kit;
  }

  async ask(name, values) {
    return (await this.start()).ask(values);
  }
}
