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

from ..core.checks import plain
from ..networks.activations import Activation
from ..networks.graph import Network
from ..networks.shapes import size_of


def thinned(network, share):
    """`network` without that `share` (0 up to, not including, 1) of its channels; a share of 0 is the network itself.

    The layers keep their names. Raises a ValueError that names the layer where it is not known which channels go together.
    """
    share = checked_share(share)
    if share == 0:
        return network
    made = {}  # layer name: its channels, as a list of (Bundle, copies)
    for layer in [network.input] + network.layers:
        try:
            made[layer.name] = channels_of(layer, [made[source.name] for source in layer.sources])
        except ValueError as error:
            raise ValueError(f"'{layer.name}' ({layer.kind}): {error}")  # noqa: B904 (MicroPython cannot chain)
    for bundle, _ in resolved(made["input"]) + resolved(made[network.output.name]):
        bundle.stays = True
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


def checked_share(share):
    """The share of channels to remove, in Python's own numbers."""
    number = plain(share)
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 <= number < 1:
        raise ValueError(f"the share of channels removed must be from 0 up to, not including, 1, not {share!r}")
    return number


# Which channels go together. A bundle is a run of channels that stay or go independently of all others; each layer's
# channels are a list of (bundle, copies): copies > 1 where one channel stands for several, as a flattened map's pixels.


class Bundle:
    """`size` channels, of which each of `parts` equal parts keeps as many as the others; `pieces`: what it turned out to be."""

    def __init__(self, size, parts=1):
        self.size = size
        self.parts = parts
        self.stays = False
        self.pieces = None

    def kept(self, share):
        return self.size if self.stays else self.parts * kept_of(self.size // self.parts, share)

    def split_into(self, parts):
        """Asks that each of so many parts keeps the same number."""
        parts = self.parts * parts // common_divisor(self.parts, parts)
        if self.size % parts:
            raise ValueError(f"{self.size} of its channels belong together and do not split into {parts} equal parts")
        self.parts = parts

    def become(self, pieces):
        """Is from now on known to be these."""
        for bundle, copies in pieces:
            bundle.split_into(self.parts // common_divisor(self.parts, copies))
        self.pieces = pieces


def common_divisor(a, b):
    while b:
        a, b = b, a % b
    return a


def resolved(channels):
    """The list with every bundle replaced by what it turned out to be."""
    found = []
    for bundle, copies in channels:
        if bundle.pieces is None:
            found.append((bundle, copies))
        else:
            found += [(piece, copies * times) for piece, times in resolved(bundle.pieces)]
    return found


def cut(channels, size):
    """The list in two, the first with `size` channels; a bundle across the cut becomes two."""
    first, rest = [], resolved(channels)
    while size > 0:
        bundle, copies = rest.pop(0)
        if bundle.size * copies > size:
            if copies > 1:
                raise ValueError("the cut falls between channels that stand or fall together")
            bundle.become([(Bundle(size), 1), (Bundle(bundle.size - size), 1)])
            head, tail = bundle.pieces
            return first + [head], resolved([tail] + rest)
        first.append((bundle, copies))
        size -= bundle.size * copies
    return first, rest


def tie(ours, theirs):
    """Makes two layers' channels the same, as a sum or product of the two needs them."""
    ours, theirs = resolved(ours), resolved(theirs)
    while ours:
        size = min(ours[0][0].size * ours[0][1], theirs[0][0].size * theirs[0][1])
        (a, ours), (b, theirs) = cut(ours, size), cut(theirs, size)
        tie_bundles(a[0], b[0])
        ours, theirs = resolved(ours), resolved(theirs)


def tie_bundles(a, b):
    """Two of equal size: the one without copies becomes the other."""
    if a[0] is b[0]:
        return
    if a[1] == b[1]:
        a[0].become([(b[0], 1)])
    elif a[1] == 1:
        a[0].become([b])
    elif b[1] == 1:
        b[0].become([a])
    else:
        raise ValueError("what it adds or multiplies repeats its channels in two different ways")


def split_evenly(channels, groups):
    """Each of the groups that these channels are dealt to keeps the same number of them."""
    for bundle, copies in resolved(channels):
        bundle.split_into(groups // common_divisor(groups, copies))


# What has the channels of the one layer that it reads, whatever it does to them
FOLLOWING = ("norm", "layer_norm", "prelu", "global_avg_pool", "max_pool", "avg_pool", "adaptive_avg_pool", "adaptive_max_pool")
FOLLOWING += ("crop", "interpolate") + Activation.OPS


def channels_of(layer, sources):
    """The channels of a layer as (bundle, copies), from those of what it reads; ties what must stay together."""
    op = layer.op
    if op in ("input", "linear"):
        return [(Bundle(layer.shape[0]), 1)]
    if op in ("conv", "conv_transpose"):
        return channels_of_conv(layer, sources[0])
    if op in FOLLOWING or (op == "pad" and len(layer.sides) == 4):
        return sources[0]
    if op == "group_norm":
        split_evenly(sources[0], layer.groups)
        return sources[0]
    if op in ("add", "subtract", "multiply"):
        return combined(layer, sources[0], sources[1])
    if op == "concat":
        return [pair for source in sources for pair in source]
    if op == "flatten":
        each = size_of(layer.in_shape) // layer.in_shape[0]
        return [(bundle, each * copies) for bundle, copies in resolved(sources[0])]
    if op == "slice" and layer.stop - layer.start == layer.shape[0]:
        return cut(cut(sources[0], layer.start)[1], layer.shape[0])[0]
    if op == "shuffle":
        if len(resolved(sources[0])) > 1:
            raise ValueError("it mixes what several layers made, so that no later layer's channels belong to one of them")
        split_evenly(sources[0], layer.groups)
        return sources[0]
    raise ValueError("which of its channels go with which of its inputs is not known here")


def is_depthwise(conv):
    return conv.groups > 1 and conv.groups == conv.in_shape[0]


def channels_of_conv(conv, source):
    """New channels; those of a depthwise convolution are its input's."""
    if is_depthwise(conv):
        return [(bundle, copies * (conv.shape[0] // conv.in_shape[0])) for bundle, copies in resolved(source)]
    if conv.groups > 1:
        split_evenly(source, conv.groups)
    return [(Bundle(conv.shape[0], conv.groups), 1)]


def combined(layer, ours, theirs):
    """The channels of a sum or product, which both sides share; a side of one channel serves all of the other's."""
    counts = [shape[0] for shape in layer.in_shapes]
    if counts[0] != counts[1]:
        return ours if counts[1] == 1 else theirs
    tie(theirs, ours)
    return ours


# The thinner network.


def kept_channels(channels, share):
    """How many of these channels stay."""
    count = 0
    for bundle, copies in resolved(channels):
        count += copies * bundle.kept(share)
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
        small.start = kept_channels(cut(made[layer.sources[0].name], layer.start)[0], share)
        small.stop = small.start + small.shape[0]
    if layer.op == "prelu" and layer.slopes > 1:
        small.slopes = small.shape[0]
    return small
