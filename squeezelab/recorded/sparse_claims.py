"""What papers on sparse training claim, beside what experiments/sparse_claims.py measured: read by `claim`, as those on pruning.

Several claims may stand on one record, as RigL's two: what it reaches for its MACs, and what a restart does.
"""

import math
from statistics import mean

from .board_claims import BOARD_CLAIMS
from .comparisons import Comparison, accuracies_compared, loses_nothing, over_seeds, values_of, word_of
from .differences import Score, mean_se, paired_difference
from .results import pairs_by_seed, recorded, rows_by


def fewer_rounds():
    """COLT against iterative magnitude pruning on the large set: rounds to each share, and the accuracy of the tickets there."""
    record, cases = "sparse_claims_colt", [{"size": "large", "kept": kept} for kept in shares_kept()]
    found = []
    for where in cases:
        groups = rows_by(recorded(record)["rows"], "side", where)
        rounds = {side: mean_se([row["rounds"] for row in groups[side]]) for side in ("colt", "imp")}
        gap = over_seeds(record, "side", "imp", "colt", "rounds", where)
        found.append(Comparison(where, *rounds.items(), gap, word_of(gap)))
    return found + [loses_nothing(record, "side", "colt", "imp", where) for where in cases]


def shares_kept():
    """The shares at which tickets are compared, the largest first."""
    kept = {case["kept"] for case in values_of("sparse_claims_colt", ("kept",))}
    return sorted(kept - {1.0}, reverse=True)


def transferred():
    """On the small set: a ticket of the large one against drawn masks, of ERK's densities and of its own; and that it loses
    nothing against a ticket that was found on the small set itself, and against one of iterative magnitude pruning."""
    record, ticket, found = "sparse_claims_colt", "colt of large", []
    for where in [{"size": "small", "kept": kept} for kept in shares_kept()]:
        found += [accuracies_compared(record, "side", ticket, other, where) for other in ("erk", f"drawn as {ticket}")]
        found += [loses_nothing(record, "side", ticket, other, where) for other in ("colt", "imp of large")]
    return found


def for_equal_macs():
    """RigL of each length against that training of gradual pruning whose MACs are nearest; `where` has both lengths, and how many
    MACs RigL took for one of the other."""
    record, found = "sparse_claims_rigl", []
    for kept in [case["kept"] for case in values_of(record, ("kept",))]:
        groups = rows_by(recorded(record)["rows"], ("side", "epochs"), {"kept": kept})
        macs = {side: mean([row["training_macs"] for row in rows]) for side, rows in groups.items()}
        others = [side for side in macs if side[0] == "gradual"]
        for ours in [side for side in macs if side[0] == "rigl"]:
            other = min(others, key=lambda side: abs(math.log(macs[side] / macs[ours])))
            case = accuracies_compared(record, ("side", "epochs"), ours, other, {"kept": kept})
            where = {"kept": kept, "epochs": ours[1], "gradual": other[1], "macs": round(macs[ours] / macs[other], 2)}
            found.append(case._replace(where=where))
    return found


def restarts_compared():
    """Static masks trained on, that stay or move as RigL's: how much lower the loss on the training digits ends, the accuracy on
    test digits, and how high the straight line from where the restart began rises above the higher one of its ends."""
    record, sides = "sparse_claims_restart", ("rigl after static", "static again")
    rows = rows_by(recorded(record)["rows"], "side")
    pairs = pairs_by_seed(*[rows[side] for side in sides])
    ends = [[row["losses"][-1] for row in side] for side in zip(*pairs)]
    gap = paired_difference(ends[1], ends[0], math.inf)
    where, names = {"of": "training loss"}, zip(sides, map(mean_se, ends))
    found = [Comparison(where, *names, gap, word_of(gap)), accuracies_compared(record, "side", *sides, {})]
    barriers = [[barrier(row["losses"]) for row in side] for side in zip(*pairs)]
    gap = paired_difference(*barriers, math.inf)
    return found + [Comparison({"of": "barrier"}, *zip(sides, map(mean_se, barriers)), gap, word_of(gap))]


def barrier(losses: list) -> float:
    """How far the losses along a line rise above the higher one of its ends.

    >>> barrier([1.0, 3.0, 2.0]), barrier([2.0, 1.5, 1.0])
    (1.0, 0.0)
    """
    return max(losses) - max(losses[0], losses[-1])


