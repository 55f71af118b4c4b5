"""The arithmetic of a capsule network in whole numbers: roots, squash and softmax without a float.

Codes are of 8 bits or fewer, 0 stands for 0, and the last bit of a code is worth 2^−n. After Q7-CapsNets (Costa et al. 2022,
arXiv 2110.02911), with every rounding to the nearest instead of towards 0; theirs, and what goes wrong in it, is in
`q7_arithmetic`.

Written in operators only, so that the same lines take whole numbers and tensors of 64-bit ones.

>>> square = 48 * 48 + 64 * 64  # of a capsule (0.75, 1), codes with 6 fraction bits
>>> [squashed_code(code, square, length_code(square, 7), 6, 7, 7) for code in (48, -64)]  # exact: 46.83 and -62.44
[47, -62]
"""

import math

ROOT_STEPS = 16  # bits of a root of 32 bits
MOST_SQUARE = 2**32  # what a root is drawn of lies below
MOST_ROOT_BITS = 8
EXACT = 2**53  # whole numbers below are exact where all numbers are floats, as in a page
TERM = 32767  # e^0 in the table of a softmax
TABLE = 256  # how far apart two codes can be, and 1


def isqrt(square: object) -> object:
    """The root of a whole number below 2^32, rounded down; bit after bit from the highest, without a division.

    >>> [isqrt(square) for square in (0, 1, 2, 3, 15, 16, 17, 65535)]
    [0, 1, 1, 1, 3, 4, 4, 255]
    """
    root = 0 * square
    for bit in range(ROOT_STEPS - 1, -1, -1):
        tried = root + (1 << bit)
        root = root + (1 << bit) * (tried * tried <= square)
    return root


def length_code(square: object, root_bits: int) -> object:
    """|q| of a capsule whose codes have the sum of squares `square`, with so many fraction bits more than the codes.

    >>> length_code(9 + 16, 0), length_code(1 + 1, 7) / 2**7
    (5, 1.4140625)
    """
    return isqrt(square << (2 * root_bits))


def squashed_code(code: object, square: object, root: object, fraction_in: int, fraction_out: int, root_bits: int) -> object:
    """v = s·|s| / (1 + |s|²) of one value of a capsule, to the nearest code, of a tie the one farther from 0.

    square: Σ q² of the capsule; root: its `length_code` with so many root_bits; fraction_in, fraction_out: fraction bits of the
    codes read and written.

    >>> squashed_code(0, 0, 0, 5, 7, 8)  # a capsule of zeros stays one
    0
    """
    size = (abs(code) * root) << fraction_out
    whole_length = (square + (1 << (2 * fraction_in))) << root_bits
    return (2 * size + whole_length) // (2 * whole_length) * (1 - 2 * (code < 0))


def root_bits_for(dim: int, largest: int) -> int:
    """The most root bits, 8 or fewer, with which no capsule of `dim` codes up to `largest` in size passes 32 bits.

    Raises a ValueError where it does so without any.

    >>> [root_bits_for(dim, 128) for dim in (4, 8, 16)]
    [7, 7, 6]
    """
    square = dim * largest * largest
    if square >= MOST_SQUARE:
        raise ValueError(f"the squares of {dim} codes up to {largest} add up to {square}: 32 bits hold less than 2^32")
    bits = MOST_ROOT_BITS
    while square << (2 * bits) >= MOST_SQUARE:
        bits -= 1
    return bits


def softmax_table(scale: float) -> list:
    """e^(−i · scale) for i from 0 to 255, in units of 1 / 32767: of logits with such a scale, i below the largest.

    >>> softmax_table(0.25)[:5]
    [32767, 25519, 19874, 15478, 12054]
    """
    return [int(math.floor(TERM * math.exp(-place * scale) + 0.5)) for place in range(TABLE)]


def largest_of(codes: list) -> object:
    """The largest of some numbers, or of some tensors, place by place.

    >>> largest_of([3, 9, -4])
    9
    """
    most = codes[0]
    for code in codes[1:]:
        most = most + (code - most) * (code > most)
    return most


def couplings_of(codes: list, table: object, high: int) -> list:
    """The softmax of logits, a list over the output capsules, as codes up to `high`; high + 1 would stand for 1.

    table: of `softmax_table`, or a tensor of it.

    >>> couplings_of([0] * 10, softmax_table(1 / 16), 127)  # a tenth each
    [13, 13, 13, 13, 13, 13, 13, 13, 13, 13]
    >>> couplings_of([32, 0], softmax_table(1 / 16), 127)  # logits 2 and 0: 0.88 and 0.12
    [113, 15]
    """
    most = largest_of(codes)
    terms = [table[most - code] for code in codes]
    total = sum(terms)
    shares = [(2 * (high + 1) * term + total) // (2 * total) for term in terms]
    return [share - (share - high) * (share > high) for share in shares]
