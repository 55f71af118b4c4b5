"""One layer on one accelerator: the equations put together. Works on numbers and on numpy arrays alike."""

from ..core.arith import maximum, mixed
from ..core.checks import check_choice
from .broadcast import BROADCAST_FLOWS, broadcast_os, broadcast_ws
from .memory import dram_words
from .sparsity import format_factor, work_factor
from .systolic import FLOWS, SYSTOLIC_FLOWS

DATAFLOWS = {"systolic": ("hybrid",) + SYSTOLIC_FLOWS, "broadcast": ("hybrid",) + BROADCAST_FLOWS}


# A layer on the array under one dataflow, before DRAM, is a tuple: (flow, compute cycles, fill cycles, words of the
# buffer, MAC slots, hops). The flow is its place in SYSTOLIC_FLOWS: a number, so that arrays of layers can mix flows.


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
    fill = nest.groups * one.cycles - useful
    return SYSTOLIC_FLOWS.index(flow), useful * factor, fill, nest.groups * words, issued, 2 * issued


def broadcast_flow(nest, machine, flow, density, mode):
    """Zero weights are skipped only while outputs stay; `nm` and `lanes` shorten the work of either flow."""
    factor = work_factor(mode, density, nest, machine)
    if flow == "os":
        compute, fill, words = broadcast_os(nest, machine, factor)
    else:
        compute, fill, words = broadcast_ws(nest, machine)
        factor = 1 if mode == "skip" else factor
        compute = compute * factor
    return SYSTOLIC_FLOWS.index(flow), compute, fill, words, nest.macs * factor, 0


def chosen(first, a, b):
    """a where `first` holds, else b: field by field for arrays."""
    if first is True:
        return a
    if first is False:
        return b
    keep = first * 1.0  # an array of truth values as ones and zeros
    return tuple([mixed(keep, one, other) for one, other in zip(a, b)])


def best_flow(nest, machine, dataflow, density, mode):
    """The dataflow asked for, or under "hybrid" the fastest before DRAM, the first of them at a tie.

    On the broadcast array a fully connected layer always runs weight stationary: it has one output pixel, and output
    stationary would leave all but one processing element idle.
    """
    flows = DATAFLOWS[machine.style][1:] if dataflow == "hybrid" else (dataflow,)
    best = flow_cost(nest, machine, flows[0], density, mode)
    for flow in flows[1:]:
        other = flow_cost(nest, machine, flow, density, mode)
        best = chosen(best[1] + best[2] <= other[1] + other[2], best, other)
    if machine.style == "broadcast" and dataflow != "ws" and nest.is_fc is not False:
        best = chosen(nest.is_fc, flow_cost(nest, machine, "ws", density, mode), best)
    return best


def layer_cost(nest, machine, dataflow, density, mode, weight_format):
    """All that a layer costs, as a tuple in the order of `COST_FIELDS`; energies in units of the machine's table.

    The array and the DRAM work side by side, so the slower of the two sets the time; what the array waits is the stall.
    """
    check_choice("dataflow", dataflow, DATAFLOWS[machine.style])
    flow, compute, fill, buffer_words, issued, hops = best_flow(nest, machine, dataflow, density, mode)
    buffer_words = buffer_words + nest.merges
    stored = nest.weights * format_factor(weight_format, density, machine.word_bits)
    traffic = dram_words(stored, nest.inputs, nest.outputs, machine.buffer_words)
    stall = maximum(traffic / machine.words_per_cycle + machine.latency_cycles - (compute + fill), 0)
    active = issued * density if mode == "gate" else issued
    table = machine.energy
    return (
        flow,
        compute,
        fill,
        stall,
        issued,
        buffer_words,
        traffic,
        active * table.mac,
        table.register_accesses * active * table.rf,
        hops * table.noc,
        buffer_words * table.buffer,
        traffic * table.dram,
    )


ENERGY_LEVELS = ("mac", "rf", "noc", "buffer", "dram")
COST_FIELDS = ("flow", "compute_cycles", "fill_cycles", "stall_cycles", "issued_macs", "buffer_words", "dram_words") + tuple(
    ["energy_" + level for level in ENERGY_LEVELS]
)
HIDDEN = (None,) + (0,) * (len(COST_FIELDS) - 1)  # a layer that is charged with nothing
