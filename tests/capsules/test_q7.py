"""Q7-CapsNets' own arithmetic: its vectors, its traps, and the same integers in torch and in plain Python."""

import math

import pytest
import torch

from squeezelab.capsules.q7 import with_q7
from squeezelab.compression.capsule_arithmetic import (
    couplings_of,
    isqrt,
    length_code,
    root_bits_for,
    softmax_table,
    squashed_code,
)
from squeezelab.compression.q7_arithmetic import arm_softmax_q7, q7_squash, towards_zero
from squeezelab.data import digits
from squeezelab.quantize import Integers, quantize
from squeezelab.training import reference
from tests.quantize.test_capsules import codes_of_both, small_capsnet

TRAIN, TEST = digits()
FORMS = [
    {"softmax": "arm13"},
    {"softmax": "arm14", "shifts": "truncate"},
    {"softmax": "raw_e", "squash": "q7"},
    {"softmax": "none"},
    {"softmax": "arm13", "logits": "product", "shifts": "truncate", "squash": "q7"},
]


@pytest.fixture(scope="module")
def program():
    return quantize(small_capsnet(), TRAIN, calibration="minmax", images=64).program


def test_roots_are_those_of_math_for_numbers_and_for_tensors():
    squares = [0, 1, 2, 3, 15, 16, 17, 65535, 2**31, 2**32 - 1, *range(1000, 2**32, 2**27 + 13)]
    assert [isqrt(square) for square in squares] == [math.isqrt(square) for square in squares]
    assert isqrt(torch.tensor(squares)).tolist() == [math.isqrt(square) for square in squares]


@pytest.mark.parametrize("fraction_in", [0, 3, 6, 9])
@pytest.mark.parametrize("dim", [4, 8, 16])
def test_a_squash_in_whole_numbers_is_the_float_squash_to_a_code(fraction_in, dim):
    codes = torch.randint(-128, 128, (500, dim), generator=torch.Generator().manual_seed(dim))
    codes[:100] //= 32  # short ones, too
    square, bits = (codes * codes).sum(1, keepdim=True), root_bits_for(dim, 128)
    made = squashed_code(codes, square, length_code(square, bits), fraction_in, 7, bits)
    s = codes.double() / 2**fraction_in
    length = s.norm(dim=1, keepdim=True)
    exact = s * length / (1 + length**2) * 2**7
    assert (made - exact).abs().max() <= 1


def test_the_squash_of_the_paper_gives_its_vectors():
    assert [q7_squash(code, 6400, 6, 7) for code in (48, 64, -48)] == [46, 62, -46]
    assert [q7_squash(code, 25, 1, 7) for code in (3, 4)] == [68, 91]
    assert q7_squash(0, 0, 6, 7) == 0  # its C divides by the root of 0


def test_couplings_are_a_softmax_to_a_code():
    logits = torch.randint(-128, 128, (10, 400), generator=torch.Generator().manual_seed(0))
    made = torch.stack(couplings_of(list(logits), torch.tensor(softmax_table(1 / 32)), 127))
    exact = (logits / 32).double().softmax(0) * 128
    assert (made - exact.clamp(max=127)).abs().max() <= 0.51


def test_the_softmax_of_raw_codes_takes_a_sixteenth_for_a_certainty():
    assert arm_softmax_q7([8] + [0] * 9) == [127] + [0] * 9
    assert couplings_of([8] + [0] * 9, softmax_table(1 / 64), 127) == [14] + [13] * 9
    assert [arm_softmax_q7([0] * 10, constant)[0] for constant in (13, 14)] == [12, 6]


def test_two_codes_added_with_the_shift_of_a_product_are_next_to_nothing():
    sums = {towards_zero(a + b, 7) for a in range(-128, 128) for b in range(-128, 128)}
    assert sums == {-2, -1, 0, 1}


@pytest.mark.parametrize("form", FORMS)
def test_plain_python_gives_the_same_integers_with_each_trap(program, form):
    for step, mine, plain in codes_of_both(with_q7(program, **form), TEST.images[:1]):
        assert mine == plain, step["name"]


def largest_logit(program, name):
    codes = Integers(program).codes(TEST.images[:16], keep=True)
    return max(made.abs().max().item() for step, made in zip(program["steps"], codes) if step["name"] == name)


@pytest.mark.parametrize("name", ["digits.agreement1", "digits.logits3"])
def test_the_product_shift_leaves_next_to_nothing_of_the_logits(program, name):
    off = with_q7(program, logits="product", shifts="truncate")
    assert largest_logit(off, name) <= 3 and largest_logit(program, name) > 40


def test_the_program_itself_stays_exact(program):
    before = [dict(step) for step in program["steps"]]
    other = with_q7(program, softmax="arm13")
    assert program["steps"] == before and other != program


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"softmax": "gap8"}, "unknown softmax 'gap8'; there are exact, arm13, arm14, raw_e, none"),
        ({"logits": "max"}, "unknown way to add logits 'max'; there are sum, product"),
        ({"shifts": "up"}, "unknown shift 'up'; there are round, truncate"),
        ({"squash": "fast"}, "unknown squash 'fast'; there are exact, q7"),
    ],
)
def test_unknown_choices_are_refused(program, options, words):
    with pytest.raises(ValueError) as caught:
        with_q7(program, **options)
    assert words in caught.value.args[0]


def test_what_is_no_capsule_network_of_8_bits_is_refused():
    with pytest.raises(ValueError, match="has no capsules"):
        with_q7(quantize(reference("lenet300"), TRAIN, images=16).program)
    few = quantize(small_capsnet(), TRAIN, 5, calibration="minmax", images=16).program
    with pytest.raises(ValueError, match="codes up to 15: the arithmetic of Q7-CapsNets is of 8 bits"):
        with_q7(few)
