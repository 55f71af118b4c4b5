// Page side of the engine: classic scripts are fetched when needed (so that file:// works too), then a worker answers.

const load = (address) =>
  new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: address, async: true });
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${address} could not be loaded`));
    document.head.append(script);
  });

// The engine travels as base64 of gzip: a web server that does not compress still sends few bytes.
async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

async function startWorker(addresses) {
  await Promise.all(addresses.map(load));
  const { worker: code, wasm } = globalThis.squeezelabEngine;
  const [program, binary] = await Promise.all([unpack(code), unpack(wasm)]);
  const worker = new Worker(URL.createObjectURL(new Blob([program], { type: "text/javascript" })));
  await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.ready ? resolve() : reject(new Error(data.failed)));
    worker.onerror = () => reject(new Error("the worker did not start"));
    worker.postMessage({ wasm: binary, sources: globalThis.squeezelabSources }, [binary]);
  });
  return worker;
}

export class Engine {
  /** base: the address of the folder of page.js; python: the files in it that hold what the page's figures are made of. */
  constructor(base, python) {
    const addresses = [`engine.js?v=${STAMP}`, ...python].map((name) => base + name);
    Object.assign(this, { addresses, pending: new Map(), count: 0 });
  }

  start() {
    this.started ??= this.begin();
    return this.started;
  }

  async begin() {
    performance.mark("squeezelab-engine-called");
    const worker = await startWorker(this.addresses);
    worker.onmessage = ({ data }) => this.receive(data);
    performance.mark("squeezelab-engine-ready");
    return worker;
  }

  receive({ id, answer }) {
    this.pending.get(id)?.(answer);
    this.pending.delete(id);
  }

  async ask(name, values) {
    const worker = await this.start();
    const id = ++this.count;
    const answer = new Promise((resolve) => this.pending.set(id, resolve));
    worker.postMessage({ id, name, values: JSON.stringify(values) });
    return JSON.parse(await answer);
  }
}
