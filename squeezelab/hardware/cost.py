"""One layer on one accelerator: the equations put together. Works on numbers and on numpy arrays alike."""

from collections import namedtuple

from ..core.arith import maximum
from ..core.checks import check_choice
from .accelerator import Accelerator
from .broadcast import BROADCAST_FLOWS, broadcast_os, broadcast_ws
from .flow_cost import FlowCost, chosen
from .loops import LoopNest
from .memory import dram_traffic
from .presets import accelerator
from .sparsity import FORMATS, STORED, WORK, checked_density, checked_mode
from .systolic import FLOWS, SYSTOLIC_FLOWS
from .word_sizes import checked_bits, operand_sizes

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


HIDDEN = LayerCost(**{field: None if field == "flow" else 0 for field in COST_FIELDS})  # a layer that is charged with nothing


def systolic_flow(nest, machine, flow, density):
    """Groups run one after another; of a MAC's operands two hop on to a neighbour [assumed for the energy]. `density` is
    the share of MACs that are worked on."""
    one = FLOWS[flow](nest.m, nest.n, nest.k, machine.rows, machine.cols)
    groups, issued = nest.groups, nest.macs * density
    compute, fill = groups * one.useful_cycles * density, groups * one.fill_cycles
    inputs, weights = groups * one.ifmap_reads, groups * one.filter_reads
    sums = groups * (one.ofmap_writes + one.partial_sum_reads)
    return FlowCost(SYSTOLIC_FLOWS.index(flow), compute, fill, inputs, weights, sums, issued, 2 * issued)


def flow_cost(nest, machine, flow, mode, density):
    """One dataflow on the machine's array. Single zeros are skipped only while outputs stay; `nm` and `lanes` shorten the
    work of any flow."""
    if machine.style == "systolic":
        return systolic_flow(nest, machine, flow, density)
    if flow == "os":
        return broadcast_os(nest, machine, density)
    return broadcast_ws(nest, machine, 1 if mode == "skip" else density)


def best_flow(nest, machine, dataflow, mode, density):
    """The dataflow asked for, or under "hybrid" the fastest before DRAM, the first of them at a tie.

    On the broadcast array a fully connected layer always runs weight stationary: it has one output pixel, and output
    stationary would leave all but one processing element idle.
    """
    flows = DATAFLOWS[machine.style][1:] if dataflow == "hybrid" else (dataflow,)
    best = flow_cost(nest, machine, flows[0], mode, density)
    for flow in flows[1:]:
        other = flow_cost(nest, machine, flow, mode, density)
        best = chosen(best.array_cycles <= other.array_cycles, best, other)
    if machine.style == "broadcast" and dataflow != "ws" and nest.is_fc is not False:
        best = chosen(nest.is_fc, flow_cost(nest, machine, "ws", mode, density), best)
    return best


def moved_words(array, nest, sizes):
    """Words between the buffer and the array. A finished output is an activation, a sum on its way there a partial one:
    written, and read back for what is added to it, in the array or, where results meet (`merges`), in the buffer."""
    finished = nest.results - nest.merges
    unfinished = array.sum_words + nest.merges - finished
    weights_and_inputs = array.weight_words * sizes.weight + array.input_words * sizes.input
    return weights_and_inputs + finished * sizes.output + unfinished * sizes.sum


def mac_energy(machine, sizes):
    """Energy of one MAC on operands of these sizes."""
    own = machine.word_bits
    return machine.energy.mac_at(sizes.weight_bits, sizes.input * own, sizes.sum * own)


def nest_cost(nest, machine, dataflow, density, mode, weight_format, sizes):
    """The `LayerCost` of a loop nest whose operands have these `WordSizes`, with `density` of its weights not zero.

    The array and the DRAM work side by side, so the slower of the two sets the time; what the array waits is the stall.
    Where activations stand for weights, none are zeros, and all are stored as they are.
    """
    if nest.of_activations:
        density, weight_format = 1, "dense"
    array = best_flow(nest, machine, dataflow, mode, WORK[mode](density, nest, machine))
    buffer_words = moved_words(array, nest, sizes)
    weights = nest.weights * STORED[weight_format](density, sizes.weight_bits, sizes.index) * sizes.weight
    traffic = dram_traffic(weights, nest.inputs * sizes.input, nest.outputs * sizes.output, machine.buffer_words)
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
        energy_mac=active * mac_energy(machine, sizes),
        energy_rf=table.register_accesses * active * table.rf,
        energy_noc=array.hops * table.noc,
        energy_buffer=buffer_words * table.buffer,
        energy_dram=traffic * table.dram,
    )


def layer_cost(
    nest: LoopNest,
    machine: Accelerator | str,
    dataflow: str,
    density: float,
    mode: str,
    weight_format: str,
    weight_bits: int | None = None,
    activation_bits: int | None = None,
    sum_bits: int | None = None,
    input_bits: int | None = None,
) -> LayerCost:
    """All that a layer costs, as a `LayerCost`: `nest_cost`, with what it is asked checked first.

    nest: a `LoopNest`; density: the share of weights that are not zero; activation_bits: of an output, and of an input unless
    `input_bits` says otherwise; the others as in `simulate`. Fields of the nest and the density may be numpy arrays.

    Raises a ValueError for a dataflow, a mode, a format, a density or bits that cannot be.

    >>> from squeezelab.hardware import accelerator, loop_nest
    >>> from squeezelab.networks import squeezenext
    >>> nest = loop_nest(squeezenext()["conv1"])
    >>> cost = layer_cost(nest, accelerator("squeezelerator-16"), "hybrid", 1, "none", "dense")
    >>> cost.dataflow, cost.cycles
    ('os', 525672)
    """
    machine = accelerator(machine)
    if not isinstance(nest, LoopNest):
        raise ValueError(f"a cost is that of a loop nest, as loop_nest(net['conv1']) makes one, not of {type(nest).__name__}")
    check_choice("dataflow", dataflow, DATAFLOWS[machine.style])
    mode = checked_mode(mode, machine)
    check_choice("weight format", weight_format, FORMATS)
    activation_bits = checked_bits(activation_bits, "activation_bits")
    sizes = operand_sizes(
        machine,
        checked_bits(weight_bits, "weight_bits"),
        activation_bits if input_bits is None else checked_bits(input_bits, "input_bits"),
        activation_bits,
        checked_bits(sum_bits, "sum_bits"),
    )
    return nest_cost(nest, machine, dataflow, checked_density(density), mode, weight_format, sizes)


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
