"""Checks of chapter 3, memory and energy."""

from squeezelab.core.arith import ceil_div
from squeezelab.hardware import ENERGY_TABLES, dram_words, format_factor
from squeezelab.networks import Network

from ..checks import choice_hint, function_hint, number_hint, vector_hint
from ..dice import Dice, drawn
from ..rounding import at_least_1, not_rounded, one_more

EYERISS = ENERGY_TABLES["eyeriss65"]
ACCESSES = 3  # registers a MAC: two operands and the sum, as the exercise states


def not_below_1(words, half):
    return max(words / half, 1)


def schedules(count, share=1, better=min):
    """A law of traffic: slices by `count`, of `share` times the given half, and the `better` of both schedules."""

    def words(weights, inputs, outputs, half):
        weights_stay = weights + inputs * count(weights, share * half)
        inputs_stay = inputs + weights * count(inputs, share * half)
        return better(weights_stay, inputs_stay) + outputs

    return words


def check_traffic(answer):
    def oracle(weights, inputs, outputs, half):
        return int(dram_words(weights, inputs, outputs, 2 * half))

    def without_outputs(*words):
        return oracle(*words) - words[2]

    round_up = "a slice that is not full is a slice too: round their number up"
    own = "the operand that stays comes in slices and is read once; the other one is read once for each of those slices"
    mistakes = [
        (lambda *words: sum(words[:3]), "that is the compulsory traffic; what is read again when nothing fits?"),
        (schedules(not_rounded), round_up),
        (schedules(not_below_1), round_up),
        (schedules(at_least_1), round_up),
        (schedules(one_more), "an operand that fills its slices exactly needs no slice more: round up"),
        (schedules(ceil_div, better=max), "that is the worse of the two schedules"),
        (schedules(ceil_div, better=lambda a, b: a), "there is a second schedule, in which the inputs stay"),
        (schedules(ceil_div, better=lambda a, b: b), "there is a second schedule, in which the weights stay"),
        (schedules(ceil_div, share=2), "`half` is the half already: the other half of the buffer fetches what comes next"),
        (schedules(ceil_div, share=0.5), "`half` is the half already: do not halve it again"),
        (without_outputs, "the outputs are written, once"),
        (lambda *words: oracle(*words) + words[2], "the outputs are written once; partial sums stay on the chip"),
        (lambda w, i, o, half: min(i + w * ceil_div(w, half), w + i * ceil_div(i, half)) + o, own),
    ]
    cases = [(100, 100, 100, 1000), (2000, 5000, 10, 1000), (1000, 1000, 10, 1000), (4000, 3000, 7, 1000), (3000, 900, 5, 450)]
    cases += drawn(31, 25, (1, 5000), (1, 5000), (1, 5000), (50, 2000))
    return function_hint(answer, oracle, cases, "(weights, inputs, outputs, half)", mistakes=mistakes)


def dense_layer():
    """(weights, inputs) of the chapter's dense layer, in words."""
    net = Network("dense", (128, 28, 28))
    layer = net.conv(net.input, 128, 3, padding=1, bias=False)
    return layer.weight_words, layer.input_words


