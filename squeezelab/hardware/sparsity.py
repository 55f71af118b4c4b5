"""What zero weights save: work, on hardware that can use them, and words, in a format that leaves them out.

z is the share of zero weights, d = 1 - z the density.
"""

import math

from ..core.arith import ceil_div, minimum
from ..core.checks import check_above_0, check_choice

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


def work_factor(mode, density, nest, machine):
    """The share of the dense compute cycles that is left on hardware with this `mode`.

    none, gate: all (gating only saves energy); skip: the density, exactly; nm: N/4, so that a density
    between two patterns costs as the denser one, 0.4 as 2/4; lanes: `cols` lanes in lock step
    wait for the busiest, d + κ √(d z / k) with k weights a lane [inferred].
    """
    check_above_0("the density, 1 - sparsity,", density, 1)
    if mode == "skip":
        return density
    if mode == "nm":
        return kept_of_four(density) / 4
    if mode == "lanes":
        spread = (density * (1 - density) / nest.k) ** 0.5
        return minimum(density + machine.lane_kappa * spread, density * 0 + 1)
    check_choice("sparsity mode", mode, MODES)
    return density * 0 + 1


def format_factor(fmt, density, word_bits):
    """Words stored for one weight in this format, per weight of the layer; above 1 the format loses.

    bitmask: a bit each, and the non-zeros; run_length: 4-bit runs before each word, a filler word after 15 zeros;
    csr: an index of one word per non-zero (row pointers left out); nm: N of 4 and 2 bits of position each.
    """
    check_above_0("the density, 1 - sparsity,", density, 1)
    if fmt == "dense":
        return density * 0 + 1
    check_choice("weight format", fmt, FORMATS)
    if fmt == "bitmask":
        return density + 1 / word_bits
    if fmt == "run_length":
        zeros16 = (1 - density) ** 16
        return density * (1 + zeros16 / (1 - zeros16)) * (word_bits + 4) / word_bits
    if fmt == "csr":
        return 2 * density
    return kept_of_four(density) / 4 * (1 + 2 / word_bits)
