"""Real factors in whole numbers: the check vectors, both roundings' errors, and the same lines on arrays and tensors."""

import random
from fractions import Fraction

import numpy as np
import pytest

from squeezelab.compression.fixed_point import FRACTION, doubling_high, multiplier_of, requantised, rounding_shift

VECTORS = [  # factor, (Q, e), and what sums become with double rounding
    (0.25, (1073741824, -1), {12345: 3087, -12345: -3086, 6: 2, -6: -2}),
    (0.0003, (1319413953, -11), {12345: 4, 100000: 30, 1000: 0, -1000: 0}),
    (0.00372, (2045091628, -8), {1000: 4, 12345: 46, -12345: -46, 100000: 372}),
    (0.9, (1932735283, 0), {1000: 900, -1000: -900, 12345: 11110, -12345: -11110, 6: 5, -6: -5}),
]
CASES = 200_000


@pytest.mark.parametrize(("factor", "multiplier", "becomes"), VECTORS)
def test_the_check_vectors(factor, multiplier, becomes):
    assert multiplier_of(factor) == multiplier
    assert {total: requantised(total, *multiplier) for total in becomes} == becomes


def test_the_single_rounding_of_3086_25_is_3086():
    assert requantised(12345, *multiplier_of(0.25), "single") == 3086


@pytest.mark.parametrize("seed", range(20))
def test_a_multiplier_has_31_bits_and_is_the_nearest(seed):
    dice = random.Random(seed)
    for _ in range(200):
        factor = dice.uniform(0.5, 1) * 2.0 ** dice.randint(-25, 20)
        multiplier, exponent = multiplier_of(factor)
        assert 2**30 <= multiplier < 2**31
        step = Fraction(2) ** (exponent - FRACTION)
        assert abs(multiplier * step - Fraction(factor)) <= step / 2


def test_a_fraction_that_rounds_to_one_is_a_half_of_the_next_power():
    assert multiplier_of(1 - 2.0**-40) == (2**30, 1)


def random_cases(seed):
    """Sums of 32 bits, and multipliers whose product with them is a code or a few thousands."""
    dice = np.random.default_rng(seed)
    totals = dice.integers(-(2**31), 2**31, CASES) >> dice.integers(0, 24, CASES)
    return totals, dice.integers(2**30, 2**31, CASES), dice.integers(-20, 1, CASES)


def distances(totals, multipliers, exponents, rounding):
    """How far each result lies from the exact product, in codes: exact up to the last bit of a long double's 64."""
    got = requantised(totals, multipliers, exponents, rounding)
    exact = totals.astype(np.longdouble) * multipliers * np.longdouble(2) ** (exponents - FRACTION)
    return np.abs(got - exact)


def test_two_roundings_err_by_three_quarters_of_a_code_and_one_by_a_half():
    cases = random_cases(0)
    double, single = (float(distances(*cases, rounding).max()) for rounding in ("double", "single"))
    assert 0.70 < double <= 0.75 and 0.49 < single <= 0.5


def test_the_two_roundings_differ_by_one_code_now_and_then():
    cases = random_cases(1)
    apart = requantised(*cases) - requantised(*cases, "single")
    assert set(np.unique(apart)) <= {-1, 0, 1} and 0 < np.mean(apart != 0) < 0.3


def test_gemmlowp_divides_toward_zero_and_gets_the_same():
    """It adds 2^30 to a product above 0, and 1 − 2^30 to one below, and divides in C's way."""
    dice = random.Random(3)
    for _ in range(20_000):
        product = dice.randint(-(2**31), 2**31 - 1) * dice.randint(2**30, 2**31 - 1)
        nudged = product + (2**30 if product >= 0 else 1 - 2**30)
        toward_zero = nudged // 2**31 if nudged >= 0 else -(-nudged // 2**31)
        assert doubling_high(product, 1) == toward_zero


def test_a_tie_goes_away_from_zero():
    for value in range(-40, 41):
        for bits in range(5):
            exact = Fraction(value, 2**bits)
            away = int(abs(exact) + Fraction(1, 2)) * (1 if value >= 0 else -1)
            assert rounding_shift(value, bits) == away


@pytest.mark.parametrize("rounding", ["double", "single"])
def test_arrays_and_tensors_get_what_whole_numbers_get(rounding):
    torch = pytest.importorskip("torch")
    totals, multipliers, exponents = (part[:500] for part in random_cases(4))
    exponents = np.where(np.abs(totals) < 2**20, exponents + 2, exponents)  # some shifts to the left, too
    one_by_one = [requantised(*map(int, case), rounding) for case in zip(totals, multipliers, exponents)]
    assert requantised(totals, multipliers, exponents, rounding).tolist() == one_by_one
    tensors = [torch.from_numpy(part) for part in (totals, multipliers, exponents)]
    assert requantised(*tensors, rounding).tolist() == one_by_one
    assert requantised(tensors[0], int(multipliers[0]), -3, rounding).tolist() == [
        requantised(int(total), int(multipliers[0]), -3, rounding) for total in totals
    ]
