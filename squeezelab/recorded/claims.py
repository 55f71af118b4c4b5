"""What papers on pruning and on sparse training claim of their own methods, beside what experiments/pruning_claims.py and
experiments/sparse_claims.py measured of it.

A claim is a list of comparisons, each a difference over five training seeds with its 95 % interval, positive where it goes the
claimed way. The verdict counts them: nothing is weighed by hand.

>>> claim("nisp").comparisons[0].where
{'network': 'mini_vgg', 'response': 'pruned', 'ratio': 0.1}
"""

import math

from ..core.checks import choose
from .comparisons import ALIKE, Claim, Comparison, accuracies_compared, in_all, over_seeds, values_of, word_of
from .differences import mean_se, paired_difference
from .results import pairs_by_seed, record_names, recorded, rows_by, scores
from .sparse_claims import SPARSE_CLAIMS

ALIKE_RANKS = 0.1  # rank correlations whose interval keeps within this are alike
RANKINGS = ("noise", "l1", "gamma", "taylor")


def claim(name: str) -> Claim:
    """The `Claim` of a name, computed from its record. Raises a ValueError that lists the claims for an unknown one.

    >>> claim("nisp").paper
    'Yu et al. 2018, NISP'
    """
    paper, statement, compared = choose("claim", name, CLAIMS)
    comparisons = compared()
    return Claim(paper, statement, comparisons, in_all([case.word for case in comparisons]))


def claim_names() -> list:
    """The claims that were measured.

    >>> claim_names()[0]
    'nisp'
    """
    return [name for name in CLAIMS if claim_record(name) in record_names()]


def claim_record(name: str) -> str:
    """The record that a claim is computed from. Raises a ValueError that lists the claims for an unknown one.

    >>> claim_record("nisp"), claim_record("colt")
    ('pruning_claims_nisp', 'sparse_claims_colt')
    """
    choose("claim", name, CLAIMS)
    return SPARSE_CLAIMS[name][0] if name in SPARSE_CLAIMS else f"pruning_claims_{name}"


def less_error():
    """NISP against the size of filters: how much less error it leaves at the final response."""
    record, found = "pruning_claims_nisp", []
    for where in values_of(record, ("network", "response", "ratio")):
        both = scores(record, "method", "weighted_error", where)
        gap = over_seeds(record, "method", "l1_filter", "nisp", "weighted_error", where)
        found.append(Comparison(where, ("nisp", both["nisp"]), ("l1_filter", both["l1_filter"]), gap, word_of(gap)))
    return found


