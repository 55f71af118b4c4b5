"""Checks of chapter 13, numbers of few bits: codes and their errors. Those in whole numbers are in `ch13_integers`."""

from math import sqrt

from squeezelab.compression.affine import affine_of, code_of, value_of

from ..checks import choice_hint, computed_once, function_hint, number_hint
from ..dice import Dice
from .ch13_integers import (
    check_constant,
    check_left_over,
    check_longest_sum,
    check_q_product,
    check_q_sum,
    check_requantised,
    check_xor,
)

RANGE = (-0.5, 3.5)  # of the activations in 13.1b
# Layers of 13.9: (name, largest weight, root mean square of the weights)
LAYERS = (("conv1", 6.0, 2.5), ("dw2", 1.6, 0.1), ("pw2", 0.9, 0.25), ("fc", 0.3, 0.06))


def clear_of_ties(value):
    """Whether a number lies clearly nearer to one whole number than to the next: no rule for halves is asked for."""
    return abs(value % 1 - 0.5) > 0.02


def restored(x, low, high, bits):
    """x̂ of a number by asymmetric codes, low ≤ 0 ≤ high."""
    affine = affine_of(low, high, bits)
    return value_of(code_of(x, affine), affine)


def affine_cases():
    dice, cases = Dice(131), [(0, -0.5, 3.5, 8), (1, -0.5, 3.5, 8), (4, -0.5, 3.5, 8), (-0.625, -0.5, 3.5, 8)]
    while len(cases) < 34:
        low, high, bits = -dice.randint(1, 24) / 8, dice.randint(1, 40) / 8, dice.randint(2, 8)
        x = (dice.randint(-80, 110) / 64) * max(-low, high)
        scale = (high - low) / (2**bits - 1)
        if clear_of_ties(low / scale) and clear_of_ties(x / scale):
            cases.append((x, low, high, bits))
    return cases


