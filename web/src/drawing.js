// A digit that the reader draws: SIDE × SIDE points, black or white, as a text of four points a letter, as kit/drawing.py of the
// explorers has it. With a pointer: press and draw. By keyboard: arrow keys move the pen, Space puts it down and lifts it.

import { h, identifier, setText } from "./dom.js";
import { startsOf } from "./drawing_starts.js";

export const SIDE = 56;
const LENGTH = (SIDE * SIDE) / 4;
const EMPTY = "0".repeat(LENGTH);
const RADIUS = 2.3; // points: a stroke of MNIST is some 5 of them wide
const STEP = 2; // points that an arrow key goes; with Shift 1
const HOW =
  "Draw with the mouse or a finger. By keyboard: arrow keys move the pen, Space puts it down and lifts it, " +
  "E changes between pen and eraser, Delete clears.";

/** Whether a text is one of a drawing. */
export const isDrawing = (text) => text.length === LENGTH && /^[0-9a-f]*$/.test(text);

/** Points, 0 or 1 each, row by row ↔ their text. */
export function pointsOf(text) {
  const points = new Uint8Array(SIDE * SIDE);
  for (let place = 0; place < points.length; place += 1)
    points[place] = (parseInt(text[place >> 2], 16) >> (3 - (place & 3))) & 1;
  return points;
}

export function textOf(points) {
  let text = "";
  for (let at = 0; at < points.length; at += 4)
    text += ((points[at] << 3) | (points[at + 1] << 2) | (points[at + 2] << 1) | points[at + 3]).toString(16);
  return text;
}

/** Sets all points within reach of a pen that goes straight from one place to another, to `ink`. */
export function stroke(points, [x0, y0], [x1, y1], ink) {
  const steps = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0)));
  for (let step = 0; step <= steps; step += 1)
    stamp(points, x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps, ink);
}

function stamp(points, x, y, ink) {
  for (let row = Math.ceil(y - RADIUS); row <= y + RADIUS; row += 1)
    for (let column = Math.ceil(x - RADIUS); column <= x + RADIUS; column += 1) {
      const inside = row >= 0 && row < SIDE && column >= 0 && column < SIDE;
      if (inside && (row - y) ** 2 + (column - x) ** 2 <= RADIUS ** 2) points[row * SIDE + column] = ink;
    }
}

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const within = (place) => Math.min(Math.max(place, 0), SIDE - 1);

class Drawing {
  constructor(control, changed) {
    Object.assign(this, { control, changed, points: new Uint8Array(SIDE * SIDE), pen: [SIDE / 2, SIDE / 2] });
    Object.assign(this, { down: false, ink: 1, byKey: false, last: null });
    this.canvas = h("canvas", { width: SIDE, height: SIDE, tabIndex: 0, role: "application", ariaLabel: control.label });
    this.canvas.setAttribute("name", control.name);
    this.where = h("output", { className: "sqz-value" });
    this.eraser = h("button", { type: "button", className: "sqz-button", onclick: () => this.turn() }, "Eraser");
    const clear = h("button", { type: "button", className: "sqz-button", onclick: () => this.replace(EMPTY) }, "Clear");
    const how = h("p", { className: "sqz-note", id: identifier(`${control.name}-how`) }, HOW);
    this.canvas.setAttribute("aria-describedby", how.id);
    this.starts = startsOf(control, (text) => this.replace(text));
    const tools = h("div", { className: "sqz-tools" }, this.eraser, clear);
    const caption = h("div", { className: "sqz-caption" }, h("span", {}, control.label), this.where);
    const aside = h("div", { className: "sqz-aside" }, this.starts.node, tools, how);
    this.node = h("div", { className: "sqz-control sqz-drawing" }, caption, this.canvas, aside);
    this.node.dataset.drawing = control.name;
    this.listen();
    this.tell();
    this.set(control.value);
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => this.lift());
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => this.rest());
  }

  /** model: that of the figure. A page answers at every move; a kernel is asked when a stroke ends. */
  join({ model }) {
    this.atOnce = Boolean(model.engine);
  }

  placeOf({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [((clientX - box.left) / box.width) * SIDE - 0.5, ((clientY - box.top) / box.height) * SIDE - 0.5];
  }

  press(event) {
    if (event.button !== 0) return;
    event.preventDefault(); // no text is selected on the way
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    Object.assign(this, { byKey: false, down: false, last: this.placeOf(event) });
    this.mark(this.last, this.last);
  }

  drag(event) {
    if (!this.last) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length ? passed : [event]) {
      const place = this.placeOf(each);
      this.mark(this.last, place, this.atOnce);
      this.last = place;
    }
  }

  lift() {
    if (!this.last) return;
    this.last = null;
    if (!this.atOnce) this.changed();
  }

  key(event) {
    const move = MOVES[event.key];
    if (move) this.go(move, event.shiftKey ? 1 : STEP);
    else if (event.key === " ") this.tip();
    else if (event.key === "e" || event.key === "E") this.turn();
    else if (event.key === "Delete" || event.key === "Backspace") this.replace(EMPTY);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  go([right, below], step) {
    const before = this.pen;
    this.pen = [within(before[0] + step * right), within(before[1] + step * below)];
    this.byKey = true;
    if (this.down) this.mark(before, this.pen);
    this.tell();
    this.paint();
  }

  /** The pen goes down and makes a dot, or is lifted. */
  tip() {
    Object.assign(this, { down: !this.down, byKey: true });
    if (this.down) this.mark(this.pen, this.pen);
    this.tell();
    this.paint();
  }

  rest() {
    Object.assign(this, { down: false, byKey: false });
    this.tell();
    this.paint();
  }

  turn() {
    this.ink = 1 - this.ink;
    this.tell();
    this.paint();
  }

  mark(from, to, ask = true) {
    stroke(this.points, from, to, this.ink);
    this.paint();
    this.starts.show(this.get());
    if (ask) this.changed();
  }

  replace(text) {
    this.set(text);
    this.changed();
  }

  tell() {
    this.eraser.setAttribute("aria-pressed", String(!this.ink));
    const tool = this.ink ? "pen" : "eraser";
    const [column, row] = this.pen.map((place) => Math.round(place) + 1);
    setText(this.where, this.byKey ? `${tool} ${this.down ? "down" : "up"}, row ${row}, column ${column}` : "");
  }

  // White on black in both themes, as the network's digits are; where the pen is, when it is led by keys, a ring.
  paint() {
    this.node.dataset.value = this.get();
    const context = this.canvas.getContext("2d");
    const image = context.createImageData(SIDE, SIDE);
    this.points.forEach((ink, place) =>
      image.data.fill(ink ? 255 : 0, 4 * place, 4 * place + 3).fill(255, 4 * place + 3, 4 * place + 4),
    );
    context.putImageData(image, 0, 0);
    if (!this.byKey) return;
    Object.assign(context, { lineWidth: 1, strokeStyle: this.down ? "#e69f00" : "#56b4e9" });
    context.beginPath();
    context.arc(this.pen[0] + 0.5, this.pen[1] + 0.5, RADIUS + 1, 0, 2 * Math.PI);
    context.stroke();
  }

  set(text) {
    this.points = pointsOf(isDrawing(text) ? text : EMPTY);
    this.starts.show(this.get());
    this.paint();
  }

  get() {
    return textOf(this.points);
  }

  text() {
    return this.starts.label(this.get());
  }
}

export function drawing(control, changed) {
  const made = new Drawing(control, changed);
  const { node } = made;
  return { node, get: () => made.get(), set: (text) => made.set(text), text: () => made.text(), join: (view) => made.join(view) };
}
