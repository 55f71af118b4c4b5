"""Where to clip: the range that b bits shall cover, chosen on a histogram of the values that occur.

A wide range makes steps coarse, a narrow one cuts off what lies outside.

>>> counts = [1, 6, 30, 90, 160, 213, 213, 160, 90, 30, 6, 1]  # about normal, from −3 to 3
>>> seen = Histogram(-3, 0.5, counts)
>>> clip_of(seen, 2, "minmax", symmetric=True), [round(end, 2) for end in clip_of(seen, 2, "mse", symmetric=True)]
((-3.0, 3.0), [-1.08, 1.08])
"""

import math

from ..core.checks import check_choice, number, whole
from .affine import affine_of, checked_width
from .histogram import Histogram, squared_errors

CLIP_RULES = ("minmax", "percentile", "mse", "kl")
MERGED = 4  # bins of a level, at least, where "kl" looks [ours]: fewer keep every shape, and no clip seems too narrow
SHARE = 0.999  # of the values that "percentile" keeps
GRID = [step / 100 for step in range(10, 101)]  # parts of the whole range that "mse" and "kl" try


def clip_of(histogram: Histogram, bits: int, rule: str, symmetric: bool = False, share: float = SHARE) -> tuple:
    """(low, high): the range that a rule gives to the codes, 0 inside; where they are symmetric its ends are opposite.

    "minmax": all that occurs. "percentile": without the outermost values, of which `share` stays, at each end (symmetric: of
    |x|). "mse": of parts 0.10, 0.11, …, 1 of the whole range that of the smallest squared error. "kl": of the same parts that
    whose codes keep the distribution best, `divergence`, as far as a code stands for four bins or more. Symmetric codes of
    one bit have no 0: their range is the mean of |x|, of the smallest error, whatever the rule.

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
        terms = running_terms(sizes)
        clips = [(k, k * len(sizes.counts)) for k in GRID]
        errors = [(divergence_at(terms, bins, levels), k) for k, bins in clips if k == 1 or bins >= MERGED * levels]
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
    return divergence_at(running_terms(sizes), clip / sizes.width, levels)


def running_terms(sizes):
    """[(Σ count, bins that are not empty, Σ count · ln count)] of the bins below each."""
    terms = [(0.0, 0, 0.0)]
    for count in sizes.counts:
        held, filled, logs = terms[-1]
        terms.append((held + count, filled + 1, logs + count * math.log(count)) if count else terms[-1])
    return terms


def divergence_at(terms, clip, levels):
    """`divergence`, the clip in bins: Σ p ln p − Σ p ln q, and q is the same in all filled bins of a level."""
    bins = min(max(int(clip + 0.5), 1), len(terms) - 1)
    levels, held, total = min(levels, bins), terms[bins][0], terms[-1][0]
    beyond, last = total - held, held - terms[bins - 1][0]
    if not held or beyond and not last:
        return math.inf
    found = terms[bins][2] - (last * math.log(last) if last else 0) + (last + beyond) * math.log(last + beyond or 1)
    found -= total * math.log(total)
    before = terms[0]
    for level in range(1, levels + 1):
        after = terms[level * bins // levels]
        count = after[0] - before[0]
        if count:
            found -= (count + beyond * (level == levels)) * math.log(count / (after[1] - before[1]) / held)
        before = after
    return found / total
