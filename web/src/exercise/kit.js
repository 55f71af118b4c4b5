// What a page fetches when a reader turns to an exercise: the editor, and the thread in which programs run.

import { createEditor } from "prism-code-editor";
import { defaultCommands, editHistory, setIgnoreTab } from "prism-code-editor/commands";
import "prism-code-editor/languages/python";
import "prism-code-editor/prism/languages/python";
import layout from "prism-code-editor/layout.css";
import { unpack } from "../start_worker.js";
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
  editor.textarea.addEventListener("keydown", (event) => event.key === "Escape" && setIgnoreTab(true));
  editor.textarea.addEventListener("blur", () => setIgnoreTab(false));
  return { show: (text) => editor.setOptions({ value: text }) };
}

async function runnerOf({ files }, chapter) {
  const [code, bytes] = await Promise.all([
    unpack(globalThis.squeezelabExerciseWorker),
    unpack(globalThis.squeezelabEngine.wasm),
  ]);
  const wasm = await WebAssembly.compile(bytes);
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const all = { ...globalThis.squeezelabSources, ...files };
  return new Runner(() => new Worker(address), { files: all, chapter, wasm });
}

/** What the exercises of a chapter need; the scripts that it is made of are there already. */
async function open(chapter) {
  const given = globalThis.squeezelabExercises[chapter];
  const runner = await runnerOf(given, chapter);
  runner.prepare().catch(() => {});
  return {
    dress,
    run: (name, program) => runner.run(name, given.exercises[name].setup, program, given.exercises[name].seconds),
    complete: (name, source) => [given.exercises[name].prelude, source].filter(Boolean).join("\n\n"),
  };
}

document.head.append(Object.assign(document.createElement("style"), { textContent: layout }));
globalThis.squeezelabKit = { open };
