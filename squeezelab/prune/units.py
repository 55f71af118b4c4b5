"""What is removed: units of channels of a torch model, and how values of its layers become one number a unit.

>>> from squeezelab.bridge import to_torch
>>> from squeezelab.networks import mini_vgg
>>> units = Units(to_torch(mini_vgg()), mini_vgg())
>>> {name: tuple(total.shape) for name, total in units.sums({"conv1": torch.ones(16), "conv2": torch.ones(32)}).items()}["conv2"]
(32,)
"""

import torch
from torch import nn

from ..bridge import from_torch
from ..bridge.independent import independent_copy
from ..compression.bundles import is_depthwise
from ..compression.channel_groups import MAKES, Channels, checked_choice, sliced
from ..networks import Network
from .surgery import layers_of
from .unit_prices import price_of, statistics_of


class Units:
    """The channel groups of a model. channels: of its `network`; modules: {layer: module} of what has weights or follows.

    Raises a ValueError for a model that does not fit its network, for weights that are computed, and where it is not known which
    channels fall together; what is wrong is named.
    """

    unit = "channel"

    def __init__(self, model, network):
        self.model, self.network = model, network
        self.at_hand = False  # whether a training is going on, whose gradients scorers read
        self.channels = Channels(network)
        self.groups = self.channels.groups
        self.sizes = {group.name: group.size for group in self.groups}
        self.modules = {layer.name: module for layer, module in layers_of(model, network)}
        self.statistics = statistics_of(self.modules)
        self.unit_of = {}  # {layer: {group: (places of the layer's channels that are of it, the unit of each)}}
        for group in self.groups:
            place = {number: unit for unit, number in enumerate(group.numbers)}
            for layer in group.layers:
                pairs = [(at, place[number]) for at, number in enumerate(self.channels.of[layer]) if number in place]
                self.unit_of.setdefault(layer, {})[group.name] = tuple(torch.tensor(column) for column in zip(*pairs))

    def sums(self, values):
        """{group: sums over each unit's channels, (size,)} of {layer: a value a channel, (channels,)}."""
        found = {group.name: torch.zeros(group.size) for group in self.groups}
        for layer, each in values.items():
            for name, (places, units) in self.unit_of.get(layer, {}).items():
                found[name].index_add_(0, units, each.detach().float().cpu()[places])
        return found

    def reading(self):
        """(layer, module) of all that mix the channels they read."""
        return [(layer, self.modules[layer.name]) for layer in self.network.layers if mixes(layer)]

    def masks(self, kept):
        """{module: mask of its weight} that hides channels from all that read them: they still compute, but reach nobody."""
        gone = self.channels.alive(checked_choice(self.channels, kept))
        found = {}
        for layer, module in self.reading():
            source = layer.inputs[0]
            mask = torch.zeros(len(self.channels.of[source]), dtype=torch.bool)
            mask[self.channels.left(source, gone)] = True
            found[module] = for_weight(mask, module)
        return found

    def sparsity(self, kept):
        """The share of all channels that fell."""
        left = sum(len(kept.get(name, range(size))) for name, size in self.sizes.items())
        return 1 - left / sum(self.sizes.values())

    def cost(self, kept, measure, machine):
        """What the network costs with just these channels, cut out for real."""
        return price_of(measure, machine, sliced(self.channels, kept), self.statistics)

    def filters(self, group):
        """The filters of a group's units, all weights that make them: (size, weights a unit)."""
        rows = []
        for layer in group.makers:
            weight = outputs_first(self.modules[layer]).detach().float().cpu()  # (channels, …)
            places, units = self.unit_of[layer][group.name]
            order = torch.argsort(units, stable=True)
            rows.append(weight[places[order]].reshape(group.size, -1))
        return torch.cat(rows, 1)

    def norms(self, group):
        """Names of the batch norms that scale the channels of a group."""
        return [name for name in group.layers if isinstance(self.modules.get(name), (nn.BatchNorm1d, nn.BatchNorm2d))]


def mixes(layer):
    """Whether a layer has weights with which it mixes channels: a convolution, but a depthwise one, or a linear layer."""
    return layer.op in MAKES and (layer.op == "linear" or not is_depthwise(layer))


def outputs_first(module):
    """The weight of a layer with its output channels as the first axis."""
    weight = module.weight
    if not isinstance(module, nn.ConvTranspose2d):
        return weight
    return weight.unflatten(0, (module.groups, -1)).transpose(1, 2).flatten(0, 1)  # (C_in, C_out / g, …) → (C_out, C_in / g, …)


def for_weight(inputs, module):
    """A mask of input channels, (C_in,), as one of the weight of the layer that reads them."""
    weight = module.weight
    if isinstance(module, nn.ConvTranspose2d):  # (C_in, C_out / g, …)
        return inputs.view(-1, *[1] * (weight.ndim - 1)).expand_as(weight).clone()
    groups = getattr(module, "groups", 1)
    rows = inputs.view(groups, 1, -1).expand(-1, weight.shape[0] // groups, -1).flatten(0, 1)  # (C_out, C_in / g)
    return rows.view(*rows.shape, *[1] * (weight.ndim - 2)).expand_as(weight).clone()


def read(model, example):
    """(copy of `model` in evaluation mode, its `Network` on an input like `example` (channels, height, width))."""
    if isinstance(example, Network):
        return independent_copy(model).eval(), example
    made = independent_copy(model).eval()
    return made, from_torch(made, tuple(example))
