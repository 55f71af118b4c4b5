"""Claims of sparse training that the runs of experiments/sparse_training.py decide, five seeds a point: read by `claim`."""

import math

from .comparisons import Comparison, accuracies_compared, loses_nothing, values_of, word_of
from .differences import Score, mean_se, paired_difference
from .results import recorded, rows_by

RECORD = "sparse_training"
PREDICTED = 0.1  # MACs predicted within a tenth are those that are executed


def cases_of(method, *columns):
    """[{column: value}] of a method, in the order of the record."""
    cases = values_of(RECORD, ("method", *columns))
    return [{name: case[name] for name in columns} for case in cases if case["method"] == method]


def per_training_mac():
    """RigL against gradual pruning at each share, for the same MACs of training."""
    cases = [case for case in cases_of("rigl", "network", "kept", "budget") if case["budget"] == "macs"]
    return [accuracies_compared(RECORD, "method", "rigl", "gradual", case) for case in cases]


def tickets_compared():
    """COLT's tickets are to lose nothing against iterative magnitude pruning's: in as many epochs a round, and for the same MACs
    of training."""
    return [loses_nothing(RECORD, "method", "colt", "lottery", case) for case in cases_of("colt", "network", "kept", "budget")]


def learnt_or_drawn():
    """ASWL against drawn masks of the densities that it came to, at each density asked for."""
    asked = [case for case in cases_of("aswl", "network", "setting", "control") if case["control"] is None]
    found = []
    for case in asked:
        where = {"network": case["network"], "method": "aswl", "setting": case["setting"]}
        found.append(accuracies_compared(RECORD, "control", None, "same_densities", where))
    return [each._replace(first=("aswl", each.first[1])) for each in found]


def rest_loses_nothing():
    """NEq at each tolerance against training as usual for as long."""
    where, by = {"network": "mini_vgg", "budget": "epochs"}, ("method", "setting")
    longest = max(case["setting"] for case in cases_of("dense", "network", "setting") if case["network"] == "mini_vgg")
    tolerances = [case["setting"] for case in cases_of("neq", "setting")]
    return [loses_nothing(RECORD, by, ("neq", each), ("dense", longest), where) for each in tolerances]


def macs_predicted():
    """FTWT: the MACs predicted before training as a share of those that are executed, at each setting; the first is 1 where both
    are the same."""
    found = []
    for case in cases_of("ftwt", "setting"):
        rows = rows_by(recorded(RECORD)["rows"], ("method", "setting"))["ftwt", case["setting"]]
        shares = [row["predicted_macs"] / row["macs"] for row in rows]
        gap = paired_difference(shares, [1.0] * len(shares), math.inf)
        sides = ("predicted", mean_se(shares)), ("executed", Score(1.0, 0.0))
        found.append(Comparison(case, *sides, gap, word_of(gap, margin=PREDICTED)))
    return found


# {name: (record, whose, what it says, function that gives its comparisons)}
BOARD_CLAIMS = {
    "rigl": (
        RECORD,
        "Evci et al. 2020, RigL",
        "more accurate than gradual pruning for the same MACs of training",
        per_training_mac,
    ),
    "colt_board": (
        RECORD,
        "Hossain et al. 2022, COLT",
        "its tickets are as accurate as those of iterative magnitude pruning",
        tickets_compared,
    ),
    "aswl": (
        RECORD,
        "He, Shi, Dong 2021, ASWL",
        "weights and the densities of layers learnt at once end more accurate than masks fixed from the start",
        learnt_or_drawn,
    ),
    "neq_mini_vgg": (
        RECORD,
        "Bragagnolo et al. 2022, NEq",
        "neurons at equilibrium need no update: accuracy is that of training as usual",
        rest_loses_nothing,
    ),
    "ftwt": (
        RECORD,
        "Elkerdawy et al. 2022, FTWT",
        "its MACs can be counted before it is trained",
        macs_predicted,
    ),
}
