// What a reader wrote and solved, kept in this browser: an entry each, its key with the book's path, for books share a host.

const VERSION = 1; // an entry of another version is not read

/** root: the path of the book on its host, as "/book/". */
export class Store {
  constructor(root) {
    this.prefix = `squeezelab:${VERSION}:${root}:`;
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
    try {
      localStorage.setItem(this.prefix + name, JSON.stringify({ ...this.read(name), ...fields }));
      return true;
    } catch {
      return false;
    }
  }

  /** Names of all that is kept of this book. */
  names() {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
      return keys.map((key) => key.slice(this.prefix.length)).sort();
    } catch {
      return [];
    }
  }

  erase(names = this.names()) {
    for (const name of names) localStorage.removeItem(this.prefix + name);
  }
}

/** The path of the book to which the folder of page.js belongs: two folders up. */
export const bookPath = (base) => new URL("../../", base).pathname;
