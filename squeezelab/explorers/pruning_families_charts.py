"""The pictures of `pruning_families`: accuracy over a cost, and the ranking at an equal share of it."""

from ..core.words import percent
from .kit.charts import dots, line
from .kit.figures import axis as axis_of
from .kit.figures import capital, careful_percent, legend_entry
from .kit.measured import measured
from .kit.memo import Memo
from .pruning_families_model import KEYS, METHOD_NAMES, SHORT, in_points, of_it, points_of


def curves_chart(axis, share, first, second, now, finding):
    """Accuracy over a cost, the methods that were chosen in colour, with standard errors."""
    marks, costs = [], []
    for method in drawn_last(first, second):
        rows, role, (xs, ys, tips) = points_of(method), role_of(method, first, second), course_of(method, axis)
        curve = line(xs, ys, role, tips=tips)
        costs += xs
        marks.append(curve)
        if role != "idle":
            marks += [line([x, x], ends_of(row), role) for x, row in zip(xs, rows)]
            marks.append(dots(curve, [row["kept"] == share for row in rows]))
    if axis != "training":
        marks.append({"type": "rule", "x": share, "role": "reference"})
    domain = [0.9 * min(costs), max(costs)]
    return {
        "title": curves_title(axis, share, first, second, now),
        "alt": f"Digits right over {SHORT[axis]}, a line for each method. {finding}",
        "x": axis_of(f"{capital(SHORT[axis])}, of the dense network's", "", "log2", domain, "percent"),
        "y": axis_of("Test digits right", domain=ends_of_all(), format="percent"),
        "marks": marks,
        "legend": legend_of(first, second) + [legend_entry("idle", "other methods")],
        "height": 0.75,
    }


def course(method, axis):
    """(costs, accuracies, tips) of the points of a method."""
    rows = points_of(method)
    return [row["shares"][axis] for row in rows], [row["accuracy"] for row in rows], [tip_of(method, row, axis) for row in rows]


# course_of(method, axis): all 84 there are
course_of = Memo(course, most=168)


def curves_title(axis, share, first, second, now):
    there = [method for method in ([first] if first == second else [first, second]) if method not in now.missing]
    if not there:
        return f"Neither has {of_it(axis, share)}"
    parts = [f"{METHOD_NAMES[method]} {percent(now.score[method][0])}" for method in there]
    return f"At {of_it('params' if axis == 'training' else axis, share)}: " + ", ".join(parts)


def tip_of(method, row, axis):
    right = f"{percent(row['accuracy'])} ± {in_points(row['error'])} right"
    if row["method"] == "dense":
        return f"dense, trained as long: {right}"
    at = f"{percent(row['kept'])} of the parameters, {careful_percent(row['shares'][axis])} of the {SHORT[axis]}"
    return f"{METHOD_NAMES[method]}, {at}: {right}"


def role_of(method, first, second):
    return "accent" if method == first else "weights" if method == second else "idle"


def drawn_last(first, second):
    """The methods, those that were chosen last, so that they lie on top."""
    return [method for method in KEYS if method not in (first, second)] + [second] * (second != first) + [first]


def legend_of(first, second):
    names = [legend_entry("accent", METHOD_NAMES[first])]
    return names + ([legend_entry("weights", METHOD_NAMES[second])] if second != first else [])


def ends_of(row):
    """A standard error below, and above."""
    return [row["accuracy"] - row["error"], row["accuracy"] + row["error"]]


def ends_of_all():
    every = [ends_of(row) for row in measured("pruning_families")["rows"]]
    return [min([low for low, _ in every]), max([high for _, high in every])]


def ranking_chart(level, share, first, second, now, before):
    """Each method with its standard error, the most accurate first, and where it stood at equal parameters."""
    names, bars, tips = [METHOD_NAMES[method] for method in now.order], [], []
    for name, (mean, error) in zip(names, [now.score[method] for method in now.order]):
        bars.append((mean - error, mean + error))
        tips.append(f"{name}: {percent(mean)} ± {in_points(error)} right at {of_it(level, share)}")
    roles, old = [role_of(method, first, second) for method in now.order], [before.score[method][0] for method in now.order]
    lows, highs = [low for low, _ in bars], [high for _, high in bars]
    marks = [{"type": "hbar", "y": names, "x0": lows, "x": highs, "role": roles, "label": tips}]
    legend = legend_of(first, second) + [legend_entry("idle", f"others, equal {SHORT[level]}")]
    if level != "params":
        marks.append(old_places(names, old, share))
        legend.append(legend_entry("text", "at equal parameters"))
    said = [f"{name} {percent(now.score[method][0])}" for name, method in zip(names, now.order)]
    return {
        "title": f"{capital(names[0])} is first, {names[-1]} last",
        "alt": f"At {of_it(level, share)}: " + ", ".join(said) + ".",
        "x": axis_of("Test digits right", domain=[min(lows + old) - 0.002, max(highs + old) + 0.002], format="percent"),
        "y": axis_of("", scale="band", domain=names),
        "marks": marks,
        "legend": legend,
        "height": 0.75,
    }


def old_places(names, old, share):
    """A dot for each method at its accuracy where the parameters are equal."""
    words = [f"{name}: {percent(mean)} right at {of_it('params', share)}" for name, mean in zip(names, old)]
    return {"type": "point", "x": old, "y": names, "role": ["text"] * len(old), "size": [4] * len(old), "label": words}
