"""A network at every share of its channels: its layers priced for each, without the network being built anew.

Layers of one shape whose channels shrink alike count as one. What they are at each share is made once; an array, a dataflow or a
share of zeros then asks for prices only.
"""

from ..compression.bundles import channels_by_layer, pieces_of
from ..compression.thinned import channels_then, rebuilt
from ..core.words import half_up
from ..hardware.cost import nest_cost
from ..hardware.loops import loop_nest, loops
from ..hardware.word_sizes import word_sizes
from ..networks.layers import Input
from .kit.memo import Memo
from .kit.zoo import square_machine
from .network_model import FAMILY

PARTS = 64  # of the channels; the narrowest map of ResNet-18 has as many
LEAST = 4
SHARES = list(range(LEAST, PARTS + 1))


class Slices:
    """A network of a family at each of `SHARES`: macs and weights, and nests, lists of (loops, how many layers have them), the
    layer that keeps all its weights in front. names: of the first layer of each kind."""

    def __init__(self, family, depth):
        made_of = FAMILY[family]
        network = made_of.build(made_of.usual[0], depth, made_of.resolution)
        made = channels_by_layer(network)
        kinds = kinds_of(network, made)
        self.names = [layer.name for layer, _ in kinds]
        self.nests, self.macs, self.weights = [], [], []
        for share in SHARES:
            nests = [(loop_nest(layer_at(layer, made, share / PARTS)), count) for layer, count in kinds]
            self.nests.append(nests)
            self.macs.append(sum([count * nest.macs for nest, count in nests]))
            self.weights.append(sum([count * nest.weights for nest, count in nests]))


def kinds_of(network, made):
    """[(first layer, how many are like it)] of the layers with weights: of one shape, their channels rounded alike."""
    places, kinds = {}, []
    for layer in network.mac_layers:
        key = (loops(layer), signature(made[layer.inputs[0]]), signature(made[layer.name])) if kinds else "first"
        if key not in places:
            places[key] = len(kinds)
            kinds.append((layer, 0))
        kinds[places[key]] = kinds[places[key]][0], kinds[places[key]][1] + 1
    return kinds


def signature(channels):
    """All that the number of these channels depends on."""
    return tuple([(bundle.size, bundle.parts, bundle.stays, copies) for bundle, copies in pieces_of(channels)])


def layer_at(layer, made, factor):
    """A layer with so many times its channels, on an input of its own."""
    source = layer.sources[0]
    read = Input(source.name, (), (channels_then(made[source.name], factor),) + tuple(source.shape[1:]))
    return rebuilt(layer, [read], made, factor)


# kept_slices(family, depth): all seven there are
kept_slices = Memo(Slices, most=14)


class Stairs:
    """A network on an array, as lists over `SHARES`: cycles; macs that are worth doing, where not all weights are; busy, the
    share of MAC slots in use; waiting, that of the time in layers that wait for DRAM."""

    def __init__(self, family, depth, side, dataflow, sparsity):
        self.slices = kept_slices(family, depth)
        self.machine, self.dataflow, self.density = square_machine(side), dataflow, 1 - sparsity
        self.cycles, self.macs, self.busy, self.waiting = [], [], [], []
        for nests in self.slices.nests:
            costs = self.costs_of(nests)
            times = [count * cost.cycles for (_, count), cost in zip(nests, costs)]
            work = [count * nest.macs for nest, count in nests]
            slots = sum([count * cost.issued_macs for (_, count), cost in zip(nests, costs)])
            self.cycles.append(round(sum(times)))
            self.macs.append(half_up(work[0] + self.density * sum(work[1:])))
            self.busy.append(slots / (sum(times) * self.machine.pes))
            self.waiting.append(sum([time for time, cost in zip(times, costs) if cost.stall_cycles > 0]) / sum(times))

    def costs_of(self, nests):
        """The cost of each kind of layer; the first one has no zeros."""
        sizes, costs = word_sizes(self.machine), []
        for nest, _ in nests:
            density = self.density if costs else 1
            costs.append(nest_cost(nest, self.machine, self.dataflow, density, "skip", "dense", sizes))
        return costs

    def at(self, field, kept):
        """A field where so many of `PARTS` channels are kept."""
        return getattr(self, field)[kept - LEAST]

    def longest(self, kept):
        """(name, loops, cost) of the kind of layer that takes most of the time there."""
        nests = self.slices.nests[kept - LEAST]
        costs = self.costs_of(nests)
        times = [count * cost.cycles for (_, count), cost in zip(nests, costs)]
        place = times.index(max(times))
        return self.slices.names[place], nests[place][0], costs[place]


# kept_stairs(family, depth, side, dataflow, sparsity): one move away are some 20
kept_stairs = Memo(Stairs, most=100)
