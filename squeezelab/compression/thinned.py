"""A network with fewer channels or more, and with all that must follow: what pruning filters or a width costs, without weights.

Every convolution and linear layer loses the same share of its output channels. What reads them loses the inputs; norms,
pools and depthwise convolutions follow what they read; layers that are added or multiplied keep the same channels, so they
count once, together. What the network takes in and gives out keeps its channels: an image has three, a classifier its classes.
So does what capsules are made of.

Of n channels `kept_of(n, share)` stay, at least 1. Where g groups share them, each keeps the same number, rounded for itself.

>>> from squeezelab.networks import squeezenext
>>> thin = thinned(squeezenext(version=5), 0.5)
>>> thin["s1.b1.squeeze1"].shape, thin["fc"].shape, thin.params
((8, 56, 56), (1000,), 269296)
"""

from ..core.checks import number
from ..core.checks import share as checked_share
from ..core.words import decimals
from ..networks.graph import Network
from .bundles import channels_by_layer, is_depthwise, pieces_of, split_at, twin


def thinned(network: Network, share: float) -> Network:
    """`network` without that `share` (0 up to, not including, 1) of its channels; a share of 0 is the network itself.

    The layers keep their names. Raises a ValueError for a share that is none, and one that names the layer where it is not
    known which channels go together.

    >>> from squeezelab.networks import mini_vgg
    >>> mini_vgg().macs, thinned(mini_vgg(), 0.5).macs  # half as many inputs times half as many outputs
    (3731328, 962496)
    """
    check_rewritten(network)
    share = checked_share(share, "the share of channels removed", "from 0 up to, not including, 1")
    if share == 0:
        return network
    return rewritten(network, 1 - share, f"{network.name}, {int(100 * share + 0.5)} % of the channels removed")


def rescaled(network: Network, width: float) -> Network:
    """`network` with `width` times as many channels, as the width multiplier of a family that has none of its own: each layer
    is rounded for itself, what goes in and comes out stays, what belongs together stays together. Width 1 is the network itself.

    The layers keep their names. Raises a ValueError for a width that is no positive number, and one that names the layer where
    it is not known which channels go together.

    >>> from squeezelab.networks import mini_vgg
    >>> rescaled(mini_vgg(), 0.5).macs, rescaled(mini_vgg(), 2).macs
    (962496, 14688000)
    """
    check_rewritten(network)
    width = number(width, "the width", above=0)
    if width == 1:
        return network
    return rewritten(network, width, f"{network.name} at width {decimals(width, 3)}")


def check_rewritten(network):
    if not isinstance(network, Network):
        raise ValueError(f"channels are changed in a Network (as build('mini_vgg') makes one), not in {network!r}")


def rewritten(network, factor, name):
    """`network` under another name, with so many times its channels."""
    made = channels_by_layer(network)
    new = Network(name, network.input_shape, *network.bits)
    layers = {"input": new.input}
    for layer in network.layers:
        sources = [layers[source.name] for source in layer.sources]
        layers[layer.name] = new._add(rebuilt(layer, sources, made, factor))
    return new


def kept_of(channels, share):
    """How many of so many channels stay: the nearest whole number, a half rounded up, and at least 1.

    >>> kept_of(64, 0.4), kept_of(5, 0.5), kept_of(3, 0.9)
    (38, 3, 1)
    """
    return resized(channels, 1 - share)


def resized(channels, factor):
    """So many channels times a factor, rounded as `kept_of` has it."""
    return max(1, int(channels * factor + 0.5 + 1e-9))  # 0.7 of 10 is 7, also in binary


def bundle_then(bundle, factor):
    """How many channels a bundle has then: each of its parts the same number."""
    return bundle.size if bundle.stays else bundle.parts * resized(bundle.size // bundle.parts, factor)


def channels_then(channels, factor):
    """How many these channels are then."""
    count = 0
    for bundle, copies in pieces_of(channels):
        count += copies * bundle_then(bundle, factor)
    return count


def rebuilt(layer, sources, made, factor):
    """The same layer on other sources, with as many channels as it has then."""
    new = twin(layer, sources, (channels_then(made[layer.name], factor),) + tuple(layer.shape[1:]))
    if layer.op in ("conv", "conv_transpose") and is_depthwise(layer):
        new.groups = sources[0].shape[0]
    if layer.op == "slice":
        new.start = channels_then(split_at(made[layer.sources[0].name], layer.start)[0], factor)
        new.stop = new.start + new.shape[0]
    if layer.op == "prelu" and layer.slopes > 1:
        new.slopes = new.shape[0]
    return new
