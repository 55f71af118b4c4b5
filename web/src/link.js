// The state of an explorer as a link: #explorer=staircase&channels=57. Only controls that exist are read back.

export function toHash(name, values) {
  const parts = new URLSearchParams({ explorer: name });
  for (const key of Object.keys(values).sort()) parts.set(key, String(values[key]));
  return `#${parts}`;
}

function parsed(control, text) {
  if (control.kind === "toggle") return text === "true";
  if (control.kind === "choice") return control.options.find(({ value }) => String(value) === text)?.value;
  if (control.values) return control.values.find((value) => String(value) === text);
  const number = Number(text);
  const inside = text !== "" && number >= control.min && number <= control.max;
  return inside ? number : undefined;
}

export function fromHash(hash, name, controls) {
  const parts = new URLSearchParams(String(hash).replace(/^#/, ""));
  if (parts.get("explorer") !== name) return null;
  const values = {};
  for (const control of controls) {
    const value = parts.has(control.name) ? parsed(control, parts.get(control.name)) : undefined;
    if (value !== undefined) values[control.name] = value;
  }
  return values;
}
