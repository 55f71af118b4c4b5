"""Where to clip: the range that b bits shall cover, chosen on a histogram of the values that occur, and the error that remains.

A wide range makes steps coarse, a narrow one cuts off what lies outside. On a histogram, taken as evenly filled within each bin,
the squared error is a closed sum over the codes, since a code moves what is nearest to it by Σ(x − v)² = Σx² − 2vΣx + v²n; the
three sums come from running totals, so that a clip costs as many steps as there are codes, however many values were seen.

>>> counts = [1, 6, 30, 90, 160, 213, 213, 160, 90, 30, 6, 1]  # about normal, from −3 to 3
>>> seen = Histogram(-3, 0.5, counts)
>>> clip_of(seen, 2, "minmax", symmetric=True), [round(end, 2) for end in clip_of(seen, 2, "mse", symmetric=True)]
((-3.0, 3.0), [-1.08, 1.08])
"""

import math
from collections import namedtuple

from ..core.checks import check_choice, is_number, number, plain, whole
from .affine import Affine, affine_of, checked_width

CLIP_RULES = ("minmax", "percentile", "mse", "kl")
SHARE = 0.999  # of the values that "percentile" keeps
GRID = [step / 100 for step in range(10, 101)]  # parts of the whole range that "mse" and "kl" try


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


# The error.


class SquaredErrors(namedtuple("SquaredErrors", ("rounding", "clipping"))):
    """Mean squared error of a value: where it moves by half a step at most, and where it lies farther out.

    >>> SquaredErrors(0.01, 0.02).clipping
    0.02
    """

    __slots__ = ()


def coded_values(affine: Affine) -> list:
    """The values that the codes stand for, rising; one bit, symmetric, has no 0.

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

    >>> even = Histogram(-1, 0.5, [1, 1, 1, 1])
    >>> [round(sqnr_db(even, affine_of(-1, 1, bits)), 2) for bits in (8, 7)]
    [48.13, 42.08]
    """
    noise = sum(squared_errors(histogram, affine))
    signal = histogram.running[-1][2] / histogram.total
    return 10 * math.log10(signal / noise) if noise else math.inf


# The rules.


def clip_of(histogram: Histogram, bits: int, rule: str, symmetric: bool = False, share: float = SHARE) -> tuple:
    """(low, high): the range that a rule gives to the codes, 0 inside; where they are symmetric its ends are opposite.

    "minmax": all that occurs. "percentile": without the outermost values, of which `share` stays, at each end (symmetric: of
    |x|). "mse": of parts 0.10, 0.11, …, 1 of the whole range that of the smallest squared error. "kl": of the same parts that
    whose codes keep the distribution best, `divergence`. Symmetric codes of one bit have no 0: their range is the mean of |x|, of
    the smallest error, whatever the rule.

    Raises a ValueError for another rule, for bits outside 1 to 8, and for a share that is not above 0 and at most 1.

    >>> even = Histogram(0, 1, [10, 10, 10, 10])
    >>> clip_of(even, 4, "minmax"), clip_of(even, 4, "percentile", share=0.5)
    ((0, 4), (0, 2.0))
    """
    check_choice("rule of calibration", rule, CLIP_RULES)
    checked_width(bits)
    low, high = min(histogram.low, 0), max(histogram.high, 0)
    if symmetric:
        high = float(max(-low, high))
        low = -high
        if bits == 1:
            alpha = histogram_of_sizes(histogram).running[-1][1] / histogram.total
            return -alpha, alpha
    if rule == "minmax":
        return low, high
    if rule == "percentile":
        return kept_range(histogram, symmetric, number(share, "the share of values that stay", above=0, most=1))
    if rule == "mse":
        errors = [(sum(squared_errors(histogram, affine_of(k * low, k * high, bits, symmetric))), k) for k in GRID]
    else:
        sizes = histogram_of_sizes(histogram)
        levels = 2 ** (bits - 1) if symmetric or low < 0 < high else 2**bits
        errors = [(divergence(sizes, k * sizes.high, levels), k) for k in GRID]
    best = min(errors)[1]
    return best * low, best * high


def histogram_of_sizes(histogram):
    """The histogram of |x|, with as many bins from 0 to the largest."""
    most, bins = max(-histogram.low, histogram.high), len(histogram.counts)
    ends = [most * place / bins for place in range(bins + 1)]
    inside = [histogram.below(end)[0] - histogram.below(-end)[0] for end in ends]
    counts = [max(after - before, 0.0) for before, after in zip(inside, inside[1:])]
    return Histogram(0, most / bins, counts, histogram.zeros)


def kept_range(histogram, symmetric, share):
    """The range that keeps a share of the values at each end; symmetric, of the sizes |x|."""
    if symmetric:
        high = float(quantile(histogram_of_sizes(histogram), share))
        return -high, high
    return min(quantile(histogram, 1 - share), 0), max(quantile(histogram, share), 0)


def quantile(histogram, share):
    """The value below which a share of all values lies."""
    wanted = share * histogram.total
    if wanted >= histogram.total:
        return histogram.high
    seen, zeros = 0, histogram.zeros
    for place, count in enumerate(histogram.counts):
        start = histogram.low + place * histogram.width
        if zeros and start + histogram.width > 0:  # the zeros come before the first values above 0
            seen, zeros = seen + zeros, 0
            if seen >= wanted:
                return 0.0
        if count and seen + count >= wanted:
            return start + histogram.width * (wanted - seen) / count
        seen += count
    return histogram.high


def divergence(sizes: Histogram, clip: float, levels: int) -> float:
    """Kullback–Leibler divergence, in nats, from the sizes |x| to what so many equal levels up to `clip` keep of them.

    After the calibration of TensorRT [recalled]: what lies beyond the clip counts, of the true distribution, in the last bin
    inside; the other one spreads what each level holds over its bins that are not empty. Infinite where such a bin is empty and
    something lies beyond. Zeros apart are left out, as is ours; so is that bins, not counts of them, are shared among levels.

    Raises a ValueError for a clip that is not above 0, and for levels that are no whole number.

    >>> sizes = Histogram(0, 1, [8, 4, 2, 2])
    >>> round(divergence(sizes, 4, 4), 3), round(divergence(sizes, 4, 2), 3), round(divergence(sizes, 2, 2), 3)
    (0.0, 0.042, 0.059)
    """
    number(clip, "the clip", above=0)
    whole(levels, "the levels")
    bins = min(max(int(clip / sizes.width + 0.5), 1), len(sizes.counts))
    inside = sizes.counts[:bins]
    held, total = sum(inside), sum(sizes.counts)
    beyond = total - held
    found = 0.0
    for level in range(min(levels, bins)):
        first, last = level * bins // min(levels, bins), (level + 1) * bins // min(levels, bins)
        counts = [count for count in inside[first:last] if count]
        end = last == bins
        if end and beyond and not inside[-1]:
            return math.inf
        for place, count in enumerate(counts):
            true = count + (beyond if end and place == len(counts) - 1 else 0)
            found += true / total * math.log(true / total * held * len(counts) / sum(counts))
    return found
