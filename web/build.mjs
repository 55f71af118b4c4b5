// Bundles the front end. `npm run build` writes
//   squeezelab/widgets/static/  explorer.js, explorer.css: committed, so that the package works without Node
//   book/_static/live/          page.js, engine.js, sources.js, explorer.css: what the rendered pages load;
//                               sources.js holds the portable packages and the recorded results that explorers show

import { build, transform } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { stylesheet } from "./palette.mjs";
import { packedJson, stripped } from "./strip.mjs";

const web = dirname(fileURLToPath(import.meta.url));
const root = dirname(web);
const widgets = join(root, "squeezelab/widgets/static");
const pages = join(root, "book/_static/live");
const micropython = join(web, "node_modules/@micropython/micropython-webassembly-pyscript");

const WASM_SHA256 = "06338c955b03c5700aa0069015d3e392d76836ef8e2ce25bedbe59b88ccd373c"; // MicroPython 1.27.0
const STYLES = ["frame", "controls", "charts", "numbers", "predictions", "media"]; // in the order in which they overrule
const PORTABLE = ["core", "networks", "hardware", "compression", "explorers", "course"];
const COMMON = {
  bundle: true,
  minify: true,
  write: false,
  target: "es2022",
  charset: "utf8",
  absWorkingDir: web,
  legalComments: "none",
};

const bundle = async (entry, options) => (await build({ ...COMMON, entryPoints: [entry], ...options })).outputFiles[0].text;
const packed = (bytes) => gzipSync(bytes, { level: 9 }).toString("base64");

// Outside Node the engine's own start-up code for Node is dead; `process` undefined lets esbuild drop it.
const workerOptions = {
  format: "iife",
  external: ["module", "path", "url", "fs"],
  define: { process: "undefined", "globalThis.process": "undefined", "import.meta.url": '""' },
};

function verifiedWasm() {
  const bytes = readFileSync(join(micropython, "micropython.wasm"));
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== WASM_SHA256) throw new Error(`micropython.wasm has sha256 ${found}, expected ${WASM_SHA256}`);
  return bytes;
}

function pythonFiles(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return pythonFiles(path);
    return entry.name.endsWith(".py") ? [path] : [];
  });
}

const styles = () => STYLES.map((name) => readFileSync(join(web, `src/style/${name}.css`), "utf8")).join("\n");
const read = (path) => readFileSync(join(root, path), "utf8");
const recordsIn = (python) =>
  [...python.matchAll(/\bmeasured\("(\w+)"\)/g)].map(([, name]) => `squeezelab/recorded/${name}.json`);

/** {path: text}: the portable packages, and each recorded result that an explorer, or the given program, asks for. */
export function portableSources(program = "") {
  const folders = PORTABLE.map((name) => join(root, "squeezelab", name)).filter(existsSync);
  const files = [join(root, "squeezelab/__init__.py"), ...folders.flatMap(pythonFiles)].filter(existsSync);
  const packages = files.map((file) => [relative(root, file), stripped(readFileSync(file, "utf8"))]);
  const records = [program, ...packages.map(([, python]) => python)].flatMap(recordsIn);
  return Object.fromEntries([...packages, ...[...new Set(records)].map((path) => [path, packedJson(read(path))])]);
}

const assign = (name, value) => `globalThis.${name} = ${JSON.stringify(value).replace(/</g, "\\u003c")};\n`;

function write(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
    console.log(`${relative(root, join(folder, name))}  ${text.length} B, ${gzipSync(text).length} B gzip`);
  }
}

export async function main() {
  const css = (await transform(stylesheet(styles()), { loader: "css", minify: true })).code;
  const worker = await bundle("src/worker.js", workerOptions);
  const engine = assign("squeezelabEngine", { worker: packed(worker), wasm: packed(verifiedWasm()) });
  const sources = assign("squeezelabSources", portableSources());
  // In the addresses of the two scripts above, so that no browser keeps an old one
  const stamp = createHash("sha256").update(engine).update(sources).digest("hex").slice(0, 8);
  write(widgets, { "explorer.js": await bundle("src/explorer.js", { format: "esm" }), "explorer.css": css });
  write(pages, {
    "page.js": await bundle("src/page.js", { format: "iife", define: { STAMP: JSON.stringify(stamp) } }),
    "engine.js": engine,
    "sources.js": sources,
    "explorer.css": css,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
