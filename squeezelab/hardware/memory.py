"""Words between the chip and DRAM."""

import math

from ..core.arith import ceil_div, maximum, minimum
from ..core.checks import number
from .loops import LoopNest


def dram_traffic(weights, inputs, outputs, buffer_words):
    """DRAM words of one layer under the better of two schedules.

    Half the buffer holds the operand that stays, the other half fetches ahead. If the weights come in slices, the
    inputs are read once per slice; if the inputs come in slices, the weights are. Partial sums stay on the chip.
    Never below the compulsory traffic, and equal to it when the weights or the inputs fit. Inputs are fetched whole, also
    what a stride steps over: bursts of DRAM bring whole rows.
    """
    half = buffer_words / 2
    weights_stay = inputs * maximum(ceil_div(weights, half), 1) + weights
    inputs_stay = inputs + weights * maximum(ceil_div(inputs, half), 1)
    return minimum(weights_stay, inputs_stay) + outputs


def dram_words(weights: int, inputs: int, outputs: int, buffer_words: float) -> int:
    """`dram_traffic` of a layer with so many words of each operand; raises a ValueError unless the buffer has words, and
    unless the others are numbers of at least 0. All may be arrays.

    >>> dram_words(weights=100, inputs=1000, outputs=10, buffer_words=50)
    4110
    """
    for what, words in (("weights", weights), ("inputs", inputs), ("outputs", outputs)):
        checked_words(words, what, least=0)
    checked_words(buffer_words, "buffer_words", above=0)
    return dram_traffic(weights, inputs, outputs, buffer_words)


def least_traffic(nest, buffer_words):
    """A lower bound for any schedule: about 2 MACs / √(r S), r the overlap of the windows, S the words on the chip
    (Chen et al., HPCA 2020 [recalled], the leading term), and never below the words that are needed at all. Where an
    operand fits on the chip, these are enough.
    """
    needed = nest.needed
    bound = 2 * needed.macs / math.sqrt(needed.overlap * buffer_words)
    enough = dram_traffic(needed.weights, needed.inputs, nest.outputs, 2 * buffer_words)
    return maximum(minimum(bound, enough), needed.weights + needed.inputs + nest.outputs)


def least_dram_words(nest: LoopNest, buffer_words: float) -> float:
    """`least_traffic` of a `LoopNest`; raises a ValueError unless the buffer has words.

    >>> from squeezelab.hardware import loop_nest
    >>> from squeezelab.networks import Network
    >>> net = Network("strided", (64, 16, 16))
    >>> least_dram_words(loop_nest(net.conv(net.input, 64, 3, 2, 1)), 256)
    196608.0
    """
    checked_words(buffer_words, "buffer_words", above=0)
    return least_traffic(nest, buffer_words)


def checked_words(words, what, least=None, above=None):
    """Raises unless `words` is a number within the bounds; the values of an array were checked where they came in."""
    if getattr(words, "shape", ()) == ():
        number(words, what, least=least, above=above)
