"""Checks of chapter 15, four ways to afford capsules: what goes with a type, momentum run backwards, routing in whole numbers."""

from math import ceil, exp, log

from ..checks import choice_hint, function_hint, number_hint
from ..dice import Dice, drawn

# The votes of capsnet("mcu") in 15.2: places of a type, classes, values of a pose; bytes for votes, and all there are
PLACES, CLASSES, POSE, ROOM, MEMORY = 64, 10, 6, 48 * 1024, 64 * 1024
KEPT, LOST, FINEST = 0.9, 1e-3, 2.0**-24  # in 15.3b: g, what is too large an error, what float32 errs by
WHOLE, BINARY = 3_714_864, 128 * 8 * 10 * 16  # in 15.7: parameters of MobileNetV2 with an XnODR head, weights of its votes


def leaves_with_type(channels, kernel, dim, places, classes, pose):
    """Parameters that go with a type: its filters with their biases, and the matrices that read its capsules."""
    return dim * (channels * kernel**2 + 1) + places * dim * classes * pose


def check_type(answer):
    def by(c, k, d, p, j, e, bias=1, filters=None, matrix=None, size=None):
        window = c * (k**2 if size is None else size(k))
        return (d if filters is None else filters) * (window + bias) + p * (d if matrix is None else matrix) * j * e

    mistakes = [
        (lambda *a: by(*a, bias=0), "a filter has a bias"),
        (lambda *a: by(*a, filters=1), "a capsule of dim values is written by dim filters"),
        (lambda *a: by(*a, matrix=1), "a matrix W has a row for each value of the capsule that it reads"),
        (lambda *a: by(*a, size=lambda k: k), "a filter has kernel × kernel taps for each channel"),
        (lambda c, k, d, p, j, e: by(c, k, d, 1, j, e), "a type has a capsule at every place, each with matrices of its own"),
        (lambda c, k, d, p, j, e: d * (c * k**2 + 1), "that is the convolution; what reads these capsules goes as well"),
        (lambda c, k, d, p, j, e: p * d * j * e, "those are the matrices; the filters that write the capsules go as well"),
        (lambda c, k, d, p, j, e: p * d * (c * k**2 + j * e), "those are MACs: the places share a filter's weights"),
        (lambda c, k, d, p, j, e: by(c, k, d, p, j, 1), "each matrix writes a vote of `pose` values"),
        (lambda c, k, d, p, j, e: by(c, k, d, p, 1, e), "a capsule has a matrix for each class"),
    ]
    cases = [(32, 5, 8, 16, 10, 16), (16, 7, 4, 64, 10, 6), (256, 9, 8, 36, 10, 16)]
    cases += drawn(151, 12, (2, 64), (2, 9), (2, 16), (2, 36), (2, 10), (2, 16))
    names = "(channels, kernel, dim, places, classes, pose)"
    return function_hint(answer, leaves_with_type, cases, names, mistakes=mistakes)


def check_masking(answer):
    hints = {
        "B": "a vote that is 0 adds nothing to this sum, and neither does one that is not there",
        "C": "squash sees the sum alone, not how many were added",
        "D": "each input's logits are moved by its own votes; those of the others do not enter",
        "none": "one line lets the inputs share something; which?",
    }
    return choice_hint(answer, "A", hints)


