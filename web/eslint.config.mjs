// What a browser's module, the engine's worker and Node's scripts may name; no name is unused, none is declared twice.

import js from "@eslint/js";
import globals from "globals";

const rules = {
  eqeqeq: "error",
  "max-len": ["error", { code: 130, ignoreUrls: true }],
  "max-lines": ["error", 250],
  "no-shadow": ["error", { builtinGlobals: false }],
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
};

const DEFINED = { SHIPPED: "readonly", STAMP: "readonly", EXERCISE_STAMP: "readonly" }; // by build.mjs

export default [
  js.configs.recommended,
  { rules },
  { files: ["src/**/*.js"], languageOptions: { globals: { ...globals.browser, ...DEFINED } } },
  { files: ["src/**/worker.js"], languageOptions: { globals: globals.worker } },
  { files: ["**/*.mjs"], languageOptions: { globals: globals.node } },
];
