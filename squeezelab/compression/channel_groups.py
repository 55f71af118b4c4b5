"""A network without some of its channels, chosen one by one: the groups to choose from, the choice as data, what is left.

>>> from squeezelab.networks import mini_resnet
>>> net = mini_resnet()
>>> groups = channel_groups(net)
>>> [(group.name, group.size, group.makers) for group in groups[:2]]
[('stem', 16, ['stem', 's1.b1.conv2']), ('s1.b1.conv1', 16, ['s1.b1.conv1'])]
>>> sliced(net, {"stem": [0, 2, 5]})["s1.b1.conv2"].shape  # what is added to the stem's map keeps the same channels
(3, 14, 14)
"""

from ..core.checks import plain, there_are, whole
from ..networks.graph import Network
from .bundles import is_depthwise, twin
from .coupling import Coupling

MAKES = ("conv", "conv_transpose", "linear")  # ops whose channels are their own


class ChannelGroup:
    """Channels that are made, tied and read alike, and can be removed one by one: `size` units.

    name: of the first layer that makes them, with the channels where it makes others, too. makers: names of the layers that make
    them, read side by side by a sum or product. layers: names of all layers in which they appear. A unit may be several channels
    of a layer: the pixels of a flattened map, one channel of each group of a grouped convolution.
    """

    def __init__(self, numbers, makers, layers):
        self.numbers = numbers
        self.makers = makers
        self.layers = layers
        self.name = ""

    @property
    def size(self):
        return len(self.numbers)

    def __repr__(self):
        return f"{self.name}: {self.size} channels, in {len(self.layers)} layers"


def channel_groups(network: Network) -> list:
    """The `ChannelGroup`s of which channels may be removed, in the order in which they are made. What the network takes in and
    gives out is in none, nor what a layer looks across (a softmax, a layer norm).

    Raises a ValueError for what is no `Network`, and one that names the layer where it is not known what falls together.

    >>> from squeezelab.networks import lenet300
    >>> channel_groups(lenet300())
    [fc1: 300 channels, in 2 layers, fc2: 100 channels, in 2 layers]
    """
    return Channels(network).groups


class Channels:
    """The channels of a network: `of[layer]` their numbers, equal where they fall together; `groups`, as of `channel_groups`."""

    def __init__(self, network):
        if not isinstance(network, Network):
            raise ValueError(f"channels are removed from a Network (as build('mini_vgg') makes one), not from {network!r}")
        self.network = network
        coupling = Coupling(network)
        self.of, self.stays = coupling.of, coupling.stays
        self.groups = self.grouped()

    def grouped(self):
        """Numbers that occur in the same layers equally often are one group, if a layer makes them and they may fall."""
        seen, first = {}, []
        for place, layer in enumerate(self.network.layers):
            for number in self.of[layer.name]:
                if number not in seen:
                    seen[number] = []
                    first.append(number)
                seen[number].append(place)
        alike, order = {}, []
        for number in first:
            key = tuple(seen[number])
            if number in self.stays or not self.made_in(key):
                continue
            if key not in alike:
                alike[key] = []
                order.append(key)
            alike[key].append(number)
        return named([ChannelGroup(alike[key], self.made_in(key), self.names_of(key)) for key in order], self.of)

    def names_of(self, places):
        names = []
        for place in places:
            if not names or names[-1] != self.network.layers[place].name:
                names.append(self.network.layers[place].name)
        return names

    def made_in(self, places):
        """Names of the layers among these that make their channels; a depthwise one passes its input's on."""
        layers = [self.network[name] for name in self.names_of(places)]
        return [layer.name for layer in layers if layer.op in MAKES and not (layer.op != "linear" and is_depthwise(layer))]

    def alive(self, kept):
        """{number: True} of the channels that stay under a choice that was checked."""
        gone = {}
        for group in self.groups:
            if group.name in kept:
                for number in group.numbers:
                    gone[number] = True
                for place in kept[group.name]:
                    gone.pop(group.numbers[place])
        return gone

    def left(self, layer, gone):
        """Places of the channels of a layer that stay."""
        return [place for place, number in enumerate(self.of[layer]) if number not in gone]


