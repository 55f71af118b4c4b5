// Sets TeX as MathJax would. In, on standard input: a JSON list of [tex, display]; out: JSON of {formulas: [html], css}.
// Each formula comes twice: as the drawing, hidden from screen readers, and as MathML, which they read and nobody sees.
// The style sheet has the characters that occur, no others. A mistake in the TeX is an error, not a red word in a page.

import { readFileSync } from "node:fs";
import mathjax from "mathjax";

const MathJax = await mathjax.init({
  loader: { load: ["adaptors/liteDOM", "input/tex", "output/chtml", "a11y/assistive-mml"], versionWarnings: false },
  chtml: { fontURL: "mathjax/output/chtml/fonts/woff-v2" },
  tex: {
    formatError(_, error) {
      throw error;
    },
  },
});
const { adaptor } = MathJax.startup;
const NOTES = / (unselectable|data-mjx-texclass|xmlns)="[^"]*"/g; // for MathJax's own use, a fifth of the MathML
const formulas = [];
for (const [tex, display] of JSON.parse(readFileSync(0, "utf8"))) {
  const node = await MathJax.tex2chtmlPromise(tex, { display }).catch(({ message }) => {
    throw new Error(`${message} in ${tex}`);
  });
  formulas.push(adaptor.outerHTML(node).replace(NOTES, ""));
}
process.stdout.write(JSON.stringify({ formulas, css: adaptor.textContent(MathJax.chtmlStylesheet()) }));
