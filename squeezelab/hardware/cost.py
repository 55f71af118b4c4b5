"""One layer on one accelerator: the equations put together. Works on numbers and on numpy arrays alike."""

from collections import namedtuple

from ..core.arith import maximum, mixed
from ..core.checks import check_choice
from .broadcast import BROADCAST_FLOWS, broadcast_os, broadcast_ws
from .memory import dram_words
from .sparsity import format_factor, work_factor
from .systolic import FLOWS, SYSTOLIC_FLOWS

DATAFLOWS = {"systolic": ("hybrid",) + SYSTOLIC_FLOWS, "broadcast": ("hybrid",) + BROADCAST_FLOWS}
ENERGY_LEVELS = ("mac", "rf", "noc", "buffer", "dram")
COST_FIELDS = ("flow", "compute_cycles", "fill_cycles", "stall_cycles", "issued_macs", "buffer_words", "dram_words") + tuple(
    ["energy_" + level for level in ENERGY_LEVELS]
)


def divided(a, b):
    """a / b, and 0 where nothing was done."""
    return a / b if b else 0.0


class LayerCost(namedtuple("LayerCost", COST_FIELDS)):
    """All that a layer costs. flow: its place in `SYSTOLIC_FLOWS`, None beside the array; energies in units of the table.

    A tuple, so that thousands of them are cheap; it is read by name only, so that it can grow.
    """

    __slots__ = ()

    @property
    def array_cycles(self):
        """Cycles that the array takes, before DRAM: streaming, and loading, filling and draining."""
        return self.compute_cycles + self.fill_cycles

    @property
    def cycles(self):
        """All of its time: on the array, and waiting for DRAM."""
        return self.compute_cycles + self.fill_cycles + self.stall_cycles

    @property
    def dataflow(self):
        """The name of its flow; empty for a layer beside the array."""
        return "" if self.flow is None else SYSTOLIC_FLOWS[self.flow]

    @property
    def energy(self):
        """Energy of all levels."""
        return self.energy_mac + self.energy_rf + self.energy_noc + self.energy_buffer + self.energy_dram

    def energy_by_level(self):
        """{level: energy}, by the names in `ENERGY_LEVELS`."""
        return {level: getattr(self, "energy_" + level) for level in ENERGY_LEVELS}

    def utilisation(self, pes):
        """Share of the MAC slots that were issued, on an array of so many processing elements; 0 where nothing was done."""
        return divided(self.issued_macs, self.cycles * pes)


HIDDEN = LayerCost(None, *[0] * (len(COST_FIELDS) - 1))  # a layer that is charged with nothing


FLOW_FIELDS = ("flow", "compute_cycles", "fill_cycles", "buffer_words", "issued_macs", "hops")


class FlowCost(namedtuple("FlowCost", FLOW_FIELDS)):
    """A layer on the array under one dataflow, before DRAM. The flow is a number, so that arrays of layers can mix flows."""

    __slots__ = ()

    @property
    def array_cycles(self):
        return self.compute_cycles + self.fill_cycles


def flow_cost(nest, machine, flow, density, mode):
    """One dataflow on the machine's array."""
    if machine.style == "systolic":
        return systolic_flow(nest, machine, flow, work_factor(mode, density, nest, machine))
    return broadcast_flow(nest, machine, flow, density, mode)


def systolic_flow(nest, machine, flow, factor):
    """Groups run one after another; of a MAC's operands two hop on to a neighbour [assumed for the energy]."""
    one = FLOWS[flow](nest.m, nest.n, nest.k, machine.rows, machine.cols)
    words = one.ifmap_reads + one.filter_reads + one.ofmap_writes + one.partial_sum_reads
    useful = nest.groups * one.useful_cycles
    issued = nest.macs * factor
    return FlowCost(
        flow=SYSTOLIC_FLOWS.index(flow),
        compute_cycles=useful * factor,
        fill_cycles=nest.groups * one.cycles - useful,
        buffer_words=nest.groups * words,
        issued_macs=issued,
        hops=2 * issued,
    )


