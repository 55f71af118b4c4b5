"""Checks of chapter 1, what a layer costs."""

from math import ceil
from random import Random

from squeezelab.hardware import accelerator
from squeezelab.networks import Network

from .checks import choice, function, number

MACHINE = accelerator("squeezelerator-16")


def layer(c_in, c_out, size, kernel, stride=1, groups=1):
    """A convolution on a square map, padded by half its kernel."""
    net = Network("one layer", (c_in, size, size))
    return net.conv(net.input, c_out, kernel, stride=stride, padding=kernel // 2, groups=groups, bias=False)


def random_layers(seed, count=12):
    """Shapes for `layer`: odd kernels, strides 1 and 2, from dense to depthwise."""
    draw = Random(seed)
    for _ in range(count):
        groups = draw.choice([1, 1, 2, 4, 8])
        c_in, c_out = groups * draw.randint(1, 9), groups * draw.randint(1, 9)
        yield c_in, c_out, draw.randint(7, 60), draw.choice([1, 3, 5, 7]), draw.choice([1, 2]), groups


def conv_macs(answer):
    def right(*shape):
        return layer(*shape).macs

    def at_input_size(c_in, c_out, size, kernel, stride, groups):
        return size * size * c_out * (c_in // groups) * kernel**2

    def dense(c_in, c_out, size, kernel, stride, groups):
        return right(c_in, c_out, size, kernel, stride, groups) * groups

    mistakes = [
        (at_input_size, "a weight is used once per output pixel; with stride 2 there are fewer of them than input pixels"),
        (dense, "every output channel is charged with all input channels, but it sees only those of its own group"),
        (lambda *shape: 2 * right(*shape), "these are FLOPs; a multiplication with its addition is one MAC"),
    ]
    names = "c_in, c_out, size, kernel, stride, groups"
    return function(answer, right, list(random_layers(seed=1)), names, mistakes=mistakes)


def least_channels(answer):
    ridge = MACHINE.pes / MACHINE.words_per_cycle
    right = ceil(2 / (1 / ridge - 1 / 28**2))
    if answer == ceil(2 * ridge):
        return "C/2 is the ratio on a map without end; on 28 x 28 the weights still cost something"
    return number(answer, right)


def bandwidth(answer):
    words = MACHINE.pes / layer(128, 128, 28, 3, groups=128).intensity
    if not number(answer, words, 0.01):
        return "these are words per cycle; the question asks for GB/s, and a word has two bytes"
    return number(answer, words * MACHINE.word_bits / 8 * MACHINE.clock_ghz, 0.01, "GB/s")


def chain(draw):
    """Two to four layers that read one another: (layers,), the argument of the answer."""
    net = Network("chain", (draw.randint(2, 40), 28, 28))
    x = net.input
    for _ in range(draw.randint(2, 4)):
        x = net.conv(x, draw.randint(2, 40), draw.choice([1, 3, (1, 3), (3, 1)]), padding="same", bias=False)
    return (tuple(net.layers),)


def fused_words(answer):
    def right(layers):
        return layers[0].input_words + sum(each.weight_words for each in layers) + layers[-1].output_words

    mistakes = [
        (lambda layers: sum(each.words for each in layers), "the maps in between still go out and come back"),
        (lambda layers: layers[0].input_words + layers[-1].output_words, "the weights of every layer must be read, too"),
        (lambda layers: right(layers) - layers[-1].output_words, "the last map has to be written"),
    ]
    draw = Random(4)
    return function(answer, right, [chain(draw) for _ in range(8)], "layers", mistakes=mistakes)


def depthwise_remedy(answer):
    wide, large = layer(256, 256, 28, 3, groups=256), layer(128, 128, 56, 3, groups=128)
    return choice(
        answer,
        "5x5 kernel",
        {
            "256 channels": f"MACs and words both double: the ratio stays at {wide.intensity:.2f}",
            "56 x 56 map": f"only the weights' share shrinks, and it was tiny: {large.intensity:.2f}",
            "batch of 64": "a batch reuses the weights, and here the maps are 99 % of the words",
        },
    )


CHECKS = {
    "01.1": conv_macs,
    "01.2": least_channels,
    "01.3": bandwidth,
    "01.4": fused_words,
    "01.5": depthwise_remedy,
}
