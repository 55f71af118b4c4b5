"""Words between the chip and DRAM."""

import math

from ..core.arith import ceil_div, maximum, minimum
from ..core.checks import check_above_0


def dram_words(weights, inputs, outputs, buffer_words):
    """DRAM words of one layer under the better of two schedules.

    Half the buffer holds the operand that stays, the other half fetches ahead. If the weights come in slices, the
    inputs are read once per slice; if the inputs come in slices, the weights are. Partial sums stay on the chip.
    Never below the compulsory traffic, and equal to it when the weights or the inputs fit. Inputs are fetched whole, also
    what a stride steps over: bursts of DRAM bring whole rows.
    """
    check_above_0("buffer_words", buffer_words)
    half = buffer_words / 2
    weights_stay = inputs * maximum(ceil_div(weights, half), 1) + weights
    inputs_stay = inputs + weights * maximum(ceil_div(inputs, half), 1)
    return minimum(weights_stay, inputs_stay) + outputs


def least_dram_words(nest, buffer_words):
    """A lower bound for any schedule: about 2 MACs / √(r S), r the overlap of the windows, S the words on the chip
    (Chen et al., HPCA 2020 [recalled], the leading term), and never below the words that are needed at all. Where an
    operand fits on the chip, these are enough.
    """
    check_above_0("buffer_words", buffer_words)
    weights, inputs, macs, overlap = nest.needed
    bound = 2 * macs / math.sqrt(overlap * buffer_words)
    enough = dram_words(weights, inputs, nest.outputs, 2 * buffer_words)
    return maximum(minimum(bound, enough), weights + inputs + nest.outputs)
