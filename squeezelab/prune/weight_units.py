"""Single weights as units: those of convolutions and linear layers, first and last included, biases and norms not.

>>> from squeezelab.bridge import to_torch
>>> from squeezelab.networks import lenet300
>>> WeightUnits(to_torch(lenet300()), lenet300()).sizes
{'fc1': 235200, 'fc2': 30000, 'fc3': 1000}
"""

import torch
from torch import nn

from ..bridge.independent import independent_copy
from ..compression.memory import WORD, stored_least
from .surgery import layers_of
from .unit_prices import price_of, statistics_of
from .units import mixes

WEIGHTED = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)


class WeightUnits:
    """The weights of a model: `modules` {layer: module} of those that have some, `sizes` {layer: how many}.

    Raises a ValueError, naming the layer, for a model that does not fit its network and for weights that are computed.
    """

    unit = "weight"

    def __init__(self, model, network):
        self.model, self.network = model, network
        self.at_hand = False  # whether a training is going on, whose gradients scorers read
        found = layers_of(model, network)
        self.layers = {layer.name: layer for layer, module in found if isinstance(module, WEIGHTED)}
        self.modules = {layer.name: module for layer, module in found if isinstance(module, WEIGHTED)}
        check_shared(self.modules)
        self.statistics = statistics_of({layer.name: module for layer, module in found})
        self.sizes = {name: module.weight.numel() for name, module in self.modules.items()}

    def reading(self):
        """(layer, module) of all that mix the channels they read."""
        return [(layer, self.modules[name]) for name, layer in self.layers.items() if mixes(layer)]

    def masks(self, kept):
        """{module: mask of its weight} of a choice {layer: bool tensor}."""
        return {self.modules[name]: mask for name, mask in kept.items()}

    def everything(self):
        """The choice by which nothing falls."""
        return {name: torch.ones_like(module.weight, dtype=torch.bool) for name, module in self.modules.items()}

    def masked(self, kept):
        """A copy of the model with zeros for the weights that are not kept."""
        made = independent_copy(self.model)
        modules = {layer.name: module for layer, module in layers_of(made, self.network)}
        with torch.no_grad():
            for name, mask in kept.items():
                modules[name].weight.mul_(mask)
        return made

    def counts(self, kept):
        """{layer: weights that stay}."""
        return {name: int(kept[name].count_nonzero()) if name in kept else size for name, size in self.sizes.items()}

    def sparsity(self, kept):
        """The share of all weights that fell."""
        return 1 - sum(self.counts(kept).values()) / sum(self.sizes.values())

    def cost(self, kept, measure, machine):
        """What a choice costs: params and MACs without the zeros, bytes with the indices of what stays, in the form that is
        smallest for each layer; maps, cycles and energy as before, for shapes stay and a dense array multiplies by zeros, too."""
        counts = self.counts(kept)
        if measure == "params":
            return self.network.params - sum(self.sizes.values()) + sum(counts.values())
        if measure == "macs":
            return round(sum(layer.macs * counts[name] / self.sizes[name] for name, layer in self.layers.items()))
        if measure == "stored_bytes":
            return self.bytes_of(counts)
        return price_of(measure, machine, self.network, self.statistics)

    def bytes_of(self, counts):
        """Bytes of all layers, each in the form that takes least."""
        found = price_of("stored_bytes", None, self.network, self.statistics) - WORD * sum(self.sizes.values())
        for name, size in self.sizes.items():
            rows = self.modules[name].weight.shape[0]
            found += stored_least(size, counts[name], rows)
        return found


def check_shared(modules):
    """Raises, naming both, where two layers are one module or one tensor: a mask for the one would be a mask for the other."""
    owner = {}
    for name, module in modules.items():
        other = owner.setdefault(id(module.weight), name)
        if other != name:
            raise ValueError(f"'{other}' and '{name}' share their weights: what is pruned in the one would fall in the other")
