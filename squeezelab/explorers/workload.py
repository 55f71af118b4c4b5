"""A network as the work an array gets: its layers with weights, each distinct shape prepared and priced once.

Blocks repeat: the 112 layers of SqueezeNext v5 have 32 shapes, so a slider prices 32 layers, not 112. The prices are
those of `simulate` with its usual settings on a broadcast array; a test asserts it.
"""

from ..hardware import layer_cost
from ..hardware.cost import COST_FIELDS, ENERGY_LEVELS
from ..hardware.loops import loop_nest
from ..hardware.simulate import shape_key

FIRST_ENERGY = len(COST_FIELDS) - len(ENERGY_LEVELS)


class Workload:
    """names: of the layers with weights, in order of execution; which: for each of them the place of its shape.

    For each distinct shape, the first layer, never sparse, being one of its own: nests: its loops; firsts: the first
    layer that has it; kinds: what kind of layer it is; counts: how many layers share it.
    """

    def __init__(self, network, batch=1):
        self.name = network.name
        self.params = network.params
        self.macs = 0
        self.names, self.which = [], []
        self.nests, self.firsts, self.kinds, self.counts = [], [], [], []
        places = {}
        for layer in network.mac_layers:
            key = shape_key(layer, 0) if self.names else "first"
            if key not in places:
                places[key] = len(self.nests)
                self.add_shape(layer, batch)
            place = places[key]
            self.names.append(layer.name)
            self.which.append(place)
            self.counts[place] += 1
            self.macs += self.nests[place].macs

    def add_shape(self, layer, batch):
        self.nests.append(loop_nest(layer, batch))
        self.firsts.append(layer.name)
        self.kinds.append(layer.kind)
        self.counts.append(0)

    def run(self, machine, dataflow, sparsity):
        return Run(self, machine, dataflow, sparsity)


class Run:
    """A workload on a machine. costs: per distinct shape, in the order of `COST_FIELDS`; the other fields are totals."""

    def __init__(self, work, machine, dataflow, sparsity):
        self.work = work
        self.costs = []
        compute = fill = stall = issued = traffic = 0
        waiting = 0  # cycles of the layers that wait for DRAM
        for nest, count in zip(work.nests, work.counts):
            density = 1 - sparsity if self.costs else 1
            cost = layer_cost(nest, machine, dataflow, density, "skip", "dense")
            self.costs.append(cost)
            compute += count * cost[1]
            fill += count * cost[2]
            stall += count * cost[3]
            issued += count * cost[4]
            traffic += count * cost[6]
            if cost[3] > 0:
                waiting += count * (cost[1] + cost[2] + cost[3])
        total = compute + fill + stall
        self.compute_cycles, self.fill_cycles, self.stall_cycles = compute, fill, stall
        self.cycles = round(total)
        self.dram_words = traffic
        self.utilisation = issued / (total * machine.pes)
        self.dram_bound = waiting / total

    def energy_by_level(self):
        """{level: energy of the whole workload}."""
        energy = {}
        for place, level in enumerate(ENERGY_LEVELS, FIRST_ENERGY):
            energy[level] = sum([count * cost[place] for count, cost in zip(self.work.counts, self.costs)])
        return energy
