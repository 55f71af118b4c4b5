"""Weights of factorised kernels by rank: the formulas of the book, and the largest rank that fits."""

import random

import pytest

from squeezelab.compression.factored import METHODS, factored, largest_rank
from squeezelab.compression.rank_choice import factored_weights
from squeezelab.networks import Network

FORMULAS = {
    "svd": lambda t, s, k, w, r: r * (s * k * w + t),
    "separable": lambda t, s, k, w, r: r * (k * s + w * t),
    "tucker2": lambda t, s, k, w, r: s * r + r * r * k * w + t * r,
    "cp": lambda t, s, k, w, r: r * (s + k + w + t),
    "cp3": lambda t, s, k, w, r: r * (s + k * w + t),
}
DICE = random.Random(4)
SHAPES = [tuple(DICE.randint(1, 40) for _ in range(2)) + tuple(DICE.choice([(3, 3), (5, 5), (1, 7), (7, 1)])) for _ in range(25)]


@pytest.mark.parametrize("method", METHODS)
def test_weights_equal_the_formula_and_the_layers(method):
    for shape in SHAPES:
        most = largest_rank(method, shape)
        rank = DICE.randint(1, min(most) if method == "tucker2" else most)
        net = Network("one", (shape[1], 9, 9))
        net.conv(net.input, shape[0], shape[2:], padding="same", bias=False, name="conv")
        assert (
            factored_weights(method, rank, shape) == FORMULAS[method](*shape, rank) == factored(net, "conv", method, rank).params
        )
