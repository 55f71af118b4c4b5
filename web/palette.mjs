// The colours of squeezelab/core/palette.py, which writes tables.json, as the variables --sqz-ROLE of a style sheet.

import tables from "./src/tables.json" with { type: "json" };

export const LIGHT = Object.fromEntries(tables.roles.map(([role, light]) => [role, light]));
export const DARK = Object.fromEntries(tables.roles.map(([role, , dark]) => [role, dark]));
export const TOGETHER = tables.together;

const declared = (colours) =>
  Object.entries(colours)
    .map(([role, colour]) => `--sqz-${role}:${colour}`)
    .join(";");

// The theme of the book, of JupyterLab, of Colab, and of the system where none of them speaks.
export function stylesheet(rules) {
  const [light, dark] = [`{${declared(LIGHT)};color-scheme:light}`, `{${declared(DARK)};color-scheme:dark}`];
  const hosts = tables.darkHosts.map((host) => `${host} .sqz`).join(",");
  return `.sqz${light}
${hosts}${dark}
@media (prefers-color-scheme:dark){html:not([data-theme],[theme]) body:not([data-jp-theme-light]) .sqz${dark}}
@media print{html .sqz.sqz${light}}
${rules}`;
}
