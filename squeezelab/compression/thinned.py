"""A network with a share of its channels removed, and with all that must follow: what pruning filters costs, without weights.

Every convolution and linear layer loses the same share of its output channels. What reads them loses the inputs; norms,
pools and depthwise convolutions follow what they read; layers that are added or multiplied keep the same channels, so they
count once, together. What the network takes in and gives out keeps its channels: an image has three, a classifier its classes.

Of n channels `kept_of(n, share)` stay, at least 1. Where g groups share them, each keeps the same number, rounded for itself.

>>> from squeezelab.networks import squeezenext
>>> thin = thinned(squeezenext(version=5), 0.5)
>>> thin["s1.b1.squeeze1"].shape, thin["fc"].shape, thin.params
((8, 56, 56), (1000,), 269296)
"""

from ..core.checks import share as checked_share
from ..networks.graph import Network
from .bundles import channels_by_layer, is_depthwise, pieces_of, split_at


def thinned(network: Network, share: float) -> Network:
    """`network` without that `share` (0 up to, not including, 1) of its channels; a share of 0 is the network itself.

    The layers keep their names. Raises a ValueError for a share that is none, and one that names the layer where it is not
    known which channels go together.

    >>> from squeezelab.networks import mini_vgg
    >>> mini_vgg().macs, thinned(mini_vgg(), 0.5).macs  # half as many inputs times half as many outputs
    (3731328, 962496)
    """
    if not isinstance(network, Network):
        raise ValueError(f"channels are removed from a Network (as build('mini_vgg') makes one), not from {network!r}")
    share = checked_share(share, "the share of channels removed", "from 0 up to, not including, 1")
    if share == 0:
        return network
    made = channels_by_layer(network)
    small = Network(f"{network.name}, {int(100 * share + 0.5)} % of the channels removed", network.input_shape)
    layers = {"input": small.input}
    for layer in network.layers:
        sources = [layers[source.name] for source in layer.sources]
        layers[layer.name] = small._add(rebuilt(layer, sources, made, share))
    return small


def kept_of(channels, share):
    """How many of so many channels stay: the nearest whole number, a half rounded up, and at least 1.

    >>> kept_of(64, 0.4), kept_of(5, 0.5), kept_of(3, 0.9)
    (38, 3, 1)
    """
    return max(1, int(channels * (1 - share) + 0.5 + 1e-9))  # 0.3 of 10 is 3, also in binary


def kept_in(bundle, share):
    """How many channels of a bundle stay: of each of its parts the same number."""
    return bundle.size if bundle.stays else bundle.parts * kept_of(bundle.size // bundle.parts, share)


def kept_channels(channels, share):
    """How many of these channels stay."""
    count = 0
    for bundle, copies in pieces_of(channels):
        count += copies * kept_in(bundle, share)
    return count


def rebuilt(layer, sources, made, share):
    """The same layer on thinner sources; all that has nothing to do with channels is copied."""
    small = object.__new__(type(layer))
    fields = layer.__dict__
    for field in fields:
        setattr(small, field, fields[field])
    small.sources = tuple(sources)
    small.shape = (kept_channels(made[layer.name], share),) + tuple(layer.shape[1:])
    if layer.op in ("conv", "conv_transpose") and is_depthwise(layer):
        small.groups = sources[0].shape[0]
    if layer.op == "slice":
        small.start = kept_channels(split_at(made[layer.sources[0].name], layer.start)[0], share)
        small.stop = small.start + small.shape[0]
    if layer.op == "prelu" and layer.slopes > 1:
        small.slopes = small.shape[0]
    return small
