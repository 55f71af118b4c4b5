"""Checks of chapter 14, capsules: lengths, places, the margin loss. Those on routing are in `ch14_routing`."""

from math import sqrt

from ..checks import choice_hint, function_hint, number_hint
from ..dice import Dice
from .ch14_routing import (
    check_bug_line,
    check_by_hand,
    check_coupling,
    check_routing_macs,
    check_vote_bytes,
)

UPPER, LOWER, OTHERS = 0.9, 0.1, 0.5  # the margins of Sabour 2017, Eq. 4, and the weight of absent classes
LENGTHS = (0.7, 0.3) + 8 * (0.05,)  # in 14.3, the true class first


def squared_length(s):
    return sum([x * x for x in s])


def length_of_squashed(s):
    """|v| of v = squash(s), from the list s."""
    return squared_length(s) / (1 + squared_length(s))


def check_length(answer):
    def norm(s):
        return sqrt(squared_length(s))

    mistakes = [
        (lambda s: norm(s) / (1 + norm(s)), "the square of the length, above and below the line"),
        (lambda s: norm(s), "that is how long s is, before it is squashed"),
        (lambda s: squared_length(s), "that is |s|², which still has to be brought below 1"),
        (lambda s: norm(s) / (1 + squared_length(s)), "that is the factor of s; how long is the product?"),
        (lambda s: length_of_squashed(s) * norm(s), "s/|s| has the length 1, whatever s is"),
        (lambda s: 1, "that is the direction alone, s/|s|"),
        (lambda s: sum(s) ** 2 / (1 + sum(s) ** 2), "a length adds squares; it does not square the sum"),
        (lambda s: 1 / (1 + squared_length(s)), "that is what is missing to 1"),
        (lambda s: length_of_squashed(s) ** 2, "that is the square of the length of v"),
    ]
    dice, cases = Dice(141), [([3, 4],), ([0.3, 0.4],), ([-1],)]
    for _ in range(15):
        cases.append(([dice.randint(-24, 24) / 8 for _ in range(dice.randint(1, 6))] + [dice.randint(1, 16) / 8],))
    return function_hint(answer, length_of_squashed, cases, "(s)", mistakes=mistakes)


def length_before_squash(length):
    """|s| for which squash(s) has this length."""
    return sqrt(length / (1 - length))


def check_length_before(answer):
    mistakes = [
        (lambda v: v / (1 - v), "that is |s|²"),
        (lambda v: sqrt((1 - v) / v), "upside down: a long v has a long s"),
        (lambda v: (1 - v) / v, "upside down, and a square"),
        (lambda v: v / (1 + v), "|v| = |s|²/(1 + |s|²): solve it for |s|"),
        (lambda v: v * v / (1 + v * v), "that squashes once more; the way back is asked for"),
        (lambda v: sqrt(v / (1 + v)), "1 − |v|: what is missing to 1 is 1/(1 + |s|²)"),
        (lambda v: sqrt(v) / (1 - v), "the root is of the whole fraction"),
        (lambda v: sqrt(v), "for a short s that is nearly right; from there on |v| grows more slowly than |s|²"),
    ]
    cases = [(0.9,), (0.1,), (0.5,)] + [(Dice(142 + place).randint(1, 63) / 64,) for place in range(15)]
    return function_hint(answer, length_before_squash, cases, "(length)", mistakes=mistakes)


