"""Degeneracy: terms of a CP that grow against each other while the error falls, and the ridge that stops them. Measured."""

from ..core.words import decimals, grouped, plural, short
from .kit.charts import dots, line
from .kit.controls import choice, stops, toggle
from .kit.figures import axis, column, tile
from .kit.measured import measured

TITLE = "Degeneracy: terms that grow and cancel"
AMBER, RED = 3, 10  # of the ratio, as in squeezelab.decompose
# (value of the control, its label, tensor and rank in the record)
TENSORS = [
    ("border", "border rank, R = 2", "border", 2),
    ("trained8", "trained kernel, R = 8", "trained", 8),
    ("trained32", "trained kernel, R = 32", "trained", 32),
]
# in the order of the record: (value of the control, its label, name of the run, in a sentence)
RIDGES = [
    ("none", "none", "no ridge", "without a ridge"),
    ("1e-4", "0.0001", "ridge 0.0001", "with a ridge of 0.0001"),
    ("1e-3", "0.001", "ridge 0.001", "with a ridge of 0.001"),
    ("1e-2", "0.01", "ridge 0.01", "with a ridge of 0.01"),
]
USUAL = "1e-3"  # what a run without a ridge is compared with: the default of `cp`
SWEEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 3000]
CONTROLS = [
    choice("tensor", "Tensor", [(value, label) for value, label, _, _ in TENSORS], "trained8"),
    stops("sweeps", "Sweeps", SWEEPS, 50) | {"play": True},
    choice("ridge", "Ridge", [(value, label) for value, label, _, _ in RIDGES], "none"),
    toggle("accelerate", "Accelerated"),
]
MEASURES = [("errors", "error"), ("ratios", "ratio"), ("cosines", "smallest cosine"), ("largest", "largest λ")]


class RecordedRun:
    """One run of ALS as recorded: parallel lists over `SWEEPS`, and where among them `sweeps` is."""

    def __init__(self, tensor, ridge, accelerate, sweeps):
        which = [value for value, _, _, _ in RIDGES].index(ridge)
        self.row = rows_of(tensor, accelerate)[which]
        self.name, self.how = RIDGES[which][2:]
        self.place = SWEEPS.index(sweeps)

    def now(self, measure):
        return self.row[measure][self.place]


def rows_of(tensor, accelerate):
    """The recorded runs of a tensor, one for each of `RIDGES`."""
    name, rank = [(name, rank) for value, _, name, rank in TENSORS if value == tensor][0]
    rows = measured("degeneracy")["rows"]
    return [row for row in rows if row["tensor"] == name and row["rank"] == rank and row["accelerate"] == accelerate]


def figure(tensor, sweeps, ridge, accelerate):
    run = RecordedRun(tensor, ridge, accelerate, sweeps)
    other = RecordedRun(tensor, USUAL if ridge == "none" else "none", accelerate, sweeps)
    return {
        "finding": finding_of(run, other),
        "problem": problem_of(run, other),
        "charts": [ratio_chart(run, other), error_chart(run, other)],
        "readout": [
            tile("Error", run.now("errors"), "four", role="accent"),
            tile("Ratio √Σλ² ÷ ‖Ŵ‖", run.now("ratios"), "si", role=role_of(run.now("ratios"))),
            tile("Smallest cosine", run.now("cosines"), "four"),
            tile("Largest λ ÷ ‖W‖", run.now("largest"), "si"),
            tile(f"Error, {other.name}", other.now("errors"), "four", role="reference"),
            tile(f"Ratio, {other.name}", other.now("ratios"), "si", role="reference"),
        ],
        "table": table_of(run, other),
        "note": note_of(tensor),
    }


# Words.


def verdict(ratio):
    """The three states of the gauge."""
    return "degenerate" if ratio > RED else "strained" if ratio > AMBER else "sound"


def role_of(ratio):
    return {"degenerate": "failure", "strained": "weights", "sound": "inputs"}[verdict(ratio)]


def error_words(run):
    return in_words("errors", run.now("errors"))


def ratio_words(run):
    return in_words("ratios", run.now("ratios"))


def in_words(measure, value):
    """An error to four decimals; a ratio, however large: `115`, `45 850`."""
    if measure == "errors":
        return decimals(value, 4)
    return grouped(value) if value >= 1000 else short(value)


