"""A real factor in whole numbers: how a sum of 32 bits becomes a code of 8 without a division and without a float.

The factor M = scale of the inputs · scale of the weights / scale of the outputs is stored as Q / 2^31 · 2^e, Q of 31 bits. The
two roundings that are in use are here: "double", after the product and after the shift (gemmlowp, TensorFlow Lite, CMSIS-NN),
whose error reaches 3/4 of a code, and "single" (an option of CMSIS-NN, and of newer TensorFlow Lite).

Written in operators only, so that the same lines take whole numbers and arrays or tensors of 64-bit ones.

>>> Q, e = multiplier_of(0.25)
>>> requantised(12345, Q, e), requantised(12345, Q, e, "single")  # of 3086.25
(3087, 3086)
"""

import math

from ..core.checks import check_choice, number

ROUNDINGS = ("double", "single")
TRUNCATE = "truncate"  # towards 0, as the shifts of Q7-CapsNets: no program has it, but a step may
FRACTION = 31  # bits of Q behind the point


def multiplier_of(factor: float) -> tuple:
    """(Q, e) of a positive factor: Q / 2^31 · 2^e, with 2^30 ≤ Q < 2^31.

    Raises a ValueError unless the factor is a number from 2^−31 up to, not including, 2^31.

    >>> multiplier_of(0.0003), multiplier_of(0.9)
    ((1319413953, -11), (1932735283, 0))
    """
    fraction, exponent = math.frexp(number(factor, "a factor", above=0))
    multiplier = int(math.floor(fraction * 2**FRACTION + 0.5))
    if multiplier == 2**FRACTION:
        multiplier, exponent = 2 ** (FRACTION - 1), exponent + 1
    if not -FRACTION < exponent <= FRACTION:
        raise ValueError(
            f"a factor of fixed point lies from 2^-31 up to 2^31, not at {factor!r}: scales this far apart say nothing"
        )
    return multiplier, exponent


def doubling_high(value, multiplier):
    """value · Q / 2^31, to nearest, of a tie the one above: the upper half of the doubled product, 64 bits wide.

    >>> doubling_high(3, 2**30), doubling_high(-3, 2**30)
    (2, -1)
    """
    return (value * multiplier + 2 ** (FRACTION - 1)) >> FRACTION


def rounding_shift(value, bits):
    """value / 2^bits, to nearest, of a tie the one farther from 0.

    >>> [rounding_shift(value, 1) for value in (-3, -2, -1, 1, 3)]
    [-2, -1, -1, 1, 2]
    """
    half = (1 << bits) >> 1
    return (value + half - 1 * (value < 0) * (bits > 0)) >> bits


def rounding_of(step: dict, rounding: str) -> str:
    """How the sums of a step are rounded in a program with such a rounding: its form may say otherwise.

    >>> rounding_of({"form": "truncate"}, "single"), rounding_of({}, "single")
    ('truncate', 'single')
    """
    return TRUNCATE if step.get("form") in (TRUNCATE, "product") else rounding


def requantised(value: object, multiplier: object, exponent: object, rounding: str = "double") -> object:
    """The sum `value`, times Q / 2^31 · 2^e, as a whole number. Raises a ValueError for another rounding than those of
    `ROUNDINGS` and "truncate", which is towards 0.

    value, multiplier, exponent: whole numbers, or arrays of them that go together.

    >>> [requantised(value, *multiplier_of(0.00372)) for value in (1000, 12345, -12345, 100000)]
    [4, 46, -46, 372]
    """
    left, right = exponent * (exponent > 0), -exponent * (exponent < 0)
    if rounding == TRUNCATE:
        return (abs(value << left) * multiplier >> (FRACTION + right)) * (1 - 2 * (value < 0))
    check_choice("rounding", rounding, ROUNDINGS)
    if rounding == "double":
        return rounding_shift(doubling_high(value << left, multiplier), right)
    return (((value << left) * multiplier >> (FRACTION - 1 + right)) + 1) >> 1
