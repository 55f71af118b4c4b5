"""Pruning methods at an equal share of a cost of the reader's choice: which is ahead, and whether another cost turns it round."""

from ..core.words import percent
from .kit.controls import choice, stops
from .kit.figures import capital, careful_percent, column, tile
from .pruning_families_charts import curves_chart, ranking_chart
from .pruning_families_model import (
    AXES,
    METHOD_NAMES,
    METHODS,
    SHARES,
    SHORT,
    change_of,
    cheapest_of_the_best,
    in_points,
    of_it,
    point_at,
    standing_of,
)

TITLE = "Which method is ahead, and at an equal share of what"
CONTROLS = [
    choice("axis", "Cost", AXES, "macs"),
    stops("share", "Left of it", SHARES, 0.2) | {"format": "percent"},
    choice("first", "Method", METHODS, "sbpf"),
    choice("second", "Beside", METHODS, "l1_filter"),
]
SOURCES = (
    "Mini-VGG on cluttered digits, five trainings of each method at a learning rate of its own, 5000 test images. The ± of a "
    "difference is its 95 % interval, bars are standard errors. Measured at equal parameters; at an equal share of another cost "
    "an accuracy is read on the straight line between the two measured points around it. Cycles rest on values that are "
    "recalled or inferred; milliseconds: 32 images, one thread of one machine."
)


def figure(axis, share, first, second):
    level = "params" if axis == "training" else axis  # the whole of a training is no budget that these methods can meet
    now, before = standing_of(level, share), standing_of("params", share)
    finding = finding_of(axis, share, first, second, now)
    charts = [curves_chart(axis, share, first, second, now, finding)]
    if now.order:
        charts.append(ranking_chart(level, share, first, second, now, before))
    return {
        "finding": finding,
        "problem": problem_of(axis, share, now, first, second),
        "charts": charts,
        "readout": readout_of(axis, share, first, second, now, before),
        "table": table_of(axis, level, share, now, before),
        "formula": formula_of(level, share, first, second, now, before),
        "note": SOURCES,
    }


# Words.


def apart_by(difference):
    """'1.2 ± 0.5 points', of a difference without its sign."""
    mean, half = difference
    return f"{in_points(abs(mean))} ± {in_points(half)} points"


def verdict_of(standing, first, second):
    """'A is 1.2 ± 0.5 points ahead of B', or that they cannot be told apart."""
    apart = standing.tells(first, second)
    names = METHOD_NAMES[first], METHOD_NAMES[second]
    if apart == 0:
        return f"{names[0]} and {names[1]} cannot be told apart ({apart_by(standing.difference(first, second))})"
    return f"{names[0]} is {apart_by(standing.difference(first, second))} {'ahead of' if apart > 0 else 'behind'} {names[1]}"


def finding_of(axis, share, first, second, now):
    if axis == "training":
        return training_finding(share, first, second)
    gone = [method for method in (first, second) if method in now.missing]
    if gone:
        return f"{capital(METHOD_NAMES[gone[0]])} does not come down to {of_it(axis, share)}. {ranking_words(axis, share)}"
    if first == second:
        mean, error = now.score[first]
        right = f"{percent(mean)} ± {in_points(error)}"
        return f"At {of_it(axis, share)} {METHOD_NAMES[first]} reads {right} of the digits. {ranking_words(axis, share)}"
    return f"At {of_it(axis, share)} {verdict_of(now, first, second)}. {ranking_words(axis, share)}"


def ranking_words(axis, share):
    """What becomes of the ranking at equal parameters, among the methods that get there."""
    change, there = change_of(axis, share), len(standing_of(axis, share).order)
    if there < 2:
        return "Nor has any other method." if there == 0 else "One other method gets there."
    if axis == "params":
        return f"Of {there * (there - 1) // 2} pairs of methods {change.told} are told apart."
    head = f"Of {change.before} pairs that equal parameters tell apart"
    if not change.turned:
        return f"{head} none changes places; {change.lost} can no longer be told apart."
    ahead, now = change.turned[0]
    return f"{head} {len(change.turned)} change places, {METHOD_NAMES[ahead]} and {METHOD_NAMES[now]} most clearly."


def training_finding(share, first, second):
    """What the training cost, from the dense network's start on, and what it bought."""
    spent = [f"{METHOD_NAMES[method]} {percent(spent_by(method, share))}" for method in [first] + [second] * (second != first)]
    head = f"Of the MACs of training the dense network, as long, {' and '.join(spent)} were spent at {of_it('params', share)}"
    best, cheapest = cheapest_of_the_best(share)
    if best == cheapest:
        return f"{head}. The best, {METHOD_NAMES[best]}, took least of all that are not told apart from it."
    least = f"{METHOD_NAMES[cheapest]} took least: {percent(spent_by(cheapest, share))}"
    return f"{head}. Of the methods not told apart from the best, {METHOD_NAMES[best]}, {least}."


def spent_by(method, share):
    return point_at(method, share)["shares"]["training"]


def problem_of(axis, share, now, first, second):
    if axis == "training":
        return None
    for method in (first, second):
        if method in now.missing:
            least = point_at(method, SHARES[-1])
            return (
                f"{capital(METHOD_NAMES[method])} does not come down to {of_it(axis, share)} with every seed: its smallest, of "
                f"{percent(SHARES[-1])} of the parameters, takes {careful_percent(least['shares'][axis])} on average."
            )
    return None


def formula_of(level, share, first, second, now, before):
    """Both differences, with their intervals."""
    lines = []
    for name, standing in (("params", before), (level, now)):
        found = standing.difference(first, second)
        if found is not None and (name != "params" or not lines):
            sign = "−" if found[0] < 0 else "+"
            lines.append(f"{METHOD_NAMES[first]} − {METHOD_NAMES[second]} at {of_it(name, share)}: {sign}{apart_by(found)}")
    return "\n".join(lines)


# Numbers.


def readout_of(axis, share, first, second, now, before):
    change = change_of("params" if axis == "training" else axis, share)
    tiles = []
    for method, role in ((first, "accent"), (second, "weights")):
        name = METHOD_NAMES[method]
        score, cost = now.score[method], point_at(method, share)["shares"][axis]
        tiles.append(tile(f"{name}: digits right", score and score[0], "percent", role=role))
        tiles.append(tile(f"{name}: {SHORT[axis]} at {of_it('params', share)}", cost, "percent", role=role))
    tiles.append(tile("Pairs told apart at equal parameters", change.before))
    if axis not in ("params", "training"):
        tiles.append(tile(f"Told apart at equal {SHORT[axis]}", change.told))
        tiles.append(tile("Pairs that change places", len(change.turned)))
    return tiles if first != second else tiles[2:]


def table_of(axis, level, share, now, before):
    columns = [column("Method"), column("Right, equal parameters", "percent"), column("± standard error", "fixed1", "points")]
    if axis != "params":
        columns.append(column(f"{capital(SHORT[axis])} then, of the dense network's", "percent"))
    if level != "params":
        columns += [column(f"Right, equal {SHORT[axis]}", "percent"), column("± standard error", "fixed1", "points")]
    rows = []
    for method in before.order:
        row = [METHOD_NAMES[method], before.score[method][0], 100 * before.score[method][1]]
        if axis != "params":
            row.append(point_at(method, share)["shares"][axis])
        if level != "params":
            score = now.score[method]
            row += [score and score[0], score and 100 * score[1]]
        rows.append(row)
    return {"caption": f"The methods at {of_it('params', share)}, the most accurate first", "columns": columns, "rows": rows}