def course_words(run, other, measure):
    """Where a measure of both runs begins and ends, in a sentence."""
    values = [run.row[measure][0], run.row[measure][-1], other.row[measure][-1]]
    first, last, elsewhere = [in_words(measure, value) for value in values]
    how, name = run.how[0].upper() + run.how[1:], dict(MEASURES)[measure]
    return f"{how} the {name} goes from {first} to {last} in {grouped(SWEEPS[-1])} sweeps, {other.how} to {elsewhere}."


def finding_of(run, other):
    """What this run has come to, beside the other one."""
    head = f"After {plural(SWEEPS[run.place], 'sweep')} {run.how} the terms are {verdict(run.now('ratios'))}"
    here = f"ratio {ratio_words(run)}, error {error_words(run)}"
    return f"{head}: {here}, against {ratio_words(other)} and {error_words(other)} {other.how}."


def problem_of(run, other):
    """Terms beyond the red line, or None."""
    ratio = run.now("ratios")
    if verdict(ratio) != "degenerate":
        return None
    cosine = decimals(run.now("cosines"), 4)
    cancel = f"Taken together (√Σλ²) the terms are {ratio_words(run)} times as long as their sum; two have the cosine {cosine}"
    gained = run.now("errors") - other.now("errors")
    if gained < 0:
        return f"{cancel}. All that for an error lower by {decimals(-gained, 4)} than {other.how}."
    return f"{cancel}. All that for nothing: the error is no lower than {other.how}."


def note_of(tensor):
    end = f"Only the {len(SWEEPS)} marked counts of sweeps were measured. Ratios above {AMBER} and {RED} are our own warnings."
    if tensor == "border":
        return f"The sum b∘c∘h + a∘d∘h + a∘c∘v of Gaussian vectors, 16×16×3: rank 3, yet a limit of tensors of rank 2. {end}"
    return f"The kernel of conv4 in the trained mini-VGG, 64×64×3×3, from the start by slices, in double precision. {end}"


# Charts.


def line_with_dots(run, measure, role):
    """The measured points of a run, joined."""
    values = run.row[measure]
    tips = [f"{run.name}, {plural(sweeps, 'sweep')}: {in_words(measure, value)}" for sweeps, value in zip(SWEEPS, values)]
    joined = line(SWEEPS, values, role, run.name, tips)
    return [joined, dots(joined, [place == run.place for place in range(len(SWEEPS))])]


def both_runs(run, other, measure):
    """The chosen run, and the other one to compare it with."""
    return line_with_dots(other, measure, "reference") + line_with_dots(run, measure, "accent")


def sweeps_axis():
    return axis("Sweeps", "", "log10", [SWEEPS[0], SWEEPS[-1]], "integer")


def ratio_chart(run, other):
    highest = max(run.row["ratios"] + other.row["ratios"] + [RED])
    lowest = min(run.row["ratios"] + other.row["ratios"])
    return {
        "title": f"Ratio {ratio_words(run)}: {verdict(run.now('ratios'))}",
        "alt": course_words(run, other, "ratios"),
        "x": sweeps_axis(),
        "y": axis("Ratio √Σλ² ÷ ‖Ŵ‖", "", "log10", [lowest, 1.2 * highest], "si"),
        "marks": [
            {"type": "rule", "y": AMBER, "role": "weights", "label": "strained"},
            {"type": "rule", "y": RED, "role": "failure", "label": "degenerate"},
        ]
        + both_runs(run, other, "ratios"),
        "height": 0.75,
    }


def error_chart(run, other):
    return {
        "title": f"Error {error_words(run)}, against {error_words(other)} {other.how}",
        "alt": course_words(run, other, "errors"),
        "x": sweeps_axis(),
        "y": axis("Relative error", "", "log10"),
        "marks": both_runs(run, other, "errors"),
        "height": 0.75,
    }


def table_of(run, other):
    columns = [column("Sweeps", "integer")]
    for each in (run, other):
        columns += [column(f"{name}, {each.name}", "four") for _, name in MEASURES]
    rows = []
    for place, sweeps in enumerate(SWEEPS):
        rows.append([sweeps] + [each.row[measure][place] for each in (run, other) for measure, _ in MEASURES])
    return {"caption": "Both runs as measured; λ relative to ‖W‖", "columns": columns, "rows": rows}