def named(groups, of):
    """The groups with their names: the first maker's, and the channels of it where it makes more than one group."""
    count = {}
    for group in groups:
        count[group.makers[0]] = count.get(group.makers[0], 0) + 1
    for group in groups:
        maker = group.makers[0]
        group.name = maker
        if count[maker] > 1:
            group.name = f"{maker}[{of[maker].index(group.numbers[0])}]"
    return groups


def checked_choice(channels, kept):
    """{group: ascending places} of a choice; raises, naming the group, for one that does not fit the network."""
    known = [group.name for group in channels.groups]
    if not isinstance(kept, dict):
        raise ValueError(f"what is kept is a dict of channels by group, such as {{'conv1': [0, 2]}}, not {kept!r}")
    found = {}
    for name in kept:
        if name not in known:
            raise ValueError(f"no group {name!r} in {channels.network.name}; {there_are(known)}")
        group = channels.groups[known.index(name)]
        places = sorted([whole(plain(place), f"a channel of '{name}'", 0) for place in kept[name]])
        if not places:
            raise ValueError(f"nothing of '{name}' would be left: keep at least one of its {group.size} channels")
        if places[-1] >= group.size:
            raise ValueError(f"'{name}' has the channels 0 to {group.size - 1}, so that {places[-1]} cannot be kept")
        if len(set(places)) < len(places):
            raise ValueError(f"a channel of '{name}' is kept twice: {places}")
        found[name] = places
    return found


def sliced(network: Network, kept: dict) -> Network:
    """`network` with the channels `kept` of each group, {name of the group: places}, and with all that must follow; groups that
    are not named stay whole. The layers keep their names and their bits.

    Raises a ValueError, naming the group, for a choice that does not fit the network.

    >>> from squeezelab.networks import mini_vgg
    >>> small = sliced(mini_vgg(), {"conv1": range(8), "conv2": [0, 3]})
    >>> small["conv1"].shape, small["conv2"].shape, small["conv3"].weight_words
    ((8, 28, 28), (2, 14, 14), 1152)
    """
    channels = network if isinstance(network, Channels) else Channels(network)
    gone = channels.alive(checked_choice(channels, kept))
    dense = channels.network
    small = Network(dense.name, dense.input_shape, *dense.bits)
    layers = {"input": small.input}
    for layer in dense.layers:
        sources = [layers[source.name] for source in layer.sources]
        layers[layer.name] = small._add(without(layer, sources, channels, gone))
    return small


def without(layer, sources, channels, gone):
    """The same layer on thinner sources, without the channels that are gone."""
    if not layer.shape:
        return twin(layer, sources, ())
    left = channels.left(layer.name, gone)
    small = twin(layer, sources, (len(left),) + tuple(layer.shape[1:]))
    if layer.op in ("conv", "conv_transpose") and is_depthwise(layer):
        small.groups = sources[0].shape[0]
    elif layer.op == "slice":
        small.start = count_below(channels.left(layer.sources[0].name, gone), layer.start)
        small.stop = small.start + small.shape[0] * layer.step
    elif layer.op == "prelu" and layer.slopes > 1:
        small.slopes = small.shape[0]
    elif layer.op == "pad" and len(layer.sides) == 6:
        small.sides = layer.sides[:4] + channel_rims(layer, channels, gone, left)
    return small


def count_below(places, limit):
    return len([place for place in places if place < limit])


def channel_rims(layer, channels, gone, left):
    """How many channels of zeros before and after a map are left, or how many of the map are cut off."""
    before, after = layer.sides[4:]
    source = channels.left(layer.sources[0].name, gone)
    end = layer.in_shape[0]
    first = count_below(left, before) if before > 0 else -count_below(source, -before)
    cut = len(source) - count_below(source, end + after)
    last = len(left) - count_below(left, layer.shape[0] - after) if after > 0 else -cut
    return (first, last)
