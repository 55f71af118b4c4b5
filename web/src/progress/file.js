// A reader's progress as a file, and back. What is wrong with a file is told in one sentence, and then nothing of it is taken.

export const FORMAT = "squeezelab-progress";
const VERSION = 1;
export const MOST_BYTES = 2_000_000; // an answer has five hundred characters
const NAME = /^(\d\d\.[\w-]{1,60}|your_network)$/; // of an exercise, a prediction, a program: "02.5b", "02.predict-energy"
const KINDS = { text: "string", mine: "string", solved: "boolean", question: "string", said: "string", at: "number" };

/** The text of a file with these entries, {name: entry}; when: a Date. */
export function fileOf(book, entries, when) {
  const about = "A reader's own report of what was solved and predicted in this book.";
  return JSON.stringify({ format: FORMAT, version: VERSION, book, date: when.toISOString(), about, entries }, null, 1) + "\n";
}

export const fileName = (when) => `${FORMAT}-${when.toISOString().slice(0, 10)}.json`;

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const sound = (name, entry) =>
  NAME.test(name) &&
  isObject(entry) &&
  Object.keys(entry).every((key) => Object.hasOwn(KINDS, key) && typeof entry[key] === KINDS[key]);

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("it is damaged, or no progress file");
  }
}

/** The entries of a file; the error says in words what is wrong with it. */
export function entriesOf(book, text) {
  const file = parsed(text);
  if (!isObject(file) || file.format !== FORMAT) throw new Error("it is no progress file");
  if (file.book !== book) throw new Error(`it is not from this book, ${book}`);
  if (file.version !== VERSION) throw new Error(`its format has version ${file.version}, and this page reads version ${VERSION}`);
  if (!isObject(file.entries)) throw new Error("it is damaged: it has no entries");
  const odd = Object.keys(file.entries).find((name) => !sound(name, file.entries[name]));
  if (odd !== undefined) throw new Error(`it is damaged at “${odd.slice(0, 40)}”`);
  return file.entries;
}

/** Of two entries: solved if one is; of two programs or two choices the one that was changed last. */
export function merged(mine, theirs) {
  const [older, newer] = (theirs.at ?? 0) > (mine.at ?? 0) ? [mine, theirs] : [theirs, mine];
  return { ...older, ...newer, ...(mine.solved || theirs.solved ? { solved: true } : {}) };
}

const saysMore = (before, after) => ["text", "solved", "said"].some((key) => before[key] !== after[key]);

/** {name: entry} of what these entries change; read: gives what is there. */
export function changes(entries, read) {
  const found = {};
  for (const name of Object.keys(entries)) {
    const [before, after] = [read(name), merged(read(name), entries[name])];
    if (saysMore(before, after)) found[name] = after;
  }
  return found;
}
