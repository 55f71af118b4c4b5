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
    mistakes = [
        (lambda channels, groups: 2.25 * channels**2, "a grouped layer has 1/groups of the weights; yours ignores them"),
        (lambda channels, groups: 2.25 * channels**2 / groups, "not all five are grouped: squeeze 2 and expand stay dense"),
    ]
    return function(answer, built_block_weights, cases, "(channels, groups)", mistakes=mistakes)


def with_outputs(net, ops):
    """MACs and one operation for each output value of the layers whose `op` is among `ops`."""
    return net.macs + sum(layer.output_words for layer in net.mac_layers if layer.op in ops)


def paper_macs(answer):
    """The published MAC column: our MACs and one operation for each output value of a convolution."""
    networks = {"v1": squeezenext(), "v5": squeezenext(version=5), "SqueezeNet": squeezenet()}

    def counting(*ops):
        return lambda name: with_outputs(networks[name], ops)

    def asked(name):
        return answer(networks[name])

    mistakes = [
        (counting(), "these are our MACs; the paper adds an operation for each value that a convolution writes"),
        (counting("conv", "linear"), "the fully connected layer pays no extra operation"),
    ]
    cases = [(name,) for name in networks]
    return function(asked if callable(answer) else answer, counting("conv"), cases, "(net)", mistakes=mistakes)


def slower_sides(answer):
    """Square arrays on which v5 takes longer than v2, all else as on squeezelerator-16."""
    if not isinstance(answer, (list, tuple, set, range)):
        return f"a list of sides is asked for, not {type(answer).__name__}"
    right, given = set(), {int(side) for side in answer}
    for side in SIDES:
        machine = accelerator("squeezelerator-16").with_(rows=side, cols=side)
        v2, v5 = (simulate(squeezenext(version=v), machine, sparsity=0.4).cycles for v in (2, 5))
        if v5 > v2:
            right.add(side)
    if given - right:
        wrong = sorted(given - right)[0]
        return f"v5 is not slower than v2 on {wrong} × {wrong}"
    return f"there are {len(right - given)} more to find" if right - given else None


def better_depths(answer):
    """21 blocks, at most a million parameters, fewer simulated cycles than v5."""
    if not isinstance(answer, (list, tuple)) or len(answer) != 4:
        return f"four block counts are asked for, as [2, 4, 14, 1], not {type(answer).__name__}"
    depths = tuple(answer)
    if sum(depths) != BLOCKS:
        return f"{list(depths)} has {sum(depths)} blocks, not {BLOCKS}"
    net = squeezenext(version=5, depths=depths)
    if net.params > MOST_PARAMS:
        return f"{net.params:,} parameters are more than {MOST_PARAMS:,}; which stage has the heaviest blocks?"
    ours, theirs = (simulate(x, "squeezelerator-16", sparsity=0.4).cycles for x in (net, squeezenext(version=5)))
    if number(ours, theirs) is None:
        return "that is v5 itself"
    return None if ours < theirs else f"{ours:,.0f} cycles do not beat v5's {theirs:,.0f}; in which stage is a block cheapest?"


CHECKS = {
    "07.1": block_weights,
    "07.2": paper_macs,
    "07.3": slower_sides,
    "07.4": better_depths,
}
