// Fetches what the exercises of a page need, once; after a failure the next call tries again.

import { load } from "../start_worker.js";

/** base: the address of the folder of page.js; scripts: those of the engine and of the Python of the page's figures. */
export function openExercises(base, scripts) {
  let opened;
  const fetchAll = async (script) => {
    const own = [`exercise.js?v=${EXERCISE_STAMP}`, script].map((name) => base + name);
    await Promise.all([...scripts, ...own].map(load));
    return globalThis.squeezelabKit.open(script.match(/(\d\d)\.\w+\.js$/)[1]);
  };
  return (script) => {
    opened ??= fetchAll(script);
    opened.catch(() => (opened = null));
    return opened;
  };
}
