"""Checks of chapter 11, training sparse networks."""

from math import ceil, log, sqrt

from ..checks import choice_hint, function_hint, number_hint, vector_hint
from ..dice import Dice, drawn

# COLT with three parts of the classes, in 11.2
SPARSITY, PER_ROUND, PARTS = 0.991, 0.15, 3
# A layer of eight places before an update of RigL in which two weights move, in 11.6; a weight of 0 is none
PLACES = (-0.9, 0.1, 0.0, 0.4, 0.0, -0.3, 0.0, 0.0)
GRADIENTS, COUNT = (0.2, 0.9, -0.5, 0.1, 0.3, 0.05, -0.8, 0.6), 2


def rounds_of_pruning(sparsity, per_round):
    """Rounds that each take a share of what is left, until so much has fallen."""
    left, rounds = 1.0, 0
    while left > 1 - sparsity:
        left, rounds = left * (1 - per_round), rounds + 1
    return rounds


def check_rounds(answer):
    def ratio(s, p):
        return log(1 - s) / log(1 - p)

    mistakes = [
        (lambda s, p: ceil(s / p), "a round takes a share of what is *left*, not of all"),
        (lambda s, p: s / p, "a round takes a share of what is *left*, not of all; and rounds are whole"),
        (ratio, "rounds are whole: after the last one at least so much has fallen"),
        (lambda s, p: int(ratio(s, p)), "after that many rounds too little has fallen: round up"),
        (lambda s, p: int(ratio(s, p) + 0.5), "round up, not to the nearest: before that too little has fallen"),
        (lambda s, p: ceil(ratio(s, p)) + 1, "the ticket's own training is no round; rounds end with a cut"),
        (lambda s, p: ceil(log(s) / log(p)), "1 − s is left at last, and 1 − p of a round: these two belong in the logarithms"),
        (lambda s, p: ceil(log(s) / log(1 - p)), "what is left at last is 1 − s"),
        (lambda s, p: ceil(-ratio(s, p)), "both logarithms are negative, their ratio is not"),
    ]
    cases = [(0.75, 0.5), (0.98, 0.2), (0.991, 0.15)]
    for p, s in drawn(111, 25, (3, 50), (8, 63)):
        if abs(ratio(s / 64, p / 64) - int(ratio(s / 64, p / 64) + 0.5)) > 1e-3:  # where rounding decides nothing
            cases.append((s / 64, p / 64))
    return function_hint(answer, rounds_of_pruning, cases, "(sparsity, per_round)", mistakes=mistakes)


def check_three_parts(answer):
    def until(kept):
        return log(1 - SPARSITY) / log(kept)

    disjoint, independent = 1 - PARTS * PER_ROUND, (1 - PER_ROUND) ** PARTS
    slips = [
        (ceil(until(1 - 2 * PER_ROUND)), "that is with two parts; of three models each lets its own 15 % fall"),
        (ceil(until(independent)), "that is where what they drop is independent; here nothing of it is the same"),
        (ceil(until(1 - PER_ROUND)), "that is for one model, IMP's rounds"),
        (until(disjoint), "rounds are whole, and after the last one at least so much has fallen"),
        (int(until(disjoint)), "after that many rounds more than 0.9 % is left"),
        (disjoint, "that is the share that a round keeps; after how many rounds?"),
    ]
    return number_hint(answer, ceil(until(disjoint)), unit="rounds", slips=slips)


def check_enlarged(answer):
    def law(size, left):
        return sqrt(size / left)

    mistakes = [
        (lambda n, k: n / k, "the *variance* of a sum grows with its terms; how far it spreads grows with the root of them"),
        (lambda n, k: k / n, "fewer terms: each must be larger; and variances add up, not sizes"),
        (lambda n, k: sqrt(k / n), "upside down: fewer terms, so each must be larger"),
        (lambda n, k: sqrt(n), "only what left counts: how many of the terms are still there?"),
        (lambda n, k: 1 / sqrt(k), "by how much each is larger than it was, not how large"),
        (lambda n, k: sqrt(n / (n - k)), "`left` is how many stay, not how many fell"),
        (lambda n, k: (n / k) ** 2, "the root, not the square"),
        (lambda n, k: 1.0, "unchanged, the outputs of the layer become smaller"),
    ]
    cases = [(300, 3), (235200, 3621), (16, 4)]
    cases += [(left + more, left) for left, more in drawn(113, 20, (1, 90), (1, 900))]
    return function_hint(answer, law, cases, "(size, left)", mistakes=mistakes)


