"""What zero weights save: work, on hardware that can use them, and words, in a format that leaves them out.

z is the share of zero weights, d = 1 - z the density.
"""

import math

from ..core.arith import ceil_div, minimum
from ..core.checks import check_choice, number, whole
from .loops import LoopNest

MODES = ("none", "gate", "skip", "nm", "lanes")
FORMATS = ("dense", "bitmask", "run_length", "csr", "nm")


# Mean of the largest of n standard normal values, sampled; between them linear in log2 n
KAPPA = ((1, 0.0), (2, 0.564), (4, 1.029), (8, 1.424), (16, 1.766), (32, 2.070), (64, 2.344), (256, 2.827), (4096, 3.6))


def slowest_lane(lanes):
    """κ(n): by how many standard deviations the busiest of n lanes exceeds the mean."""
    for (low, at_low), (high, at_high) in zip(KAPPA, KAPPA[1:]):
        if lanes <= high:
            share = math.log2(lanes / low) / math.log2(high / low)
            return at_low + (at_high - at_low) * share
    return KAPPA[-1][1]


def kept_of_four(density):
    """N of an N:M pattern with M = 4: as many of every four weights as the density asks for, rounded up."""
    return ceil_div(4 * density, 1)


# The share of the dense compute cycles that is left, in each mode


def all_of_it(density, nest, machine):
    """Gating only saves energy."""
    return density * 0 + 1


def without_zeros(density, nest, machine):
    """The density, exactly."""
    return density


def n_of_four(density, nest, machine):
    """A density between two patterns costs as the denser one, 0.4 as 2/4."""
    return kept_of_four(density) / 4


def busiest_lane(density, nest, machine):
    """`cols` lanes in lock step wait for the busiest, d + κ √(d z / k) with k weights a lane [inferred]."""
    spread = (density * (1 - density) / nest.k) ** 0.5
    return minimum(density + machine.lane_kappa * spread, density * 0 + 1)


WORK = {"none": all_of_it, "gate": all_of_it, "skip": without_zeros, "nm": n_of_four, "lanes": busiest_lane}


# Words stored for one weight, per weight of the layer; `index`: words of an index, in words of a weight


def dense(density, weight_bits, index):
    return density * 0 + 1


def bitmask(density, weight_bits, index):
    """A bit each, and the non-zeros."""
    return density + 1 / weight_bits


def run_length(density, weight_bits, index):
    """4-bit runs before each word, a filler word after 15 zeros."""
    zeros16 = (1 - density) ** 16
    return density * (1 + zeros16 / (1 - zeros16)) * (weight_bits + 4) / weight_bits


def csr(density, weight_bits, index):
    """An index of one word of the machine per non-zero (row pointers left out)."""
    return (1 + index) * density


def nm(density, weight_bits, index):
    """N of 4 and 2 bits of position each."""
    return kept_of_four(density) / 4 * (1 + 2 / weight_bits)


STORED = {"dense": dense, "bitmask": bitmask, "run_length": run_length, "csr": csr, "nm": nm}


def work_factor(mode: str, density: float, nest: LoopNest | None, machine: object) -> float:
    """The share of the dense compute cycles that is left on hardware with this `mode`, one of `MODES`.

    none, gate: all (gating only saves energy); skip: the density, exactly; nm: N/4, so that a density between two patterns
    costs as the denser one; lanes: lanes in lock step wait for the busiest of them. Raises a ValueError for another mode, and
    for a density that is not above 0 and at most 1.

    >>> work_factor("nm", 0.4, None, None)
    0.5
    """
    check_choice("sparsity mode", mode, MODES)
    return WORK[mode](checked_density(density), nest, machine)


def format_factor(fmt: str, density: float, weight_bits: int, word_bits: int | None = None) -> float:
    """Words stored for one weight in this format, one of `FORMATS`, per weight of the layer; above 1 the format loses.

    bitmask: a bit each, and the non-zeros; run_length: 4-bit runs before each word; csr: an index of `word_bits` per non-zero,
    by default as wide as a weight; nm: N of 4 and 2 bits of position each. Raises a ValueError for another format, for bits
    that are no whole numbers, and for a density that is not above 0 and at most 1.

    >>> format_factor("bitmask", 0.5, 16)
    0.5625
    """
    check_choice("weight format", fmt, FORMATS)
    weight_bits = whole(weight_bits, "weight_bits")
    index = 1 if word_bits is None else whole(word_bits, "word_bits") / weight_bits
    return STORED[fmt](checked_density(density), weight_bits, index)


def checked_density(density):
    """The share of weights that are not zero; the values of an array were checked where they came in."""
    if getattr(density, "shape", ()) != ():
        return density
    return number(density, "the density, 1 - sparsity,", above=0, most=1)


def checked_mode(mode, machine):
    """The sparsity mode, or the array's usual one; raises for one that the array cannot do."""
    if mode is None:
        return "skip" if machine.style == "broadcast" else "gate"
    check_choice("sparsity mode", mode, MODES)
    if mode == "skip" and machine.style == "systolic":
        raise ValueError("a systolic array moves in lock step and cannot skip single zeros; use gate, nm, lanes or none")
    return mode
