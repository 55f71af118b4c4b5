// A figure on a sheet of its own, as one SVG that needs neither style sheet nor script: the finding, the pictures with their
// keys, how the controls stand, the address. Pure: the pictures come with their colours resolved.

import { tag } from "./markup.js";
import tables from "./tables.json" with { type: "json" };

export const LIGHT = Object.fromEntries(tables.roles.map(([role, light]) => [role, light]));
export const WIDTH = 660; // px of a picture
const MARGIN = 24;
const ADVANCE = { 400: 0.6, 600: 0.67 }; // of the font's size: the mean width of a letter in a wide font, by its weight

/** The text in lines of at most `width` pixels; a word that is longer, such as an address, is cut. */
export function wrapped(text, size, weight = 400, width = WIDTH) {
  const most = Math.floor(width / (ADVANCE[weight] * size));
  const words = text.split(/\s+/).flatMap((word) => word.match(new RegExp(`.{1,${most}}`, "gu")) ?? []);
  const lines = [];
  for (const word of words) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

class Sheet {
  constructor() {
    this.y = MARGIN;
    this.parts = [];
  }

  write(text, size, role, weight = 400) {
    for (const line of text ? wrapped(text, size, weight) : []) {
      this.y += size * 1.35;
      const look = { "font-size": size, "font-weight": weight, fill: LIGHT[role] };
      this.parts.push(tag("text", { x: MARGIN, y: this.y, ...look }, line));
    }
    return this;
  }

  space(height) {
    this.y += height;
    return this;
  }

  keys(entries) {
    if (!entries.length) return this;
    let x = MARGIN;
    this.y += 18;
    for (const { role, label } of entries) {
      const width = 16 + ADVANCE[400] * 11 * label.length + 14;
      if (x > MARGIN && x + width > MARGIN + WIDTH) [x, this.y] = [MARGIN, this.y + 16];
      this.parts.push(tag("rect", { x, y: this.y - 9, width: 10, height: 10, rx: 2, fill: LIGHT[role] }));
      this.parts.push(tag("text", { x: x + 16, y: this.y, "font-size": 11, fill: LIGHT.muted }, label));
      x += width;
    }
    return this.space(6);
  }

  picture({ drawing, width, height }) {
    this.parts.push(drawing.at(MARGIN, this.y, width, height));
    return this.space(height);
  }
}

/** {name, finding, problem, pictures: [{title, keys, drawing, width, height}], notes} as the text of an SVG file. */
export function sheet({ name, finding, problem, pictures, notes }) {
  const page = new Sheet().write(name, 11, "muted", 600).write(finding, 17, "text", 600).write(problem, 13, "failure");
  for (const { title, keys = [], ...picture } of pictures)
    page.space(14).write(title, 13, "text", 600).keys(keys).space(4).picture(picture);
  page.space(8);
  for (const note of notes.filter(Boolean)) page.space(3).write(note, 10.5, "muted");
  const [width, height] = [WIDTH + 2 * MARGIN, Math.ceil(page.y + MARGIN)];
  const size = { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}` };
  const about = [tag("title", {}, finding || name), tag("desc", {}, notes.filter(Boolean).join(" "))];
  const paper = tag("rect", { width, height, fill: LIGHT.paper });
  return `${tag("svg", { ...size, "font-family": "Helvetica, Arial, sans-serif" }, about, paper, page.parts)}\n`;
}
