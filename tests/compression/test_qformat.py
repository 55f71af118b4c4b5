"""Qm.n: the table of formats to the integer, three conventions of a shift, and a sum that is shifted like a product."""

import random
from fractions import Fraction

import pytest

from squeezelab.compression.affine import code_of, value_of
from squeezelab.compression.qformat import SHIFTS, fraction_bits, landed, q_dot, q_format, q_sum, shifted

SIZES = (0.05, 0.25, 0.3, 0.5, 0.9, 1.0, 1.01, 1.5, 2.0, 3.7, 20, 100)
PLAIN = ((7, 6), (7, 32), (7, 38), (7, 64), (7, 115), (7, 128), (6, 65), (6, 96), (6, 128), (5, 118), (2, 80), (0, 100))
VIRTUAL = (11, 9, 8, 8, 7, 7, 6, 6, 6, 5, 2, 0)


@pytest.mark.parametrize(("size", "plain", "virtual"), list(zip(SIZES, PLAIN, VIRTUAL)))
def test_the_table_of_formats(size, plain, virtual):
    """(n, the code of the largest number); 128 is no code, and becomes 127."""
    bits, code = plain
    assert fraction_bits(size) == bits and round(size * 2**bits) == code
    assert code_of(size, q_format(bits)) == min(code, 127)
    assert fraction_bits(size, virtual=True) == virtual


def test_the_codes_of_the_virtual_formats():
    assert [round(size * 2**bits) for size, bits in zip(SIZES[:4], VIRTUAL)] == [102, 128, 77, 128]


@pytest.mark.parametrize("bits", range(2, 9))
def test_the_format_is_the_finest_that_holds_the_size(bits):
    dice = random.Random(bits)
    for _ in range(500):
        size = dice.uniform(0.5, 1) * 2.0 ** dice.randint(-12, 9)
        plain, virtual = fraction_bits(size, bits), fraction_bits(size, bits, virtual=True)
        most = 2 ** (bits - 1)
        assert round(size * 2.0**virtual) <= most < round(size * 2.0 ** (virtual + 1))
        assert plain <= virtual and size * 2.0**plain <= most
        if plain < bits - 1:
            assert size * 2.0 ** (plain + 1) > most, "a bit more would not hold it"
    assert fraction_bits(0, bits) == fraction_bits(0, bits, virtual=True) == bits - 1


def test_a_power_of_two_saturates_by_one_code():
    for power in range(-3, 4):
        size = 2.0**power
        q = q_format(fraction_bits(size, virtual=True))
        assert code_of(size, q) == 127 and value_of(127, q) == pytest.approx(size, rel=0.008)


VALUES = (5000, -5000, 256, -256, -257, 70000)


@pytest.mark.parametrize(
    ("rounding", "becomes"),
    [
        ("truncate", (9, -9, 0, 0, 0, 136)),
        ("arithmetic", (9, -10, 0, -1, -1, 136)),
        ("round", (10, -10, 1, 0, -1, 137)),
    ],
)
def test_a_shift_by_nine_in_three_conventions(rounding, becomes):
    got = [shifted(value, 9, rounding) for value in VALUES]
    assert tuple(got) == becomes
    assert landed(got[-1]) == (127, becomes[-1]) and landed(got[-1]).overflows and not landed(got[0]).overflows


def test_what_each_convention_means():
    dice = random.Random(0)
    for _ in range(2000):
        value, bits = dice.randint(-(10**6), 10**6), dice.randint(0, 15)
        exact = Fraction(value, 2**bits)
        assert shifted(value, bits, "truncate") == int(exact)
        assert shifted(value, bits, "arithmetic") == exact.numerator // exact.denominator
        assert abs(shifted(value, bits, "round") - exact) <= Fraction(1, 2)


def test_below_zero_bits_a_shift_goes_left():
    assert [shifted(-3, -4, rounding) for rounding in SHIFTS] == [-48] * 3


def products(seed, rounding):
    """Products in Qm.n beside their exact values: [(Landed, exact, fraction bits)]."""
    dice = random.Random(seed)
    for _ in range(300):
        n_x, n_w, n_out, n_bias = (dice.randint(0, 7) for _ in range(4))
        n_bias = min(n_bias, n_x + n_w)
        count, bias = dice.randint(1, 6), dice.randint(-128, 127)
        xs, ws = ([dice.randint(-128, 127) for _ in range(count)] for _ in range(2))
        exact = sum(Fraction(x, 2**n_x) * Fraction(w, 2**n_w) for x, w in zip(xs, ws)) + Fraction(bias, 2**n_bias)
        yield q_dot(xs, n_x, ws, n_w, n_out, bias, n_bias, rounding=rounding), exact, n_out


@pytest.mark.parametrize(("rounding", "worst"), [("truncate", 1), ("arithmetic", 1), ("round", Fraction(1, 2))])
def test_a_product_is_right_within_a_code_or_says_that_it_overflows(rounding, worst):
    overflowed = 0
    for got, exact, n_out in products(1, rounding):
        assert abs(got.full - exact * 2**n_out) <= worst
        assert got.overflows == (not -128 <= got.full <= 127)
        overflowed += got.overflows
    assert 0 < overflowed < 300


@pytest.mark.parametrize("rounding", SHIFTS)
def test_a_sum_aligns_first(rounding):
    dice = random.Random(2)
    for _ in range(500):
        a, b, n_a, n_b, n_out = *(dice.randint(-128, 127) for _ in range(2)), *(dice.randint(0, 7) for _ in range(3))
        got = q_sum(a, n_a, b, n_b, n_out, rounding=rounding)
        exact = (Fraction(a, 2**n_a) + Fraction(b, 2**n_b)) * 2**n_out
        assert abs(got.full - exact) < 1 and got.full == q_sum(b, n_b, a, n_a, n_out, rounding=rounding).full


def test_a_sum_that_is_shifted_like_a_product_all_but_vanishes():
    """Two codes of 8 bits, added and divided by 128 (n_a + n_b − n_out with n = 7 throughout), lie between −2 and 1."""
    sums = {shifted(a + b, 7 + 7 - 7, "arithmetic") for a in range(-128, 128) for b in range(-128, 128)}
    assert sums == {-2, -1, 0, 1}
    assert q_sum(60, 7, 50, 7, 7).code == 110
