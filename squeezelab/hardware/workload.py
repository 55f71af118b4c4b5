"""A network as the work an array gets: its layers with weights, each distinct shape prepared and priced once.

Blocks repeat: the 112 layers of SqueezeNext v5 have 32 shapes, so a slider prices 32 layers, not 112. The prices are
those of `simulate` with its usual settings; tests assert it.
"""

from ..core.checks import whole
from ..networks.bits import check_own_bits, operand_bits
from .accelerator import FIELDS
from .cost import ENERGY_LEVELS, nest_cost
from .loops import loops, nest_of
from .simulate import zero_share
from .sparsity import checked_mode
from .word_sizes import operand_sizes


class Workload:
    """names: of the layers with weights, in order of execution; which: for each of them the place of its shape.

    For each distinct shape, the first layer, never sparse, being one of its own: nests: its loops; firsts: the first
    layer that has it; kinds: what kind of layer it is; counts: how many layers share it; shapes: what tells it from others;
    bits: the widths of its operands, as `operand_bits` has them, where the network says so.
    """

    def __init__(self, network=None, batch=1):
        """The work of a network; without one it is empty, and `put` adds to it."""
        self.params = self.macs = 0
        self.names, self.which = [], []
        self.nests, self.firsts, self.kinds, self.counts, self.shapes, self.bits = [], [], [], [], [], []
        self.places = {}  # shape: its place
        if network is not None:
            self.params = network.params
            batch, bits = whole(batch, "the batch"), bits_of(network)
            for layer in network.mac_layers:
                self.put(layer.name, *row_of(layer, batch), bits=bits.get(layer.name))

    def put(self, name, shape, kind, nest, bits=None):
        """One more layer, of the shape that `shape` stands for; bits: its `operand_bits`, None for words of the machine."""
        if bits:
            shape = (shape, bits)
        if not self.names:
            shape = ("first", shape)
        place = self.places.get(shape)
        if place is None:
            self.places[shape] = place = len(self.nests)
            self.shapes.append(shape)
            self.nests.append(nest)
            self.firsts.append(name)
            self.bits.append(bits)
            self.kinds.append(kind)
            self.counts.append(0)
        self.names.append(name)
        self.which.append(place)
        self.counts[place] += 1
        self.macs += nest.macs

    def run(self, machine, dataflow, sparsity, mode=None):
        return Run(self, machine, dataflow, sparsity, mode)


def bits_of(network):
    """{layer: its `operand_bits`} of a network that says how wide its values are."""
    check_own_bits(network)
    return operand_bits(network, network.bits) if network.bits != (None, None, None) else {}


MOST_NESTS = 5_000
_nests = {}  # (what the loops of a layer are made of, batch): its nest; blocks repeat, within a network and from one to the next


def row_of(layer, batch=1):
    """What `Workload.put` needs of a layer besides its name: its shape, its kind and its loops."""
    shape = loops(layer), batch
    nest = _nests.get(shape)
    if nest is None:
        if len(_nests) >= MOST_NESTS:
            _nests.clear()
        _nests[shape] = nest = nest_of(shape[0], batch)
    return shape, layer.kind, nest


MOST_PRICES = 30_000  # some 250 B each in MicroPython
_prices = {}  # (machine, dataflow, sparsity, mode): {shape: cost}; a slider of blocks then prices nothing anew
_count = [0]


def priced_at(machine, dataflow, sparsity, mode):
    """{shape: cost} of what is known at these settings."""
    if _count[0] > MOST_PRICES:
        _prices.clear()
        _count[0] = 0
    settings = tuple([getattr(machine, field) for field in FIELDS]), dataflow, sparsity, mode
    return _prices.setdefault(settings, {})


class Run:
    """A workload on a machine. costs: the `LayerCost` of each distinct shape; the other fields are totals."""

    def __init__(self, work, machine, dataflow, sparsity, mode=None):
        self.work = work
        self.machine = machine
        self.mode = checked_mode(mode, machine)
        self.costs = []
        compute = fill = stall = issued = traffic = 0
        waiting = 0  # cycles of the layers that wait for DRAM
        known = priced_at(machine, dataflow, sparsity, self.mode)
        for shape, nest, count, bits in zip(work.shapes, work.nests, work.counts, work.bits):
            cost = known.get(shape)
            if cost is None:
                density = 1 - zero_share(sparsity, None, first=not self.costs)
                _count[0] += 1
                sizes = operand_sizes(machine, *(bits or ()))
                known[shape] = cost = nest_cost(nest, machine, dataflow, density, self.mode, "dense", sizes)
            busy, filling, waits = cost.compute_cycles, cost.fill_cycles, cost.stall_cycles
            self.costs.append(cost)
            compute += count * busy
            fill += count * filling
            stall += count * waits
            issued += count * cost.issued_macs
            traffic += count * cost.dram_words
            if waits > 0:
                waiting += count * (busy + filling + waits)
        total = compute + fill + stall
        self.compute_cycles, self.fill_cycles, self.stall_cycles = compute, fill, stall
        self.cycles = round(total)
        self.dram_words = traffic
        self.utilisation = issued / (total * machine.pes)
        self.dram_bound = waiting / total

    def intensities(self):
        """MACs per DRAM word of each shape, as `LayerReport.intensity` has them."""
        return [nest.macs / cost.dram_words for nest, cost in zip(self.work.nests, self.costs)]

    def energy_by_level(self):
        """{level: energy of the whole workload}."""
        energy = {}
        for level in ENERGY_LEVELS:
            parts = [getattr(cost, "energy_" + level) for cost in self.costs]
            energy[level] = sum([count * part for count, part in zip(self.work.counts, parts)])
        return energy
