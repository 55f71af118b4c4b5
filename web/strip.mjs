// Python without what only readers of the source need. A page runs the same Python as a notebook, but its reader waits for
// every byte, and docstrings and comments are a third of the compressed bytes: the copy in the page goes without them.

const LONG = String.raw`"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''`;
const SHORT = String.raw`"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'`;
const STRING = `[rbfu]{0,2}(?:${LONG}|${SHORT})`;
// A string that is all of its line, and no continuation of the line above, is a statement, unless a bracket is open.
const ALONE = String.raw`(?<=^[ \t]*)(?<!\\\n[ \t]*)${STRING}(?=[ \t]*(?:#.*)?$)`;
const COMMENT = String.raw`(?:^[ \t]*#.*\n?|[ \t]*#.*)`;
const BLANK_LINE = String.raw`^[ \t]*\n`;
const TOKEN = new RegExp(
  `(?<alone>${ALONE})|(?<kept>${STRING})|(?<dropped>${COMMENT}|${BLANK_LINE})|[([{]|[)\\]}]|[A-Za-z0-9_]+`,
  "gm",
);

/** The program without comments, empty lines and docstrings. `pass` takes their place, for they may be a whole body. */
export function stripped(python) {
  let depth = 0;
  return python.replace(TOKEN, (token, ...rest) => {
    const { alone, dropped } = rest.at(-1);
    if (alone !== undefined && depth === 0) return "pass";
    if (dropped !== undefined) return "";
    if ("([{".includes(token)) depth += 1;
    if (")]}".includes(token)) depth -= 1;
    return token;
  });
}

/** The JSON without its white space. It is not parsed: 1.0 has to stay a float, and a long integer exact. */
export const packedJson = (text) => text.replace(/("(?:\\.|[^"\\])*")|\s+/g, "$1");
