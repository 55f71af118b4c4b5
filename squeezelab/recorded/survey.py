"""The map of Roth et al. 2024: three roads to a network that costs less, and on them every system of this book, each at one point
that was measured.

A point is told against the network that it was made smaller from, on the same digits and seeds. Which point stands for a system
was settled for all of a kind, and not by its result: an eighth of a factored layer, a block at the widths of its plain twin, a
tenth of the weights, a fifth of the parameters of channels, the middle setting of a knob, 8 shared values, and 3 bits.

>>> survey_map("structure")[0]
System(road='structure', kind='special matrices', name='SVD', chapter='4', network='mini_vgg', bytes=0.511, macs=None, \
score=Score(mean=0.98724, error=0.00117), gap=Difference(mean=-0.00258, half=0.00147, seeds=5))
"""

import itertools
from collections import namedtuple

from ..core.checks import check_choice
from ..networks import mini_of, mini_vgg
from ..networks.mini_families import COUNTERPARTS, cheap_families
from .board_rows import FINE, NETWORKS_OF
from .differences import Difference, Score
from .results import difference, recorded, scores
from .survey_bits import quantised_systems

ROADS = ("structure", "pruning", "bits")
FORMS = {"svd": "SVD", "separable": "separable pair", "tucker2": "Tucker-2", "cp": "CP", "cp3": "CP, three factors"}
BLOCKS = {  # block: (name, chapter)
    "bottleneck": ("bottleneck", "5"),
    "fire_norm": ("Fire", "5"),
    "separable": ("depthwise separable", "5"),
    "inverted": ("inverted residual", "5"),
    "squeezenext": ("SqueezeNext", "7"),
}
CHEAP = {"ghost": "C-Ghost", "g_ghost": "G-Ghost", "mgic": "MGIC"}
PRUNED = {  # a kind of the board: (what kind of pruning it is, the level that stands for it, {family: chapter})
    "weights": (
        "single weights",
        0.1,
        {"magnitude": "8", "gradual": "8", "snip": "8", "synflow": "8", "nnrelief": "9"}
        | dict.fromkeys(("lottery", "colt", "set", "rigl"), "11"),
    ),
    "two_four": ("single weights", 0.5, {"two_four": "8"}),
    "aswl": ("single weights", 0.1, {"aswl": "11"}),
    "channels": (
        "channels",
        0.2,
        {"l1_filter": "8", "fpgm": "8", "taylor": "8", "slimming": "9", "nisp": "9", "sbpf": "9"}
        | dict.fromkeys(("complexity_pa", "complexity_fa", "complexity_ma", "smcp"), "10"),
    ),
    "ftwt": ("for each image", 0.8, {"ftwt": "12"}),
    "neq": ("updates only", 0.03, {"neq": "12"}),
}

WHOLE = ("dense", "dense/24", "dense/20")  # the dense network of a kind: as long as everybody

System = namedtuple("System", "road kind name chapter network bytes macs score gap")
System.__doc__ = """A system on the map. bytes, macs: shares of what the network that it comes from stores, and multiplies for an
image (None where they were not counted); score: its `Score`; gap: the `Difference` from that network."""


def survey_map(road: str = None) -> list:
    """The `System`s of the book, or of one road: "structure", "pruning" or "bits"; in the order of chapters.

    Raises a ValueError for another road.

    >>> {point.kind for point in survey_map("pruning")} >= {"single weights", "channels", "for each image", "updates only"}
    True
    """
    if road is not None:
        check_choice("road", road, ROADS)
    small = [*factored_systems(), *block_systems(), *cheap_systems(), *shared_systems(), *taught_systems()]
    found = [*small, *pruned_systems(), *quantised_systems()]
    return [System(*point) for point in found if road in (None, point[0])]


def factored_systems():
    """`conv4` of mini_vgg in factors of about an eighth of its weights, tuned (chapter 4)."""
    by, net = ("method", "rank"), mini_vgg()
    made = {(row["method"], row["rank"]): row for row in recorded("decomposed_vgg")["rows"]}
    right = scores("tuned_vgg", by)
    for form, name in FORMS.items():
        point = max(key for key in right if key[0] == form)
        share = 1 - (net["conv4"].weight_words - made[point]["params"]) / net.params
        gap = difference("tuned_vgg", by, point, ("dense", None))
        yield (
            "structure",
            "special matrices",
            name,
            "4",
            "mini_vgg",
            round(share, 3),
            None,
            in_five_places(right[point]),
            in_five_places(gap),
        )


