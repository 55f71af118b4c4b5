"""Checks of chapter 3, memory and energy."""

import random
from math import ceil

from squeezelab.hardware import dram_words, format_factor

from .checks import choice, function, number


def seeded(seed, ranges, count=20):
    """The same `count` random cases in every run, one whole number from each (low, high)."""
    dice = random.Random(seed)
    return [tuple(dice.randint(low, high) for low, high in ranges) for _ in range(count)]


def check_traffic(answer):
    def oracle(weights, inputs, outputs, half):
        return dram_words(weights, inputs, outputs, 2 * half)

    def unrounded(weights, inputs, outputs, half):
        return min(weights + inputs * max(weights / half, 1), inputs + weights * max(inputs / half, 1)) + outputs

    def only_weights_stay(weights, inputs, outputs, half):
        return weights + inputs * ceil(weights / half) + outputs

    mistakes = [
        (lambda *words: sum(words[:3]), "that is the compulsory traffic; what is read again when nothing fits?"),
        (unrounded, "a slice that is not full is a slice too: round their number up"),
        (only_weights_stay, "there is a second schedule, in which the inputs stay"),
    ]
    cases = [(100, 100, 100, 1000), *seeded(31, [(1, 5000), (1, 5000), (1, 5000), (50, 2000)])]
    return function(answer, oracle, cases, "(weights, inputs, outputs, half)", mistakes=mistakes)


def check_buffer(answer):
    slips = {
        392: "that is in kB; the answer is asked for in bytes",
        200_704: "that many words; a word has 16 bits",
        100_352: "that is the half that holds the operand, in words; the buffer has two halves",
        589_824: "the smaller of the two operands is enough: which one is it?",
    }
    for slip, hint in slips.items():
        if not number(answer, slip):
            return hint
    return number(answer, 401_408, unit="bytes")


def check_dram_share(answer):
    def oracle(macs, buffer_words, words):
        return 200 * words / (4 * macs + 6 * buffer_words + 200 * words)

    def without_registers(macs, buffer_words, words):
        return 200 * words / (macs + 6 * buffer_words + 200 * words)

    mistakes = [(without_registers, "a MAC also reads two operands and a sum from its registers, at 1 each")]
    cases = seeded(34, [(1, 10**8), (1, 10**7), (1, 10**6)])
    return function(answer, oracle, cases, "(macs, buffer_words, dram_words)", mistakes=mistakes)


def check_formats(answer):
    def oracle(zeros, word_bits):
        return min(format_factor(fmt, 1 - zeros, word_bits) for fmt in ("dense", "bitmask", "csr"))

    def never_dense(zeros, word_bits):
        return min(1 - zeros + 1 / word_bits, 2 * (1 - zeros))

    mistakes = [(never_dense, "where both formats lose, the weights are stored dense")]
    dice = random.Random(35)
    cases = [(dice.randrange(100) / 100, dice.choice([4, 8, 16, 32])) for _ in range(30)]
    return function(answer, oracle, [(0.02, 16), (0.97, 16), *cases], "(zeros, word_bits)", mistakes=mistakes)


def check_which_hardware(answer):
    return choice(
        answer,
        "lanes",
        {
            "none": "nothing is saved: every zero is multiplied like any other weight",
            "gate": "a gated multiplier rests, but its slot in the schedule stays: what happens to the cycles?",
            "nm": "random zeros do not come as two of every four, so this array has to run the layer dense",
        },
    )


CHECKS = {
    "03.1": check_traffic,
    "03.2": check_buffer,
    "03.3": check_dram_share,
    "03.4": check_formats,
    "03.5": check_which_hardware,
}