def same_ranking():
    """SBPF: how well each ranking of layers agrees with that of the finished network, half-way; the second of a comparison is how
    well the ranking of the finished network repeats itself, with other noise."""
    record = recorded("pruning_claims_sbpf")
    epochs = record["settings"]["epochs"]
    half = epochs.index(epochs[-1] // 2)
    agreed = [spearman(row["noise"][half], row["noise"][-1]) for row in record["rows"]]
    repeated = [spearman(row["again"], row["noise"][-1]) for row in record["rows"]]
    gap = paired_difference(agreed, repeated, math.inf)
    where = {"epoch": epochs[half]}
    return [Comparison(where, ("half", mean_se(agreed)), ("again", mean_se(repeated)), gap, word_of(gap, margin=ALIKE_RANKS))]


def agreement_by_epoch() -> list:
    """[{"epoch": …, way to rank layers: `Score`}]: Spearman's correlation of a ranking after so many epochs with that of the
    finished network by the same way. "again", in the last row alone: "noise" once more, drawn anew.

    >>> [row["l1"].mean for row in agreement_by_epoch()][-1]
    1.0
    """
    record, table = recorded("pruning_claims_sbpf"), []
    for place, epoch in enumerate(record["settings"]["epochs"]):
        row = {"epoch": epoch}
        for way in RANKINGS:
            row[way] = mean_se([spearman(each[way][place], each[way][-1]) for each in record["rows"]])
        table.append(row)
    table[-1]["again"] = mean_se([spearman(each["again"], each["noise"][-1]) for each in record["rows"]])
    return table


def spearman(first: list, second: list) -> float:
    """Spearman's rank correlation, ties at their mean rank; 0 where one of the two is the same everywhere.

    Raises a ValueError for lists of different lengths.

    >>> spearman([1, 2, 3, 4], [10, 20, 40, 30])
    0.8
    """
    if len(first) != len(second):
        raise ValueError(f"ranks are compared place by place: two lists of one length, not of {len(first)} and {len(second)}")
    ranks = [mean_ranks(values) for values in (first, second)]
    middle = (len(first) - 1) / 2
    ours, theirs = [[rank - middle for rank in each] for each in ranks]
    size = math.sqrt(sum(x * x for x in ours) * sum(y * y for y in theirs))
    return round(sum(x * y for x, y in zip(ours, theirs)) / size, 12) if size else 0.0


def mean_ranks(values):
    """The rank of each value from 0 up; equal ones share the mean of theirs.

    >>> mean_ranks([3.0, 1.0, 3.0])
    [1.5, 0.0, 1.5]
    """
    return [sum(other < value for other in values) + (sum(other == value for other in values) - 1) / 2 for value in values]


def optimizers_alike():
    """NNrelief on what Adam and what SGD trained, at each alpha."""
    record = "pruning_claims_nnrelief"
    cases = values_of(record, ("alpha",))
    return [accuracies_compared(record, "optimizer", "adam", "sgd", where, ALIKE) for where in cases]


def passes_compared():
    """Slimming in three passes against one, with either length of pulling."""
    record, first = "pruning_claims_slimming", "three passes"
    others = [side["side"] for side in values_of(record, ("side",)) if side["side"] != first]
    return [accuracies_compared(record, "side", first, other, {}) for other in others]


def gates_compared():
    """SMCP's soft gate against the other ones, at each share; then how much larger its lead is at the smallest share than at the
    largest."""
    record = "pruning_claims_smcp"
    cases = values_of(record, ("kept",))
    others = [side["side"] for side in values_of(record, ("side",)) if side["side"] != "soft"]
    return [accuracies_compared(record, "side", "soft", other, where) for other in others for where in cases] + [
        lead_grows(record, "soft", other, cases[-1], cases[0]) for other in others
    ]


def lead_grows(record, first, second, here, there):
    """The `Comparison` of how far the first is ahead of the second in some rows and in others, over the seeds alone."""
    leads = []
    for where in (here, there):
        groups = rows_by(recorded(record)["rows"], "side", where)
        leads.append([a["accuracy"] - b["accuracy"] for a, b in pairs_by_seed(groups[first], groups[second])])
    gap = paired_difference(*leads, math.inf)
    sides = [(f"lead over {second}, {where['kept']:.0%} kept", mean_se(each)) for where, each in zip((here, there), leads)]
    return Comparison({"lead over": second}, *sides, gap, word_of(gap))


def pretrained_compared():
    """A pre-trained network against one from scratch, pruned to each share; then at the smallest, by as much in every layer."""
    record = "pruning_claims_hubens"
    cases = values_of(record, ("kept",))
    found = [accuracies_compared(record, "side", "pretrained", "scratch", where) for where in cases]
    return found + [accuracies_compared(record, "side", "pretrained_by_layer", "scratch_by_layer", cases[-1])]


CLAIMS = {
    "nisp": (
        "Yu et al. 2018, NISP",
        "less error at the final response layer than pruning layer by layer, at the same share of every layer",
        less_error,
    ),
    "sbpf": (
        "Lu et al. 2022, SBPF",
        "a half-trained network ranks its layers by sensitiveness as the fully trained one does",
        same_ranking,
    ),
    "nnrelief": (
        "Dekhovich et al. 2024, NNrelief",
        "what Adam trained and what SGD trained are pruned alike",
        optimizers_alike,
    ),
    "slimming": (
        "Liu et al. 2017, Network Slimming",
        "three passes end more accurate than one, at the same size and in as many epochs",
        passes_compared,
    ),
    "smcp": (
        "Humble et al. 2022, SMCP",
        "a soft mask ends more accurate than a hard or a permanent one, the more so the more is pruned",
        gates_compared,
    ),
    "hubens": (
        "Hubens et al. 2021, pre-training and pruning",
        "a pre-trained network stays more accurate than one from scratch, however hard both are pruned",
        pretrained_compared,
    ),
} | {name: claimed[1:] for name, claimed in SPARSE_CLAIMS.items()}
