// The palette in numbers: contrast after WCAG 2.1, differences after simulated colour blindness (Machado et al. 2009).

import assert from "node:assert/strict";
import { test } from "node:test";
import { DARK, LIGHT, TOGETHER } from "../palette.mjs";

const NOT_MARKS = new Set(["paper", "surface", "line"]);
const linear = (hex) =>
  [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
const apply = (matrix, colour) => matrix.map((row) => row.reduce((sum, weight, i) => sum + weight * colour[i], 0));

const luminance = (hex) => linear(hex).reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const SIGHT = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};
const XYZ = [
  [0.4124, 0.3576, 0.1805],
  [0.2126, 0.7152, 0.0722],
  [0.0193, 0.1192, 0.9505],
];

function lab(rgb) {
  const f = (t) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * (t / 116) + 16 / 116);
  const [x, y, z] = apply(
    XYZ,
    rgb.map((v) => Math.max(0, Math.min(1, v))),
  ).map((v, i) => f(v / [0.9505, 1, 1.089][i]));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
const distance = (a, b, matrix) =>
  Math.hypot(...lab(apply(matrix, linear(a))).map((v, i) => v - lab(apply(matrix, linear(b)))[i]));

for (const [theme, colours] of Object.entries({ LIGHT, DARK })) {
  test(`${theme}: marks reach 3:1 and text 4.5:1 on the paper`, () => {
    for (const [role, colour] of Object.entries(colours).filter(([name]) => !NOT_MARKS.has(name)))
      assert.ok(contrast(colour, colours.paper) >= 3, `${role} ${contrast(colour, colours.paper).toFixed(2)}`);
    for (const role of ["text", "muted", "failure", "accent"])
      for (const ground of ["paper", "surface"])
        assert.ok(
          contrast(colours[role], colours[ground]) >= 4.5,
          `${role} on ${ground} ${contrast(colours[role], colours[ground]).toFixed(2)}`,
        );
  });

  test(`${theme}: colours that meet differ for every kind of sight`, () => {
    for (const [sight, matrix] of Object.entries(SIGHT))
      for (const group of TOGETHER)
        group.forEach((a, i) =>
          group.slice(i + 1).forEach((b) => {
            const apart = distance(colours[a], colours[b], matrix);
            assert.ok(apart >= 15, `${a} and ${b}, ${sight}: ${apart.toFixed(1)}`);
          }),
        );
  });
}
