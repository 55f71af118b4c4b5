// SVG as strings, escaped in one place: plain strings become text, only `tag` makes elements.

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export const escape = (text) => String(text).replace(/[&<>"']/g, (c) => ENTITIES[c]);

class Markup {
  constructor(source) {
    this.source = source;
  }
  toString() {
    return this.source;
  }
}

/** Markup that was made elsewhere, such as by a serializer. */
export const raw = (source) => new Markup(source);

const child = (node) => {
  if (node === null || node === undefined || node === false) return "";
  if (Array.isArray(node)) return node.map(child).join("");
  return node instanceof Markup ? node.source : escape(node);
};

// A tenth of a pixel is finer than any screen and keeps the strings short.
const attribute = (value) => (typeof value === "number" ? Math.round(value * 10) / 10 : escape(value));

export function tag(name, attributes = {}, ...children) {
  let source = `<${name}`;
  for (const key in attributes) {
    const value = attributes[key];
    if (value !== null && value !== undefined && value !== false) source += ` ${key}="${attribute(value)}"`;
  }
  return new Markup(`${source}>${child(children)}</${name}>`);
}
