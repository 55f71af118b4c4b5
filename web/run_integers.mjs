// Runs the page's kernels of whole numbers in Node. In, on standard input, JSON: {factors: [[value, Q, e, rounding], ...]} or
// {program, images}; out: what each becomes, and for a program the codes of every step of every image.

import { readFileSync } from "node:fs";
import { requantised } from "./src/integer/fixed_point.js";
import { Program } from "./src/integer/program.js";

const { factors, program, images } = JSON.parse(readFileSync(0, "utf8"));

function ran() {
  const made = new Program(program);
  return images.map((pixels) => made.run(pixels).map((codes) => [...codes]));
}

process.stdout.write(JSON.stringify(program ? ran() : factors.map((given) => requantised(...given))));