def come_to_rest():
    """NEq: whether more than half of the neurons rest in the last epoch."""
    record, found = "sparse_claims_neq", []
    for where in neq_cases():
        shares = [row["resting"][-1] for row in rows_by(recorded(record)["rows"], tuple(where))[tuple(where.values())]]
        gap = paired_difference(shares, [0.5] * len(shares), math.inf)
        sides = ("at rest in the last epoch", mean_se(shares)), ("half of the neurons", Score(0.5, 0.0))
        found.append(Comparison(where, *sides, gap, word_of(gap)))
    return found


def neq_cases():
    """[{"optimizer", "schedule", "rule"}] in which neurons may rest."""
    return [case for case in values_of("sparse_claims_neq", ("optimizer", "schedule", "rule")) if case["rule"] != "none"]


def resting_loses_nothing():
    """NEq, each reading and tolerance, against training as usual."""
    found = []
    for case in neq_cases():
        where = {name: case[name] for name in ("optimizer", "schedule")}
        if where["schedule"] == "drops":  # what was trained as usual, too
            found.append(loses_nothing("sparse_claims_neq", "rule", case["rule"], "none", where))
    return found


def thawed():
    """NEq at each drop of the learning rate: how far the share at rest falls from an epoch to the next, in the two epochs after
    that whose neurons were still chosen by what the higher rate did. `epoch` is the later one, counted from 1."""
    record, found = "sparse_claims_neq", []
    drops = recorded(record)["settings"]["drops"]
    for where in neq_cases():
        if where["schedule"] == "drops":
            rows = rows_by(recorded(record)["rows"], tuple(where))[tuple(where.values())]
            firsts = [round(drop * rows[0]["epochs"]) for drop in drops]  # epochs at a lower rate, counted from 0
            for epoch in [first + later for first in firsts for later in (0, 1)]:
                sides = [[row["resting"][place] for row in rows] for place in (epoch, epoch + 1)]
                gap = paired_difference(*sides, math.inf)
                names = zip(("epoch before", "epoch"), map(mean_se, sides))
                found.append(Comparison(where | {"epoch": epoch + 2}, *names, gap, word_of(gap)))
    return found


def learnt_at_once():
    """ASWL against masks fixed from the start, of the densities it learnt and of ERK's, at each density asked for."""
    record = "sparse_claims_aswl"
    cases = [{"setting": case["setting"]} for case in values_of(record, ("side", "setting")) if case["side"] == "aswl"]
    return [accuracies_compared(record, "side", "aswl", other, where) for where in cases for other in ("same_densities", "erk")]


# {name: (record, whose, what it says, function that gives its comparisons)}
SPARSE_CLAIMS = {
    "colt": (
        "sparse_claims_colt",
        "Hossain et al. 2022, COLT",
        "fewer rounds to a sparsity than iterative magnitude pruning, at no loss of accuracy",
        fewer_rounds,
    ),
    "colt_transfer": (
        "sparse_claims_colt",
        "Hossain et al. 2022, COLT",
        "a ticket found on a large set serves a small one",
        transferred,
    ),
    "rigl_longer": (
        "sparse_claims_rigl",
        "Evci et al. 2020, RigL",
        "trained longer it is more accurate than gradual pruning for the MACs that this takes",
        for_equal_macs,
    ),
    "rigl_restart": (
        "sparse_claims_restart",
        "Evci et al. 2020, RigL",
        "masks that move leave the minimum in which static ones have come to rest",
        restarts_compared,
    ),
    "aswl_fixed": (
        "sparse_claims_aswl",
        "He, Shi, Dong 2021, ASWL",
        "learnt at once, weights and densities end more accurate than fixed masks that the same optimizer trains",
        learnt_at_once,
    ),
    "neq": (
        "sparse_claims_neq",
        "Bragagnolo et al. 2022, NEq",
        "neurons at equilibrium need no update: accuracy is that of training as usual",
        resting_loses_nothing,
    ),
    "neq_rest": (
        "sparse_claims_neq",
        "Bragagnolo et al. 2022, NEq",
        "most neurons come to equilibrium while a network is trained",
        come_to_rest,
    ),
    "neq_drops": (
        "sparse_claims_neq",
        "Bragagnolo et al. 2022, NEq, as a reproduction has it",
        "where the learning rate drops, neurons that rested move again",
        thawed,
    ),
} | BOARD_CLAIMS
