"""One bit a weight: W ≈ α·B with B of −1 and 1, packed into words, and multiplied by xor and a count of bits.

‖W − αB‖² = α²n − 2α·Wᵀ B + ‖W‖² is smallest for B = sign(W) and α = ‖W‖₁/n, and is then ‖W‖² − nα² (Rastegari et al. 2016,
arXiv 1603.05279). Two vectors of ±1 differ in popcount(a xor b) places, so that a·b = n − 2·popcount(a xor b).

>>> row = [0.5, -1.5, 2, -0.2]
>>> signs_of(row), binary_scale(row), round(binary_residual(row), 2)
([1, -1, 1, -1], 1.05, 2.13)
>>> xor_dot(packed_signs(signs_of(row)), packed_signs([1, 1, 1, -1]), 4)
2
"""

from ..core.arith import ceil_div
from ..core.checks import whole

WORD_BITS = 64


def signs_of(values: list) -> list:
    """1 for each number of at least 0, else −1.

    >>> signs_of([0.5, 0, -2])
    [1, 1, -1]
    """
    return [1 if value >= 0 else -1 for value in values]


def binary_scale(values: list) -> float:
    """α, the mean size: no other number times the signs is nearer to the values. Raises a ValueError for none.

    >>> binary_scale([3, -1])
    2.0
    """
    if not len(values):
        raise ValueError("α is a mean over the weights of a filter, and there are none")
    return sum([abs(value) for value in values]) / len(values)


def binary_residual(values: list) -> float:
    """‖W − αB‖², what α and the signs leave: 0 only where all sizes are alike. Raises as `binary_scale`.

    >>> binary_residual([2, -2]), binary_residual([3, -1])
    (0.0, 2.0)
    """
    return sum([value * value for value in values]) - len(values) * binary_scale(values) ** 2


def packed_signs(vector: list, word_bits: int = WORD_BITS) -> list:
    """A vector of ±1 as whole numbers of `word_bits`: bit k of the first one is 1 where element k is 1. Bits that are left over
    in the last word are 0.

    Raises a ValueError for an element that is neither −1 nor 1.

    >>> packed_signs([1, -1, 1, 1], word_bits=3)
    [5, 1]
    """
    words = [0] * ceil_div(len(vector), whole(word_bits, "the bits of a word"))
    for place, sign in enumerate(vector):
        if sign not in (-1, 1):
            raise ValueError(f"a packed vector holds −1 and 1, not {sign!r} at place {place}: take its signs first")
        if sign == 1:
            words[place // word_bits] |= 1 << place % word_bits
    return words


def popcount(word: int) -> int:
    """How many bits of a word are 1.

    >>> popcount(0b1011)
    3
    """
    return bin(word).count("1")


def xor_dot(a: list, b: list, count: int) -> int:
    """a·b of two packed vectors of `count` elements: each place in which they differ takes 2 from `count`. Bits left over are 0
    in both, differ nowhere, and so add nothing, as they would in a count of what agrees (xnor).

    Raises a ValueError for vectors of different lengths.

    >>> ones = packed_signs([1] * 70)
    >>> xor_dot(ones, packed_signs([1] * 30 + [-1] * 40), 70)
    -10
    """
    if len(a) != len(b):
        raise ValueError(f"two vectors are multiplied that have as many words, not {len(a)} and {len(b)}")
    return count - 2 * sum([popcount(left ^ right) for left, right in zip(a, b)])


def binary_speedup(channels: int, taps: int, word_bits: int = WORD_BITS) -> float:
    """How many times fewer operations a binary convolution has, S = w·c·t / (c·t + w): one word of w products is one operation,
    and each output still has one multiplication, by α. A count of operations and no time. The formula is [recalled].

    channels: input channels c; taps: pixels of a kernel t. Raises a ValueError unless all are whole and at least 1.

    >>> [round(binary_speedup(channels, 9), 2) for channels in (3, 64, 256)]
    [18.99, 57.6, 62.27]
    """
    length = whole(channels, "channels") * whole(taps, "taps")
    return whole(word_bits, "the bits of a word") * length / (length + word_bits)
