"""Arithmetic reads the same for one number and for an array of them; exact below 2^53."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from squeezelab.core.arith import ceil_div, gcd, maximum, minimum, mixed

COUNTS = st.integers(0, 2**40)
SIDES = st.integers(1, 2**12)
LISTS = st.lists(st.tuples(COUNTS, SIDES), min_size=1, max_size=20)


@given(COUNTS, SIDES)
def test_ceil_div_is_the_least_number_of_tiles(a, b):
    tiles = ceil_div(a, b)
    assert type(tiles) is int and tiles * b >= a > (tiles - 1) * b
    assert ceil_div(float(a), float(b)) == tiles


@given(LISTS)
def test_arrays_give_what_their_numbers_give(pairs):
    a, b = (np.array(side) for side in zip(*pairs, strict=True))
    for law, one in ((ceil_div, ceil_div), (minimum, min), (maximum, max)):
        assert law(a, b).tolist() == [one(x, y) for x, y in pairs]
        assert law(a.astype(float), b.astype(float)).tolist() == [one(x, y) for x, y in pairs]


@given(COUNTS, LISTS)
def test_one_number_and_an_array_meet(number, pairs):
    array = np.array([x for x, _ in pairs])
    for law, one in ((minimum, min), (maximum, max)):
        assert law(number, array).tolist() == law(array, number).tolist() == [one(number, x) for x, _ in pairs]


def test_rounding_up_is_exact_at_the_edges():
    assert ceil_div(2**53 - 1, 2**52) == ceil_div(float(2**53 - 1), 2.0**52) == 2
    assert ceil_div(10**30, 7) == 10**30 // 7 + 1
    assert ceil_div(0, 5) == 0 and ceil_div(2.4, 1) == 3 and math.isclose(ceil_div(0.25 * 4, 1), 1)


@given(COUNTS, COUNTS)
def test_gcd_is_that_of_the_standard_library(a, b):
    assert gcd(a, b) == math.gcd(a, b)


def test_mixed_takes_one_or_the_other_element_by_element():
    keep = np.array([1, 0, 1])
    assert mixed(keep, np.array([1, 2, 3]), np.array([4, 5, 6])).tolist() == [1, 5, 3]
    assert mixed(keep, 7, 7) == 7
