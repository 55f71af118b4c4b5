"""Checks of chapter 7, SqueezeNext."""

from squeezelab.hardware import accelerator, simulate
from squeezelab.networks import Network, squeezenet, squeezenext, squeezenext_block

from .checks import function, number

BLOCKS = 21
MOST_PARAMS = 1_000_000
SIDES = range(4, 33)


def built_block_weights(channels, groups):
    """Weights of a plain block, counted on a block that the package builds."""
    net = Network("block", (channels, 8, 8))
    squeezenext_block(net, net.input, channels, groups=groups)
    return sum(layer.weight_words for layer in net.mac_layers)


def block_weights(answer):
    cases = [(32, 1), (128, 1), (64, 2), (256, 4), (96, 1)]
    return function(answer, built_block_weights, cases, "(channels, groups)")


def built_pair_ratio(k, c_in, c_mid, c_out):
    """Weights of a Kx1 and a 1xK convolution over those of the KxK convolution they replace, counted."""
    pair, full = Network("pair", (c_in, 16, 16)), Network("full", (c_in, 16, 16))
    middle = pair.conv(pair.input, c_mid, (k, 1), padding="same", bias=False)
    pair.conv(middle, c_out, (1, k), padding="same", bias=False)
    full.conv(full.input, c_out, k, padding="same", bias=False)
    return pair.params / full.params


def pair_ratio(answer):
    cases = [(3, 64, 64, 64), (5, 64, 64, 64), (3, 32, 64, 64), (7, 16, 8, 32), (3, 8, 16, 24)]
    return function(answer, built_pair_ratio, cases, "(k, c_in, c_mid, c_out)")


def paper_macs(answer):
    """The published MAC column: our MACs and one operation for each output value of a convolution."""
    networks = {"v1": squeezenext(), "v5": squeezenext(version=5), "SqueezeNet": squeezenet()}
    for name, net in networks.items():
        expected = net.macs + sum(layer.output_words for layer in net.mac_layers if layer.op == "conv")
        got = answer(net)
        if number(got, expected):
            return f"for {name} it gives {got}, but {expected} is right; our MACs are {net.macs}"
    return None


def slower_sides(answer):
    """Square arrays on which v5 takes longer than v2, all else as on squeezelerator-16."""
    right, given = set(), {int(side) for side in answer}
    for side in SIDES:
        machine = accelerator("squeezelerator-16").with_(rows=side, cols=side)
        v2, v5 = (simulate(squeezenext(version=v), machine, sparsity=0.4).cycles for v in (2, 5))
        if v5 > v2:
            right.add(side)
    if given - right:
        return f"v5 is not slower than v2 on {sorted(given - right)[0]} × {sorted(given - right)[0]}"
    return f"{len(right - given)} of them are missing" if right - given else None


def better_depths(answer):
    """21 blocks, at most a million parameters, fewer simulated cycles than v5."""
    depths = tuple(int(depth) for depth in answer)
    if sum(depths) != BLOCKS:
        return f"{list(depths)} has {sum(depths)} blocks, not {BLOCKS}"
    net = squeezenext(version=5, depths=depths)
    if net.params > MOST_PARAMS:
        return f"{net.params} parameters are more than {MOST_PARAMS}"
    ours, theirs = (simulate(x, "squeezelerator-16", sparsity=0.4).cycles for x in (net, squeezenext(version=5)))
    return None if ours < theirs else f"{ours} cycles do not beat v5's {theirs}"


CHECKS = {
    "07.1": block_weights,
    "07.2": pair_ratio,
    "07.3": paper_macs,
    "07.4": slower_sides,
    "07.5": better_depths,
}