def place_of(i, d, dim, places):
    """Where number d of primary capsule i lies in the flat map (types·dim, places), all counted from 0."""
    return (i // places * dim + d) * places + i % places


def check_place(answer):
    mistakes = [
        (
            lambda i, d, dim, places: i * dim + d,
            "that is what `view` alone gives: neighbours in one channel, not one place in several channels",
        ),
        (lambda i, d, dim, places: d * places + i % places, "which type is capsule i? Each has channels of its own"),
        (lambda i, d, dim, places: (i // places * dim + d) * places, "which place of the map is capsule i at?"),
        (
            lambda i, d, dim, places: (i // places + d) * places + i % places,
            "the next type begins `dim` channels later",
        ),
        (lambda i, d, dim, places: i // places * dim + d, "that is the channel; a channel has `places` numbers"),
        (
            lambda i, d, dim, places: (i % places * dim + d) * places + i // places,
            "capsules are counted place by place: i // places is the type, i % places the place",
        ),
        (lambda i, d, dim, places: place_of(i, d, dim, places) + 1, "counted from 0"),
        (lambda i, d, dim, places: i + d, "from one channel to the next it is `places` numbers"),
    ]
    dice, cases = Dice(143), [(1, 0, 2, 6), (1, 1, 2, 6), (7, 1, 2, 6), (16, 3, 8, 16)]
    for _ in range(25):
        dim, places = dice.randint(2, 9), dice.randint(2, 40)
        cases.append((dice.randint(0, 5 * places), dice.randint(0, dim - 1), dim, places))
    return function_hint(answer, place_of, cases, "(i, d, dim, places)", mistakes=mistakes)


def margin(lengths, label):
    """The margin loss of one image."""
    others = [max(0, length - LOWER) ** 2 for k, length in enumerate(lengths) if k != label]
    return max(0, UPPER - lengths[label]) ** 2 + OTHERS * sum(others)


def check_margin_number(answer):
    right = margin(LENGTHS, 0)
    slips = [
        (0.08, "absent classes count by half"),
        (0.04, "that is the true class alone; an absent one is longer than 0.1, too"),
        (0.02, "that is the absent classes alone; the true one is shorter than 0.9, too"),
        (0.3, "the gaps are squared"),
        (0.07, "what is shorter than 0.1 costs nothing: max(0, …) comes before the square"),
        (0.03, "½ is only the factor of the absent classes"),
        (0.006, "the classes are added up; no mean is taken"),
        (0, "two of the ten lie on the wrong side of their margin"),
    ]
    return number_hint(answer, right, tolerance=1e-6, slips=slips)


def check_margin(answer):
    def by(power=2, factor=OTHERS, floor=True, true=True, ends=(UPPER, LOWER), over=lambda lengths: 1):
        def cut(gap):
            return max(0, gap) if floor else gap

        def loss(lengths, label):
            others = [cut(length - ends[1]) ** power for k, length in enumerate(lengths) if k != label]
            return ((cut(ends[0] - lengths[label]) ** power if true else 0) + factor * sum(others)) / over(lengths)

        return loss

    def both(lengths, label):
        return margin(lengths, label) + OTHERS * max(0, lengths[label] - LOWER) ** 2

    mistakes = [
        (by(factor=1), "absent classes count by half"),
        (by(power=1), "the gaps are squared"),
        (by(floor=False), "on the right side of its margin a length costs nothing: max(0, …)"),
        (by(factor=0), "absent classes that are longer than 0.1 cost, too"),
        (by(true=False), "a true class that is shorter than 0.9 costs, too"),
        (by(ends=(LOWER, UPPER)), "the true class shall be longer than 0.9, the others shorter than 0.1"),
        (by(ends=(1, 0)), "the margins are 0.9 and 0.1: nobody is asked for 1 and 0"),
        (by(over=len), "the classes are added up; no mean is taken"),
        (by(over=lambda lengths: 2), "that is the released code's, which has one ½ more"),
        (both, "the true class is not among those that shall be short"),
    ]
    dice, cases = Dice(144), [([0.8, 0.2, 0.05], 0), ([0.95, 0.05], 0), ([0.5, 0.75, 0.25], 1)]
    for _ in range(20):
        lengths = [dice.randint(0, 63) / 64 for _ in range(dice.randint(2, 10))]
        cases.append((lengths, dice.randint(0, len(lengths) - 1)))
    return function_hint(answer, margin, cases, "(lengths, label)", mistakes=mistakes)


def check_sign(answer):
    hints = {
        "iterations": "every iteration of routing only multiplies, adds and squashes: with −u in, −v comes out of each",
        "softmax": "logits are products û·v: both change their sign, the products stay, and so do couplings over any side",
        "matrix": "whatever W is, −u W is −(u W)",
        "squash": "squash(−s) = −squash(s), and the length is the same; which term is there without any input?",
        "margin": "the loss sees lengths alone, and they are the same",
        "decoder": "it reads v, and so could tell; the class is the longest capsule, and lengths do not change",
    }
    return choice_hint(answer, "bias", hints)


CHECKS = {
    "14.1": check_length,
    "14.1b": check_length_before,
    "14.2": check_place,
    "14.3": check_margin_number,
    "14.3b": check_margin,
    "14.4": check_by_hand,
    "14.5": check_routing_macs,
    "14.5b": check_vote_bytes,
    "14.6": check_bug_line,
    "14.6b": check_coupling,
    "14.7": check_sign,
}
