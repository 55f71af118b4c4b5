"""How many units each group keeps: scores and a share in, {group: places that stay} out."""

import torch

from ..compression.thinned import kept_of
from ..core.checks import share as checked_share
from ..core.checks import whole

FLOOR = 0.1  # of the units of a group, for those that rank across groups: a layer without channels ends the network


def strongest(scores, count):
    """The places of the `count` highest scores, ascending; of equals the first."""
    return sorted(torch.argsort(scores, descending=True, stable=True)[:count].tolist())


def rounded(count, size, multiple):
    """`count` of `size` as the nearest multiple, at least one of them, or all where there are fewer."""
    return min(size, max(multiple, int(count / multiple + 0.5) * multiple))


def per_group(scores: dict, share: float, multiple: int = 1) -> dict:
    """Every group loses the same share of its units, the weakest ones.

    multiple: numbers of units are whole multiples of it (the side of an array, a vector's length). Raises a ValueError for a
    share outside 0 ≤ share < 1 and for scores that are no numbers.

    >>> per_group({"conv": torch.tensor([3.0, 1.0, 2.0, 0.0])}, 0.5)
    {'conv': [0, 2]}
    """
    share, multiple = checked(scores, share, multiple)
    sizes = {name: rounded(kept_of(len(each), share), len(each), multiple) for name, each in scores.items()}
    return {name: strongest(each, sizes[name]) for name, each in scores.items()}


def across_groups(scores: dict, share: float, multiple: int = 1) -> dict:
    """The weakest share of all units falls wherever they are, but for a floor of a tenth of each group.

    Raises as `per_group` does.

    >>> across_groups({"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([3.0, 4.0])}, 0.5)
    {'a': [1], 'b': [0, 1]}
    """
    share, multiple = checked(scores, share, multiple)
    every = torch.cat(list(scores.values()))
    keep = kept_of(len(every), share)
    limit = every.sort(descending=True, stable=True).values[keep - 1]
    kept = {}
    for name, each in scores.items():
        least = max(1, int(FLOOR * len(each) + 0.5))
        count = max(least, int((each >= limit).sum()))
        kept[name] = strongest(each, rounded(count, len(each), multiple))
    return kept


def checked(scores, share, multiple):
    for name, each in scores.items():
        if not bool(torch.isfinite(each).all()):
            raise ValueError(f"the scores of '{name}' are not all numbers: {each[~torch.isfinite(each)][0].item()} is among them")
    share = checked_share(share, "the sparsity", "a share of the channels, from 0 up to, not including, 1")
    return share, whole(multiple, "the multiple that widths are rounded to")
