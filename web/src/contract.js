// The figure contract, squeezelab/explorers/figure_contract.json, as far as a picture depends on it: a mark of an unknown kind,
// an unknown field or one that is missing is refused by name. Only in tests: what is shipped was checked by them.

import contract from "../../squeezelab/explorers/figure_contract.json" with { type: "json" };

export const kinds = () => Object.keys(contract.marks); // a function: what runs at import would be shipped

export function checkMark(mark) {
  if (!kinds().includes(mark.type)) throw new Error(`there is no mark "${mark.type}"; there are ${kinds().join(", ")}`);
  const fields = { ...contract["every mark"].fields, ...contract.marks[mark.type].fields };
  const unknown = Object.keys(mark).find((name) => !(name in fields));
  if (unknown) throw new Error(`a ${mark.type} has no field "${unknown}"; it has ${Object.keys(fields).join(", ")}`);
  const missing = Object.keys(fields).find((name) => fields[name].required && !(name in mark));
  if (missing) throw new Error(`a ${mark.type} lacks "${missing}": ${fields[missing].is}`);
}
