"""Checks of chapter 4, decomposition."""

import math
from random import Random

import torch

from squeezelab.hardware import simulate
from squeezelab.networks import Network, build
from squeezelab.networks.factored import factored

from .checks import function, number


def check_largest_saving_rank(answer):
    def right(c_out, c_in, k):
        return (c_out * c_in * k**2 - 1) // (c_out + c_in + 2 * k)

    dice = Random(41)
    cases = [(dice.randint(4, 256), dice.randint(4, 256), dice.choice([3, 5, 7])) for _ in range(20)]
    cases += [(3, 9, 3), (12, 6, 3)]  # 243/18 and 648/24: with and without a remainder
    mistakes = [
        (lambda c_out, c_in, k: c_out * c_in * k**2 // (c_out + c_in + 2 * k), "at that rank it may have as many weights"),
        (lambda c_out, c_in, k: c_out * c_in * k**2 / (c_out + c_in + 2 * k), "that is where they are equal; a whole rank below"),
        (
            lambda c_out, c_in, k: (c_out * c_in * k**2 - 1) // (c_out + c_in + k**2),
            "that is CP-3; CP has 2K taps a term",
        ),
        (lambda c_out, c_in, k: (c_out * c_in * k - 1) // (c_out + c_in), "that is the separable pair"),
    ]
    return function(answer, right, cases, "(c_out, c_in, k)", mistakes=mistakes)


def cp_macs(c_in, c_out, rank, size, stride):
    net = Network("layer", (c_in, size, size))
    net.conv(net.input, c_out, 3, stride, padding=1, bias=False, name="conv")
    return factored(net, "conv", "cp", rank).macs


def check_cp_macs(answer):
    def in_one_go(c_in, c_out, rank, size, stride):
        small = -(-size // stride)
        return rank * (c_in * size**2 + (6 + c_out) * small**2)

    def after_the_stride(c_in, c_out, rank, size, stride):
        return rank * (c_in + 6 + c_out) * (-(-size // stride)) ** 2

    dice = Random(42)
    cases = [(dice.randint(8, 64), dice.randint(8, 64), dice.randint(1, 60), dice.randint(7, 32), 2) for _ in range(20)]
    cases += [(16, 24, 5, 14, 1), (16, 24, 5, 14, 3)]
    mistakes = [
        (in_one_go, "the vertical layer strides over the rows only: its map still has all columns"),
        (after_the_stride, "the first 1×1 has no stride; it sees the whole map"),
        (lambda c_in, c_out, rank, size, stride: cp_macs(c_in, c_out, rank, size, 1), "what does the stride save?"),
    ]
    return function(answer, cp_macs, cases, "(c_in, c_out, rank, size, stride)", mistakes=mistakes)


def check_mttkrp(answer):
    if not callable(answer):
        return f"a function of (kernel, outer, rows, columns) is asked for, not {type(answer).__name__}"
    dice = torch.Generator().manual_seed(43)
    kernel, *factors = [torch.randn(*shape, generator=dice) for shape in ((6, 5, 3, 2), (6, 4), (3, 4), (2, 4))]
    got = answer(kernel, *factors)
    if got is None or got is Ellipsis:
        return "it returns nothing yet"
    if not isinstance(got, torch.Tensor):
        return f"a tensor is asked for, not {type(got).__name__}"
    if tuple(got.shape) != (5, 4):
        hint = ": are inputs and ranks the wrong way round?" if tuple(got.shape) == (4, 5) else ""
        return f"for S = 5 and R = 4 the shape is (5, 4), not {tuple(got.shape)}{hint}"
    if not torch.allclose(got.float(), torch.einsum("tskl,tr,kr,lr->sr", kernel, *factors), atol=1e-4):
        return "the shape is right, the values are not: which axis goes with which factor?"
    return None


def check_rank_for(answer):
    def right(singular_values, error):
        squares = sorted((value**2 for value in singular_values), reverse=True)
        return next(rank for rank in range(len(squares) + 1) if sum(squares[rank:]) <= error**2 * sum(squares))

    def of_energy(singular_values, error):
        return right(singular_values, math.sqrt(error))

    def unsquared(singular_values, error):
        values = sorted(singular_values, reverse=True)
        return next(rank for rank in range(len(values) + 1) if sum(values[rank:]) <= error * sum(values))

    dice = Random(44)
    cases = [([dice.expovariate(1) for _ in range(dice.randint(3, 12))], dice.choice([0.1, 0.3, 0.5, 0.8])) for _ in range(20)]
    mistakes = [
        (of_energy, "that is the rank that leaves out this share of the energy; the error is its root"),
        (unsquared, "energies are the squares of the singular values"),
        (lambda singular_values, error: right(singular_values, error) + 1, "one fewer will do"),
    ]
    return function(answer, right, cases, "(singular_values, error)", mistakes=mistakes)


def check_ratio(answer):
    cases = [(cosine,) for cosine in (-0.999, -0.99, -0.9, -0.5, -0.1, 0.0, 0.3, 0.9)]
    mistakes = [
        (lambda cosine: 1 / (1 + cosine), "that is its square: the gauge compares lengths"),
        (lambda cosine: 1 / math.sqrt(1 - cosine), "a negative cosine makes terms cancel, a positive one does not"),
        (lambda cosine: math.sqrt(1 + cosine), "that is its inverse: the terms come first, their sum second"),
        (lambda cosine: 1 / math.sqrt(2 + 2 * cosine), "above the line both terms count: √(λ² + λ²)"),
    ]
    return function(answer, lambda cosine: 1 / math.sqrt(1 + cosine), cases, "(cosine,)", mistakes=mistakes)


def check_fastest_rank(answer):
    network = build("mini_vgg")

    def cycles(net):
        return simulate(net, "squeezelerator-16").cycles

    limit = cycles(network)
    right = max(rank for rank in range(1, 276) if cycles(factored(network, "conv4", "cp", rank)) < limit)
    if answer == 275:
        return "that is the break-even of weights and MACs; time has its own"
    return number(answer, right, unit="terms")


CHECKS = {
    "04.1": check_largest_saving_rank,
    "04.2": check_cp_macs,
    "04.3": check_mttkrp,
    "04.4": check_rank_for,
    "04.5": check_ratio,
    "04.6": check_fastest_rank,
}
