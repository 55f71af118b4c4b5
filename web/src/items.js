// A datum becomes an item {x, y, width, height, label}: what pointer and arrow keys walk over; its role becomes a colour.

import { format, withUnit } from "./format.js";

export const each = (value, index) => (Array.isArray(value) ? value[index] : value);
export const fill = (role, fallback = "accent") => `fill:var(--sqz-${role ?? fallback})`;
export const stroke = (role, fallback = "accent") => `stroke:var(--sqz-${role ?? fallback})`;
export const worded = (value, axis) => format(value, axis.format ?? "four");
export const written = (value, axis) => withUnit(worded(value, axis), axis.unit);

export const MANY = 40; // marks or more are small: one path per colour is drawn several times faster than so many elements
export const fixed = (value) => Math.round(value * 10) / 10;

function described(mark, index, { chart }) {
  const given = each(mark.label, index);
  if (given && Array.isArray(mark.label)) return given;
  const meaning = chart.legend?.find(({ role }) => role === each(mark.role, index))?.label;
  const name = given ?? mark.name ?? meaning;
  return `${name ? `${name}, ` : ""}${written(mark.x[index], chart.x)}: ${written(mark.y[index], chart.y)}`;
}

// Its words are put together when somebody asks for them: a picture has hundreds of items, of which one is shown.
export const put = (frame, box, label) =>
  frame.items.push({
    ...box,
    get label() {
      return label();
    },
  });

export function item(frame, mark, index, box) {
  if (Number.isFinite(box.x) && Number.isFinite(box.y)) put(frame, box, () => described(mark, index, frame));
}