def check_erk(answer):
    def law(epsilon, c_in, c_out, k, over=None):
        return min(1, epsilon * (c_in + c_out + 2 * k if over is None else over) / (c_in * c_out * k * k))

    mistakes = [
        (lambda e, n, m, k: e * (n + m + 2 * k) / (n * m * k * k), "no more than all weights can stay: a density ends at 1"),
        (lambda e, n, m, k: min(1, e * (n + m) / (n * m)), "that is ER: a kernel's sides count as well, above and below"),
        (lambda e, n, m, k: law(e, n, m, k, n + m), "above the line the two sides of the kernel are added, too"),
        (lambda e, n, m, k: law(e, n, m, k, n + m + k), "a kernel has two sides, height and width"),
        (lambda e, n, m, k: law(e, n, m, k, n + m + k * k), "sides are added above the line, and multiplied below it"),
        (lambda e, n, m, k: min(1, e * (n + m + 2 * k)), "that is how many weights stay; divide by how many there are"),
        (lambda e, n, m, k: min(1, e * (n + m + 2 * k) / (n * m * k)), "a kernel has k² taps"),
        (lambda e, n, m, k: min(1, (n + m + 2 * k) / (n * m * k * k)), "times ε, which the density of the whole network fixes"),
        (lambda e, n, m, k: 1 - law(e, n, m, k), "the density is the share that stays"),
    ]
    dice, cases = Dice(114), [(1.0, 16, 32, 3), (8.0, 1, 16, 3), (2.0, 64, 64, 1)]
    for c_in, c_out in drawn(115, 20, (1, 200), (1, 200)):
        cases.append((dice.randint(1, 4000) / 128, c_in, c_out, dice.choice([1, 3, 5, 7])))
    return function_hint(answer, law, cases, "(epsilon, c_in, c_out, k)", mistakes=mistakes)


def check_rigl_cost(answer):
    def law(d, every):
        return (3 * d * every + 2 * d + 1) / (3 * (every + 1))

    mistakes = [
        (lambda d, n: d, "on an update the gradient of *all* weights is computed: one of the three passes is dense"),
        (lambda d, n: (3 * d * n + 2 * d + 1) / (n + 1), "as a share of the dense step, which takes three passes"),
        (lambda d, n: (d * n + 1) / (n + 1), "an update is not a dense step: two of its three passes are sparse"),
        (lambda d, n: (3 * d * n + d + 2) / (3 * (n + 1)), "one pass of an update is dense, that of the weights' gradients"),
        (lambda d, n: (3 * d * n + 2 * d + 1) / (3 * n), "an update is a step of its own: every + 1 in all"),
        (lambda d, n: (3 * d * (n - 1) + 2 * d + 1) / (3 * n), "RigL's update applies no gradient: it comes on top of the steps"),
        (lambda d, n: (3 * d * n + d + 1) / (3 * (n + 1)), "an update has two sparse passes, forward and to the inputs"),
        (lambda d, n: 3 * d * n + 2 * d + 1, "that is of all steps up to the next update; a mean is asked for, and a share of 3"),
        (lambda d, n: (3 * d * n + 2 * d) / (3 * (n + 1)), "an update's third pass is dense"),
    ]
    cases = [(0.125, 100), (0.5, 1), (0.015625, 10)]
    cases += [(d / 64, every) for d, every in drawn(116, 20, (1, 60), (1, 200))]
    return function_hint(answer, law, cases, "(d, every)", mistakes=mistakes)


def after_update(size, growth, barred=()):
    """The places that have a weight after an update: those of the largest sizes, and of the growth highest elsewhere."""
    active = [place for place in range(len(PLACES)) if PLACES[place]]
    kept = sorted(active, key=lambda place: -size(PLACES[place]))[: len(active) - COUNT]
    free = [place for place in range(len(PLACES)) if place not in kept and place not in barred]
    return sorted(kept + sorted(free, key=lambda place: -growth(GRADIENTS[place]))[:COUNT])


def check_update(answer):
    def same(value):
        return value

    right = after_update(abs, abs)
    active = [place for place in range(len(PLACES)) if PLACES[place]]
    slips = [
        (after_update(abs, abs, barred=active), "what has just fallen may grow again, and then is as it was"),
        (after_update(abs, same), "a large negative gradient counts as much as a positive one: take its size"),
        (after_update(same, abs), "the smallest *sizes* fall: −0.9 is a large weight"),
        (after_update(abs, lambda g: -abs(g)), "the largest gradients grow, not the smallest"),
        (after_update(lambda w: -abs(w), abs), "the smallest weights fall, not the largest"),
        (active, "that is before the update: two weights move"),
        ([place + 1 for place in right], "places are counted from 0"),
    ]
    return vector_hint(answer, right, "(first, second, third, fourth)", slips=slips)


def check_missing_twin(answer):
    hints = {
        "drawn": "a drawn mask tells what the *places* are worth; here the question is of the values",
        "dense": "the dense network tells what sparsity costs; here the question is of the values",
        "longer": "both were trained equally long; the twin starts with signals that are too small",
    }
    return choice_hint(answer, "enlarged", hints)


CHECKS = {
    "11.1": check_rounds,
    "11.2": check_three_parts,
    "11.3": check_enlarged,
    "11.4": check_erk,
    "11.5": check_rigl_cost,
    "11.6": check_update,
    "11.7": check_missing_twin,
}
