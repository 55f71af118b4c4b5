"""Between what was measured: an accuracy is read on a straight line over the logarithm of a cost.

>>> places_around([0.125, 0.5, 1.0], 0.25)
{0: 0.5, 1: 0.5}
"""

import math

from .results import recorded

CLOSE = 1.03  # a point that is dearer by no more than this is at the level: norms add some bytes to a share of parameters


def places_around(costs: list, level: float) -> dict:
    """{place: weight} of the measured points between whose `costs` a level lies, or {} where it lies beyond them all."""
    below = [place for place, cost in enumerate(costs) if cost <= level * CLOSE]
    above = [place for place in range(len(costs)) if place not in below]
    if not below:
        return {}
    low = max(below, key=lambda place: costs[place])
    if not above:
        return {low: 1.0} if level <= costs[low] * CLOSE else {}
    high = min(above, key=lambda place: costs[place])
    part = max(0, math.log(level / costs[low]) / math.log(costs[high] / costs[low]))
    return {low: 1 - part, high: part}


def widths_timed() -> dict:
    """{widths of the groups of channels: milliseconds of one image} of all pruned networks whose time was measured."""
    return {tuple(row["widths"]): row["ms"] for row in recorded("pruned_times")["rows"]}
