"""How wide the operands of a layer are, in words of the machine.

Buffer, DRAM and their energies count words of `word_bits`. A weight of 8 bits is half a word of a 16-bit machine, so that
narrow operands need no law of their own: every law counts words, and `WordSizes` says how many an operand has.
"""

from collections import namedtuple

from ..core.checks import whole


class WordSizes(namedtuple("WordSizes", ("weight", "input", "output", "sum", "weight_bits", "index"))):
    """weight, input, output, sum: words of each; weight_bits: bits of a weight, index: words of the machine per weight."""

    __slots__ = ()


def word_sizes(machine, weight_bits=None, activation_bits=None, sum_bits=None):
    """The sizes on a machine for inputs and outputs of one width; None stands for its own words.

    >>> from squeezelab.hardware import accelerator
    >>> sizes = word_sizes(accelerator("squeezelerator-16"), weight_bits=4, sum_bits=32)
    >>> sizes.weight, sizes.input, sizes.output, sizes.sum
    (0.25, 1, 1, 2)
    """
    return operand_sizes(machine, weight_bits, activation_bits, activation_bits, sum_bits)


def operand_sizes(machine, weight_bits=None, input_bits=None, output_bits=None, sum_bits=None):
    """The sizes on a machine for inputs and outputs of different widths, in the order of `networks.bits.operand_bits`."""
    own = machine.word_bits
    return WordSizes(
        weight=in_words(weight_bits, own),
        input=in_words(input_bits, own),
        output=in_words(output_bits, own),
        sum=in_words(sum_bits, own),
        weight_bits=own if weight_bits is None else weight_bits,
        index=1 if weight_bits is None else own / weight_bits,
    )


def in_words(bits, word_bits):
    """Words that so many bits are; whole numbers stay whole."""
    if bits is None:
        return 1
    if type(bits) is int and type(word_bits) is int and bits % word_bits == 0:
        return bits // word_bits
    return bits / word_bits


def checked_bits(bits, what):
    """Bits of an operand: a whole number of at least 1, or None for the machine's own words."""
    return None if bits is None else whole(bits, what)
