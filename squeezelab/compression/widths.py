"""A network by how many channels each of its groups keeps: what a layer is, and costs, at any such numbers.

>>> from squeezelab.networks import mini_vgg
>>> from squeezelab.compression.prices import Price
>>> widths = Widths(mini_vgg())
>>> widths.full
{'conv1': 16, 'conv2': 32, 'conv3': 64, 'conv4': 64}
>>> widths.costs_of("conv2", widths.full, [8, 32], Price("macs"))  # of the layers that make it or read it
[451584, 1806336]
"""

from ..core.checks import check_choice, there_are, whole
from ..networks.layers import Input
from .bundles import is_depthwise, twin
from .channel_groups import Channels, sliced


class Widths:
    """`channels`: the network's channels, with its groups; `full`: {group: number of its channels}.

    A layer's channels are so many of each group and some that stay, so that layers are priced without a network being built.

    Raises as `channel_groups` does.

    >>> from squeezelab.networks import lenet300
    >>> Widths(lenet300()).network_of({"fc1": 30}).params
    27660
    """

    def __init__(self, network):
        self.channels = Channels(network)
        self.network = network
        self.full = {}
        for group in self.channels.groups:
            self.full[group.name] = group.size
        self.parts = self.parts_by_layer()

    def parts_by_layer(self):
        """{layer: ({group: how many of its channels each unit is}, number of channels that stay)}."""
        of = {}
        for group in self.channels.groups:
            for number in group.numbers:
                of[number] = group
        found = {}
        for layer in [self.network.input] + self.network.layers:
            counts, others = {}, 0
            for number in self.channels.of[layer.name]:
                if number in of:
                    name = of[number].name
                    counts[name] = counts.get(name, 0) + 1
                else:
                    others += 1
            for name in counts:
                counts[name] //= self.full[name]
            found[layer.name] = (counts, others)
        return found

    def count(self, layer, widths):
        """How many channels a layer has at these widths."""
        counts, others = self.parts[layer]
        return others + sum([counts[name] * widths[name] for name in counts])

    def layer(self, layer, widths):
        """A layer with weights as it is at these widths, on inputs of its own."""
        reads = [Input(each.name, (), (self.count(each.name, widths),) + tuple(each.shape[1:])) for each in layer.sources]
        made = twin(layer, reads, (self.count(layer.name, widths),) + tuple(layer.shape[1:]))
        if layer.op in ("conv", "conv_transpose") and is_depthwise(layer):
            made.groups = reads[0].shape[0]
        return made

    def touched(self, group):
        """The layers with weights that make the channels of a group, or read them."""
        check_choice("group of channels", group, list(self.full))
        layers = self.network.mac_layers
        return [layer for layer in layers if group in self.parts[layer.name][0] or group in self.parts[layer.sources[0].name][0]]

    def readers(self, group):
        """The layers with weights that read the channels of a group."""
        check_choice("group of channels", group, list(self.full))
        return [layer for layer in self.network.mac_layers if group in self.parts[layer.sources[0].name][0]]

    def costs_of(self, group, widths, options, price):
        """What the layers that a group touches cost at each of these numbers of its channels, the others at their `widths`."""
        layers, costs = self.touched(group), []
        for count in options:
            there = dict(widths)
            there[group] = count
            costs.append(sum([price.layer(self.layer(layer, there)) for layer in layers]))
        return costs

    def network_of(self, widths):
        """The `Network` at these widths, without the last channels of each group; groups that are not named stay whole.

        Raises, naming the group, for a width that it cannot have.
        """
        kept = {}
        for name in widths:
            if name not in self.full:
                raise ValueError(f"no group {name!r} in {self.network.name}; {there_are(list(self.full))}")
            kept[name] = list(range(whole(widths[name], f"the width of '{name}'")))
        return sliced(self.channels, kept)
