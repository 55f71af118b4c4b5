"""Affine codes and their noise: the worked example, 0 exact, half a step at most, and the formula against samples."""

import math
import random

import pytest

from squeezelab.compression.affine import affine_of, code_of, value_of
from squeezelab.compression.noise import expected_sqnr, sqnr_of

EVERY_BITS = range(1, 9)


def restored(values, affine):
    return [value_of(code_of(value, affine), affine) for value in values]


def test_the_worked_example():
    """int8 on [−0.5, 3.5]: a step of 4/255, the code −96 for 0; what lies above the range is its end."""
    wide = affine_of(-0.5, 3.5, 8)
    assert wide.scale == pytest.approx(0.0156862745, abs=1e-10) and wide.zero == -96
    codes = [code_of(value, wide) for value in (-0.5, 0, 1, 3.5, 4)]
    assert codes == [-128, -96, -32, 127, 127]
    assert [round(value_of(code, wide), 6) for code in codes] == [-0.501961, 0, 1.003922, 3.498039, 3.498039]


@pytest.mark.parametrize("bits", EVERY_BITS)
def test_zero_is_exact_and_all_codes_lie_within_the_ends(bits):
    dice = random.Random(bits)
    for symmetric in (False, True):
        for _ in range(200):
            ends = sorted(dice.uniform(-3, 3) for _ in range(2))
            affine = affine_of(*ends, bits, symmetric)
            assert affine.low <= affine.zero <= affine.high
            if symmetric and bits == 1:  # −1 and 1, and 0 between them has no code
                assert (affine.low, affine.high) == (-1, 1)
            else:
                assert value_of(code_of(0, affine), affine) == 0 and affine.high - affine.low <= 2**bits - 1


@pytest.mark.parametrize("bits", EVERY_BITS)
def test_inside_the_range_a_number_moves_by_half_a_step_at_most(bits):
    """The last step of the range may be cut by as much as the rounded zero point has moved it: half a step again."""
    dice = random.Random(bits)
    for symmetric in (False, True):
        affine = affine_of(-1, 2.5, bits, symmetric)
        ends = sorted(value_of(code, affine) for code in (affine.low, affine.high))
        for value in (dice.uniform(*ends) for _ in range(500)):
            worst = abs(value) + affine.scale if symmetric and bits == 1 else affine.scale / 2
            assert abs(value - value_of(code_of(value, affine), affine)) <= worst * (1 + 1e-12)


def test_two_symmetric_bits_are_ternary_and_one_is_a_sign():
    assert {code_of(value / 100, affine_of(-1, 1, 2, True)) for value in range(-100, 101)} == {-1, 0, 1}
    assert {code_of(value / 100, affine_of(-1, 1, 1, True)) for value in range(-100, 101)} == {-1, 1}


def test_halves_go_to_the_even_code_as_in_torch():
    torch = pytest.importorskip("torch")
    ones = affine_of(-128, 127, 8)
    halves = [value + 0.5 for value in range(-20, 20)]
    assert [code_of(value, ones) for value in halves] == torch.round(torch.tensor(halves)).int().tolist()


def test_a_uniform_number_has_six_decibels_a_bit():
    """48.16, 36.13 and 24.07 dB were sampled at 8, 6 and 4 bits (with all 2^b levels)."""
    dice = random.Random(0)
    values = [dice.uniform(-1, 1) for _ in range(50_000)]
    for bits, sampled in ((8, 48.16), (6, 36.13), (4, 24.07)):
        steps = 2 ** (bits - 1)
        middles = [(math.floor(value * steps) + 0.5) / steps for value in values]
        assert sqnr_of(values, middles) == pytest.approx(sampled, abs=0.1)
        assert expected_sqnr(bits, math.sqrt(3)) == pytest.approx(sampled, abs=0.1)


@pytest.mark.parametrize(("bits", "formula"), [(8, 39.47), (6, 27.43), (4, 15.39), (3, 9.37), (2, 3.35)])
def test_the_formula_at_4_71_standard_deviations(bits, formula):
    assert expected_sqnr(bits, 4.71) == pytest.approx(formula, abs=0.01)


def test_a_symmetric_code_falls_behind_the_formula_where_bits_are_few():
    """One of 2^b levels is not used: hardly anything at 8 bits, more than 2 dB at 3."""
    dice = random.Random(1)
    values = [dice.gauss(0, 1) for _ in range(40_000)]
    most = max(abs(value) for value in values)
    deviation = math.sqrt(sum(value**2 for value in values) / len(values))
    behind = []
    for bits in (8, 6, 4, 3):
        sampled = sqnr_of(values, restored(values, affine_of(-most, most, bits, symmetric=True)))
        behind.append(expected_sqnr(bits, most / deviation) - sampled)
    assert behind[0] < 0.2 and behind == sorted(behind) and behind[-1] > 2
