"""Checks of chapter 13 that are about whole numbers: sums of codes, their requantisation, Qm.n, and signs."""

from math import sqrt

from squeezelab.compression.fixed_point import requantised
from squeezelab.compression.qformat import q_dot, q_sum, shifted
from squeezelab.compression.signs import binary_residual, xor_dot

from ..checks import function_hint, number_hint
from ..dice import Dice

MOST_SUM = 2**31 - 1


def check_constant(answer):
    def right(bias, weights, zero):
        return bias - zero * sum(weights)

    mistakes = [
        (lambda b, w, z: b + z * sum(w), "(q − z)·w takes z·w off, for every weight"),
        (lambda b, w, z: b - z * len(w), "each weight is multiplied by z: their sum counts, not their number"),
        (lambda b, w, z: b - z, "z is taken off each input, and each has a weight of its own"),
        (lambda b, w, z: -z * sum(w), "the bias is added once, too"),
        (lambda b, w, z: b - z * sum([abs(each) for each in w]), "weights have signs"),
        (lambda b, w, z: b - sum(w), "how much is taken off each input?"),
        (lambda b, w, z: z * sum(w), "that is what the zero point adds; it must be taken off, and the bias added"),
        (lambda b, w, z: (b - z) * sum(w), "the bias has no weight beside it"),
    ]
    dice, cases = Dice(133), [(100, [1, 2, 3], -10), (0, [5], 3), (7, [-4, 4], 12), (7, [2, -3], 0)]
    for _ in range(20):
        weights = [dice.randint(-127, 127) for _ in range(dice.randint(1, 9))]
        cases.append((dice.randint(-5000, 5000), weights, dice.randint(-128, 127)))
    return function_hint(answer, right, cases, "(bias, weights, zero)", mistakes=mistakes)


