// What a page fetches when a reader turns to an exercise, or has a network of his own: the editor, and the thread in which
// programs run.

import { createEditor } from "prism-code-editor";
import { defaultCommands, editHistory, setIgnoreTab } from "prism-code-editor/commands";
import "prism-code-editor/languages/python";
import "prism-code-editor/prism/languages/python";
import layout from "prism-code-editor/layout.css";
import networkProgram from "../own/run.py";
import { NetworkRunner } from "../own/runner.js";
import { unpack } from "../start_worker.js";
import program from "./run.py";
import { Runner } from "./runner.js";

const NO_PAIRS = []; // a bracket typed is one bracket

/** Puts the editor in the place of a plain field, with what the reader typed into it. */
function dress(holder, field) {
  const { value, selectionStart, selectionEnd, ariaLabel } = field;
  const focused = document.activeElement === field;
  const options = { language: "python", value, tabSize: 4, wordWrap: false, lineNumbers: true };
  const editor = createEditor(null, options, defaultCommands(NO_PAIRS), editHistory());
  holder.replaceChildren(editor.container);
  Object.assign(editor.textarea, { ariaLabel, spellcheck: false });
  editor.textarea.setSelectionRange(selectionStart, selectionEnd);
  if (focused) editor.textarea.focus();
  delete editor.keyCommandMap.Escape; // it takes the focus away: Tab then begins at the top of the page, but in Chromium
  editor.textarea.addEventListener("keydown", (event) => event.key === "Escape" && setIgnoreTab(true));
  editor.textarea.addEventListener("blur", () => setIgnoreTab(false));
  return { show: (text) => editor.setOptions({ value: text }) };
}

async function runnerOf(Kind, given) {
  const [code, bytes] = await Promise.all([
    unpack(globalThis.squeezelabExerciseWorker),
    unpack(globalThis.squeezelabEngine.wasm),
  ]);
  const wasm = await WebAssembly.compile(bytes);
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  return new Kind(() => new Worker(address), { ...given, wasm });
}

/** What the exercises of a chapter need; the scripts that it is made of are there already. */
async function open(chapter) {
  const { files, exercises } = globalThis.squeezelabExercises[chapter];
  const first = `from squeezelab.course.checks import exercises_of\nexercises_of("${chapter}")\n`;
  const runner = await runnerOf(Runner, { files: { ...globalThis.squeezelabSources, ...files }, program, first });
  runner.prepare().catch(() => {});
  return {
    dress,
    run: (name, text) => runner.run(name, exercises[name].setup, text, exercises[name].seconds),
    complete: (name, source) => [exercises[name].prelude, source].filter(Boolean).join("\n\n"),
  };
}

/** What a network of the reader's own needs; the page's Python is there already. */
async function openNetwork() {
  const runner = await runnerOf(NetworkRunner, { files: globalThis.squeezelabSources, program: networkProgram, first: "" });
  await runner.prepare();
  return { dress, ask: (values) => runner.ask(values) };
}

document.head.append(Object.assign(document.createElement("style"), { textContent: layout }));
globalThis.squeezelabKit = { open, openNetwork };
