// Bundles the front end. `npm run build` writes
//   squeezelab/widgets/static/  explorer.js, explorer.css: committed, so that the package works without Node
//   book/_static/live/          page.js, engine.js, exercise.js, explorer.css: what the rendered pages load, beside the Python
//                               that tools/live_pages.py and tools/exercise_pages.py give to each

import { build, transform } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { stylesheet } from "./palette.mjs";

const web = dirname(fileURLToPath(import.meta.url));
const root = dirname(web);
const widgets = join(root, "squeezelab/widgets/static");
const pages = join(root, "book/_static/live");
const micropython = join(web, "node_modules/@micropython/micropython-webassembly-pyscript");

const WASM_SHA256 = "06338c955b03c5700aa0069015d3e392d76836ef8e2ce25bedbe59b88ccd373c"; // MicroPython 1.27.0
// In the order in which they overrule.
const STYLES = ["frame", "controls", "charts", "numbers", "predictions", "own", "figures", "media"];
const PAGE_STYLES = [...STYLES, "exercises", "progress"]; // notebooks have cells of their own
const COMMON = {
  bundle: true,
  minify: true,
  write: false,
  target: "es2022",
  charset: "utf8",
  absWorkingDir: web,
  legalComments: "none",
  loader: { ".py": "text", ".css": "text" },
};

// What is shipped was checked against the figure contract by the tests: src/contract.js stays out.
async function bundle(entry, { define, ...options }) {
  const settings = { ...COMMON, ...options, entryPoints: [entry], define: { SHIPPED: "true", ...define } };
  return (await build(settings)).outputFiles[0].text;
}

const packed = (bytes) => gzipSync(bytes, { level: 9 }).toString("base64");

// Outside Node the engine's own start-up code for Node is dead; `process` undefined lets esbuild drop it.
const workerOptions = {
  format: "iife",
  external: ["module", "path", "url", "fs"],
  define: { process: "undefined", "globalThis.process": "undefined", "import.meta.url": '""' },
};

/** The program of the thread in which a reader's answer runs. */
export const exerciseWorker = () => bundle("src/exercise/worker.js", workerOptions);

export function verifiedWasm() {
  const bytes = readFileSync(join(micropython, "micropython.wasm"));
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== WASM_SHA256) throw new Error(`micropython.wasm has sha256 ${found}, expected ${WASM_SHA256}`);
  return bytes;
}

const styles = (names) => names.map((name) => readFileSync(join(web, `src/style/${name}.css`), "utf8")).join("\n");
function write(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
    console.log(`${relative(root, join(folder, name))}  ${text.length} B, ${gzipSync(text).length} B gzip`);
  }
}

const sheet = async (names) => (await transform(stylesheet(styles(names)), { loader: "css", minify: true })).code;
// In the address of a script, so that no browser keeps an old one.
const stampOf = (text) => createHash("sha256").update(text).digest("hex").slice(0, 8);

async function exerciseScript() {
  const kit = await bundle("src/exercise/kit.js", { format: "iife" });
  return `globalThis.squeezelabExerciseWorker = ${JSON.stringify(packed(await exerciseWorker()))};\n${kit}`;
}

export async function main() {
  const [css, pageCss] = await Promise.all([STYLES, PAGE_STYLES].map(sheet));
  const worker = await bundle("src/worker.js", workerOptions);
  const parts = { worker: packed(worker), wasm: packed(verifiedWasm()) };
  const engine = `globalThis.squeezelabEngine = ${JSON.stringify(parts)};\n`;
  const exercise = await exerciseScript();
  const stamps = { STAMP: JSON.stringify(stampOf(engine)), EXERCISE_STAMP: JSON.stringify(stampOf(exercise)) };
  write(widgets, { "explorer.js": await bundle("src/explorer.js", { format: "esm" }), "explorer.css": css });
  write(pages, {
    "page.js": await bundle("src/page.js", { format: "iife", define: stamps }),
    "engine.js": engine,
    "exercise.js": exercise,
    "explorer.css": pageCss,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
