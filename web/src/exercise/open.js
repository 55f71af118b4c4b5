// Fetches what the programs of a page need, once; after a failure the next call tries again.

import { load } from "../start_worker.js";

const kit = `exercise.js?v=${EXERCISE_STAMP}`;

function once(fetchAll) {
  let opened;
  return (...given) => {
    opened ??= fetchAll(...given);
    opened.catch(() => (opened = null));
    return opened;
  };
}

/** base: the address of the folder of page.js; scripts: those of the engine and of the Python of the page's figures. */
export const openExercises = (base, scripts) =>
  once(async (script) => {
    await Promise.all([...scripts, base + kit, base + script].map(load));
    return globalThis.squeezelabKit.open(script.match(/(\d\d)\.\w+\.js$/)[1]);
  });

export const openNetwork = (base, scripts) =>
  once(async () => {
    await Promise.all([...scripts, base + kit].map(load));
    return globalThis.squeezelabKit.openNetwork();
  });
