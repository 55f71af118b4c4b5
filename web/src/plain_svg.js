// A drawing of the page as one that stands alone: what style sheets, variables and the theme say is written into its elements,
// with the light colours.

import { h } from "./dom.js";
import { raw } from "./markup.js";
import { LIGHT } from "./sheet.js";

// What a program takes where an attribute is missing.
const USUAL = {
  fill: "rgb(0, 0, 0)",
  stroke: "none",
  "stroke-width": "1px",
  "stroke-dasharray": "none",
  "stroke-linejoin": "miter",
  "stroke-linecap": "butt",
  "paint-order": "normal",
  opacity: "1",
  "fill-opacity": "1",
  "stroke-opacity": "1",
};
const OF_TEXT = { "font-size": "", "font-weight": "400", "font-style": "normal", "text-anchor": "start" };
const DRAWN = "g, path, rect, circle, line, polyline, polygon, ellipse, use, text, tspan, svg";
const DROPPED = ["class", "style", "data-role", "aria-hidden", "focusable", "role", "aria-label", "tabindex"];

const hex = (part) => Math.round(part).toString(16).padStart(2, "0");

/** [colour as #rrggbb, opacity] of what a browser computes: rgb(), rgba() or, for a mixture, color(srgb …). */
export function plainColour(text) {
  const mixed = text.match(/^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)(?: \/ ([\d.]+))?\)$/);
  if (mixed)
    return [
      `#${mixed
        .slice(1, 4)
        .map((part) => hex(255 * part))
        .join("")}`,
      mixed[4] ?? "1",
    ];
  const usual = text.match(/^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/);
  return usual ? [`#${usual.slice(1, 4).map(hex).join("")}`, usual[4] ?? "1"] : [text, "1"];
}

function put(copy, name, value) {
  const [colour, opacity] = plainColour(value);
  copy.setAttribute(name, colour);
  if (opacity !== "1") copy.setAttribute(`${name}-opacity`, opacity);
}

// Only what is drawn gets it: a group passes its look on to parts that have theirs.
function inline(element) {
  const style = getComputedStyle(element);
  const found = [];
  if (element.localName === "g") return style.opacity === "1" ? [] : [["opacity", style.opacity]];
  for (const [name, usual] of Object.entries(element.localName === "text" ? { ...USUAL, ...OF_TEXT } : USUAL)) {
    const value = style.getPropertyValue(name);
    if (value && value !== usual) found.push([name, value]);
  }
  return found;
}

class Drawing {
  constructor(svg) {
    this.svg = svg;
  }

  at(x, y, width, height) {
    for (const [name, value] of Object.entries({ x, y, width, height })) this.svg.setAttribute(name, String(value));
    return raw(new XMLSerializer().serializeToString(this.svg));
  }
}

/** The drawing, an SVG element or its text, plain; it is shown for a moment where nobody sees it. */
export function plainDrawing(drawing) {
  const light = Object.entries(LIGHT).map(([role, colour]) => `--sqz-${role}:${colour}`);
  const room = h("div", { className: "sqz", ariaHidden: "true" });
  room.style.cssText = `${light.join(";")};position:absolute;left:-9999px;top:0;width:700px`;
  Object.assign(room.style, { color: LIGHT.text, colorScheme: "light" });
  if (typeof drawing === "string") room.innerHTML = drawing;
  else room.append(drawing.cloneNode(true));
  document.body.append(room);
  const svg = room.querySelector("svg");
  svg.style.cssText += `;${light.join(";")}`; // a plot declares its colours itself
  for (const said of svg.querySelectorAll("metadata")) said.remove();
  const looks = [svg, ...svg.querySelectorAll(DRAWN)].map((element) => [element, inline(element)]);
  for (const [element, look] of looks) {
    for (const name of DROPPED) element.removeAttribute(name);
    for (const [name, value] of look) put(element, name, value);
  }
  room.remove();
  for (const style of svg.querySelectorAll("style")) style.remove();
  return new Drawing(svg);
}
