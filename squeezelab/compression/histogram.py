"""Values as counts in bins, and the squared error that codes of a few bits make on them.

Taken as evenly filled within each bin, a histogram has its squared error in a closed sum over the codes, since what is nearest
to a value v moves by Σ(x − v)² = Σx² − 2vΣx + v²n. The three sums come from running totals, so that a range costs as many steps
as there are codes, however many values were seen.

>>> from squeezelab.compression.affine import affine_of
>>> seen = Histogram(-1, 0.5, [1, 2, 2, 1])
>>> [round(sqnr_db(seen, affine_of(-1, 1, bits)), 1) for bits in (8, 7, 2)]
[46.9, 40.8, 7.9]
"""

import math
from collections import namedtuple

from ..core.checks import is_number, number, plain, whole
from .affine import Affine


class Histogram:
    """Counts of values in bins of one width, from `low` up. Those that are 0 may be counted apart, as after a ReLU, where they
    are half of all and cost no error; they belong to the values all the same.

    high: upper end of the last bin; total: how many values there are.

    Raises a ValueError for a width that is not above 0, for counts that are none, and where nothing but zeros was counted.

    >>> Histogram(0, 0.5, [1, 3], zeros=4).total
    8
    """

    def __init__(self, low: float, width: float, counts: list, zeros: float = 0):
        self.low = number(low, "the low end of a histogram")
        self.width = number(width, "the width of a bin", above=0)
        self.counts = [number(count, "a count", least=0) for count in counts]
        self.zeros = number(zeros, "the number of zeros", least=0)
        if not sum(self.counts):
            raise ValueError("a histogram to calibrate on has values other than 0: every count is 0")
        self.high = self.low + self.width * len(self.counts)
        self.total = self.zeros + sum(self.counts)
        self.running = [(0, 0.0, 0.0)]  # n, Σx, Σx² below the low end of each bin
        for place, count in enumerate(self.counts):
            self.running.append(sums_with(self.running[-1], self.low + place * self.width, self.width, count))

    def below(self, x: float) -> tuple:
        """(n, Σx, Σx²) of the values below x, those counted apart as zeros left out.

        >>> Histogram(0, 1, [2, 6]).below(1.5)
        (5.0, 4.75, 5.416666666666667)
        """
        place = min(max(int(math.floor((x - self.low) / self.width)), 0), len(self.counts))
        if place == len(self.counts):
            return self.running[-1]
        start = self.low + place * self.width
        part = max(x - start, 0.0)
        return sums_with(self.running[place], start, part, self.counts[place] * part / self.width)


def sums_with(sums, start, width, count):
    """(n, Σx, Σx²) with `count` values more, spread evenly from `start` over `width`."""
    middle = start + width / 2
    return sums[0] + count, sums[1] + count * middle, sums[2] + count * (middle * middle + width * width / 12)


def histogram_of(values: list, bins: int = 2048) -> Histogram:
    """The histogram of numbers, between their extremes and 0, with the zeros apart.

    Raises a ValueError without values, for what is no finite number, and where all of them are 0.

    >>> histogram_of([0, 0, 1, 2, 4], bins=2).counts
    [1, 2]
    """
    whole(bins, "the number of bins")
    values = [plain(value) for value in values]
    for value in values:
        if not is_number(value) or not math.isfinite(value):
            raise ValueError(f"calibration needs finite numbers, not {value!r}")
    low, high = min(values + [0]), max(values + [0])
    if low == high:
        raise ValueError("calibration needs values of which one is not 0: these have no range")
    width, counts = (high - low) / bins, [0] * bins
    for value in values:
        if value:
            counts[min(int((value - low) / width), bins - 1)] += 1
    return Histogram(low, width, counts, len(values) - sum(counts))


class SquaredErrors(namedtuple("SquaredErrors", ("rounding", "clipping"))):
    """Mean squared error of a value: where it moves by half a step at most, and where it lies farther out.

    >>> SquaredErrors(0.01, 0.02).clipping
    0.02
    """

    __slots__ = ()


def coded_values(affine: Affine) -> list:
    """The values that the codes stand for, rising; one bit, symmetric, has no 0.

    >>> from squeezelab.compression.affine import affine_of
    >>> coded_values(affine_of(0, 3, 2)), coded_values(affine_of(-2, 2, 1, symmetric=True))
    ([0.0, 1.0, 2.0, 3.0], [-2.0, 2.0])
    """
    codes = range(affine.low, affine.high + 1)
    if affine.bits == 1 and affine.low + affine.high == 0:
        codes = (-1, 1)
    return [affine.scale * (code - affine.zero) for code in codes]


def squared_errors(histogram: Histogram, affine: Affine) -> SquaredErrors:
    """The mean squared errors of these codes: rounding, and clipping, of what is beyond half a step outside the last codes.

    Raises a ValueError for what is no `Histogram`, or no `Affine`.

    >>> from squeezelab.compression.affine import affine_of
    >>> found = squared_errors(Histogram(0, 1, [1, 1, 1, 1]), affine_of(0, 3, 2))
    >>> round(found.rounding, 4), round(found.clipping, 4)
    (0.0729, 0.0729)
    """
    if not isinstance(histogram, Histogram):
        raise ValueError(f"errors are those of a Histogram (as histogram_of makes one), not of {histogram!r}")
    if not isinstance(affine, Affine):
        raise ValueError(f"codes are an Affine, as affine_of makes one, not {affine!r}")
    values = coded_values(affine)
    half = affine.scale / 2 if affine.bits > 1 else (values[-1] - values[0]) / 2
    inner = [(low + high) / 2 for low, high in zip(values, values[1:])]
    edges = [values[0] - half] + inner + [values[-1] + half]
    sums = [histogram.below(edge) for edge in edges]
    rounding = sum([squared_moves(lower, upper, value) for lower, upper, value in zip(sums, sums[1:], values)])
    rounding += histogram.zeros * min([value * value for value in values])
    clipping = squared_moves((0, 0.0, 0.0), sums[0], values[0]) + squared_moves(sums[-1], histogram.running[-1], values[-1])
    return SquaredErrors(max(rounding, 0.0) / histogram.total, max(clipping, 0.0) / histogram.total)


def squared_moves(lower, upper, value):
    """Σ(x − value)² of the values between two running totals."""
    n, first, second = [after - before for before, after in zip(lower, upper)]
    return second - 2 * value * first + value * value * n


def sqnr_db(histogram: Histogram, affine: Affine) -> float:
    """Signal over quantisation noise, 10 log10(Σx² / Σ(x − x̂)²), in dB. Of evenly spread values each bit is worth 6.02.

    Raises as `squared_errors` does.

    >>> from squeezelab.compression.affine import affine_of
    >>> even = Histogram(-1, 0.5, [1, 1, 1, 1])
    >>> [round(sqnr_db(even, affine_of(-1, 1, bits)), 2) for bits in (8, 7)]
    [48.13, 42.08]
    """
    noise = sum(squared_errors(histogram, affine))
    signal = histogram.running[-1][2] / histogram.total
    return 10 * math.log10(signal / noise) if noise else math.inf
