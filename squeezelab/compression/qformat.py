"""Qm.n: fixed point whose scale is a power of two, so that a product is brought back by a shift alone.

A code stands for code / 2^n. A product of codes with n_x and n_w fraction bits has n_x + n_w of them; a shift by
n_x + n_w − n_out brings the sum of products to n_out. Two summands must have the same n *before* they are added: a sum is never
shifted like a product. (As the 8-bit kernels "q7" of CMSIS-NN do it, Lai et al. 2018, arXiv 1801.06601, and Q7-CapsNets, which
counts virtual fraction bits; both read in their code.)

>>> from squeezelab.compression.affine import code_of, value_of
>>> q7 = q_format(fraction_bits(3.7))
>>> q7.scale, code_of(3.7, q7), value_of(118, q7), q_dot([118], 5, [64], 7, 5).code
(0.03125, 118, 3.6875, 59)
"""

import math
from collections import namedtuple

from ..core.checks import check_choice, number, whole
from .affine import Affine, checked_width

# What becomes of the bits that a shift to the right drops: C's division, toward 0; the shift itself, down; half is added first.
SHIFTS = ("truncate", "arithmetic", "round")
MOST_SHIFT = 62  # an int of 64 bits


class Landed(namedtuple("Landed", ("code", "full"))):
    """What a sum became: `code` as it is stored, `full` as it would be with bits enough."""

    __slots__ = ()

    @property
    def overflows(self):
        """Whether the code is the end of the range instead of what was computed."""
        return self.code != self.full


def q_format(fraction: int, bits: int = 8) -> Affine:
    """The codes of Qm.n: −2^(bits−1) … 2^(bits−1) − 1, of which one is worth 2^−fraction.

    fraction: n, below 0 where the last bit is worth more than 1. Raises a ValueError unless it is whole, and for bits outside 2
    to 8.

    >>> q_format(5)
    Affine(scale=0.03125, zero=0, low=-128, high=127, bits=8)
    """
    most = 2 ** (checked_signed(bits) - 1)
    return Affine(2.0 ** -checked_fraction(fraction), 0, -most, most - 1, bits)


def checked_signed(bits):
    if checked_width(bits, "the bits of a code in Qm.n") < 2:
        raise ValueError("a code in Qm.n has a bit for its sign and at least one more, not 1 bit")
    return bits


def checked_fraction(fraction):
    return whole(fraction, "the number of fraction bits", -MOST_SHIFT)


def fraction_bits(largest: float, bits: int = 8, virtual: bool = False) -> int:
    """n of the finest format that holds numbers up to `largest` in size.

    Plain, m = max(0, ceil(log2 largest)) bits stand before the point, and n = bits − 1 − m behind it. Virtual, a number far
    below 1 has more: the largest n with round(largest · 2^n) ≤ 2^(bits−1). Both let the largest number itself saturate by one
    code where it is a power of two. Of 0, which has the same code in all formats, it is bits − 1.

    Raises a ValueError for a size below 0 or not finite, and for bits outside 2 to 8.

    >>> [(fraction_bits(size), fraction_bits(size, virtual=True)) for size in (0.05, 1.0, 1.01, 100)]
    [(7, 11), (7, 7), (6, 6), (0, 0)]
    """
    largest = number(largest, "the largest size", least=0)
    room = checked_signed(bits) - 1
    if largest == 0:
        return room
    part, exponent = math.frexp(largest)
    before = exponent - (part == 0.5)  # ceil(log2 largest)
    if not virtual:
        return room - max(0, before)
    return room - before + (round(largest * 2.0 ** (room - before + 1)) <= 2**room)


def shifted(value: int, bits: int, rounding: str = "round") -> int:
    """value / 2^bits as a whole number, by one of the conventions `SHIFTS`; below 0 bits it is a shift to the left.

    Raises a ValueError for another convention.

    >>> [[shifted(value, 9, rounding) for value in (5000, -5000, 256, -257)] for rounding in SHIFTS]
    [[9, -9, 0, 0], [9, -10, 0, -1], [10, -10, 1, -1]]
    """
    check_choice("rounding of a shift", rounding, SHIFTS)
    if bits <= 0:
        return value << -bits
    if rounding == "round":
        return (value + (1 << bits - 1)) >> bits
    return -(-value >> bits) if rounding == "truncate" and value < 0 else value >> bits


def landed(full: int, bits: int = 8) -> Landed:
    """A whole number as a code of so many bits: one outside the range becomes its end.

    >>> landed(137), landed(137).overflows
    (Landed(code=127, full=137), True)
    """
    most = 2 ** (checked_signed(bits) - 1)
    return Landed(min(max(full, -most), most - 1), full)


def q_dot(
    xs: list, n_x: int, ws: list, n_w: int, n_out: int, bias: int = 0, n_bias: int = None, bits: int = 8, rounding: str = "round"
) -> Landed:
    """Σ x·w + bias on codes, as a code with n_out fraction bits.

    bias: a code with n_bias fraction bits, which is shifted left to the n_x + n_w of the products.

    Raises a ValueError for lists of different lengths, and for a bias that is finer than the products: give it fewer fraction
    bits.

    >>> q_dot([100, -50], 7, [64, 32], 6, 5), q_dot([100] * 40, 7, [64] * 40, 6, 5).overflows
    (Landed(code=19, full=19), True)
    """
    if len(xs) != len(ws):
        raise ValueError(f"a product needs as many weights as inputs, not {len(ws)} beside {len(xs)}")
    products = checked_fraction(n_x) + checked_fraction(n_w)
    n_bias = products if n_bias is None else checked_fraction(n_bias)
    if n_bias > products:
        raise ValueError(
            f"a bias with {n_bias} fraction bits is finer than products with {n_x} + {n_w}: give it {products} or fewer"
        )
    total = sum([x * w for x, w in zip(xs, ws)]) + (bias << (products - n_bias))
    return landed(shifted(total, products - checked_fraction(n_out), rounding), bits)


def q_sum(a: int, n_a: int, b: int, n_b: int, n_out: int, bits: int = 8, rounding: str = "round") -> Landed:
    """a / 2^n_a + b / 2^n_b as a code with n_out fraction bits: both are brought to the finer format, added, and shifted once.

    >>> q_sum(96, 7, 40, 5, 5), q_sum(96, 7, 40, 5, 7).overflows
    (Landed(code=64, full=64), True)
    """
    fine = max(checked_fraction(n_a), checked_fraction(n_b))
    total = (a << (fine - n_a)) + (b << (fine - n_b))
    return landed(shifted(total, fine - checked_fraction(n_out), rounding), bits)
