"""What trainings over several seeds can tell: means, paired differences with their intervals, and the words for them.

The rule is that of "What we count", section "Conclusions from trainings". Shares are shares (0.925); words are in points.
"""

import math
from collections import namedtuple

CONFIDENCE = 0.95  # of every interval in the book; usual, and no more than that

Score = namedtuple("Score", "mean error")
Score.__doc__ = "A mean over seeds and its standard error: the spread over the seeds and the sampling of the test set together."
Difference = namedtuple("Difference", "mean half seeds")
Difference.__doc__ = "A mean of paired differences, half its 95 % interval, and over how many seeds."


def mean_se(values: list, test_size: int = None) -> Score:
    """The `Score` of accuracies, one a seed: √(s²/n + p(1 − p)/N), with s their standard deviation over n seeds; N examples
    were tested on (the second term is left out without it). Raises a ValueError for fewer than two.

    >>> in_percent(mean_se([0.90, 0.92, 0.91, 0.93, 0.89]))
    '91.0 ± 0.7'
    """
    mean, variance = mean_and_variance(values)
    sampling = 0 if test_size is None else mean * (1 - mean) / checked_size(test_size)
    return Score(mean, math.sqrt(variance / len(values) + sampling))


def paired_difference(first: list, second: list, test_size: int, right: tuple = None) -> Difference:
    """The `Difference` of two lists of accuracies, paired seed by seed: t·√(s²/n + v/N) is half its 95 % interval.

    s² is the variance of the n paired differences, t Student's quantile for n − 1 degrees of freedom, v the variance over the
    N test examples of how often the first is right on one and the second is not, a mean over the seeds. `right` holds these
    answers, (of the first, of the second), each a list of n sequences of N truths; without it v is taken as large as it can
    be, as if the two never erred on the same example. Raises a ValueError for lists of different lengths and for fewer than two
    seeds.

    >>> in_points(paired_difference([0.92, 0.93, 0.94], [0.90, 0.92, 0.91], 10_000))
    '+2.0 ± 3.0 points'
    """
    if len(first) != len(second):
        raise ValueError(f"pairs are asked for: one training of each a seed, not {len(first)} and {len(second)}")
    mean, variance = mean_and_variance([a - b for a, b in zip(first, second)])
    sampling = largest_disagreement(first, second, mean) if right is None else disagreement(*right)
    half = t_quantile(len(first) - 1) * math.sqrt(variance / len(first) + sampling / checked_size(test_size))
    return Difference(mean, half, len(first))


def told_apart(difference: Difference) -> bool:
    """Whether the interval leaves out zero.

    >>> told_apart(Difference(0.012, 0.005, 5)), told_apart(Difference(0.003, 0.005, 5))
    (True, False)
    """
    return abs(difference.mean) > difference.half


def verdict(difference: Difference, first: str, second: str) -> str:
    """The difference in words: who is ahead, by how many points, or that the trainings cannot tell them apart.

    >>> verdict(Difference(0.012, 0.005, 5), "Ghost", "the plain network")
    'Ghost is 1.2 ± 0.5 points ahead of the plain network'
    >>> verdict(Difference(0.003, 0.005, 5), "Ghost", "the plain network")
    'cannot tell them apart (+0.3 ± 0.5 points)'
    """
    if not told_apart(difference):
        return f"cannot tell them apart ({in_points(difference)})"
    word = "ahead of" if difference.mean > 0 else "behind"
    return f"{first} is {100 * abs(difference.mean):.1f} ± {100 * difference.half:.1f} points {word} {second}"


def in_points(difference: Difference) -> str:
    """A `Difference` in points of a percent, ± half its interval.

    >>> in_points(Difference(0.003, 0.005, 5))
    '+0.3 ± 0.5 points'
    """
    return f"{100 * difference.mean:+.1f} ± {100 * difference.half:.1f} points".replace("-", "−")


def in_percent(score: Score) -> str:
    """'92.5 ± 0.3': a `Score` in percent, ± its standard error.

    >>> in_percent(Score(0.925, 0.0031))
    '92.5 ± 0.3'
    """
    return f"{100 * score.mean:.1f} ± {100 * score.error:.1f}"


def mean_and_variance(values):
    """The mean, and the variance with n − 1 in its denominator."""
    if len(values) < 2:
        raise ValueError(f"{len(values)} training has no spread: two seeds or more are needed")
    mean = sum(values) / len(values)
    return mean, sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def disagreement(first, second):
    """v of `paired_difference`: the variance over examples of the difference in how often they are read right."""
    seeds = len(first)
    gaps = [(ours - theirs) / seeds for ours, theirs in zip(map(sum, zip(*first)), map(sum, zip(*second)))]
    return mean_and_variance(gaps)[1]


def largest_disagreement(first, second, mean):
    """The largest v that two lists of accuracies allow: they err on different examples as far as there are enough of them."""
    ours, theirs = sum(first) / len(first), sum(second) / len(second)
    return min(2 - ours - theirs, ours + theirs) - mean**2


def checked_size(test_size):
    """The number of test examples; raises a ValueError for less than one."""
    if not test_size >= 1:
        raise ValueError(f"a test set has one example or more, not {test_size!r}")
    return test_size


def t_quantile(freedom, confidence=CONFIDENCE):
    """t with P(|T| < t) = confidence for Student's T of a whole number of degrees of freedom, by bisection.

    >>> round(t_quantile(4), 3)
    2.776
    """
    low, high = 0.0, 1e4
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if student_probability(middle, freedom) < confidence else (low, middle)
    return high


def student_probability(t, freedom):
    """P(|T| < t), the finite series of Abramowitz and Stegun 1964, 26.7.3 and 26.7.4."""
    angle = math.atan(t / math.sqrt(freedom))
    cosine, odd = math.cos(angle), freedom % 2
    term, total = (cosine, cosine) if odd else (1.0, 1.0)
    if freedom == 1:
        total = 0.0
    for n in range(2 + odd, freedom - 1, 2):
        term *= cosine**2 * (n - 1) / n
        total += term
    return 2 / math.pi * (angle + math.sin(angle) * total) if odd else math.sin(angle) * total
