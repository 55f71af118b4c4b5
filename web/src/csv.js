// The table of a figure as CSV, for programs: numbers as numbers, and above the columns, in lines that begin with #, what the
// figure is, what it finds, how its controls stand. `pandas.read_csv(name, comment="#")` reads it.

const ordinary = (text) => text.replace(/[\u00a0\u2009\u202f]/g, " ").replaceAll("\u2212", "-");
const quoted = (text) => (/[",\r\n#]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const inLine = (text) => ordinary(String(text)).replace(/\s+/g, " ").trim();

// Twelve digits take the noise off a product: 100 × 0.07 is 7, not 7.000000000000001.
const number = (value, kind) => (kind === "percent" ? Number((100 * value).toPrecision(12)) : value);

// A text that is a number as readers see it, −1 234, becomes one.
function written(text) {
  const plain = ordinary(text);
  return quoted(/^-?\d{1,3}( \d{3})+(\.\d+)?$/.test(plain) ? plain.replaceAll(" ", "") : plain);
}

function cell(value, { format }) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  if (typeof value !== "number") return written(String(value));
  return Number.isFinite(value) ? String(number(value, format)) : value > 0 ? "inf" : "-inf";
}

function head({ label, unit, format }) {
  const measure = format === "percent" ? "%" : unit;
  return quoted(ordinary(measure ? `${label} (${measure})` : label));
}

/** table: {columns, rows}; about: lines that say what it is. */
export function csv({ columns, rows }, about) {
  const lines = about.filter(Boolean).map((line) => `# ${inLine(line)}`);
  const body = rows.map((row) => row.map((value, index) => cell(value, columns[index])).join(","));
  return [...lines, columns.map(head).join(","), ...body].join("\n") + "\n";
}
