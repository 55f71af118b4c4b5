// One colour for one thing in the whole book. Hues after Okabe and Ito (2008), which colour-blind readers tell apart;
// darkened for white paper and lightened for the dark theme until every mark reaches 3:1 and every text 4.5:1.

export const LIGHT = {
  compute: "#00689f",
  weights: "#b86b00",
  inputs: "#008a63",
  outputs: "#a64d86",
  fill: "#3a98d0",
  stall: "#a83600",
  buffer: "#968700",
  dram: "#a83600",
  rf: "#3a98d0",
  noc: "#bf5a8a",
  idle: "#8b919a",
  reference: "#5b626c",
  failure: "#b3132b",
  accent: "#00689f",
  ws: "#b86b00",
  os: "#a64d86",
  is: "#008a63",
  text: "#1c2128",
  muted: "#5b626c",
  paper: "#ffffff",
  surface: "#f6f7f9",
  line: "#d9dde3",
};

export const DARK = {
  compute: "#56b4e9",
  weights: "#e69f00",
  inputs: "#2fc296",
  outputs: "#dd93bd",
  fill: "#b5def5",
  stall: "#f2793d",
  buffer: "#f0e442",
  dram: "#f2793d",
  rf: "#b5def5",
  noc: "#dd93bd",
  idle: "#717985",
  reference: "#a9b1bc",
  failure: "#ff7b86",
  accent: "#56b4e9",
  ws: "#e69f00",
  os: "#dd93bd",
  is: "#2fc296",
  text: "#e8ebef",
  muted: "#a9b1bc",
  paper: "#14181e",
  surface: "#1d232b",
  line: "#353d48",
};

// Roles that meet in one picture and must be told apart.
export const TOGETHER = [
  ["compute", "fill", "stall"],
  ["weights", "inputs", "outputs"],
  ["compute", "rf", "noc", "buffer", "dram"],
  ["ws", "os", "is"],
  ["accent", "reference", "failure"],
  ["accent", "weights"],
];

const declared = (colours) =>
  Object.entries(colours)
    .map(([role, colour]) => `--sqz-${role}:${colour}`)
    .join(";");

// The theme of the book, of JupyterLab, and of the system where neither speaks.
export function stylesheet(rules) {
  const [light, dark] = [`{${declared(LIGHT)};color-scheme:light}`, `{${declared(DARK)};color-scheme:dark}`];
  return `.sqz${light}
html[data-theme=dark] .sqz,body[data-jp-theme-light=false] .sqz${dark}
@media (prefers-color-scheme:dark){html:not([data-theme]) body:not([data-jp-theme-light]) .sqz${dark}}
@media print{html .sqz.sqz${light}}
${rules}`;
}
