"""Bits within a budget: the best of all choices by the sum of rises, as far as bytes go."""

import itertools
import random

import pytest

from squeezelab.compression.bit_choice import bits_within, bytes_of_codes, summed_rise, uniform_bits

BITS = (1, 2, 3, 4, 8)


def drawn(seed, layers=4):
    """Sizes, and rises that mostly fall with the bits; noise makes some of them rise, or negative."""
    dice = random.Random(seed)
    sizes = [dice.randint(1, 500) for _ in range(layers)]
    rises = [{bits: dice.uniform(0, 2) * 4.0**-bits + dice.gauss(0, 1e-3) for bits in BITS} for _ in sizes]
    return sizes, rises


def bytes_of(sizes, bits):
    return sum(bytes_of_codes(size, each) for size, each in zip(sizes, bits))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("mean", [1.2, 2, 3.3, 8])
def test_no_other_choice_within_the_budget_rises_less(seed, mean):
    sizes, rises = drawn(seed)
    budget = max(mean * sum(sizes) / 8, bytes_of(sizes, [1] * 4))
    chosen = bits_within(sizes, rises, budget)
    every = [bits for bits in itertools.product(BITS, repeat=4) if bytes_of(sizes, bits) <= budget]
    assert bytes_of(sizes, chosen) <= budget
    assert summed_rise(rises, chosen) == pytest.approx(min(summed_rise(rises, bits) for bits in every))
    for other in (bits_within(sizes, rises, budget, "greedy"), uniform_bits(sizes, rises, budget)):
        assert bytes_of(sizes, other) <= budget and summed_rise(rises, other) >= summed_rise(rises, chosen) - 1e-12


def test_the_last_byte_of_a_layer_may_be_part_empty():
    assert [bytes_of_codes(9, bits) for bits in (1, 3, 8)] == [2, 4, 9]


def test_what_cannot_be_chosen():
    sizes, rises = drawn(0)
    with pytest.raises(ValueError, match="unknown rule 'best'; there are"):
        bits_within(sizes, rises, 1000, "best")
    with pytest.raises(ValueError, match="each layer has its weights and its rises, but there are 3 and 4"):
        bits_within(sizes[:3], rises, 1000)
    with pytest.raises(ValueError, match="the cost of the cheapest choice"):
        bits_within(sizes, rises, 1)
    assert uniform_bits(sizes, rises, 1) is None
