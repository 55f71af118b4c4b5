"""A network as the work an array gets: its layers with weights, each distinct shape prepared and priced once.

Blocks repeat: the 112 layers of SqueezeNext v5 have 32 shapes, so a slider prices 32 layers, not 112. The prices are
those of `simulate` with its usual settings on a broadcast array; a test asserts it.
"""

from ..hardware import layer_cost
from ..hardware.loops import loop_nest
from ..hardware.simulate import shape_key


class Workload:
    """names: of the layers with weights, in order of execution; nests: the distinct loop nests among them;
    which: for each layer the place of its nest in `nests`. The first layer, never sparse, has a nest of its own."""

    def __init__(self, network):
        self.name = network.name
        self.params = network.params
        self.macs = 0
        self.names, self.nests, self.which = [], [], []
        places = {}
        for layer in network.mac_layers:
            key = shape_key(layer, 0) if self.names else "first"
            if key not in places:
                places[key] = len(self.nests)
                self.nests.append(loop_nest(layer))
            place = places[key]
            self.names.append(layer.name)
            self.which.append(place)
            self.macs += self.nests[place].macs

    def run(self, machine, dataflow, sparsity):
        return Run(self, machine, dataflow, sparsity)


class Run:
    """A workload on a machine. costs: per distinct nest, in the order of `COST_FIELDS`; the other fields are totals."""

    def __init__(self, work, machine, dataflow, sparsity):
        self.costs = []
        for nest in work.nests:
            density = 1 - sparsity if self.costs else 1
            self.costs.append(layer_cost(nest, machine, dataflow, density, "skip", "dense"))
        compute = fill = stall = issued = traffic = 0
        waiting = 0  # cycles of the layers that wait for DRAM
        for place in work.which:
            cost = self.costs[place]
            compute += cost[1]
            fill += cost[2]
            stall += cost[3]
            issued += cost[4]
            traffic += cost[6]
            if cost[3] > 0:
                waiting += cost[1] + cost[2] + cost[3]
        total = compute + fill + stall
        self.compute_cycles, self.fill_cycles, self.stall_cycles = compute, fill, stall
        self.cycles = round(total)
        self.dram_words = traffic
        self.utilisation = issued / (total * machine.pes)
        self.dram_bound = waiting / total


def short_names(names):
    """Names that keep the stage before the dot: 's1.b2.expand' becomes 's1.10', the tenth layer of stage 1."""
    short = []
    stage, count = "", 0
    for name in names:
        dot = name.find(".")
        count = count + 1 if name[:dot] == stage else 1
        stage = name[:dot]
        short.append(name if dot < 0 else stage + "." + str(count))
    return short