def check_buffer(answer):
    weights, inputs = dense_layer()
    least = min(weights, inputs)
    right = 4 * least  # two halves, two bytes a word
    thousand = "that is in kB; the answer is asked for in bytes"
    halves = "the operand has to fit into half of the buffer, and a word has 16 bits: did you count both?"
    smaller = "the smaller of the two operands is enough: which one is it?"
    both = "one of the two operands is enough: the other one is then read once"
    slips = [
        (right // 1024, thousand),
        (right / 1000, thousand),
        (2 * least, halves),
        (least, "that is the operand, in words; it fills half of the buffer only, and the answer is asked for in bytes"),
        (8 * right, "that is in bits; the answer is asked for in bytes"),
        (2 * right, "once too often doubled: two halves, and two bytes a word"),
        (4 * weights, smaller),
        (2 * weights, smaller),
        (weights, smaller),
        (4 * (weights + inputs), both),
        (2 * (weights + inputs), both),
        (right - 1, "a byte is missing"),
        (right + 1, "a byte less is enough"),
    ]
    return number_hint(answer, right, unit="bytes", slips=slips)


def check_dram_share(answer):
    def share(macs, buffer_words, words, registers=ACCESSES, buffer=EYERISS.buffer):
        core = macs * (EYERISS.mac + registers * EYERISS.rf)
        dram = EYERISS.dram * words
        return dram / (core + buffer * buffer_words + dram)

    def of_the_rest(*counts):
        return share(*counts) / (1 - share(*counts))

    mistakes = [
        (lambda *counts: share(*counts, registers=0), "a MAC also reads two operands and a sum from its registers, at 1 each"),
        (lambda *counts: share(*counts, registers=2), "two operands and the sum: three register accesses a MAC"),
        (lambda *counts: share(*counts, registers=4), "that is with four accesses a MAC; three are asked for"),
        (lambda *counts: share(*counts, buffer=0), "the words between buffer and array cost energy, too"),
        (lambda *counts: share(*counts, buffer=1), "a buffer word costs 6 in this table"),
        (lambda *counts: 100 * share(*counts), "that is in per cent; a share between 0 and 1 is asked for"),
        (of_the_rest, "that is DRAM over all the rest; a share is a part of the whole, DRAM included"),
        (lambda *counts: 1 - share(*counts), "that is the share of all but DRAM"),
        (lambda *counts: 1 / share(*counts), "that is its inverse"),
        (lambda macs, buffer_words, words: words / (macs + buffer_words + words), "every event has its own energy"),
    ]
    dice = Dice(34)
    cases = [(dice.randint(1, 10**8), dice.randint(1, 10**7), dice.randint(1, 10**6)) for _ in range(20)]
    return function_hint(answer, share, cases, "(macs, buffer_words, dram_words)", mistakes=mistakes)


def check_half_dram(answer):
    """MACs per DRAM word at which half of the energy is DRAM, the buffer for nothing."""
    right = EYERISS.dram / (EYERISS.mac + ACCESSES * EYERISS.rf)
    slips = [
        (EYERISS.dram / (EYERISS.mac + 4 * EYERISS.rf), "that is with four register accesses a MAC; this exercise counts three"),
        (EYERISS.dram / EYERISS.mac, "a MAC with its registers costs more than 1"),
        (EYERISS.dram / (ACCESSES * EYERISS.rf), "the MAC itself costs energy, besides its three registers"),
        (1 / right, "that is DRAM words per MAC; the ratio is MACs per DRAM word"),
        (EYERISS.dram * 4, "4A = 200D: what is A/D?"),
        (2 * right, "half of the energy is DRAM where both sides are equal: 4A = 200D"),
        (right / 2, "half of the energy is DRAM where both sides are equal: 4A = 200D"),
    ]
    return number_hint(answer, right, 1e-6, "MACs per word", slips)


def check_formats(answer):
    def oracle(zeros, word_bits):
        return min([format_factor(form, 1 - zeros, word_bits) for form in ("dense", "bitmask", "csr")])

    def bitmask(zeros, word_bits):
        return 1 - zeros + 1 / word_bits

    mistakes = [
        (lambda zeros, bits: min(bitmask(zeros, bits), 2 * (1 - zeros)), "where both formats lose, the weights are stored dense"),
        (
            lambda zeros, bits: min(1, bitmask(zeros, bits)),
            "with many zeros an index a non-zero is shorter than a bit a weight",
        ),
        (lambda zeros, bits: min(1, 2 * (1 - zeros)), "with few zeros a bit a weight is shorter than an index a non-zero"),
        (lambda zeros, bits: oracle(1 - zeros, bits) if zeros else 0, "`zeros` is the share that is zero; the rest is stored"),
        (lambda zeros, bits: min(1, 1 - zeros), "the positions of the non-zeros cost something, too"),
        (
            lambda zeros, bits: min(1, bitmask(zeros, bits), (1 - zeros) * (1 + 1 / bits)),
            "an index of CSR takes a whole word, not a bit",
        ),
        (lambda zeros, bits: bits * oracle(zeros, bits), "these are bits; words per weight are asked for"),
        (lambda zeros, bits: min(1, bitmask(zeros, 16), 2 * (1 - zeros)), "a word has `word_bits` bits, not always 16"),
    ]
    dice = Dice(35)
    cases = [(2 / 128, 16), (125 / 128, 16), (96 / 128, 4), (32 / 128, 4)]
    cases += [(dice.randint(1, 127) / 128, dice.choice([4, 8, 16, 32])) for _ in range(40)]
    return function_hint(answer, oracle, cases, "(zeros, word_bits)", mistakes=mistakes)


def check_takeovers(answer):
    """Shares of zeros at which, with 4-bit words, the bitmask beats dense storage and CSR beats the bitmask."""
    bits = 4
    first, second = 1 / bits, 1 - 1 / bits
    slips = [
        ((second, first), "the bitmask comes first: with few zeros it is the shorter one"),
        ((100 * first, 100 * second), "these are per cent; shares between 0 and 1 are asked for"),
        ((1 / 16, 1 / 2), "those are the shares for 16 bits, the second one against dense storage"),
        ((1 / 16, 15 / 16), "those are the shares for 16 bits; here a word has 4"),
        ((first, 1 / 2), "from one half on CSR beats dense storage; the bitmask is better there still"),
    ]
    return vector_hint(answer, (first, second), "(bitmask, csr)", slips)


def check_which_hardware(answer):
    """The arrays on zeros that lie anywhere: of four weights, `fitting` is the share of groups that 2:4 could run."""
    zeros = 0.6
    fitting = 1 - (1 - zeros) ** 4 - 4 * zeros * (1 - zeros) ** 3
    return choice_hint(
        answer,
        "lanes",
        {
            "none": "nothing is saved: every zero is multiplied like any other weight",
            "gate": "a gated multiplier rests, but its slot in the schedule stays: what happens to the cycles?",
            "nm": f"random zeros leave more than two others in {round(100 * (1 - fitting))} of 100 groups of four, so this array "
            "runs the layer dense. The gain that `simulate` reports for nm is that of zeros put into the pattern",
        },
    )


CHECKS = {
    "03.1": check_traffic,
    "03.2": check_buffer,
    "03.3": check_dram_share,
    "03.3b": check_half_dram,
    "03.4": check_formats,
    "03.4b": check_takeovers,
    "03.5": check_which_hardware,
}
