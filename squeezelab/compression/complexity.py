"""Which layers a network's cost sits in, and widths drawn by it: after Zawish et al. 2022, *Complexity-Driven CNN Compression*.

Of the paper the abstracts were read, not the body. PA, FA and MA, the shares of parameters, of operations and of memory by which
layers are drawn at random, are its idea; that memory means the map a layer writes, that the shares are computed anew after every
removed filter, and that a tenth of each layer stays, are inferred.

>>> from squeezelab.networks import mini_vgg
>>> [[round(part, 3) for part in layer_shares(mini_vgg(), mode).values()] for mode in MODES]
[[0.002, 0.077, 0.307, 0.614], [0.03, 0.242, 0.242, 0.485], [0.5, 0.25, 0.125, 0.125]]
"""

from ..core.arith import ceil_div
from ..core.checks import check_choice
from ..core.checks import share as checked_share
from ..networks.graph import Network
from ..networks.shapes import size_of
from .widths import Widths

MODES = ("pa", "fa", "ma")
FLOOR = 10  # a tenth of the channels of each group stays, inferred


def complexity(layer: object, mode: str) -> int:
    """What a convolution weighs: its weights (``pa``), MACs (``fa``), or the words of the map that it writes (``ma``).

    >>> from squeezelab.networks import mini_vgg
    >>> complexity(mini_vgg()["conv1"], "ma")
    12544
    """
    if mode == "ma":
        return size_of(layer.shape)
    return layer.weight_words if mode == "pa" else layer.macs


def convolutions(network):
    found = [layer for layer in network.mac_layers if layer.op in ("conv", "conv_transpose")]
    return found or [layer for layer in network.mac_layers if layer.op == "linear"][:-1]


def layer_shares(network: Network, mode: str) -> dict:
    """{convolution: its share of all convolutions' complexity}; of a network without convolutions, its hidden linear layers.

    Raises a ValueError for another mode, and for a network without such layers.

    >>> from squeezelab.networks import lenet300
    >>> list(layer_shares(lenet300(), "pa"))
    ['fc1', 'fc2']
    """
    check_choice("mode of complexity", mode, MODES)
    layers = convolutions(network)
    if not layers:
        raise ValueError(f"{network.name} has no convolutions and no hidden linear layers, so that nothing can be drawn")
    total = sum([complexity(layer, mode) for layer in layers])
    found = {}
    for layer in layers:
        found[layer.name] = complexity(layer, mode) / total
    return found


def drawn_widths(network: Network, mode: str, share: float, draw: object) -> dict:
    """{group: channels kept} after filters are removed one at a time, from a layer drawn by its share of the complexity, until
    the whole has lost `share` of it.

    draw: a function that gives a number from 0 up to, not including, 1, such as ``random.Random(0).random``. A layer that is
    down to its floor, a tenth of its channels, rounded up, is not drawn any more.

    Raises a ValueError for another mode, a share that is none, and, with what can be reached, for one that the floors forbid.

    >>> import random
    >>> from squeezelab.networks import mini_vgg
    >>> drawn_widths(mini_vgg(), "ma", 0.5, random.Random(0).random)
    {'conv1': 4, 'conv2': 20, 'conv3': 54, 'conv4': 54}
    """
    check_choice("mode of complexity", mode, MODES)
    share = checked_share(share, "the share of the complexity removed", "from 0 up to, not including, 1")
    for counts, left in removals(network, mode, draw):
        if left <= 1 - share:
            return counts
    raise ValueError(f"{share:.1%} cannot be removed: with a tenth of every layer left, {left:.1%} of it remains")


def removals(network: Network, mode: str, draw: object) -> object:
    """Yields ({group: channels kept}, share of the complexity left) for the dense network, and after each filter that
    `drawn_widths` removes, until every layer is down to its floor.

    >>> from squeezelab.networks import mini_vgg
    >>> [counts["conv4"] for counts, _ in removals(mini_vgg(), "pa", lambda: 0.99)][:3]
    [64, 63, 62]
    """
    widths = Widths(network)
    layers = [layer for layer in convolutions(network) if group_of(widths, layer)]
    counts, weights = dict(widths.full), {}
    for layer in layers:
        weights[layer.name] = complexity(layer, mode)
    dense = sum(weights.values())
    while True:
        yield dict(counts), sum(weights.values()) / dense
        open_to = [layer for layer in layers if counts[group_of(widths, layer)] > floor_of(widths, layer)]
        if not open_to:
            return
        group = group_of(widths, layer_drawn(open_to, weights, draw()))
        counts[group] -= 1
        for layer in widths.touched(group):
            if layer.name in weights:
                weights[layer.name] = complexity(widths.layer(layer, counts), mode)


def group_of(widths, layer):
    """The group that most of a layer's channels belong to, or None where all of them stay."""
    counts = widths.parts[layer.name][0]
    return max(sorted(counts), key=lambda name: counts[name] * widths.full[name]) if counts else None


def floor_of(widths, layer):
    return ceil_div(widths.full[group_of(widths, layer)], FLOOR)


def layer_drawn(layers, weights, dice):
    """The layer on which `dice`, from 0 to 1, falls when each is as wide as its weight."""
    place = dice * sum([weights[layer.name] for layer in layers])
    for layer in layers:
        place -= weights[layer.name]
        if place < 0:
            return layer
    return layers[-1]