def check_types_that_fit(answer):
    one = PLACES * CLASSES * POSE
    slips = [
        (ROOM / one, "a type stays or goes, whole"),
        (ROOM // one + 1, "that one more does not fit"),
        (ROOM // (4 * one), "the votes are codes of one byte, not floats"),
        (ROOM // (CLASSES * POSE), "so many capsules; a type has one at each of its places"),
        (MEMORY // one, "a quarter of the memory is taken already"),
        (ROOM // (PLACES * 4), "votes have 6 values for each of ten classes, whatever the capsules have that cast them"),
        (16, "all sixteen take 61,440 bytes"),
        (one, "so many bytes a type takes"),
        (48, "kibibytes: 1,024 bytes each; how many types fit?"),
    ]
    return number_hint(answer, ROOM // one, unit="types", slips=slips)


def velocity_before(x, v, a, g):
    """The velocity before a block whose f is a·x, from the stream x and the velocity v behind it."""
    return (v - (1 - g) * a * (x - v)) / g


def check_inverse(answer):
    mistakes = [
        (lambda x, v, a, g: (v - (1 - g) * a * x) / g, "f was taken of the stream before the block: first undo x ← x + v"),
        (lambda x, v, a, g: (v - (1 - g) * a * (x + v)) / g, "forward v was added to x; going back it is taken off"),
        (lambda x, v, a, g: v - (1 - g) * a * (x - v), "what is left is g·v: divide by g"),
        (lambda x, v, a, g: (v - a * (x - v)) / g, "only 1 − g of f came into the velocity"),
        (lambda x, v, a, g: (v - g * a * (x - v)) / (1 - g), "g belongs to the old velocity, 1 − g to f"),
        (lambda x, v, a, g: (v + (1 - g) * a * (x - v)) / g, "forward f was added; going back it is taken off"),
        (lambda x, v, a, g: g * v + (1 - g) * a * x, "that is a block more, forward"),
        (lambda x, v, a, g: g * v + (1 - g) * a * (x - v), "that is forward again, from the right stream"),
        (lambda x, v, a, g: x - v, "that is the stream before the block; its velocity is asked for"),
        (lambda x, v, a, g: v / g, "take off what f had added"),
    ]
    dice, cases = Dice(153), [(2.0, 0.5, 1.0, 0.5), (1.0, -0.25, 2.0, 0.75)]
    for _ in range(20):
        x, v, a = [dice.randint(-40, 40) / 8 for _ in range(3)]
        cases.append((x, v, a, dice.randint(2, 15) / 16))
    cases = [case for case in cases if abs(velocity_before(*case)) > 1e-3]  # none where floats only differ by rounding
    return function_hint(answer, velocity_before, cases, "(x, v, a, g)", mistakes=mistakes)


def check_depth(answer):
    def blocks(start, factor):
        return log(LOST / start) / log(factor)

    exact = blocks(FINEST, 1 / KEPT)
    slips = [
        (exact, "a whole number of blocks: the first one at which it is larger"),
        (int(exact), "there it is still smaller"),
        (ceil(log(1 / FINEST) / log(1 / KEPT)), "there the error is as large as the value; one in a thousand is asked for"),
        (ceil(log(1 / LOST) / log(1 / KEPT)), "the first error is 2⁻²⁴, and a thousandth is where it shall not go"),
        (ceil(blocks(FINEST, 1 / (1 - KEPT))), "each block divides by g, not by 1 − g"),
        (ceil(blocks(2.0**-23, 1 / KEPT)), "float32 errs by half of its last digit, 2⁻²⁴ of the value"),
        (int(LOST / FINEST), "that is by how much it may grow; how many factors of 1/g are that?"),
        (16, "0.9⁻¹⁶ is 5.4: far from enough"),
    ]
    return number_hint(answer, ceil(exact), unit="blocks", slips=slips)


def floor_root(n):
    """The largest whole number whose square is n or less, by Newton's steps from above."""
    x, better = n, (n + 1) // 2
    while better < x:
        x, better = better, (better + n // better) // 2
    return x


def check_root(answer):
    def above(n):
        return floor_root(n) + (floor_root(n) ** 2 < n)

    def nearest(n):
        return floor_root(n) + (n - floor_root(n) ** 2 > floor_root(n))

    mistakes = [
        (above, "the largest whole number whose square is not more than n: rounded down"),
        (nearest, "rounded down, not to the nearest"),
        (lambda n: n**0.5, "a whole number is asked for: a device without floats computes it"),
        (lambda n: max(1, floor_root(n)), "the root of 0 is 0: what then, if not a step?"),
        (lambda n: n // 2, "that is where the steps begin; go on until they no longer fall"),
        (lambda n: floor_root(n) - (floor_root(n) ** 2 == n), "a square has its root itself"),
        (lambda n: n, "the root of n"),
    ]
    cases = [(n,) for n in (0, 1, 2, 3, 4, 8, 15, 16, 17, 24, 99, 100, 65535, 65536)]
    cases += [(2**32 - 1,), ((2**16 - 1) ** 2,), ((2**16 - 1) ** 2 - 1,)] + drawn(154, 12, (1, 2**20))
    return function_hint(answer, floor_root, cases, "(n)", mistakes=mistakes)


def coupling(codes, fraction_bits, weight=exp, scale=None):
    """The first output's share in a softmax of codes with so many bits behind the point."""
    step = 2**fraction_bits if scale is None else scale(fraction_bits)
    sizes = [weight((code - max(codes)) / step) for code in codes]
    return sizes[0] / sum(sizes)


def check_coupling(answer):
    mistakes = [
        (lambda q, n: coupling(q, n, lambda x: 2.0**x, lambda n: 1), "that is the bug: 2^code knows nothing of the point"),
        (lambda q, n: coupling(q, n, exp, lambda n: 1), "base e now, but still of the raw code: what number does it stand for?"),
        (lambda q, n: coupling(q, n, lambda x: 2.0**x), "the logits are right; a softmax takes e to their power, not 2"),
        (lambda q, n: coupling(q, n, exp, lambda n: n), "n bits behind the point divide by 2ⁿ"),
        (lambda q, n: coupling(q, n, exp, lambda n: 2.0**-n), "a code is its number times 2ⁿ: divide"),
        (lambda q, n: coupling(q[::-1], n), "of the first output"),
        (lambda q, n: exp(q[0] / 2**n), "a share: divide by the sum over all outputs"),
        (lambda q, n: 1 / len(q), "that holds for equal logits"),
        (lambda q, n: 128 * coupling(q, n), "the coupling itself, not yet its code"),
        (lambda q, n: round(128 * coupling(q, n)), "the coupling itself, not yet its code"),
    ]
    dice, cases = Dice(155), [([8] + 9 * [0], 5), (10 * [0], 7), ([20, 30, -10], 4)]
    for _ in range(20):
        n, count = dice.randint(2, 7), dice.randint(2, 10)
        cases.append(([dice.randint(-(2**n), 2**n) for _ in range(count)], n))
    return function_hint(answer, coupling, cases, "(codes, n)", mistakes=mistakes)


def times_fewer(length):
    """Products of a float dot product for each binary operation: 64 signs at a time, and a multiplication for the scales."""
    return length / (length / 64 + 1)


def check_times_fewer(answer):
    mistakes = [
        (lambda n: 64.0, "that is without the scales: each product of vectors is multiplied by one"),
        (lambda n: n / (ceil(n / 64) + 1), "a word that is not full takes signs of the next product: count 1/64 for each"),
        (lambda n: n / ceil(n / 64), "and one multiplication more for the scales"),
        (lambda n: n / (n / 64 + 2), "the two scales are multiplied with each other beforehand: one multiplication a product"),
        (lambda n: n / (n / 64 + n), "one multiplication for the whole product, not one for each sign"),
        (lambda n: 64 * n / (n + 1), "the signs take n/64 operations, the scales a whole one"),
        (lambda n: 1 / times_fewer(n), "the other way round: float operations over binary ones"),
        (lambda n: n / 64 + 1, "that is how many are left; how many times fewer?"),
        (lambda n: n - n / 64 - 1, "how many times fewer, not by how many"),
    ]
    return function_hint(
        answer, times_fewer, [(8,), (16,), (64,), (1,), (4608,)] + drawn(156, 10, (2, 900)), "(n)", mistakes=mistakes
    )


def check_binary_share(answer):
    right = 100 * BINARY * (32 - 5) / 32 / WHOLE  # of eight weights 8 · 32 bits, then 8 and a scale of 32
    slips = [
        (100 * BINARY * 31 / 32 / WHOLE, "each column of eight signs has a scale of 32 bits"),
        (100 * BINARY / WHOLE, "the signs stay, and their scales"),
        (100 * 27 / 32, "of the weights that become binary; of the whole network?"),
        (right / 100, "in per cent"),
        (100 - right, "that is what stays"),
        (100 * BINARY * 5 / 32 / WHOLE, "that is what the signs and their scales take; what do they save?"),
        (100 * 1024 * 27 / 32 / WHOLE, "each of the 128 capsules has a matrix of 8 × 16 for each of ten classes"),
        (6.4, "those weights take 6.4 times less; what share of the network are they?"),
        (100 * BINARY * (32 - 1 - 2) / 32 / WHOLE, "a column has eight signs, the values of a capsule, not sixteen"),
    ]
    return number_hint(answer, right, tolerance=0.002, unit="%", slips=slips)


def check_way(answer):
    hints = {
        "momentum": "it saves what *training* keeps for the way back; a device that only reads digits keeps nothing",
        "integers": "the votes have 8 bits already",
        "binary": "signs times scales are ordinary numbers again: the votes, and their bytes, stay",
        "iterations": "each iteration reads the same votes again; fewer take time off, not bytes",
    }
    return choice_hint(answer, "fewer", hints)


CHECKS = {
    "15.1": check_type,
    "15.1b": check_masking,
    "15.2": check_types_that_fit,
    "15.3": check_inverse,
    "15.3b": check_depth,
    "15.4": check_root,
    "15.5": check_coupling,
    "15.6": check_times_fewer,
    "15.7": check_binary_share,
    "15.8": check_way,
}
