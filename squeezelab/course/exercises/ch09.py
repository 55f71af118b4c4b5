"""Checks of chapter 9, what to prune."""

from ..checks import function_hint, vector_hint
from ..dice import Dice, drawn

# A layer's weights (outputs × inputs) and what its outputs are worth, in 9.3
WEIGHTS, WORTH = ((2, -1, 0), (-3, 0, 1)), (1, 2)
# Points of accuracy lost to noise in four layers of equal width, and the share of all channels that goes, in 9.4
DROPS, SHARE = (6, -1, 2, 0), 0.5


def check_pull(answer):
    def right(strength, rates, momentum):
        return strength * sum(rates) / (1 - momentum)

    mistakes = [
        (lambda s, r, m: s * sum(r), "momentum adds up steps: a gradient that stays moves a value by lr / (1 − momentum) a step"),
        (lambda s, r, m: s * sum(r) * (1 - m), "momentum lengthens the way, by 1 / (1 − momentum)"),
        (lambda s, r, m: s * sum(r) / m, "each push goes on as 1 + m + m² + …, and that is 1 / (1 − m)"),
        (lambda s, r, m: s * sum(r) * (1 + m), "each push goes on for more than one step: 1 + m + m² + …"),
        (lambda s, r, m: s * len(r) / (1 - m), "a step is as long as its learning rate"),
        (lambda s, r, m: s * max(r) * len(r) / (1 - m), "the rate changes from step to step: add them up"),
        (lambda s, r, m: s * sum(r) / len(r) / (1 - m), "that is the mean step; all steps together are asked for"),
        (lambda s, r, m: s * r[-1] / (1 - m), "that is the last step; all steps together are asked for"),
        (lambda s, r, m: sum(r) / (1 - m), "that is for a penalty of strength 1"),
        (lambda s, r, m: -right(s, r, m), "how far is asked for, which is no negative number"),
    ]
    dice, cases = Dice(91), [(1.0, [0.125], 0.5), (0.5, [0.25, 0.125], 0.75)]
    for _ in range(12):
        rates = [dice.randint(1, 40) / 256 for _ in range(dice.randint(2, 7))]
        cases.append((dice.randint(1, 90) / 4096, rates, dice.choice([0.5, 0.75, 0.875])))
    return function_hint(answer, right, cases, "(strength, rates, momentum)", mistakes=mistakes)