def broadcast_flow(nest, machine, flow, density, mode):
    """Zero weights are skipped only while outputs stay; `nm` and `lanes` shorten the work of either flow."""
    factor = work_factor(mode, density, nest, machine)
    if flow == "os":
        one = broadcast_os(nest, machine, factor)
    else:
        factor = 1 if mode == "skip" else factor
        one = broadcast_ws(nest, machine, factor)
    return FlowCost(
        flow=SYSTOLIC_FLOWS.index(flow),
        compute_cycles=one.compute_cycles,
        fill_cycles=one.fill_cycles,
        buffer_words=one.buffer_words,
        issued_macs=nest.macs * factor,
        hops=0,
    )


def chosen(first, a, b):
    """a where `first` holds, else b: field by field for arrays."""
    if first is True:
        return a
    if first is False:
        return b
    keep = first * 1.0  # an array of truth values as ones and zeros
    return FlowCost(**{field: mixed(keep, getattr(a, field), getattr(b, field)) for field in FLOW_FIELDS})


def best_flow(nest, machine, dataflow, density, mode):
    """The dataflow asked for, or under "hybrid" the fastest before DRAM, the first of them at a tie.

    On the broadcast array a fully connected layer always runs weight stationary: it has one output pixel, and output
    stationary would leave all but one processing element idle.
    """
    flows = DATAFLOWS[machine.style][1:] if dataflow == "hybrid" else (dataflow,)
    best = flow_cost(nest, machine, flows[0], density, mode)
    for flow in flows[1:]:
        other = flow_cost(nest, machine, flow, density, mode)
        best = chosen(best.array_cycles <= other.array_cycles, best, other)
    if machine.style == "broadcast" and dataflow != "ws" and nest.is_fc is not False:
        best = chosen(nest.is_fc, flow_cost(nest, machine, "ws", density, mode), best)
    return best


def layer_cost(nest, machine, dataflow, density, mode, weight_format):
    """All that a layer costs, as a `LayerCost`.

    The array and the DRAM work side by side, so the slower of the two sets the time; what the array waits is the stall.
    """
    check_choice("dataflow", dataflow, DATAFLOWS[machine.style])
    array = best_flow(nest, machine, dataflow, density, mode)
    buffer_words = array.buffer_words + nest.merges
    stored = nest.weights * format_factor(weight_format, density, machine.word_bits)
    traffic = dram_words(stored, nest.inputs, nest.outputs, machine.buffer_words)
    active = array.issued_macs * density if mode == "gate" else array.issued_macs
    table = machine.energy
    return LayerCost(
        flow=array.flow,
        compute_cycles=array.compute_cycles,
        fill_cycles=array.fill_cycles,
        stall_cycles=maximum(dram_cycles(traffic, machine) - array.array_cycles, 0),
        issued_macs=array.issued_macs,
        buffer_words=buffer_words,
        dram_words=traffic,
        energy_mac=active * table.mac,
        energy_rf=table.register_accesses * active * table.rf,
        energy_noc=array.hops * table.noc,
        energy_buffer=buffer_words * table.buffer,
        energy_dram=traffic * table.dram,
    )


def dram_cycles(words, machine):
    """Cycles until so many words have passed between the chip and DRAM."""
    return words / machine.words_per_cycle + machine.latency_cycles


def beside_cost(words, machine):
    """What a pass beside the array costs that does nothing but move these words."""
    return LayerCost(
        flow=None,
        compute_cycles=0,
        fill_cycles=0,
        stall_cycles=dram_cycles(words, machine),
        issued_macs=0,
        buffer_words=words,
        dram_words=words,
        energy_mac=0,
        energy_rf=0,
        energy_noc=0,
        energy_buffer=words * machine.energy.buffer,
        energy_dram=words * machine.energy.dram,
    )


def total(costs, field):
    """The sum of one field, or of `cycles` or `energy`, over layers that run one after another."""
    added = 0
    for cost in costs:
        added += getattr(cost, field)
    return added
