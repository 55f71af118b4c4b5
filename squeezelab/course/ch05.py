"""Checks of chapter 5, bottlenecks."""

from random import Random

from squeezelab.hardware import simulate
from squeezelab.networks import Network, fire_module, squeezenext_block

from .checks import function, number


def shapes(seed, fields, count=20, step=1):
    """The same `count` random cases in every run: `fields` whole multiples of `step`."""
    dice = Random(seed)
    return [tuple(step * dice.randint(1, 64) for _ in range(fields)) for _ in range(count)]


def check_block_weights(answer):
    def right(channels, kernel):
        return channels**2 * (1 / 2 + 1 / 8 + kernel / 8 + kernel / 4 + 1 / 2)

    def narrow_separable(channels, kernel):
        return channels**2 * (1 / 2 + 1 / 8 + kernel / 16 + kernel / 16 + 1 / 4)

    def square_kernels(channels, kernel):
        return channels**2 * (1 / 2 + 1 / 8 + kernel**2 / 8 + kernel**2 / 4 + 1 / 2)

    mistakes = [
        (narrow_separable, "the first separable convolution already widens from C/4 to C/2"),
        (square_kernels, "a Kx1 kernel has K taps, not K²"),
        (lambda channels, kernel: right(channels, 3), "that is right for K = 3 only"),
    ]
    dice = Random(51)
    cases = [(4 * dice.randint(1, 64), dice.choice([3, 5, 7])) for _ in range(20)]
    return function(answer, right, cases, "(channels, kernel)", mistakes=mistakes)


def check_pair_width(answer):
    mistakes = [(lambda c_in, c_out: c_in * c_out / (c_in + c_out), "the direct convolution has 9 taps, each of the pair 3")]
    cases = shapes(52, fields=2)
    return function(answer, lambda c_in, c_out: 3 * c_in * c_out / (c_in + c_out), cases, "(c_in, c_out)", mistakes=mistakes)


def check_separable_ratio(answer):
    def right(c_out, kernel):
        net = Network("separable", (8, 11, 11))
        net.conv(net.input, 8, kernel, padding=kernel // 2, groups=8, bias=False)
        separable = net.conv(net.layers[-1], c_out, 1, bias=False)
        dense = Network("dense", (8, 11, 11))
        dense.conv(dense.input, c_out, kernel, padding=kernel // 2, bias=False)
        return (net.layers[0].macs + separable.macs) / dense.macs

    dice = Random(53)
    cases = [(dice.randint(1, 300), dice.choice([1, 3, 5, 7])) for _ in range(20)]
    mistakes = [
        (lambda c_out, kernel: 1 / kernel**2, "that is the pointwise part; the depthwise part adds a term of its own"),
        (lambda c_out, kernel: 1 / c_out, "that is the depthwise part; the pointwise part adds a term of its own"),
        (lambda c_out, kernel: 1 / right(c_out, kernel), "that is the saving; the ratio asked for is its inverse"),
    ]
    return function(answer, right, cases, "(c_out, kernel)", mistakes=mistakes)


def check_expansion(answer):
    slips = {
        5: "at an expansion of 5 the block has 169,600 weights; the dense layer has 147,456",
        4.347: "that is where they are equal; the largest whole expansion below it is asked for",
    }
    for slip, hint in slips.items():
        if not number(answer, slip, 0.001):
            return hint
    return number(answer, 4)


def block_cycles(block, *arguments):
    net = Network("block", (128, 28, 28))
    block(net, net.input, *arguments)
    return simulate(net, "squeezelerator-16").cycles


def check_widest_fire(answer):
    limit = block_cycles(squeezenext_block, 128)
    right = max(s for s in range(1, 129) if block_cycles(fire_module, s, 64, 64) <= limit)
    if answer == 32:
        return "32 is not the end: the next squeeze channels cost a step, but does the step pass the limit?"
    return number(answer, right, unit="squeeze channels")


CHECKS = {
    "05.1": check_block_weights,
    "05.2": check_pair_width,
    "05.3": check_separable_ratio,
    "05.4": check_expansion,
    "05.5": check_widest_fire,
}