def block_systems():
    """Blocks beside the plain one (chapters 5 and 7)."""
    right, plain = scores("mini_blocks", "block"), mini_of("basic")
    for block, (name, chapter) in BLOCKS.items():
        gap = difference("mini_blocks", "block", block, "basic")
        shares = shares_left(mini_of(block), plain)
        yield "structure", "blocks", name, chapter, "mini basic", *shares, in_five_places(right[block]), in_five_places(gap)


def cheap_systems():
    """Cheap features beside the plain network of the same widths (chapter 6)."""
    right = scores("cheap_features", "network")
    for family, roles in cheap_families().items():
        row, twin = f"{family}: cheap", "plain, same width"
        gap = difference("cheap_features", "network", row, f"{family}: {twin}")
        network, shares = f"mini {COUNTERPARTS[family]}", shares_left(roles["cheap"], roles[twin])
        yield "structure", "cheap features", CHEAP[family], "6", network, *shares, in_five_places(right[row]), in_five_places(gap)


def shared_systems():
    """Eight values a layer for the weights of `mini_vgg`, trained on, beside float weights, trained for as long (chapter 13)."""
    right, gap = scores("sharing_trained", "side")["3 bits"], difference("sharing_trained", "side", "3 bits", "float")
    rows = [row for row in recorded("sharing")["rows"] if (row["method"], row["bits"]) == ("linear", 3)]
    share = sum(row["bytes"] for row in rows) / len(rows) / (4 * mini_vgg(resolution=32).params)
    point = "structure", "weight sharing", "weight sharing", "13", "mini_vgg", round(share, 3), 1.0
    yield *point, in_five_places(right), in_five_places(gap)


def taught_systems():
    """`mini_vgg` of half the width, taught by the whole one (chapter 13)."""
    settings = recorded("distillation")["settings"]
    student, teacher = [mini_vgg(width, resolution=32) for width in (settings["width"], 1)]
    right, gap = scores("distillation", "side")["distilled"], difference("distillation", "side", "distilled", "teacher")
    shares = shares_left(student, teacher)
    yield "structure", "distillation", "distillation", "13", "mini_vgg", *shares, in_five_places(right), in_five_places(gap)


def pruned_systems():
    """Families of the board at the level of their kind, after as many epochs as everybody (chapters 8 to 12)."""
    board = recorded("board")
    columns = board["settings"]["columns"]
    for kind, (what, level, families) in PRUNED.items():
        there = [dict(zip(columns, row)) for row in board["rows"] if row[0] == kind and row[3] == "epochs"]
        there = [row for row in there if row["level"] == level] + [row for row in there if row["level"] is None]
        place = next(each for each in board["places"] if (each["kind"], each["level"], each["budget"]) == (kind, level, "epochs"))
        pairs = itertools.combinations([row["member"] for row in there], 2)
        halves = {frozenset(pair): half / FINE for pair, half in zip(pairs, place["halves"])}
        rows = {row["member"]: row for row in there}
        dense = next(row for name, row in rows.items() if name in WHOLE)
        for family, chapter in families.items():
            row = rows[family]
            shares = [round(row[cost] / dense[cost], 3) for cost in ("stored_bytes", "macs")]
            gap = Difference(row["mean"] - dense["mean"], halves[frozenset((family, dense["member"]))], 5)
            score = Score(row["mean"], row["error"])
            yield "pruning", what, family, chapter, NETWORKS_OF[kind], *shares, score, in_five_places(gap)


def shares_left(small, whole):
    """Shares of the parameters, all stored alike, and of the MACs."""
    return round(small.params / whole.params, 3), round(small.macs / whole.macs, 3)


def in_five_places(numbers):
    """A `Score` or `Difference` to the hundred-thousandth."""
    return numbers._make([round(number, 5) for number in numbers])