def check_removed(answer):
    def right(channels, share):
        return int(channels * share) + 1

    mistakes = [
        (lambda n, p: int(n * p), "the channel whose scale is the threshold is not above it: it goes, too"),
        (lambda n, p: n - int(n * p) - 1, "that is how many stay"),
        (lambda n, p: n - int(n * p), "that is how many are at least as large as the threshold"),
        (lambda n, p: n * p, "channels are whole: int cuts off, and the threshold itself goes, too"),
        (lambda n, p: n * p + 1, "int cuts off what is behind the point"),
        (lambda n, p: int(n * p + 0.5), "int cuts off, it does not round; and the threshold itself goes, too"),
        (lambda n, p: -int(-n * p // 1), "where N·p is whole, that is one too few: the threshold itself goes, too"),
        (lambda n, p: int(n * p + 0.5) + 1, "int cuts off, it does not round"),
        (lambda n, p: int(n * p) + 2, "y is counted from 0: y[k] has k scales below it"),
    ]
    cases = [(176, 0.5), (10, 0.75), (8, 0.125), (7, 0.0), (64, 0.375)]
    cases += [(n, p / 64) for n, p in drawn(92, 25, (2, 300), (0, 63))]
    return function_hint(answer, right, cases, "(channels, share)", mistakes=mistakes)


def check_passed_back(answer):
    def by(value, worth=WORTH):
        columns = range(len(WEIGHTS[0]))
        return [sum([value(row[column]) * each for row, each in zip(WEIGHTS, worth)]) for column in columns]

    right, signed = by(abs), by(lambda w: w)
    slips = [
        (signed, "the size of each weight counts: a negative one carries as much"),
        ([abs(each) for each in signed], "sizes first, then the sum: what cancels here need not cancel for an image"),
        (by(abs, (1, 1)), "an input of an output that is worth more is worth more"),
        (by(lambda w: w * w), "sizes, not squares"),
        (by(abs, (2, 1)), "the outputs are the rows: the first is worth 1, the second 2"),
        (by(lambda w: w != 0), "how large a weight is counts, not only that it is there"),
    ]
    return vector_hint(answer, right, "(first, second, third)", slips=slips)


def sensitivity_falls(drops, share):
    """The share of each of several layers of equal width that falls, in proportion to 1 − S."""
    lost = [max(0, drop) for drop in drops]
    may = [1 - each / sum(lost) for each in lost]
    return [share * len(drops) * each / sum(may) for each in may]


def check_sensitivity(answer):
    right = sensitivity_falls(DROPS, SHARE)
    parts = [max(0, drop) / 8 for drop in DROPS]
    unclamped = [1 - drop / sum(DROPS) for drop in DROPS]
    slips = [
        (parts, "those are the sensitivities S; what falls goes with 1 − S"),
        ([1 - part for part in parts], "in proportion: scale them, so that half of all channels fall"),
        ([2 * part for part in parts], "the sensitive layer loses the least: in proportion to 1 − S"),
        ([0.5] * 4, "that is the uniform rule; these layers are not alike"),
        ([2 * each / sum(unclamped) for each in unclamped], "a gain by noise counts as no loss: a drop of −1 is 0"),
        ([100 * each for each in right], "shares are asked for, between 0 and 1"),
        ([each / 2 for each in right], "of all channels half fall: the mean of the four shares is 0.5"),
        ([each / sum(right) for each in right], "the mean of the four shares is 0.5, their sum 2"),
    ]
    return vector_hint(answer, right, "(first, second, third, fourth)", slips=slips, tolerance=2e-3)


def smallest_prefix(parts, alpha):
    """How many of the largest parts are needed for a share alpha of their sum."""
    ordered, held = sorted(parts, reverse=True), 0
    for count, part in enumerate(ordered):
        held += part
        if held >= alpha * sum(parts):
            return count + 1


def check_prefix(answer):
    def at_strict(parts, alpha):
        held, ordered = 0, sorted(parts, reverse=True)
        for count, part in enumerate(ordered):
            held += part
            if held > alpha * sum(parts):
                return count + 1
        return len(parts)

    def from_below(parts, alpha):
        held, ordered = 0, sorted(parts)
        for count, part in enumerate(ordered):
            held += part
            if held >= alpha * sum(parts):
                return count + 1

    def unsorted(parts, alpha):
        held = 0
        for count, part in enumerate(parts):
            held += part
            if held >= alpha * sum(parts):
                return count + 1

    mistakes = [
        (at_strict, "a share of exactly alpha is enough"),
        (from_below, "the largest parts stay, so begin with them"),
        (unsorted, "in the order of size, the largest first"),
        (lambda p, a: smallest_prefix(p, a) - 1, "the part with which alpha is reached stays, too"),
        (lambda p, a: len(p) - smallest_prefix(p, a), "that is how many fall"),
        (lambda p, a: min(smallest_prefix(p, a), len(p) - 1), "that is the code's reading, which always cuts one"),
        (lambda p, a: int(a * len(p) + 0.5), "alpha is a share of the sum, not of the number"),
        (lambda p, a: len([part for part in p if part >= a * max(p)]), "alpha is a share of the sum, not of the largest part"),
    ]
    dice, cases = Dice(95), [([5, 3, 1, 1], 0.5), ([5, 3, 1, 1], 1.0), ([4, 2, 1, 1], 0.75), ([1, 1, 2, 4], 0.5)]
    for _ in range(25):
        parts = [dice.randint(1, 20) for _ in range(dice.randint(2, 9))]
        cases.append((parts, dice.randint(1, 16) / 16))
    return function_hint(answer, smallest_prefix, cases, "(parts, alpha)", mistakes=mistakes)


def check_constant(answer):
    def right(beta, weights):
        return max(0, beta) * sum(weights)

    mistakes = [
        (lambda b, w: b * sum(w), "between the two stands a ReLU: a negative shift says nothing"),
        (lambda b, w: abs(b) * sum(w), "a ReLU gives 0 for a negative shift, not its size"),
        (lambda b, w: max(0, b), "that is what the channel says; the next layer weighs it, tap by tap"),
        (lambda b, w: max(0, b) * sum(w) / len(w), "a filter adds up its taps, it takes no mean"),
        (lambda b, w: max(0, b) * sum([abs(each) for each in w]), "taps of other signs take from one another here"),
        (lambda b, w: max(0, b) * max(w), "every tap reads the same constant: all of them add up"),
        (lambda b, w: max(0, b) * len(w), "each tap weighs what it reads"),
        (
            lambda b, w: max(0, b * sum(w)),
            "the ReLU stands between the shift and the weights; what the next layer adds may be negative",
        ),
        (lambda b, w: 0, "with a scale of 0 the norm still adds its shift"),
    ]
    dice, cases = Dice(96), [(0.5, [1, 2, 3]), (-0.5, [1, 2, 3]), (0.25, [-4, 1])]
    for _ in range(20):
        weights = [dice.randint(-30, 30) / 16 for _ in range(dice.choice([4, 9, 25]))]
        cases.append((dice.randint(-20, 40) / 16, weights))
    return function_hint(answer, right, cases, "(beta, weights)", mistakes=mistakes)


CHECKS = {
    "09.1": check_pull,
    "09.2": check_removed,
    "09.3": check_passed_back,
    "09.4": check_sensitivity,
    "09.5": check_prefix,
    "09.6": check_constant,
}
