"""Which channels of a network go together: what is added keeps the same ones, what reads a map follows it.

A `Bundle` is a run of channels that stay or go independently of all others. Each layer's channels are a list of
(bundle, copies): copies > 1 where one channel stands for several, as a flattened map's pixels.
"""

from ..core.arith import gcd
from ..networks.activations import Activation
from ..networks.capsule_layers import CAPSULE_OPS
from ..networks.shapes import size_of


def channels_by_layer(network):
    """{name: channels} of the input and of every layer; those that the network takes in and gives out stay, as do those of which
    capsules are made, and capsules.

    Raises a ValueError that names the layer where it is not known which channels go together.
    """
    made = {}
    for layer in [network.input] + network.layers:
        try:
            made[layer.name] = channels_of(layer, [made[source.name] for source in layer.sources])
        except ValueError as error:
            raise ValueError(f"'{layer.name}' ({layer.kind}): {error}")  # noqa: B904 (MicroPython cannot chain)
    staying = [made["input"]] + [made[layer.name] for layer in given_out(network)]
    for layer in network.layers:
        if layer.op in CAPSULE_OPS:
            staying += [made[each.name] for each in list(layer.sources) + [layer]]
    for channels in staying:
        for bundle, _ in pieces_of(channels):
            bundle.stays = True
    return made


def given_out(network):
    """The layers that no other reads: the output, and what a decoder beside it draws."""
    read = []
    for layer in network.layers:
        read += layer.inputs
    return [layer for layer in network.layers if layer.name not in read] or [network.output]


class Bundle:
    """`size` channels, of which each of `parts` equal parts keeps as many as the others; `pieces`: what it turned out to be."""

    def __init__(self, size, parts=1):
        self.size = size
        self.parts = parts
        self.stays = False
        self.pieces = None

    def split_into(self, parts):
        """Asks that each of so many parts keeps the same number."""
        parts = self.parts * parts // gcd(self.parts, parts)
        if self.size % parts:
            raise ValueError(f"{self.size} of its channels belong together and do not split into {parts} equal parts")
        self.parts = parts

    def become(self, pieces):
        """Is from now on known to be these."""
        for bundle, copies in pieces:
            bundle.split_into(self.parts // gcd(self.parts, copies))
        self.pieces = pieces


def pieces_of(channels):
    """The list with every bundle replaced by what it turned out to be."""
    found = []
    for bundle, copies in channels:
        if bundle.pieces is None:
            found.append((bundle, copies))
        else:
            found += [(piece, copies * times) for piece, times in pieces_of(bundle.pieces)]
    return found


def split_at(channels, size):
    """The list in two, the first with `size` channels; a bundle across the cut becomes two."""
    first, rest = [], pieces_of(channels)
    while size > 0:
        bundle, copies = rest.pop(0)
        if bundle.size * copies > size:
            if copies > 1:
                raise ValueError("the cut falls between channels that stand or fall together")
            bundle.become([(Bundle(size), 1), (Bundle(bundle.size - size), 1)])
            head, tail = bundle.pieces
            return first + [head], pieces_of([tail] + rest)
        first.append((bundle, copies))
        size -= bundle.size * copies
    return first, rest


def tie(ours, theirs):
    """Makes two layers' channels the same, as a sum or product of the two needs them."""
    ours, theirs = pieces_of(ours), pieces_of(theirs)
    while ours:
        size = min(ours[0][0].size * ours[0][1], theirs[0][0].size * theirs[0][1])
        (a, ours), (b, theirs) = split_at(ours, size), split_at(theirs, size)
        tie_bundles(a[0], b[0])
        ours, theirs = pieces_of(ours), pieces_of(theirs)


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
    for bundle, copies in pieces_of(channels):
        bundle.split_into(groups // gcd(groups, copies))


# What has the channels of the one layer that it reads, whatever it does to them
FOLLOWING = ("norm", "layer_norm", "prelu", "global_avg_pool", "max_pool", "avg_pool", "adaptive_avg_pool", "adaptive_max_pool")
FOLLOWING += ("crop", "interpolate") + Activation.OPS


def channels_of(layer, sources):
    """The channels of a layer as (bundle, copies), from those of what it reads; ties what must stay together."""
    op = layer.op
    if op in ("input", "linear") + CAPSULE_OPS:
        return [(Bundle(layer.shape[0]), 1)]
    if op in ("conv", "conv_transpose"):
        return channels_of_conv(layer, sources[0])
    if op in FOLLOWING or (op == "pad" and len(layer.sides) == 4):
        return sources[0]
    if op == "group_norm":
        split_evenly(sources[0], layer.groups)
        return sources[0]
    if op in ("add", "subtract", "multiply"):
        return shared_channels(layer, sources[0], sources[1])
    if op == "concat":
        return [pair for source in sources for pair in source]
    if op == "flatten":
        each = size_of(layer.in_shape) // layer.in_shape[0]
        return [(bundle, each * copies) for bundle, copies in pieces_of(sources[0])]
    if op == "slice" and layer.stop - layer.start == layer.shape[0]:
        return split_at(split_at(sources[0], layer.start)[1], layer.shape[0])[0]
    if op == "shuffle":
        if len(pieces_of(sources[0])) > 1:
            raise ValueError("it mixes what several layers made, so that no later layer's channels belong to one of them")
        split_evenly(sources[0], layer.groups)
        return sources[0]
    raise ValueError("which of its channels go with which of its inputs is not known here")


def twin(layer, sources, shape):
    """The same layer on other sources, of another shape; all that has nothing to do with channels is copied."""
    made = object.__new__(type(layer))
    fields = layer.__dict__
    for field in fields:
        setattr(made, field, fields[field])
    made.sources, made.shape = tuple(sources), tuple(shape)
    return made


def is_depthwise(conv):
    return conv.groups > 1 and conv.groups == conv.in_shape[0]


def channels_of_conv(conv, source):
    """New channels; those of a depthwise convolution are its input's."""
    if is_depthwise(conv):
        return [(bundle, copies * (conv.shape[0] // conv.in_shape[0])) for bundle, copies in pieces_of(source)]
    if conv.groups > 1:
        split_evenly(source, conv.groups)
    return [(Bundle(conv.shape[0], conv.groups), 1)]


def shared_channels(layer, ours, theirs):
    """The channels of a sum or product, which both sides share; a side of one channel serves all of the other's."""
    counts = [shape[0] for shape in layer.in_shapes]
    if counts[0] != counts[1]:
        return ours if counts[1] == 1 else theirs
    tie(theirs, ours)
    return ours
