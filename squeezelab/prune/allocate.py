"""How many units stay, and which: scores and a share in, a choice out.

Of channels a choice is {group: places that stay}, of weights {layer: mask}. The last argument of a rule is what it may look at
besides, the `Context`; rules that share units out by their scores alone need none.
"""

from collections import namedtuple
from collections.abc import Callable

import torch

from ..compression.thinned import kept_of
from ..core.checks import share as checked_share
from ..core.checks import whole

Context = namedtuple("Context", "units data dice score")
Context.__doc__ = """What a rule may look at: units with their model, training data, a generator to draw from, the scorer."""

FLOOR = 0.1  # of the units of a group, for those that rank across groups: a layer without channels ends the network


def strongest(scores, count):
    """The places of the `count` highest scores, ascending; of equals the first."""
    return sorted(torch.argsort(scores, descending=True, stable=True)[:count].tolist())


def rounded(count, size, round_to):
    """`count` of `size` as the nearest multiple, at least one of them, or all where there are fewer."""
    return min(size, max(round_to, int(count / round_to + 0.5) * round_to))


def per_group(scores: dict, share: float, round_to: int = 1, context: Context = None) -> dict:
    """Every group loses the same share of its units, the weakest ones.

    round_to: numbers of units are whole multiples of it (the side of an array, a vector's length). Raises a ValueError for a
    share outside 0 ≤ share < 1 and for scores that are no numbers.

    >>> per_group({"conv": torch.tensor([3.0, 1.0, 2.0, 0.0])}, 0.5)
    {'conv': [0, 2]}
    """
    share, round_to = checked(scores, share, round_to)
    sizes = {name: rounded(kept_of(len(each), share), len(each), round_to) for name, each in scores.items()}
    return {name: strongest(each, sizes[name]) for name, each in scores.items()}


def across_groups(scores: dict, share: float, round_to: int = 1, context: Context = None) -> dict:
    """The weakest share of all units falls wherever they are, but for a floor of a tenth of each group.

    Raises as `per_group` does.

    >>> across_groups({"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([3.0, 4.0])}, 0.5)
    {'a': [1], 'b': [0, 1]}
    """
    share, round_to = checked(scores, share, round_to)
    every = torch.cat(list(scores.values()))
    keep = kept_of(len(every), share)
    limit = every.sort(descending=True, stable=True).values[keep - 1]
    kept = {}
    for name, each in scores.items():
        least = max(1, int(FLOOR * len(each) + 0.5))
        count = max(least, int((each >= limit).sum()))
        kept[name] = strongest(each, rounded(count, len(each), round_to))
    return kept


def across_weights(scores: dict, share: float, round_to: int = 1, context: Context = None) -> dict:
    """{layer: mask}: exactly the share of all weights with the lowest scores falls, wherever they are.

    Raises as `per_group` does.

    >>> across_weights({"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([3.0, 4.0])}, 0.5)
    {'a': tensor([False, False]), 'b': tensor([True, True])}
    """
    share, _ = checked(scores, share, round_to)
    flat = torch.cat([each.flatten() for each in scores.values()])
    mask = highest(flat, kept_of(len(flat), share))
    parts = mask.split([each.numel() for each in scores.values()])
    return {name: part.view_as(each) for (name, each), part in zip(scores.items(), parts)}


def per_layer(densities: dict | None = None) -> Callable:
    """A rule that gives every layer the same share of weights, or, with {layer: share that stays}, its own.

    >>> per_layer({"b": 0.75})({"a": torch.arange(4.0), "b": torch.arange(4.0)}, 0.5)["b"]
    tensor([False,  True,  True,  True])
    """

    def rule(scores, share, round_to=1, context=None):
        share, _ = checked(scores, share, round_to)
        kept = {}
        for name, each in scores.items():
            falls = 1 - densities[name] if densities and name in densities else share
            kept[name] = highest(each.flatten(), kept_of(each.numel(), falls)).view_as(each)
        return kept

    return rule


def two_of_four(scores: dict, share: float, round_to: int = 1, context: Context = None, count: int = 2) -> dict:
    """Of four neighbours along the inputs the two highest stay, what sparse tensor cores need, or as many as `count`, which they
    do not know; a rest of less than four, as the inputs of a first or a depthwise convolution, stays whole.

    Raises as `per_group` does, and for another share than 1 − count / 4.

    >>> two_of_four({"fc": torch.tensor([[4.0, 1.0, 3.0, 2.0, 0.0]])}, 0.5)["fc"]
    tensor([[ True, False,  True, False,  True]])
    """
    share, _ = checked(scores, share, round_to)
    if share != 1 - count / 4:
        raise ValueError(f"{('', 'one', 'two', 'three')[count]} of four is a sparsity of {1 - count / 4:g}, not {share:g}")
    kept = {}
    for name, each in scores.items():
        mask = torch.ones_like(each, dtype=torch.bool)
        whole_part = each.shape[1] // 4 * 4
        fours = each[:, :whole_part].unflatten(1, (-1, 4))  # (outputs, inputs / 4, 4, …)
        ranks = fours.argsort(dim=2, descending=True, stable=True).argsort(dim=2)
        mask[:, :whole_part] = (ranks < count).flatten(1, 2)
        kept[name] = mask
    return kept


def highest(scores, count):
    """A mask of the `count` highest of a row of scores; of equals the first."""
    mask = torch.zeros(len(scores), dtype=torch.bool)
    mask[torch.argsort(scores, descending=True, stable=True)[:count]] = True
    return mask


def checked(scores, share, round_to):
    for name, each in scores.items():
        if not bool(torch.isfinite(each).all()):
            raise ValueError(f"the scores of '{name}' are not all numbers: {each[~torch.isfinite(each)][0].item()} is among them")
    share = checked_share(share, "the sparsity", "a share of the units, from 0 up to, not including, 1")
    return share, whole(round_to, "the multiple that widths are rounded to")
