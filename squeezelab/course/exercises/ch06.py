"""Checks of chapter 6, cheap features."""

from math import ceil

from squeezelab.hardware import simulate
from squeezelab.networks import Network, g_ghost_stage, ghost_module, mgic_block

from ..answers import number_in
from ..checks import computed_once, function_hint, number_hint
from ..dice import Dice


def module_weights(c_in, c_out, s, k, d):
    net = Network("module", (c_in, 11, 11))
    ghost_module(net, net.input, c_out, s, k, d)
    return sum([layer.weight_words for layer in net.mac_layers])


def check_ghost_weights(answer):
    def of_primary(primary_of, cheap):
        """Weights when the primary makes `primary_of(c_out, s)` channels and `cheap` gives the taps beside d²."""

        def weights(c_in, c_out, s, k, d):
            primary = primary_of(c_out, s)
            return c_in * primary * k**2 + cheap(primary, c_out, s) * d**2

        return weights

    def up(c_out, s):
        return -(-c_out // s)

    def copies(primary, c_out, s):
        return primary * (s - 1)

    def unsquared(c_in, c_out, s, k, d):
        return c_in * up(c_out, s) * k + up(c_out, s) * (s - 1) * d

    cut = "the channels that are cut off in the end have weights, too: the cheap part makes s - 1 from every primary one"
    up_it = "the primary makes c_out / s channels rounded up, or there would be too few"
    mistakes = [
        (of_primary(lambda c_out, s: c_out // s, copies), up_it),
        (of_primary(lambda c_out, s: c_out / s, copies), up_it),
        (of_primary(lambda c_out, s: c_out // s + 1, copies), "where s divides c_out there is no channel more: round up"),
        (
            of_primary(up, lambda p, c_out, s: p * p * (s - 1)),
            "the cheap convolution is depthwise: d² weights a channel",
        ),
        (of_primary(up, lambda p, c_out, s: c_out - p), cut),
        (of_primary(up, lambda p, c_out, s: p * s), "every primary channel has s - 1 copies, not s: it is one of the s itself"),
        (of_primary(up, lambda p, c_out, s: p), "that is right for s = 2 only"),
        (of_primary(up, lambda p, c_out, s: c_out), "the primary channels are kept as they are: the others are made from them"),
        (of_primary(up, lambda p, c_out, s: 0), "the cheap part has weights, too"),
        (unsquared, "square kernels have k² and d² taps"),
        (lambda c_in, c_out, s, k, d: module_weights(c_in, c_out, s, d, k), "k and d are exchanged: d is the cheap kernel"),
        (lambda c_in, c_out, s, k, d: c_in * c_out * k**2, "that is the plain convolution"),
    ]
    dice = Dice(61)
    cases = [(16, 16, 2, 1, 3), (16, 17, 2, 3, 3), (8, 10, 4, 3, 5)]
    for _ in range(20):
        c_in, c_out, s = dice.randint(1, 200), dice.randint(2, 200), dice.randint(2, 8)
        cases.append((c_in, c_out, s, dice.choice([1, 3]), dice.choice([3, 5])))
    return function_hint(answer, module_weights, cases, "(c_in, c_out, s, k, d)", mistakes=mistakes)


def check_channels_needed(answer):
    def exact(s, share, copies=None):
        return 9 * (s - 1 if copies is None else copies) * share / (1 - share)

    def right(s, share):
        return ceil(exact(s, share))

    mistakes = [
        (exact, "channels are whole: the smallest whole number that suffices"),
        (lambda s, share: int(exact(s, share)), "the smallest whole number that suffices: round up"),
        (lambda s, share: int(exact(s, share)) + 1, "at least: where the saving is exactly `share` of s, that is enough"),
        (lambda s, share: right(s, share) - 1, "with that many the saving stays below `share` of s"),
        (lambda s, share: right(s, share) + 1, "one fewer is enough"),
        (lambda s, share: right(2, share), "that is right for s = 2 only"),
        (lambda s, share: ceil(exact(s, share, copies=s)), "every primary channel has s - 1 copies, not s"),
        (lambda s, share: ceil(exact(s, share) / 9), "the cheap kernel has 9 taps"),
        (lambda s, share: ceil(9 * (s - 1) / (1 - share)), "the share stands above the line as well"),
        (lambda s, share: ceil(exact(s, 1 - share)), "`share` is what is reached, not what is missing"),
    ]
    return function_hint(answer, right, shares(), "(s, share)", mistakes=mistakes)


def shares():
    """(s, share): either exactly reached by a whole number (share 1/2), or far from any, so that no rounding decides."""
    cases = [(2, 0.0625)] + [(s, 0.5) for s in range(2, 9)]
    dice = Dice(62)
    while len(cases) < 30:
        s, share = dice.randint(2, 8), dice.randint(8, 63) / 64
        needed = 9 * (s - 1) * share / (1 - share)
        if 0.01 < needed % 1 < 0.99:
            cases.append((s, share))
    return cases


def block_params(c, s):
    net = Network("block", (c, 7, 7))
    mgic_block(net, net.input, c, 1, s, s)
    return net.params


def recursion(down=1, up=1, norms=6, grouped=2, end_norms=4, coarsest=18):
    """The recursion with other counts: norms a channel, grouped 3×3 convolutions a level, the block at the end."""

    def params(c, s):
        groups, half = max(c // s, 1), c // 2
        level = down * (c // groups * half) + up * (half // groups * c) + grouped * 9 * (c // groups) * c + norms * c
        return level + (coarsest * half**2 + end_norms * half if half < s else params(half, s))

    return params


def check_mgic_params(answer):
    cases = [(s << levels, s) for s in (4, 8, 16, 32) for levels in range(5)]
    no_norms = "the norms are missing: two parameters a channel for each of them"
    mistakes = [
        (lambda c, s: 18 * c**2 + 4 * c, "that is the basic block, whose channels all mix"),
        (recursion(norms=0, end_norms=0), no_norms),
        (recursion(norms=0), no_norms),
        (recursion(end_norms=0), "the basic block at the coarsest level has norms, too"),
        (recursion(norms=4), "the prolongation has a norm, too"),
        (recursion(norms=3, end_norms=2), "a norm has two parameters a channel, a scale and a shift"),
        (recursion(grouped=1), "each level has two grouped 3×3 convolutions"),
        (recursion(down=0), "the restriction and the prolongation both have weights"),
        (recursion(coarsest=9), "the basic block has two 3×3 convolutions"),
        (recursion(coarsest=0, end_norms=0), "the recursion ends with a basic block on c/2 channels"),
        (lambda c, s: (38 * s + 12) * c, "the constant is missing: the sum ends at the coarsest level"),
        (lambda c, s: block_params(s, s), "that is the last level only"),
        (lambda c, s: block_params(c, s) - (block_params(c // 2, s) if c // 2 >= s else 0), "that is the first level only"),
    ]
    return function_hint(answer, block_params, cases, "(c, s)", mistakes=mistakes)


def stage_raw(channels, width):
    net = Network("stage", (8, 8, 8))
    g_ghost_stage(net, net.input, channels, 3, width)
    return net["split.raw"].shape[0]


def check_raw_channels(answer):
    down = "the inner groups are three quarters as wide, rounded down at the end: 3 · width // 4"
    mistakes = [
        (lambda channels, width: channels // 2, "half of the channels need not be a multiple of the inner group"),
        (lambda channels, width: channels // 2 // width * width, "the inner groups are three quarters as wide"),
        (lambda channels, width: channels // 2 // (3 * (width // 4)) * (3 * (width // 4)), down),
        (lambda channels, width: channels // 2 // ceil(3 * width / 4) * ceil(3 * width / 4), down),
        (lambda channels, width: channels // 2 // (3 * width / 4) * (3 * width / 4), down),
        (lambda channels, width: channels // 2 // round(3 * width / 4) * round(3 * width / 4), down),
        (lambda channels, width: channels // 2 // (3 * width // 4), "that is the number of groups; channels are asked for"),
        (lambda channels, width: channels // (3 * width // 4) * (3 * width // 4), "half of the channels are filled, not all"),
        (
            lambda channels, width: -(-(channels // 2) // (3 * width // 4)) * (3 * width // 4),
            "groups that fit into the half: round down",
        ),
        (lambda channels, width: channels - stage_raw(channels, width), "those are the channels that are not raw"),
    ]
    dice = Dice(64)
    cases = [(192, 48), (96, 6), (70, 7), (66, 22), (60, 10), (45, 5)]
    while len(cases) < 30:
        width = dice.randint(4, 60)
        cases.append((width * dice.randint(2, 20), width))
    return function_hint(answer, stage_raw, cases, "(channels, width)", mistakes=mistakes)


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
    widths = (16, 32, 64, 128, 256, 512)
    gains = computed_once("gains", lambda: [gpu_gain(channels) for channels in widths])
    losing = max([channels for channels, gain in zip(widths, gains) if gain <= 1])
    value = number_in(answer)
    for channels, gain in zip(widths, gains):
        if value == channels and gain > 1 and channels < losing:
            return "it is faster there, but not at every larger width: from which one on does it stay so?"
        if value == channels and gain <= 1:
            return f"at {channels} channels the Ghost module is not faster: {gain:.2f} times"
        if value == channels and channels > 2 * losing:
            return "it is faster there, but a smaller power of two will do"
    return number_hint(answer, 2 * losing, unit="channels")


CHECKS = {
    "06.1": check_ghost_weights,
    "06.2": check_channels_needed,
    "06.3": check_mgic_params,
    "06.4": check_raw_channels,
    "06.5": check_changes_its_mind,
}
