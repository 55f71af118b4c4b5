// What follows from a prediction: what was said, what is right, and how far apart they are.

import { format } from "./format.js";

export function gap(values, choice, answer) {
  const [said, is] = [values?.[choice], values?.[answer]];
  if (!(said > 0 && is > 0) || choice === answer) return "";
  return ` You were off by ${format(Math.max(said / is, is / said), "ratio")}.`;
}

/** One sentence or two; options stand in quotes, for they end the question's sentence, not this one. */
export function verdict({ options, answer, values }, choice) {
  if (choice === answer) return `You said “${options[choice]}”, and that is right.`;
  return `You said “${options[choice]}”; right is “${options[answer]}”.${gap(values, choice, answer)}`;
}

/** The entry of a choice in the store. */
export const entryOf = (spec, choice) => ({ question: spec.question, said: spec.options[choice] });

/** The choice that an entry tells of, if the question, which may have been edited since, still offers it; else null. */
export function choiceIn(spec, { question, said }) {
  const choice = question === spec.question ? spec.options.indexOf(said) : -1;
  return choice < 0 ? null : choice;
}
