"""Bytes of codes that are not all equally frequent: the least that any code of whole messages takes, Huffman's, and codebooks.

    H = −Σ p·log₂ p bits a code (Shannon 1948)        Huffman: H ≤ bits < H + 1        codebook: ceil(log₂ k) bits + k values

Weights of a trained layer crowd around 0, so that codes of b bits hold less than b bits of news; what is stored shrinks, not what
is computed with.

>>> counts = {-1: 10, 0: 80, 1: 10}  # ternary
>>> round(code_entropy(counts), 3), entropy_bytes(counts), huffman_bytes(counts)
(0.922, 12, 18)
"""

import math

from ..core.arith import ceil_div
from ..core.checks import whole

VALUE_BYTES = 4  # of an entry of a codebook


def checked_counts(counts):
    """{code: how often} without those that never occur; raises a ValueError for anything else, and where nothing occurs."""
    if not isinstance(counts, dict):
        raise ValueError(f"counts are a dict {{code: how often it occurs}}, not {counts!r}")
    found = {code: whole(count, f"how often {code!r} occurs", 0) for code, count in counts.items()}
    found = {code: count for code, count in found.items() if count}
    if not found:
        raise ValueError("counts are empty: no code occurs")
    return found


def code_entropy(counts: dict) -> float:
    """Bits of news in each code, −Σ p·log₂ p: 0 where all codes are the same. Raises a ValueError for what are no counts.

    >>> code_entropy({0: 50, 1: 50}), code_entropy({7: 3})
    (1.0, 0.0)
    """
    counts = checked_counts(counts)
    total = sum(counts.values())
    return max(0.0, -sum([count / total * math.log(count / total, 2) for count in counts.values()]))


def entropy_bytes(counts: dict) -> int:
    """The least bytes in which codes of these counts can be written when each is written for itself, counts known: n · H / 8,
    rounded up. An arithmetic coder comes within a few bytes of it. Raises a ValueError for what are no counts.

    >>> entropy_bytes({0: 4000, 1: 4000})
    1000
    """
    counts = checked_counts(counts)
    return math.ceil(sum(counts.values()) * code_entropy(counts) / 8 - 1e-9)


def huffman_lengths(counts: dict) -> dict:
    """{code: bits} of the best code with whole bits (Huffman 1952); a code that is alone takes one. Raises a ValueError for what
    are no counts.

    >>> lengths = huffman_lengths({"a": 5, "b": 2, "c": 1})
    >>> [lengths[code] for code in "abc"]
    [1, 2, 2]
    """
    counts = checked_counts(counts)
    lengths = {code: 0 for code in counts}
    trees = [(counts[code], place, [code]) for place, code in enumerate(sorted(counts))]
    while len(trees) > 1:
        trees = sorted(trees, key=lambda tree: tree[:2])  # the places make every order the same
        (few, place, some), (more, _, others) = trees[:2]
        for code in some + others:
            lengths[code] += 1
        trees = [(few + more, place, some + others)] + trees[2:]
    return lengths if len(lengths) > 1 else {code: 1 for code in lengths}


def huffman_bytes(counts: dict) -> int:
    """Bytes of codes of these counts in Huffman's code, with a byte for the length of each, from which the code follows.

    Raises a ValueError for what are no counts.

    >>> huffman_bytes({0: 4000, 1: 4000})
    1002
    """
    counts, lengths = checked_counts(counts), huffman_lengths(counts)
    return ceil_div(sum([counts[code] * lengths[code] for code in counts]), 8) + len(counts)


def codebook_bytes(weights: int, entries: int) -> int:
    """Bytes of so many weights that share a codebook of `entries` values: an index of ceil(log₂ entries) bits each, and the
    book, 4 bytes a value. Raises a ValueError for what are no counts.

    >>> codebook_bytes(36864, 16)  # 4 bits each, of 147,456 bytes in float32
    18496
    """
    weights, entries = whole(weights, "weights"), whole(entries, "the entries of a codebook")
    return ceil_div(weights * bits_of_index(entries), 8) + VALUE_BYTES * entries


def bits_of_index(entries):
    """Bits that tell so many entries apart."""
    bits = 0
    while 2**bits < entries:
        bits += 1
    return bits
