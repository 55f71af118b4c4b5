"""Bytes of codes: entropy by hand, Huffman against every other code, books, and the same numbers under MicroPython."""

import itertools
import math
import random

import pytest
from support.micropython import printed

from squeezelab.compression.binary_words import word_operations
from squeezelab.compression.stored_codes import code_entropy, codebook_bytes, entropy_bytes, huffman_bytes, huffman_lengths
from squeezelab.networks import mini_vgg


def drawn_counts(n, seed):
    numbers = random.Random(seed)
    return {code: numbers.randint(1, 50) for code in range(n)}


def test_entropy_by_hand():
    assert code_entropy({0: 1, 1: 1, 2: 2}) == 1.5
    assert code_entropy(dict.fromkeys(range(256), 3)) == pytest.approx(8)
    assert entropy_bytes({0: 2, 1: 2, 2: 4}) == 2  # 12 bits


@pytest.mark.parametrize("seed", range(4))
def test_huffman_is_the_best_of_all_codes_with_whole_bits(seed):
    counts = drawn_counts(5, seed)
    lengths = huffman_lengths(counts)
    best = min(
        sum(count * bits for count, bits in zip(counts.values(), each))
        for each in itertools.product(range(1, 5), repeat=5)
        if sum(2**-bits for bits in each) <= 1  # Kraft: a prefix code has these lengths
    )
    assert sum(counts[code] * lengths[code] for code in counts) == best


@pytest.mark.parametrize("n", [2, 3, 17, 255])
def test_huffman_is_a_code_and_within_a_bit_of_entropy(n):
    counts = drawn_counts(n, n)
    lengths, total = huffman_lengths(counts), sum(counts.values())
    assert sum(2.0**-bits for bits in lengths.values()) == 1
    mean = sum(counts[code] * lengths[code] for code in counts) / total
    assert code_entropy(counts) <= mean < code_entropy(counts) + 1
    assert huffman_bytes(counts) == math.ceil(mean * total / 8 - 1e-9) + n


def test_codes_that_never_occur_change_nothing_and_one_alone_still_takes_a_bit():
    assert huffman_lengths({0: 3, 1: 0, 2: 5}) == huffman_lengths({0: 3, 2: 5})
    assert huffman_lengths({7: 9}) == {7: 1} and entropy_bytes({7: 9}) == 0


def test_a_codebook_of_16_takes_half_a_byte_a_weight():
    assert codebook_bytes(1000, 16) == 500 + 64 and codebook_bytes(1000, 17) == 625 + 68 and codebook_bytes(9, 1) == 4


@pytest.mark.parametrize("call", [code_entropy, entropy_bytes, huffman_lengths, huffman_bytes])
def test_what_are_no_counts_is_named(call):
    for wrong, words in (({}, "counts are empty"), ({0: 0}, "counts are empty"), ([1, 2], "counts are a dict")):
        with pytest.raises(ValueError, match=words):
            call(wrong)
    with pytest.raises(ValueError, match="how often 3 occurs must be a whole number of at least 0, not -1"):
        call({3: -1})


def test_micropython_finds_the_same():
    program = (
        "from squeezelab.compression.stored_codes import *\nfrom squeezelab.compression.binary_words import word_operations\n"
    )
    program += "from squeezelab.networks import mini_vgg\ncounts = {code: 1 + code * code % 23 for code in range(-30, 31)}\n"
    program += "bits = huffman_lengths(counts)\nprint([bits[code] for code in range(-30, 31)], huffman_bytes(counts))\n"
    program += "print(entropy_bytes(counts), codebook_bytes(1000, 12), word_operations(mini_vgg()['conv2']))"
    counts = {code: 1 + code * code % 23 for code in range(-30, 31)}
    bits = huffman_lengths(counts)
    first = f"{[bits[code] for code in range(-30, 31)]} {huffman_bytes(counts)}"
    second = f"{entropy_bytes(counts)} {codebook_bytes(1000, 12)} {word_operations(mini_vgg()['conv2'])}"
    assert printed(program).split() == [*first.split(), *second.split()]
