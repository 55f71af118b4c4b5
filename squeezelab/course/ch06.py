"""Checks of chapter 6, cheap features."""

from fractions import Fraction
from math import ceil
from random import Random

from squeezelab.hardware import simulate
from squeezelab.networks import Network, g_ghost_stage, ghost_module, mgic_block

from .checks import function, number


def module_weights(c_in, c_out, s, k, d):
    net = Network("module", (c_in, 11, 11))
    ghost_module(net, net.input, c_out, s, k, d)
    return sum(layer.weight_words for layer in net.mac_layers)


def check_ghost_weights(answer):
    dice = Random(61)
    fields = [
        (dice.randint(1, 200), dice.randint(2, 200), dice.randint(2, 8), dice.choice([1, 3]), dice.choice([3, 5]))
        for _ in range(20)
    ]

    def floored(c_in, c_out, s, k, d):
        return c_in * (c_out // s) * k**2 + (c_out // s) * (s - 1) * d**2

    def dense_cheap(c_in, c_out, s, k, d):
        primary = -(-c_out // s)
        return c_in * primary * k**2 + primary * primary * (s - 1) * d**2

    def cut(c_in, c_out, s, k, d):
        primary = -(-c_out // s)
        return c_in * primary * k**2 + (c_out - primary) * d**2

    mistakes = [
        (floored, "the primary makes c_out / s channels rounded up, or there would be too few"),
        (dense_cheap, "the cheap convolution is depthwise: d² weights for each channel it makes"),
        (cut, "the channels that are cut off in the end have weights, too: the cheap part makes s - 1 from every primary one"),
    ]
    return function(answer, module_weights, fields, "(c_in, c_out, s, k, d)", mistakes=mistakes)


def check_channels_needed(answer):
    def right(s, share):
        share = Fraction(share).limit_denominator(100)
        return ceil(9 * (s - 1) * share / (1 - share))

    dice = Random(62)
    cases = [(dice.randint(2, 8), dice.choice([0.5, 0.6, 0.75, 0.8, 0.9, 0.95])) for _ in range(20)]
    mistakes = [
        (lambda s, share: right(2, share), "that is right for s = 2 only"),
        (lambda s, share: right(s, share) - 1, "the smallest whole number that suffices: round up"),
        (lambda s, share: ceil(9 * share / (1 - share) * s), "every primary channel has s - 1 copies, not s"),
    ]
    return function(answer, right, cases, "(s, share)", mistakes=mistakes)


def block_params(c, s):
    net = Network("block", (c, 7, 7))
    mgic_block(net, net.input, c, 1, s, s)
    return net.params


def check_mgic_params(answer):
    cases = [(s << levels, s) for s in (4, 8, 16, 32) for levels in range(5)]
    mistakes = [
        (lambda c, s: 18 * c**2 + 4 * c, "that is the basic block, whose channels all mix"),
        (lambda c, s: 38 * s * c - 29 * s**2 // 2 - 4 * s, "the norms are missing: 12 params for each channel"),
        (lambda c, s: (38 * s + 12) * c, "the constant is missing: the sum ends at the coarsest level"),
    ]
    return function(answer, block_params, cases, "(c, s)", mistakes=mistakes)


def stage_raw(channels, width):
    net = Network("stage", (8, 8, 8))
    g_ghost_stage(net, net.input, channels, 3, width)
    return net["split.raw"].shape[0]


def check_raw_channels(answer):
    dice = Random(64)
    cases = []
    while len(cases) < 20:
        width = 4 * dice.randint(1, 32)
        channels = width * dice.randint(2, 20)
        cases.append((channels, width))
    mistakes = [
        (lambda channels, width: channels // 2, "half of the channels need not be a multiple of the inner group"),
        (lambda channels, width: channels // 2 // width * width, "the inner groups are three quarters as wide"),
    ]
    return function(answer, stage_raw, cases, "(channels, width)", mistakes=mistakes)


def gpu_gain(channels):
    """The plain 3×3 divided by the Ghost module, cycles on the large machine."""
    cycles = []
    for ghost in (False, True):
        net = Network("layer", (channels, 28, 28))
        if ghost:
            ghost_module(net, net.input, channels, kernel=3)
        else:
            net.conv_norm_relu(net.input, channels, 3)
        cycles.append(simulate(net, "gpu-like").cycles)
    return cycles[0] / cycles[1]


def check_changes_its_mind(answer):
    gains = {channels: gpu_gain(channels) for channels in (16, 32, 64, 128, 256, 512)}
    for channels, gain in gains.items():
        if answer == channels and gain > 1 and any(later <= 1 for other, later in gains.items() if other > channels):
            return "it is faster there, but not at every larger width: from which one on does it stay so?"
    losing = max(channels for channels, gain in gains.items() if gain <= 1)
    return number(answer, 2 * losing, unit="channels")


CHECKS = {
    "06.1": check_ghost_weights,
    "06.2": check_channels_needed,
    "06.3": check_mgic_params,
    "06.4": check_raw_channels,
    "06.5": check_changes_its_mind,
}
