"""The page's kernels make the integers that Python makes: factors in fixed point, at the edges and at random, and every op."""

import json
import random

import pytest
from support.integer_programs import as_stored, drawn_pixels, drawn_program
from support.micropython import node

from squeezelab.compression.fixed_point import FRACTION, ROUNDINGS, multiplier_of, requantised
from squeezelab.compression.integer_run import run_program

MOST = 2**31 - 1  # of a sum, in size
EDGES = [0, 1, 2, 3, 6, 12345, 2**15, 2**16 - 1, 2**16, 2**30 - 1, 2**30, MOST - 1, MOST, 2**31]
MULTIPLIERS = [2**30, 2**30 + 1, 1319413953, 2045091628, 1932735283, 2**31 - 2**16, 2**31 - 2, 2**31 - 1]


def ran(**given):
    return json.loads(node("run_integers.mjs", **given).stdout)


def check_factors(cases):
    """Whether JavaScript and Python agree on [value, Q, e, rounding]."""
    for case, theirs in zip(cases, ran(factors=cases), strict=True):
        assert theirs == requantised(*case), case


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_a_factor_is_the_same_at_every_edge(rounding):
    values = EDGES + [-value for value in EDGES]
    shifts = range(-FRACTION, 1)
    check_factors([[value, Q, e, rounding] for value in values for Q in MULTIPLIERS for e in shifts])
    small = [[value, Q, e, rounding] for value in values for Q in MULTIPLIERS for e in range(1, FRACTION)]
    check_factors([case for case in small if abs(case[0]) << case[2] <= 2**31])


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_a_factor_is_the_same_for_a_hundred_thousand_random_sums(rounding):
    draw = random.Random(5)
    cases = []
    for _ in range(100_000):
        value = draw.randint(-MOST, MOST) >> draw.randrange(31)
        factor = 2 ** draw.uniform(-30, 0)
        cases.append([value, *multiplier_of(factor), rounding])
    check_factors(cases)


def test_ties_are_hit_on_purpose():
    """Sums that lie halfway between two codes, which decide between one rounding and another."""
    halves = [
        [(2 * k + 1) << (n - 1), 2**30, 1 - n, rounding] for k in range(-50, 50) for n in (1, 2, 7) for rounding in ROUNDINGS
    ]
    check_factors(halves)


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("seed", range(4))
def test_every_op_makes_the_same_codes(seed, rounding):
    program, images = drawn_program(seed, rounding), drawn_pixels(seed, 3)
    ours = [run_program(program, pixels) for pixels in images]
    for given in (program, as_stored(program)):
        for image, theirs in zip(ours, ran(program=given, images=images), strict=True):
            for step, one, another in zip(program["steps"], image, theirs, strict=True):
                assert one == another, step["name"]
