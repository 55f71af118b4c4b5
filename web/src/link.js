// The state of an explorer as a link: #explorer=staircase&channels=57. Only controls that exist are read back; one that is
// left out follows its leader where the link has that: version=1 sets the blocks of the stages, too.

import { placesIn, placesText } from "./cells.js";
import { isDrawing } from "./drawing.js";
import { resolved } from "./follow.js";
import { LONGEST, sealed } from "./own/link.js";

/** place: how many figures of this name the page has before this one. None for a program that is too long. */
export function toHash(name, values, place = 0) {
  const parts = new URLSearchParams({ explorer: name });
  if (place > 0) parts.set("figure", String(place + 1));
  for (const key of Object.keys(values).sort()) parts.set(key, String(values[key]));
  for (const [key, value] of sealed(values)) parts.set(key, value);
  const hash = `#${parts}`;
  return hash.length > LONGEST ? null : hash;
}

// Whether a slider stops at this number: between its ends, and whole steps from the lower one, but for rounding.
function reaches({ min, max, step = 1 }, number) {
  const steps = (number - min) / step;
  return number >= min && number <= max && Math.abs(steps - Math.round(steps)) < 1e-6;
}

// As a control has it: of places that there are, in their order.
function placed({ values }, text) {
  const places = placesIn(text, values.length - 1);
  return places && placesText(places);
}

function parsed(control, text) {
  if (control.kind === "toggle") return text === "true";
  if (control.kind === "program") return text;
  if (control.kind === "cells") return placed(control, text);
  if (control.kind === "drawing") return isDrawing(text) ? text : undefined;
  if (control.kind === "choice") return control.options.find(({ value }) => String(value) === text)?.value;
  if (control.values) return control.values.find((value) => String(value) === text);
  const number = Number(text);
  return text !== "" && reaches(control, number) ? number : undefined;
}

export function fromHash(hash, name, controls, current = {}) {
  const parts = new URLSearchParams(String(hash).replace(/^#/, ""));
  if (parts.get("explorer") !== name) return null;
  const values = {};
  for (const control of controls) {
    const own = resolved(control, { ...current, ...values });
    const given = parts.has(control.name) ? parsed(own, parts.get(control.name)) : undefined;
    const value = given ?? (control.follows in values ? own.value : undefined);
    if (value !== undefined) values[control.name] = value;
  }
  return values;
}
