// The engine's worker, started: classic scripts are fetched when needed (so that file:// works too), then a worker is made of them.

const scripts = new Map(); // address: the promise of its script, so that a second start fetches nothing again

function fetched(address) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: address, async: true });
    script.onload = resolve;
    script.onerror = () => {
      script.remove();
      scripts.delete(address); // the line may be back at the next try
      reject(new Error(`${address.split("/").pop().split("?")[0]} could not be loaded`));
    };
    document.head.append(script);
  });
}

export function load(address) {
  if (!scripts.has(address)) scripts.set(address, fetched(address));
  return scripts.get(address);
}

// The engine travels as base64 of gzip: a web server that does not compress still sends few bytes.
export async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

const NEEDED = ["Worker", "WebAssembly", "DecompressionStream"];
const PATIENCE = 60_000; // ms from the scripts to Python; a slow telephone takes 5 s

function answering(worker, message, transferred) {
  return new Promise((resolve, reject) => {
    const refuse = (cause) => reject(new Error(cause)); // of no effect once it has answered
    worker.onmessage = ({ data }) => (data.ready ? resolve(worker) : refuse(data.failed));
    worker.onerror = () => refuse("this browser did not start the book's engine");
    setTimeout(() => refuse("the book's engine did not answer"), PATIENCE);
    worker.postMessage(message, transferred);
  });
}

async function started(program, message, transferred) {
  const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  const worker = new Worker(url);
  try {
    return await answering(worker, message, transferred);
  } catch (error) {
    worker.terminate();
    throw error;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** A worker that answers questions {id, name, values}; rejects with the cause. addresses: the scripts it is made of. */
export async function startWorker(addresses) {
  const missing = NEEDED.find((name) => !(name in globalThis));
  if (missing) throw new Error(`this browser has no ${missing}`);
  await Promise.all(addresses.map(load));
  const { worker, wasm } = globalThis.squeezelabEngine;
  const [program, binary] = await Promise.all([unpack(worker), unpack(wasm)]);
  return started(program, { wasm: binary, sources: globalThis.squeezelabSources }, [binary]);
}
