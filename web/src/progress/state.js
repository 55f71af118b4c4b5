// What the page "Your progress" says of an exercise and of a prediction, and the counts. book: what tools/progress_page.py
// lists: {title, chapters: [{title, page, exercises: [{name, title, place, here}], predictions: [{name, place, question, …}]}]}.

import { choiceIn, verdict } from "../prediction.js";

export const NOT_YET = "not yet";
export const SOLVED = "✓ solved";

export function exerciseState({ here }, { text, solved }) {
  if (!here) return "in Colab, not counted";
  if (solved === true) return SOLVED;
  return typeof text === "string" ? "tried" : NOT_YET;
}

export function predictionState(spec, kept) {
  const choice = choiceIn(spec, kept);
  return choice === null ? NOT_YET : verdict(spec, choice);
}

const all = (book, kind) => book.chapters.flatMap((chapter) => chapter[kind]);
const plural = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;

/** "7 of 43 exercises solved, 2 tried; 3 of 16 predictions made, 1 of them right." of a book or a chapter of it. */
export function summary(chapters, read) {
  const states = all({ chapters }, "exercises").map((each) => exerciseState(each, read(each.name)));
  const here = states.filter((state) => !state.startsWith("in Colab"));
  const [solved, tried] = [SOLVED, "tried"].map((wanted) => states.filter((state) => state === wanted).length);
  const specs = all({ chapters }, "predictions");
  const choices = specs.map((spec) => choiceIn(spec, read(spec.name)));
  const made = choices.filter((choice) => choice !== null).length;
  const right = choices.filter((choice, place) => choice === specs[place].answer).length;
  return (
    `${solved} of ${plural(here.length, "exercise")} solved, ${tried} tried; ` +
    `${made} of ${plural(specs.length, "prediction")} made, ${right} of them right.`
  );
}

/** "5 exercises, 3 predictions" among these entries. */
export function counted(entries) {
  const predictions = entries.filter(({ said }) => said !== undefined).length;
  const isExercise = ({ text, solved, mine }) => (text !== undefined && mine === undefined) || solved !== undefined;
  const exercises = entries.filter(isExercise).length; // a program of the reader's own network has `mine`
  const others = entries.length - predictions - exercises;
  const parts = [plural(exercises, "exercise"), plural(predictions, "prediction")];
  return [...parts, ...(others ? [plural(others, "other entry").replace("entrys", "entries")] : [])].join(", ");
}
