"""What stacks of blocks keep and compute, against counts by hand; torch's own bytes are held against them in tests/capsules."""

import pytest

from squeezelab.compression import inverse_growth, peak_stack_bytes, recompute_factor, routing_saved_words, stack_saved_bytes
from squeezelab.compression.reversible import STACKS


def test_a_routing_keeps_what_its_last_iteration_multiplied():
    couplings, weighted, matrices, sums, lengths = 2 * 3 * 4, 2 * 3 * 4 * 5, 3 * 4 * 5 * 6, 2 * 4 * 6, 3 * 2 * 4
    assert routing_saved_words(2, 3, 4, 5, 6) == couplings + weighted + matrices + sums + lengths


def test_only_a_reversible_stack_is_free_of_its_depth():
    for mode in STACKS:
        one, many = (stack_saved_bytes(mode, depth, 8, 4, 2, layers=2) for depth in (1, 50))
        assert many == (one if mode == "reversible" else 50 * one)
    assert stack_saved_bytes("reversible", 7, 8, 4, 2, carry_bytes=8) == 2 * 8 * 4 * 2 * 8
    block = stack_saved_bytes("plain", 1, 8, 4, 2)
    assert peak_stack_bytes("reversible", 50, 8, 4, 2) == 2 * 8 * 4 * 2 * 4 + block


@pytest.mark.parametrize("iterations", [1, 2, 3, 10])
def test_f_is_computed_once_more(iterations):
    forward, backward = 2 * iterations - 1, 2  # products with the matrices of a routing
    assert recompute_factor(iterations) == pytest.approx((2 * forward + backward) / (forward + backward))


def test_an_error_is_divided_by_the_momentum_once_a_block():
    assert inverse_growth(0.5, 10) == 1024


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: routing_saved_words(0, 1, 1, 1, 1), "batch must be a whole number of at least 1, not 0"),
        (lambda: stack_saved_bytes("momentum", 1, 1, 1, 1), "unknown mode 'momentum'; there are plain, residual"),
        (lambda: stack_saved_bytes("plain", 0, 1, 1, 1), "depth must be a whole number of at least 1, not 0"),
        (lambda: peak_stack_bytes("plain", 1, 1, 1, 1, layers=0), "layers must be a whole number of at least 1, not 0"),
        (lambda: stack_saved_bytes("reversible", 1, 1, 0, 1), "capsules must be a whole number of at least 1, not 0"),
        (lambda: stack_saved_bytes("reversible", 1, 1, 1, 1, 1, 0), "carry_bytes must be a whole number of at least 1, not 0"),
        (lambda: recompute_factor(0), "the number of routing iterations must be a whole number of at least 1, not 0"),
        (lambda: inverse_growth(0, 3), "momentum must be a number above 0 and below 1, not 0"),
        (lambda: inverse_growth(0.9, 0), "depth must be a whole number of at least 1, not 0"),
    ],
)
def test_what_cannot_be_is_refused(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    assert words in str(caught.value)
