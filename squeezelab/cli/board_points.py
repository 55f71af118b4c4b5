"""Points of the board: rows of the records it is made of, how long each takes, and whether a run of one holds.

Where versions and processor are those of the record, every figure must be equal to the digit. Elsewhere sums are rounded
otherwise, trainings drift apart, and the accuracy must lie in the 99 % prediction interval mean ± t·s·√(1 + 1/n): mean, over the
n seeds of the point; s, the standard deviation within each of the family's shares, settings and budgets, pooled over them, with
as many degrees of freedom as that leaves.
"""

import functools
import json
import math
from collections import namedtuple

from ..core.words import percent
from ..explorers.board_model import shipped
from ..explorers.board_names import BUDGET_NAMES, LEFT_OF, member_name
from ..recorded import recorded
from ..recorded.board_rows import on_board
from ..recorded.differences import mean_and_variance, t_quantile
from ..recorded.results import rows_by
from .board_asked import places_wanted, wanted

PREDICTION = 0.99  # of the interval
CHAINS = ("lottery", "colt")  # a row goes on from the masks of the larger shares
FAMILY = ("network", "method", "control")
SAME_POINT = ("member", "places")  # what rows have in common that differ by their seed alone
NOT_A_FIGURE = ("seconds", "member", "places")  # of a row

Point = namedtuple("Point", "record row")
Point.__doc__ = "A row of a record that is on the board."


@functools.cache
def points_of_board():
    """Every `Point`, in the records' order."""
    return [Point(name, row) for name in recorded("board")["settings"]["sources"] for row in on_board(recorded(name)["rows"])]


def points_wanted(arguments):
    """The points that a request leaves; raises where there is none."""
    places_wanted(shipped(), arguments)
    return [point for point in points_of_board() if any(wanted(arguments, *place) for place in point.row["places"])]


def seconds_of(row, rows):
    """What the records say that a row took, with the rounds of its chain before it and the training of its dense start."""
    spent = row["seconds"]
    if row["method"] in CHAINS and row["budget"] == "epochs":
        chain = [each for each in rows if all(each.get(name) == row[name] for name in ("method", "budget", "seed"))]
        spent = sum(each["seconds"] for each in chain if each["kept"] >= row["kept"])
    if row["start_macs"]:
        starts = [each for each in recorded("pruning")["rows"] if each["method"] == "dense" and each["epochs"] == 0]
        spent += next(each["seconds"] for each in starts if each["network"] == row["network"] and each["seed"] == row["seed"])
    return spent


def seconds_of_point(point):
    return seconds_of(point.row, [each.row for each in points_of_board()])


def judged(point, found, alike):
    """What a point was expected to be, what it is, and whether that holds; alike: on a machine like the record's."""
    row, found = point.row, json.loads(json.dumps(found))
    low, high, freedom = prediction_interval(row, [each.row for each in points_of_board()])
    differing = [name for name in row if name not in NOT_A_FIGURE and {**row, **found}[name] != row[name]]
    differing += [name for name in figures_of(row) if name not in found]
    holds = not differing if alike else low <= found["accuracy"] <= high
    result = {"point": named_point(point), "record": point.record, "expected": row["accuracy"], "found": found["accuracy"]}
    result |= {"rule": "to the digit" if alike else "99 % prediction interval", "low": low, "high": high, "freedom": freedom}
    return result | {"differing": differing, "holds": holds, "seconds": found["seconds"]}


def figures_of(row):
    """The columns of a row that are measured: those behind its key."""
    names = list(row)
    return [name for name in names[names.index("accuracy") :] if name not in NOT_A_FIGURE]


def prediction_interval(row, rows):
    """(lower end, upper end, degrees of freedom) of the interval in which another training of a row's kind lies; rows: all
    there are, those of its family among them."""
    family = [each for each in rows if all(each[name] == row[name] for name in FAMILY)]
    groups = [[each["accuracy"] for each in group] for group in rows_by(family, SAME_POINT).values()]
    freedom = sum(len(group) - 1 for group in groups)
    pooled = sum((len(group) - 1) * mean_and_variance(group)[1] for group in groups) / freedom
    own = [each["accuracy"] for each in family if all(each[name] == row[name] for name in SAME_POINT)]
    half = t_quantile(freedom, PREDICTION) * math.sqrt(pooled * (1 + 1 / len(own)))
    mean = sum(own) / len(own)
    return mean - half, mean + half, freedom


def named_point(point):
    """'SNIP, lenet300, 10 % of the weights, equal epochs, seed 3'"""
    row = point.row
    kind, level, budget = row["places"][0]
    at = "" if level is None else f", {percent(level)} of the {LEFT_OF[kind]}"
    return f"{member_name(row['member'])}, {row['network']}{at}, {BUDGET_NAMES[budget]}, seed {row['seed']}"
