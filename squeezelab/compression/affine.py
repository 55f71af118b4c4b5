"""Uniform affine quantisation: a real number as a whole one, its code, and back.

    code = clip(round(x / scale) + zero, low, high)        x̂ = scale · (code − zero)

0 is always exact, since padding and the ReLU need it; inside the range a number moves by half a scale at most, outside it is
clipped. (Jacob et al. 2018, arXiv 1712.05877, and the 8-bit specification of TensorFlow Lite.)

>>> wide = affine_of(-0.5, 3.5, 8)
>>> round(wide.scale, 6), wide.zero, code_of(1, wide), round(value_of(code_of(1, wide), wide), 6)
(0.015686, -96, -32, 1.003922)
"""

from collections import namedtuple

from ..core.checks import number, whole

MOST_BITS = 8


class Affine(namedtuple("Affine", ("scale", "zero", "low", "high", "bits"))):
    """The real number x has the code round(x / scale) + zero, between `low` and `high`; `bits` of a code."""

    __slots__ = ()


def checked_width(bits, what="the bits of a code"):
    """Bits of a code: a whole number from 1 to 8."""
    if whole(bits, what) > MOST_BITS:
        raise ValueError(f"{what} must be a whole number from 1 to {MOST_BITS}, not {bits!r}")
    return bits


def affine_of(low: float, high: float, bits: int, symmetric: bool = False) -> Affine:
    """The codes of the range from `low` to `high`, which is widened until 0 lies inside.

    Asymmetric, all 2^bits codes −2^(bits−1) … 2^(bits−1) − 1 are used. Symmetric, 0 has the code 0, and the codes go from
    −(2^(bits−1) − 1) to its opposite: two bits are ternary; of one bit the codes are −1 and 1, and 0 has none (its scale is the
    larger end of the range; that of the smallest error is α of `signs`).

    Raises a ValueError for bits outside 1 to 8, for ends that are no finite numbers, and for a range that is 0 alone.

    >>> affine_of(-1, 0.5, 4, symmetric=True)
    Affine(scale=0.14285714285714285, zero=0, low=-7, high=7, bits=4)
    """
    checked_width(bits)
    low, high = min(number(low, "the low end of a range"), 0), max(number(high, "the high end of a range"), 0)
    if low == high:
        raise ValueError("a range that is 0 alone has no scale: give the values that occur, of which one is not 0")
    most = 2 ** (bits - 1)
    if symmetric:
        end = max(most - 1, 1)
        return Affine(max(-low, high) / end, 0, -end, end, bits)
    scale = (high - low) / (2**bits - 1)
    return Affine(scale, min(max(round(-most - low / scale), -most), most - 1), -most, most - 1, bits)


def code_of(x: float, affine: Affine) -> int:
    """The code of a real number; a number halfway between two goes to the even one, as in torch and numpy.

    >>> [code_of(x, affine_of(0, 3, 2)) for x in (0, 0.6, 2.5, 9)]
    [-2, -1, 0, 1]
    """
    if affine.low + affine.high == 0 and affine.bits == 1:
        return 1 if x >= 0 else -1
    return int(min(max(round(x / affine.scale) + affine.zero, affine.low), affine.high))


def value_of(code: int, affine: Affine) -> float:
    """The real number that a code stands for.

    >>> value_of(7, affine_of(-1, 0.5, 4, symmetric=True))
    1.0
    """
    return affine.scale * (code - affine.zero)
