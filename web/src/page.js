// Brings the figures of a rendered page to life: draws the embedded first frame at once, computes when idle or first touched.

import { offerPlots } from "./download.js";
import { Engine } from "./engine.js";
import { openExercises, openNetwork } from "./exercise/open.js";
import { bringExercises } from "./exercise/view.js";
import explorer from "./explorer.js";
import { note, watchHistory } from "./history.js";
import { land } from "./landing.js";
import { Later } from "./later.js";
import { toHash } from "./link.js";
import { ExplorerModel, PredictionModel } from "./models.js";
import { NetworkEngine } from "./own/engine.js";
import { faultOf } from "./own/link.js";
import { ProgramModel, hasProgram } from "./own/model.js";
import { showProgress } from "./progress/view.js";
import { figureOf, figuresNamed, followClicks, nameTargets } from "./prose_links.js";
import { letScroll } from "./scrolling.js";
import { startWorker } from "./start_worker.js";
import { Store, bookPath } from "./store.js";

const { src, dataset } = document.currentScript; // tools/live_pages.py names the page's Python there
const base = new URL(".", src).href;
const scripts = [`engine.js?v=${STAMP}`, ...(dataset.python?.split(" ") ?? [])].map((name) => new URL(name, src).href);
const store = new Store(bookPath(base));
const engine = new Engine(begun, new Later(dataset.later, (name) => new URL(name, src).href));
const own = new NetworkEngine(openNetwork(base, scripts));
const cold = [];
const programs = []; // models of figures with a program

function link(name, values, el) {
  const hash = toHash(name, values, figuresNamed(name).indexOf(el));
  return hash && location.href.split("#")[0] + hash;
}

async function begun() {
  performance.mark("squeezelab-engine-called");
  const worker = await startWorker(scripts);
  performance.mark("squeezelab-engine-ready");
  return worker;
}

function bring(el) {
  const payload = JSON.parse(el.querySelector("script[type='application/json']").textContent);
  return payload.kind === "prediction" ? bringPrediction(el, payload) : bringExplorer(el, payload);
}

function bringPrediction(el, spec) {
  explorer.render({ el, model: new PredictionModel({ spec }, store, el.dataset.name) });
}

function bringExplorer(el, { figure, values, ...spec }) {
  const state = { spec, figure, values, error: "", busy: "" };
  const model = hasProgram(spec) ? new ProgramModel(state, own, store) : new ExplorerModel(state, engine);
  cold.push(model);
  if (model.engine === own) programs.push(model);
  const touched = () => {
    wake();
    model.touched();
  };
  for (const event of ["pointerenter", "focusin"]) el.addEventListener(event, touched, { once: true });
  explorer.render({ el, model, link });
}

// Starting is not enough: a first answer imports the explorer, so that the reader's first move is as quick as the next.
function wake() {
  Promise.all([...new Set(cold.map((model) => model.engine))].map((its) => its.start()))
    .then(warmUp)
    .catch(() => {}); // the reader's move will try again, and say why not
}

async function warmUp() {
  const woken = cold.splice(0);
  for (const model of woken) await model.warm();
  if (woken.length) performance.mark("squeezelab-engine-warm");
}

// A link that is damaged, foreign or too long is not followed where programs are; that is said.
function refused() {
  const names = [...document.querySelectorAll("[data-explorer]")].map((el) => el.dataset.explorer);
  const fault = programs.length && location.hash.includes("=") ? faultOf(location.hash, names) : "";
  for (const model of programs) model.arrivedWith(fault);
  return Boolean(fault);
}

// The figure that the address names, in the state that it asks for.
function followAddress() {
  const el = figureOf(location.hash);
  if (!refused()) el?.sqzFollow(location.hash);
  return el;
}

const anchor = () => document.getElementById(location.hash.slice(1));

function begin() {
  document.querySelectorAll(".sqz-explorer").forEach(bring);
  bringExercises(store, openExercises(base, scripts));
  document.querySelectorAll(".sqz-progress").forEach((el) => showProgress(el, store));
  offerPlots();
  nameTargets();
  letScroll();
  land(followAddress() ?? anchor());
  watchHistory(followAddress);
  followClicks(note);
  const whenIdle = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 600));
  if (cold.length) addEventListener("load", () => whenIdle(wake, { timeout: 2000 }), { once: true });
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin, { once: true });
else begin();
