"""The board: every family of pruning on equal terms, as experiments/board.py derives it from what was measured.

What is compared stands at one *place*: a kind (what falls, of which network), a level (the share that is kept, or what a family's
own knob is set to), and a budget ("epochs", as long as everybody; "macs", as many MACs of training). A *member* is a method, or
a control of it: "taylor", "taylor/scratch". The dense network is a member of every level.

>>> member_of({"method": "taylor", "control": "scratch", "epochs": 24})
'taylor/scratch'
"""

import itertools
from collections import namedtuple

from .differences import mean_se, paired_difference
from .readings import places_around
from .results import right_of, rows_by

KNOBS = ("two_four", "aswl", "neq", "ftwt")  # families of a kind of their own, whose level is their knob's
NETWORKS_OF = {
    "weights": "lenet300",
    "channels": "mini_vgg",
    "two_four": "lenet300",
    "aswl": "lenet300_bn",
    "neq": "mini_vgg",
    "ftwt": "mini_vgg",
}
LEVELS = {"weights": (0.2, 0.1, 0.05, 0.02), "channels": (0.5, 0.2, 0.1)}  # kept; of the others their settings
HALF = 0.5  # of the weights: at this share other families stand beside two of four
BUDGETS = ("epochs", "macs")
COSTS = ("params", "macs", "stored_bytes", "cycles", "systolic_cycles", "training", "executed", "ms")
COLUMNS = ("kind", "member", "level", "budget", "mean", "error", *COSTS)  # of a row of the board
MILLION = 1_000_000  # MACs of training are counted in it
FINE = 100_000  # halves of intervals are whole numbers of this part

Entry = namedtuple("Entry", "rows accuracies right")
Entry.__doc__ = "A member at a place: rows, accuracies by seed, how often each test image was read right, a mean over the seeds."


def kinds_of(row):
    """The kinds that a row belongs to: the dense network stands beside all that fell from it."""
    if row["method"] in KNOBS:
        return [row["method"]]
    if row["method"] != "dense":
        kinds = [kind for kind in LEVELS if NETWORKS_OF[kind] == row["network"]]
        return ["two_four"] if kinds == ["weights"] and row["kept"] == HALF else kinds
    if row.get("setting"):  # epochs, of the curve on which NEq's training is found
        return ["neq"]
    return [kind for kind, network in NETWORKS_OF.items() if network == row["network"] and kind != "neq"]


def level_of(row):
    """The share kept, or the setting of a family's own knob; None for the dense network, which is at every level."""
    if row["method"] == "dense":
        return None
    setting = row.get("setting")
    return row["kept"] if setting is None or row["method"] == "two_four" else setting


def member_of(row):
    """The name of a row's member. "dense" is a dense start, trained on; one from new weights has its epochs in its name."""
    if row["method"] == "dense" and not row.get("start_macs"):
        return f"dense/{row['epochs']}"
    return row["method"] if row["control"] is None else f"{row['method']}/{row['control']}"


def on_board(rows):
    """The rows that the board is made of, each with `place`, [(kind, level, budget)], and `member`."""
    found = []
    for row in rows:
        level, budget = level_of(row), row.get("budget") or "epochs"
        kinds = [kind for kind in kinds_of(row) if kind not in LEVELS or level is None or level in LEVELS[kind]]
        if kinds and row["epochs"]:
            found.append(row | {"places": [(kind, level, budget) for kind in kinds], "member": member_of(row)})
    return found


def entry_of(rows):
    """The `Entry` of a member's rows, in the order of their seeds."""
    rows = sorted(rows, key=lambda row: row["seed"])
    right = [sum(each) / len(rows) for each in zip(*map(right_of, rows))]
    return Entry(rows, [row["accuracy"] for row in rows], right)


def entries_by_place(rows, kinds):
    """{(kind, level, budget): {member: Entry}}; the dense networks of a kind are at level None."""
    placed = [row | {"place": place} for row in on_board(rows) for place in row["places"] if place[0] in kinds]
    found = {}
    for (place, member), each in rows_by(placed, ("place", "member")).items():
        found.setdefault(place, {})[member] = entry_of(each)
    for kind, level, budget in found:
        if kind == "neq" and level is not None:
            curve = list(found.get((kind, None, budget), {}).values())
            equal = at_equal_macs(found[kind, level, budget]["neq"], curve)
            if equal is not None:
                found[kind, level, budget]["dense/equal_macs"] = equal
    return found


def at_equal_macs(entry, curve):
    """The `Entry` of the dense network for as many MACs of training as another takes: seed by seed between the trainings of the
    curve, `Entry`s of several lengths, around it (`places_around`). None where a seed took more, or less, than all of these."""
    rows, accuracies, rights = [], [], []
    for place, row in enumerate(entry.rows):
        points = [each.rows[place] for each in curve]
        weights = places_around([point["training_macs"] for point in points], row["training_macs"])
        if not weights:
            return None
        chosen = [(points[where], weight) for where, weight in weights.items()]
        rights.append([sum(bits) for bits in zip(*[[w * bit for bit in right_of(point)] for point, w in chosen])])
        accuracies.append(sum(w * point["accuracy"] for point, w in chosen))
        rows.append(points[0] | dict.fromkeys(("training_macs", "executed_training_macs"), row["training_macs"]))
    return Entry(rows, accuracies, [sum(each) / len(each) for each in zip(*rights)])


def cost_means(entry, times):
    """The means over the seeds of the `COSTS`, whole numbers but for milliseconds, which only widths that were timed have."""
    found = []
    for cost in COSTS:
        values = [cost_at(row, cost, times) for row in entry.rows]
        mean = None if None in values else sum(values) / len(values)
        found.append(mean if mean is None else round(mean, 3) if cost == "ms" else round(mean))
    return found


def cost_at(row, cost, times):
    """A cost of a row; training counts the dense start, in millions of MACs."""
    if cost == "training":
        return (row["start_macs"] + row["training_macs"]) / MILLION
    if cost == "executed":
        return (row["start_macs"] + row["executed_training_macs"]) / MILLION
    if cost == "ms":
        return milliseconds(row, times)
    return row[cost]


def milliseconds(row, times):
    """What the widths of a row were timed at, the dense network's where no channel falls; None for masks, and for routes."""
    if row["network"] != "mini_vgg" or row["method"] == "ftwt":
        return None
    return times.get(tuple(row["left"].values()) or max(times))


def halves_of(entries, size):
    """Half the 95 % interval of each pair's difference, in order, in parts of `FINE`."""
    found = []
    for first, second in itertools.combinations(entries, 2):
        both = paired_difference(first.accuracies, second.accuracies, size, ([first.right], [second.right]))
        found.append(round(FINE * both.half))
    return found


def made_of(rows, times, size, kinds=tuple(NETWORKS_OF)):
    """(rows of the board, lists as `COLUMNS` has them; its places, each with the halves of its pairs).

    rows: of the records; times: {widths: milliseconds}; size: how many images were tested on; kinds: of what is made.
    """
    by_place, table, places = entries_by_place(rows, kinds), [], []
    for place, entries in by_place.items():
        for member, entry in entries.items():
            score = mean_se(entry.accuracies, size)
            kind, level, budget = place
            costs = cost_means(entry, times)
            table.append([kind, member, level, budget, round(score.mean, 5), round(score.error, 5), *costs])
        if place[1] is not None:
            there = {**entries, **by_place.get((place[0], None, place[2]), {})}
            places.append(dict(zip(("kind", "level", "budget"), place)) | {"halves": halves_of(there.values(), size)})
    return table, places
