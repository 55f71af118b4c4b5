"""A `Plan`: which layer of a network gets which rank, what that costs, and what each layer gives up for it."""

import torch

from ..compression.factored import factored
from ..networks.table import aligned, commas
from .find import find_layer, weight_and_bias
from .replace import as_layers, with_layers
from .result import relative_error

WEIGHTS_ANEW = 1e-5  # relative; weights computed in float32 (1e-7), say by a norm, come out a little different on another device
HEAD = ["layer", "rank", "before", "after", "error", "given up"]


class LayerPlan:
    """One layer of a plan. `factorisation` replaces it, `rank` is that factorisation's; both are None where the layer stays
    dense, and `note` says why. `before` and `after`: its cost in the plan's measure. `kernel`: the weights it was made of."""

    def __init__(self, name, before, after, factorisation=None, note="", kernel=None):
        self.name = name
        self.before = before
        self.after = after
        self.factorisation = factorisation
        self.note = note
        self.kernel = kernel

    @property
    def rank(self):
        return self.factorisation and self.factorisation.rank

    @property
    def error(self):
        """‖W − Ŵ‖/‖W‖ of the factorisation itself; 0 where the layer stays dense."""
        return self.factorisation.error if self.factorisation else 0.0

    @property
    def given_up(self):
        """Share of the kernel's energy ‖W‖² that is left out."""
        return self.error**2

    def cells(self):
        """What a table shows of the layer, in the order of `HEAD`."""
        costs = [commas(round(self.before)), commas(round(self.after))]
        if self.factorisation is None:
            return [self.name, "dense", *costs, "", ""]
        rank = "×".join(map(str, self.rank)) if isinstance(self.rank, tuple) else str(self.rank)
        return [self.name, rank, *costs, f"{self.error:.3f}", f"{self.given_up:.1%}"]

    def __repr__(self):
        return "  ".join(filter(None, [*self.cells(), self.note]))


def equal_as_stored(kernel, other):
    """Whether two kernels differ by no more than their coarser number format rounds."""
    rounding = max(torch.finfo(one.dtype).eps for one in (kernel, other))
    return relative_error(kernel, other.reshape(kernel.shape)) <= max(rounding, WEIGHTS_ANEW)


class Plan:
    """`layers` has a `LayerPlan` for each convolution and fully connected layer, in the order of execution; `network` is the
    factored network, `apply(model)` the factored model. `before` and `after`: the cost of the whole network by
    `price`, everything counted; `budget`: the share of `before` that was allowed (None: no budget)."""

    def __init__(self, network, method, layers, price, budget=None):
        self.method = method
        self.layers = layers
        self.measure = price.measure
        self.budget = budget
        self.network = network
        for row in self.factorised:
            self.network = factored(self.network, row.name, method, row.rank)
        self.before = price.network(network)
        self.after = price.network(self.network)

    @property
    def factorised(self):
        """The layers that do not stay dense."""
        return [row for row in self.layers if row.factorisation]

    def apply(self, model):
        """A copy of `model` with the plan's factors in place of its kernels, which must be those that were planned for, be it in
        another number format."""
        layers = {}
        for row in self.factorised:
            layer = find_layer(model, row.name)
            layers[row.name] = as_layers(layer, row.factorisation)
            if not equal_as_stored(row.kernel, weight_and_bias(layer)[0]):
                raise ValueError(f"the kernel of '{row.name}' is not the one that was planned for; plan again")
        return with_layers(model, layers)

    def __getitem__(self, name):
        for row in self.layers:
            if row.name == name:
                return row
        raise KeyError(f"no layer {name!r} in this plan; it has {', '.join(row.name for row in self.layers)}")

    def __repr__(self):
        allowed = "" if self.budget is None else f"; allowed were {self.budget:.1%}"
        counts = f"{commas(round(self.after))} of {commas(round(self.before))} {self.measure}"
        title = f"{self.network.name} by {self.method}: {counts} ({self.after / self.before:.1%}{allowed})"
        lines = aligned([HEAD] + [row.cells() for row in self.layers])
        notes = [""] + [row.note for row in self.layers]
        return "\n".join([title] + [f"{line}  {note}".rstrip() for line, note in zip(lines, notes)])