def check_longest_sum(answer):
    """Inputs with the zero point −128, so that q − z reaches 255; weights of ±127."""
    slips = [
        (MOST_SUM // (128 * 127), "a code is −128 at most in size, but q − z reaches 255"),
        (MOST_SUM // 127**2, "a code of an input is 127 at most, but q − z reaches 255"),
        (MOST_SUM // 128**2, "the inputs have a zero point, so that q − z reaches 255; and the weights end at ±127"),
        (MOST_SUM // (255 * 128), "symmetric weights end at ±127"),
        (MOST_SUM // 255**2, "weights end at ±127"),
        (MOST_SUM // (256 * 127), "from −128 to 127 it is 255"),
        (MOST_SUM // (255 * 127) + 1, "one product fewer: this one may just not fit"),
        (2**32 // (255 * 127), "one of the 32 bits is the sign"),
        (255 * 127, "that is the largest product; how many of them fit?"),
    ]
    return number_hint(answer, MOST_SUM // (255 * 127), unit="products", slips=slips)


def check_requantised(answer):
    def high(total, multiplier):
        return (total * multiplier + 2**30) >> 31

    mistakes = [
        (
            lambda t, m, e: requantised(t, m, e, "single"),
            "that rounds once, at the end; the kernel adds 2^30 before the shift by 31, and rounds again",
        ),
        (lambda t, m, e: shifted(high(t, m), -e), "of a tie the second rounding takes the one farther from 0, also below 0"),
        (
            lambda t, m, e: round(high(t, m) * 2**e),
            "Python's round takes the even one of a tie; the kernel the one farther from 0",
        ),
        (lambda t, m, e: high(t, m) >> -e, "the second shift rounds as well"),
        (lambda t, m, e: shifted(high(t, m), -e, "truncate"), "the second shift rounds, to the nearest"),
        (lambda t, m, e: round(t * m * 2 ** (e - 31)), "that is the real product, rounded once"),
        (lambda t, m, e: high(t, m), "the shift by −exponent is still to come"),
        (lambda t, m, e: high(t, m) << -e, "the exponent is below 0: a shift to the right"),
    ]
    dice, half = Dice(134), 2**30
    cases = [(12345, half, -1), (-12345, half, -1), (2, half, -1), (-2, half, -1), (10, half, -1), (-10, half, -1)]
    cases += [(12, half, -2), (12345, 1319413953, -11), (100000, 2045091628, -8), (-12345, 2045091628, -8)]
    for _ in range(40):
        bits = dice.randint(1, 9)
        cases.append((dice.randint(-400, 400) * 2 ** dice.randint(0, bits), dice.randint(half, 2 * half - 1), -bits))
    return function_hint(answer, requantised, cases, "(total, multiplier, exponent)", mistakes=mistakes)


def clipped(code):
    return min(max(code, -128), 127)


def check_q_product(answer):
    def right(x, n_x, w, n_w, n_out):
        return q_dot([x], n_x, [w], n_w, n_out).code

    def other(rounding):
        return lambda x, n_x, w, n_w, n_out: clipped(shifted(x * w, n_x + n_w - n_out, rounding))

    mistakes = [
        (lambda x, n, w, m, k: shifted(x * w, n + m - k), "a code of 8 bits ends at −128 and 127"),
        (other("arithmetic"), "half of the divisor is added before the shift"),
        (
            lambda x, n, w, m, k: clipped(round(x * w / 2 ** (n + m - k))),
            "Python's round takes the even one of a tie; the kernel adds half and takes the one above",
        ),
        (other("truncate"), "half of the divisor is added before the shift, also below 0"),
        (lambda x, n, w, m, k: clipped(shifted(x * w, n + m)), "that is the whole part; n_out bits stay behind the point"),
        (lambda x, n, w, m, k: clipped(shifted(x * w, k)), "the product has n_x + n_w fraction bits, and shall have n_out"),
        (lambda x, n, w, m, k: clipped(shifted(x * w, n + m + k)), "n_out of the fraction bits stay"),
        (lambda x, n, w, m, k: shifted(clipped(x * w), n + m - k), "the product has 16 bits and more: saturate after the shift"),
        (lambda x, n, w, m, k: x * w / 2 ** (n + m - k), "a code is a whole number"),
        (lambda x, n, w, m, k: x * w / 2 ** (n + m), "that is the number itself; its code is asked for"),
    ]
    dice, cases = Dice(135), [(64, 7, 64, 7, 7), (-128, 7, -128, 7, 7), (3, 2, -3, 1, 2), (5, 2, 1, 2, 3), (-7, 3, 1, 2, 4)]
    while len(cases) < 44:
        x, n_x, w, n_w = dice.randint(-128, 127), dice.randint(2, 7), dice.randint(-128, 127), dice.randint(2, 7)
        cases.append((x, n_x, w, n_w, dice.randint(max(0, n_x + n_w - 8), n_x + n_w - 1)))
    return function_hint(answer, right, cases, "(x, n_x, w, n_w, n_out)", mistakes=mistakes)


def check_q_sum(answer):
    def right(a, n_a, b, n_b, n_out):
        return q_sum(a, n_a, b, n_b, n_out).code

    mistakes = [
        (lambda a, n, b, m, k: clipped(shifted(a + b, n + m - k)), "that is the shift of a product: a sum of codes is not one"),
        (lambda a, n, b, m, k: clipped(shifted(a + b, n + m - k, "arithmetic")), "that is the shift of a product: a sum is none"),
        (lambda a, n, b, m, k: clipped(shifted(a * b, n + m - k)), "that is their product"),
        (lambda a, n, b, m, k: clipped(a + b), "codes with different n are not worth the same: align them first"),
        (lambda a, n, b, m, k: (a << k - n) + (b << k - m), "a code of 8 bits ends at −128 and 127"),
        (lambda a, n, b, m, k: clipped(a << k - n) + clipped(b << k - m), "saturate the sum, not its parts"),
        (lambda a, n, b, m, k: clipped(clipped(a << k - n) + clipped(b << k - m)), "saturate once, at the end"),
        (lambda a, n, b, m, k: clipped(a << k) + clipped(b << k), "a has n_a fraction bits already"),
        (lambda a, n, b, m, k: a / 2**n + b / 2**m, "that is the number itself; its code is asked for"),
    ]
    dice, cases = Dice(136), [(60, 7, 50, 7, 7), (96, 7, 10, 5, 7), (-100, 6, 90, 5, 7), (100, 7, 100, 7, 7)]
    while len(cases) < 44:
        n_a, n_b = dice.randint(0, 7), dice.randint(0, 7)
        most = dice.choice([12, 40, 127])
        cases.append((dice.randint(-most, most), n_a, dice.randint(-most, most), n_b, max(n_a, n_b) + dice.randint(0, 2)))
    return function_hint(answer, right, cases, "(a, n_a, b, n_b, n_out)", mistakes=mistakes)


def check_left_over(answer):
    def squares(w):
        return sum([each * each for each in w])

    def size(w):
        return sum([abs(each) for each in w])

    def with_scale(w, alpha):
        return sum([(abs(each) - alpha) ** 2 for each in w])

    mistakes = [
        (lambda w: squares(w) - (size(w) / len(w)) ** 2, "α² counts once for each weight"),
        (lambda w: with_scale(w, 1), "with α = 1; which α leaves least?"),
        (lambda w: with_scale(w, max([abs(each) for each in w])), "with α as the largest weight; which α leaves least?"),
        (lambda w: with_scale(w, sqrt(squares(w) / len(w))), "with the root of the mean square; which α leaves least?"),
        (lambda w: with_scale(w, abs(sum(w)) / len(w)), "α is the mean of the sizes, not of the weights"),
        (lambda w: binary_residual(w) / len(w), "the sum over all weights, not the mean"),
        (lambda w: sqrt(binary_residual(w)), "the square of the norm is asked for"),
        (lambda w: size(w) / len(w), "that is α; what does it leave?"),
        (lambda w: squares(w), "that is what is left with α = 0"),
    ]
    dice, cases = Dice(139), [([0.5, -1.5, 2, -0.25],), ([3, -1],)]
    for _ in range(20):
        cases.append(([dice.choice([-1, 1]) * dice.randint(1, 64) / 16 for _ in range(dice.randint(3, 9))] + [5.5],))
    return function_hint(answer, binary_residual, cases, "(weights)", mistakes=mistakes)


def check_xor(answer):
    def ones(word):
        return bin(word).count("1")

    def right(a, b, n):
        return xor_dot([a], [b], n)

    def padded(a, b, n):
        return 2 * (-(-n // 8) * 8 - ones(a ^ b)) - n

    mistakes = [
        (padded, "the zeros that fill the last byte agree, and are no elements: count what differs"),
        (lambda a, b, n: n - ones(a ^ b), "a place that differs gives −1 in place of 1: 2 less"),
        (lambda a, b, n: ones(a ^ b), "that is in how many places they differ"),
        (lambda a, b, n: 2 * ones(a ^ b) - n, "the other way round: what differs is taken off"),
        (lambda a, b, n: ones(a & b), "two zeros are two −1, and their product is 1"),
        (lambda a, b, n: n - 2 * ones(a | b), "a 1 and a 1 make 1: xor, not or"),
        (lambda a, b, n: 2 * ones(a & b) - n, "two zeros agree as well"),
        (lambda a, b, n: n - ones(a ^ b) - n % 8, "the elements are n, however they are packed"),
    ]
    dice, cases = Dice(140), [(0b1011, 0b0010, 4), (0b1011, 0b0010, 6), (0, 0, 5), (2**70 - 1, 2**30 - 1, 70)]
    for _ in range(20):
        n = dice.randint(1, 30)
        cases.append((dice.randint(0, 2**n - 1), dice.randint(0, 2**n - 1), n))
    return function_hint(answer, right, cases, "(a, b, n)", mistakes=mistakes)
