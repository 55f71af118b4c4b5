"""Checks of chapter 1, what a layer costs."""

from math import ceil

from squeezelab.hardware import accelerator, roofline_cycles
from squeezelab.networks import Network

from ..answers import number_in
from ..checks import choice_hint, function_hint, number_hint
from ..dice import Dice

MACHINE = accelerator("squeezelerator-16")


def layer(c_in, c_out, size, kernel, stride=1, groups=1):
    """A convolution on a square map, padded by half its kernel."""
    net = Network("one layer", (c_in, size, size))
    return net.conv(net.input, c_out, kernel, stride=stride, padding=kernel // 2, groups=groups, bias=False)


def random_layers():
    """Shapes for `layer`: odd and even kernels, strides 1 to 4, from dense to depthwise."""
    dice = Dice(101)
    cases = [(3, 6, 8, 3, 1, 1), (2, 2, 10, 3, 3, 1), (1, 1, 8, 2, 1, 1), (4, 6, 9, 3, 2, 2), (3, 8, 12, 5, 4, 1)]
    for _ in range(20):
        groups = dice.choice([1, 1, 2, 4, 8])
        c_in, c_out = groups * dice.randint(1, 9), groups * dice.randint(1, 9)
        cases.append((c_in, c_out, dice.randint(7, 60), dice.randint(1, 7), dice.randint(1, 4), groups))
    return cases


def macs_by_side(side, per_group=True):
    """A wrong formula: `side` gives the outputs along one axis, of (size, kernel, stride)."""

    def macs(c_in, c_out, size, kernel, stride, groups):
        inputs = c_in // groups if per_group else c_in
        return c_out * inputs * kernel**2 * side(size, kernel, stride) ** 2

    return macs


def check_conv_macs(answer):
    def right(*shape):
        return layer(*shape).macs

    def side(size, kernel, stride):
        return (size + 2 * (kernel // 2) - kernel) // stride + 1

    windows = "along each axis (size + 2 · padding - kernel) // stride + 1 windows fit, with padding = kernel // 2"
    dense = "every output channel is charged with all input channels, but it sees only those of its own group"
    strided = "a weight is used once per output pixel; with a stride there are fewer of them than input pixels"
    mistakes = [
        (macs_by_side(lambda size, kernel, stride: size), strided),
        (macs_by_side(lambda size, kernel, stride: size, per_group=False), "neither the stride nor the groups save anything yet"),
        (macs_by_side(side, per_group=False), dense),
        (macs_by_side(lambda size, kernel, stride: size // stride), windows),
        (macs_by_side(lambda size, kernel, stride: ceil(size / stride)), windows + "; an even kernel leaves one more"),
        (macs_by_side(lambda size, kernel, stride: (size + stride // 2) // stride), windows),
        (
            macs_by_side(lambda size, kernel, stride: (size - kernel) // stride + 1),
            "the map is padded: windows begin outside",
        ),
        (
            macs_by_side(lambda size, kernel, stride: (size + kernel // 2 * 2 - kernel) / stride + 1),
            "part of a window is none",
        ),
        (macs_by_side(lambda size, kernel, stride: side(size, kernel, stride) - 1), "the first window counts, too: + 1"),
        (lambda *shape: 2 * right(*shape), "these are FLOPs; a multiplication with its addition is one MAC"),
        (lambda *shape: right(*shape) / shape[5], "the groups divide once: each output channel sees c_in / groups channels"),
        (lambda *shape: right(*shape) / shape[3], "a square kernel has kernel² taps"),
        (lambda *shape: layer(*shape).weight_words, "these are the weights; each is used at every output pixel"),
    ]
    return function_hint(answer, right, random_layers(), "(c_in, c_out, size, kernel, stride, groups)", mistakes=mistakes)


def check_least_channels(answer):
    ridge = MACHINE.pes / MACHINE.words_per_cycle
    right = 1
    while layer(right, right, 28, 1).intensity < ridge:
        right += 1
    before = layer(right - 1, right - 1, 28, 1).intensity
    exact = 2 / (1 / ridge - 1 / 28**2)
    endless = "C/2 is the ratio on a map without end; on 28 × 28 the weights still cost something"
    slips = [
        (ceil(2 * ridge), endless),
        (right - 1, f"at {right - 1} channels the ratio is {before:.2f}: it still waits, if not for long"),
    ]
    value = number_in(answer)
    if value is not None and value != right and abs(value - exact) < 0.05:
        return "that is where the ratio reaches 32, but channels are whole: which is the first that is enough?"
    return number_hint(answer, right, unit="channels", slips=slips)


def check_bandwidth(answer):
    words = MACHINE.pes / layer(128, 128, 28, 3, groups=128).intensity
    right = words * MACHINE.word_bits / 8 * MACHINE.clock_ghz
    slips = [
        (words, "these are words per cycle; the question asks for GB/s, and a word has two bytes"),
        (8 * right, "that is in Gbit/s; a byte has 8 bits"),
        (words * 8, "a word has two bytes, not eight"),
        (MACHINE.dram_gb_per_s, "that is what the machine has; it waits"),
    ]
    return number_hint(answer, right, 0.01, "GB/s", slips)


def chain(dice, length):
    """Layers that read one another: (layers,), the argument of the answer."""
    net = Network("chain", (dice.randint(2, 40), 28, 28))
    x = net.input
    for _ in range(length):
        kernel = dice.choice([1, 3, (1, 3), (3, 1)])
        x = net.conv(x, dice.randint(2, 40), kernel, padding="same", bias=False)
    return (list(net.layers),)


def chain_in_words(layers):
    words = ", ".join([f"{each.input_words} + {each.weight_words} + {each.output_words}" for each in layers])
    return f"a chain of {len(layers)} with the words (input + weights + output) {words}"


def check_fused_words(answer):
    def right(layers):
        return layers[0].input_words + sum([each.weight_words for each in layers]) + layers[-1].output_words

    def maps(layers):
        return layers[0].input_words + layers[-1].output_words

    mistakes = [
        (lambda layers: sum([each.words for each in layers]), "the maps in between still go out and come back"),
        (lambda layers: layers[0].words, "the layers after the first have weights, and the last one's map goes out"),
        (maps, "the weights of every layer must be read, too"),
        (lambda layers: right(layers) - layers[-1].output_words, "the last map has to be written"),
        (lambda layers: right(layers) - layers[0].input_words, "the first map has to be read"),
        (lambda layers: right(layers) - maps(layers), "the first map has to be read, and the last one written"),
        (lambda layers: maps(layers) + layers[0].weight_words, "the layers after the first have weights, too"),
        (lambda layers: maps(layers) + layers[-1].weight_words, "the layers before the last have weights, too"),
        (
            lambda layers: layers[0].input_words + sum([each.weight_words + each.output_words for each in layers]),
            "a map in between is neither written nor read again: only the first map comes in, only the last one goes out",
        ),
    ]
    dice = Dice(104)
    cases = [chain(dice, length) for length in (2, 3, 4, 2, 3, 4, 1, 5)]
    return function_hint(answer, right, cases, "layers", mistakes=mistakes, tell=chain_in_words)


def check_depthwise_remedy(answer):
    wide, large = layer(256, 256, 28, 3, groups=256), layer(128, 128, 56, 3, groups=128)
    return choice_hint(
        answer,
        "5x5 kernel",
        {
            "256 channels": f"MACs and words both double: the ratio stays at {wide.intensity:.2f}",
            "56 x 56 map": f"only the weights' share shrinks, and it was tiny: {large.intensity:.2f}",
            "batch of 64": "a batch reuses the weights, and here the maps are 99 % of the words",
        },
    )


def check_remedy_in_time(answer):
    """Cycles of the 5×5 layer on the roofline of the machine."""
    small, large = [layer(128, 128, 28, kernel, groups=128) for kernel in (3, 5)]
    before, right = [roofline_cycles(each.macs, each.words, MACHINE) for each in (small, large)]
    slips = [
        (before, "that is the 3×3 layer; the 5×5 has more weights to read"),
        (large.macs / MACHINE.pes, "so many cycles the arithmetic takes; the words take longer, and the layer waits for them"),
        (before * large.macs / small.macs, "time follows the MACs only where the layer does not wait for memory"),
        (large.words, "these are words; the machine reads several in a cycle"),
    ]
    return number_hint(answer, right, 0.002, "cycles", slips)


CHECKS = {
    "01.1": check_conv_macs,
    "01.2": check_least_channels,
    "01.3": check_bandwidth,
    "01.4": check_fused_words,
    "01.5": check_depthwise_remedy,
    "01.5b": check_remedy_in_time,
}