def check_restored(answer):
    def by(x, low, high, bits, steps=None, nearest=round, zero=round, inside=True):
        s, most = (high - low) / ((2**bits - 1) if steps is None else steps(bits)), 2 ** (bits - 1)
        z = zero(-most - low / s)
        code = nearest(x / s) + z
        return s * ((min(max(code, -most), most - 1) if inside else code) - z)

    def symmetric(x, low, high, bits):
        end = 2 ** (bits - 1) - 1
        s = max(-low, high) / end
        return s * min(max(round(x / s), -end), end)

    mistakes = [
        (lambda *case: by(*case, steps=lambda bits: 2**bits), "2^bits codes have 2^bits − 1 steps between them"),
        (lambda *case: by(*case, zero=float), "the zero point is a code itself: rounded, or 0 is not exact"),
        (lambda *case: by(*case, inside=False), "a code outside the range becomes the nearer end"),
        (lambda *case: by(*case, nearest=lambda x: int(x // 1)), "to the nearest code, not to the one below"),
        (lambda *case: by(*case, nearest=int), "to the nearest code, not toward 0"),
        (lambda *case: code_of(case[0], affine_of(*case[1:])), "that is the code; the number that it stands for is asked for"),
        (symmetric, "that is the symmetric code; here the codes begin at low"),
        (lambda x, low, high, bits: min(max(x, low), high), "it is clipped, and not yet rounded to a code"),
    ]
    return function_hint(answer, restored, affine_cases(), "(x, low, high, bits)", mistakes=mistakes)


def check_padding(answer):
    affine = affine_of(*RANGE, 8)
    value = value_of(0, affine)
    slips = [
        (0, "0 is the number that padding should be; which one does the code 0 stand for here?"),
        (affine.zero, "that is the code of the number 0; which number has the code 0?"),
        (-affine.zero, "so many steps lie between; how large is a step?"),
        (-value, "x̂ = s·(q − z), and z is below 0"),
        (96 * 4 / 256, "256 codes have 255 steps between them"),
        (value_of(0, affine_of(0, 3.5, 8)), "the range begins at −0.5"),
        (0.5, "by how much is the range moved? It is z that says so"),
        (4 / 255, "that is one step"),
    ]
    return number_hint(answer, value, tolerance=1e-3, slips=slips)


def check_folded_bias(answer):
    def right(bias, gamma, beta, mean, variance, eps):
        return beta + (bias - mean) * gamma / sqrt(variance + eps)

    mistakes = [
        (lambda b, g, s, m, v, e: s - m * g / sqrt(v + e), "the layer may have a bias of its own: the norm scales it, too"),
        (lambda b, g, s, m, v, e: b + s - m * g / sqrt(v + e), "the norm scales the layer's bias as well"),
        (lambda b, g, s, m, v, e: s + (b - m) * g / (v + e), "a norm divides by the deviation, the root of the variance"),
        (lambda b, g, s, m, v, e: s + (b - m) * g / sqrt(v), "eps belongs to the variance"),
        (lambda b, g, s, m, v, e: s + (b - m) * g / (sqrt(v) + e), "eps is added to the variance, under the root"),
        (lambda b, g, s, m, v, e: s + (b + m) * g / sqrt(v + e), "the mean is taken off"),
        (lambda b, g, s, m, v, e: (s + b - m) * g / sqrt(v + e), "beta comes last and is not scaled"),
        (lambda b, g, s, m, v, e: s + (b - m) / sqrt(v + e), "gamma scales what was normalised"),
        (lambda b, g, s, m, v, e: b * g / sqrt(v + e), "mean and beta move the bias, too"),
        (lambda b, g, s, m, v, e: g / sqrt(v + e), "that is the factor of the weights; the bias is asked for"),
    ]
    dice, cases = Dice(132), [(0, 1.5, 0.25, 2, 4, 0.0625)]
    for _ in range(25):
        b, g, s, m = [dice.randint(-40, 40) / 8 for _ in range(4)]
        cases.append((b, g, s, m, dice.randint(1, 80) / 16, dice.choice([1e-5, 1e-3, 0.0625])))
    return function_hint(answer, right, cases, "(bias, gamma, beta, mean, variance, eps)", mistakes=mistakes)


def clip_errors(values, bits, cost=lambda gap: gap * gap, join=sum, end=None, inside=True):
    """[(error, clip)] for the ten clips, smallest first."""
    most, last = max([abs(value) for value in values]), 2 ** (bits - 1) - 1 if end is None else end(bits)
    found = []
    for tenth in range(1, 11):
        scale, gaps = tenth / 10 * most / last, []
        for value in values:
            code = round(value / scale)
            gaps.append(cost(value - scale * (min(max(code, -last), last) if inside else code)))
        found.append((join(gaps), tenth / 10 * most))
    return found


def best_clip(values, bits):
    return min(clip_errors(values, bits))[1]


def clip_cases():
    """Values with a few large ones among them; the best clip is best by far more than floats lose."""
    dice, cases = Dice(137), []
    while len(cases) < 14:
        values = [dice.randint(-60, 60) / 64 for _ in range(dice.randint(4, 9))] + [
            dice.choice([-1, 1]) * dice.randint(60, 200) / 64
        ]
        bits = dice.randint(2, 5)
        first, second = sorted(clip_errors(values, bits))[:2]
        if second[0] > 1.001 * first[0]:
            cases.append((values, bits))
    return cases


def check_best_clip(answer):
    def best(**changed):
        return lambda values, bits: min(clip_errors(values, bits, **changed))[1]

    def largest(values):
        return max([abs(value) for value in values])

    mistakes = [
        (lambda values, bits: largest(values), "that is min–max: is no smaller clip better?"),
        (best(inside=False), "what lies beyond the clip becomes its end, and that costs, too"),
        (best(cost=abs), "squared errors are asked for: a large one counts for more"),
        (best(join=max), "the sum of all squared errors, not the largest of them"),
        (best(end=lambda bits: 2 ** (bits - 1)), "symmetric codes end at 2^(bits − 1) − 1"),
        (lambda values, bits: min(clip_errors(values, bits))[0], "that is the error; the clip is asked for"),
        (
            lambda values, bits: best_clip(values, bits) / largest(values),
            "that is its share of the largest; the clip is asked for",
        ),
        (lambda values, bits: best_clip(values, bits) / (2 ** (bits - 1) - 1), "that is the step; the clip is asked for"),
    ]
    return function_hint(answer, best_clip, computed_once("clips", clip_cases), "(values, bits)", mistakes=mistakes)


def step_gradient(v, s, low, high):
    """∂v̂/∂s of v̂ = s·round(clip(v/s, low, high))."""
    if v / s <= low:
        return low
    return high if v / s >= high else round(v / s) - v / s


def check_step_gradient(answer):
    def inside(v, s, low, high):
        return low < v / s < high

    def code(v, s, low, high):
        return min(max(round(v / s), low), high)

    mistakes = [
        (lambda v, s, a, b: v / s - round(v / s) if inside(v, s, a, b) else code(v, s, a, b), "inside it is round(v/s) − v/s"),
        (lambda v, s, a, b: step_gradient(v, s, a, b) if inside(v, s, a, b) else 0, "outside v̂ is the end of the codes times s"),
        (lambda v, s, a, b: code(v, s, a, b) - v / s, "outside v̂ does not depend on v: only the code is left"),
        (lambda v, s, a, b: round(v / s) - v / s, "outside the range the code is its end"),
        (code, "v/s depends on s as well: inside, a second term comes from it"),
        (lambda v, s, a, b: s * code(v, s, a, b) - v if inside(v, s, a, b) else code(v, s, a, b), "v/s, not v: divide by s"),
        (lambda v, s, a, b: 1 if inside(v, s, a, b) else 0, "that is ∂v̂/∂v; the step's gradient is asked for"),
        (lambda v, s, a, b: abs(step_gradient(v, s, a, b)), "a gradient has a sign"),
        (lambda v, s, a, b: -step_gradient(v, s, a, b), "the other way round"),
    ]
    dice, cases = Dice(138), [(v, 0.5, -4, 3) for v in (-5, -0.7, 0.2, 0.6, 1.4, 9)]
    while len(cases) < 36:
        v, s = dice.randint(-160, 160) / 64, dice.randint(2, 9) / 16
        low, high = dice.choice([(-4, 3), (-2, 1), (0, 7), (-8, 7)])
        if clear_of_ties(v / s) and clear_of_ties(v / s + 0.5) and abs(v / s - low) > 0.05 and abs(v / s - high) > 0.05:
            cases.append((v, s, low, high))
    return function_hint(answer, step_gradient, cases, "(v, s, low, high)", mistakes=mistakes)


def check_culprit(answer):
    worst = max([(largest / spread, name) for name, largest, spread in LAYERS])[1]
    hints = {
        "conv1": "it has the largest weights, but they are large throughout: a step is small beside them",
        "pw2": "its largest weight is 3.6 deviations; is that of no other layer more?",
        "fc": "its largest weight is five deviations; one layer's is more",
        "none": "all have as many bits, but not the same range in deviations",
        "all": "all have as many bits, but not the same range in deviations",
    }
    return choice_hint(answer, worst, hints)


CHECKS = {
    "13.1": check_restored,
    "13.1b": check_padding,
    "13.2": check_folded_bias,
    "13.3": check_constant,
    "13.3b": check_longest_sum,
    "13.4": check_requantised,
    "13.5": check_q_product,
    "13.5b": check_q_sum,
    "13.6": check_best_clip,
    "13.7": check_step_gradient,
    "13.8": check_left_over,
    "13.8b": check_xor,
    "13.9": check_culprit,
}
