// What a reader wrote, predicted and solved, kept in this browser: an entry each, its key with the book's path, for books share a
// host. An exercise: {text, solved, at}; a prediction: {question, said, at}; a program of the own network: {text, mine,
// at}, where `mine` is what a start or a link has replaced; `at` is when it was last changed, in milliseconds.

const VERSION = 1; // an entry of another version is not read
const MARK = "squeezelab:";

export const FORGETS = "This browser keeps no answers (its storage is full or forbidden): they are gone when the page is left.";

/** root: the path of the book on its host, as "/book/". */
export class Store {
  constructor(root) {
    this.root = root;
    this.prefix = `${MARK}${VERSION}:${root}:`;
  }

  /** What is kept under this name, an object; {} where there is nothing, or nothing that can be read. */
  read(name) {
    try {
      const kept = JSON.parse(localStorage.getItem(this.prefix + name));
      return kept && typeof kept === "object" ? kept : {};
    } catch {
      return {};
    }
  }

  /** Adds to what is kept; false where this browser keeps nothing, or no more. */
  add(name, fields) {
    return this.put({ [name]: { ...this.read(name), ...fields, at: Date.now() } });
  }

  /** Keeps these entries, {name: entry}, instead of what was there: all of them, or none and false. */
  put(entries) {
    const before = [];
    try {
      for (const name in entries) {
        before.unshift([name, localStorage.getItem(this.prefix + name)]);
        localStorage.setItem(this.prefix + name, JSON.stringify(entries[name]));
      }
      return true;
    } catch {
      this.restore(before);
      return false;
    }
  }

  // What was new goes first: it makes the room for what was there.
  restore(before) {
    try {
      for (const [name, text] of before) if (text === null) localStorage.removeItem(this.prefix + name);
      for (const [name, text] of before) if (text !== null) localStorage.setItem(this.prefix + name, text);
    } catch {
      // where storage is forbidden, nothing was changed
    }
  }

  /** Names of all that is kept of this book. */
  names() {
    return keys((key) => key.startsWith(this.prefix)).map((key) => key.slice(this.prefix.length));
  }

  remove(name) {
    return forget([this.prefix + name]);
  }

  /** All that is kept of this book, by this version or one before; false where this browser forbids it. */
  erase() {
    return forget(keys((key) => key.startsWith(MARK) && key.includes(`:${this.root}:`)));
  }

  /** Calls when another tab has changed something of this book. */
  watch(changed) {
    addEventListener("storage", ({ key }) => (key === null || key.startsWith(this.prefix)) && changed());
  }

  /** Whether this browser keeps anything. */
  works() {
    const trial = `${MARK}trial`;
    try {
      localStorage.setItem(trial, "1");
      localStorage.removeItem(trial);
      return true;
    } catch {
      return false;
    }
  }
}

function keys(wanted) {
  try {
    return Object.keys(localStorage).filter(wanted).sort();
  } catch {
    return [];
  }
}

function forget(all) {
  try {
    for (const key of all) localStorage.removeItem(key);
    return true;
  } catch {
    return false;
  }
}

/** The path of the book to which the folder of page.js belongs: two folders up. */
export const bookPath = (base) => new URL("../../", base).pathname;
