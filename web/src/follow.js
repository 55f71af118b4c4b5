// A control may follow one above it: choosing a version sets the blocks of the stages. `by` lists [value of the leader, changes].

export function resolved(control, values) {
  const entry = control.by?.find(([value]) => value === values[control.follows]);
  return entry ? { ...control, ...entry[1] } : control;
}

// What a control starts with while its leader has this value; with the leader where it began, what the author chose.
export function startOf(control, values, controls) {
  const leader = controls.find(({ name }) => name === control.follows);
  return leader && values[leader.name] !== leader.value ? resolved(control, values).value : control.value;
}
