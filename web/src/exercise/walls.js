// Takes everything from this thread but the language itself: no network, no storage, no script, no message but our own reply.

const LANGUAGE = `AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError
  FinalizationRegistry Float32Array Float64Array Infinity Int16Array Int32Array Int8Array JSON Map Math NaN Number Object Promise
  Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array
  Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly decodeURIComponent encodeURIComponent globalThis isFinite
  isNaN parseFloat parseInt undefined TextDecoder TextEncoder performance crypto`.split(/\s+/);
const ENGINE = /^(proxy_js_|pyProxy|Module$)/; // MicroPython keeps its own there
const GONE = { value: undefined, writable: false, configurable: false };

function functionKinds() {
  const samples = [function () {}, async function () {}, function* () {}, async function* () {}];
  return samples.map((sample) => Object.getPrototypeOf(sample));
}

function close(owner, name) {
  try {
    if (owner === globalThis) Object.defineProperty(owner, name, GONE);
    else delete owner[name];
  } catch {
    // what the browser does not let go is named by the test that tries each way out
  }
}

export function raiseWalls() {
  const kept = new Set(LANGUAGE);
  for (let owner = globalThis; owner && owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (owner !== globalThis || !(kept.has(name) || ENGINE.test(name))) close(owner, name);
    }
  }
  for (const kind of functionKinds()) Object.defineProperty(kind, "constructor", GONE); // no code from text
  globalThis.proxy_js_ref[0] = Object.freeze(Object.create(null)); // what Python's module `js` shows
}
