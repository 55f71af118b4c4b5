"""Sweeps: the equations of `squeezelab.hardware` over arrays of design points, as a table.

Nothing is modelled here. An accelerator whose fields are arrays goes through the very lines that serve one
`simulate`, and every row of the table equals that call.

>>> from squeezelab.networks import squeezenext
>>> table = sweep(squeezenext(version=5), "squeezelerator-16", sparsity=0.4, rows=[8, 16], buffer_kb=[32, 128])
>>> table["cycles"].tolist()
[3575654, 3575654, 1183229, 1169173]
"""

import math
from collections.abc import Callable

import numpy as np

from ..core.checks import check_sparsity, is_number, whole
from ..hardware import Accelerator, accelerator
from ..hardware.accelerator import words
from ..hardware.cost import ENERGY_LEVELS, HIDDEN, total
from ..hardware.simulate import checked_settings, network_costs
from ..hardware.sparsity import slowest_lane
from ..hardware.word_sizes import checked_bits
from ..networks import Network
from ..networks.bits import BITS, check_own_bits
from ..notebook.progress import ProgressLine
from .axes import FIELDS, as_list, as_pairs, checked_axes, checked_choices, points
from .table import DesignTable

COUNTS = ("params", "macs", "cycles")
ENERGIES = tuple(["energy_" + level for level in ENERGY_LEVELS])
TOTALS = ("compute_cycles", "fill_cycles", "stall_cycles", "issued_macs", "buffer_words", "dram_words") + ENERGIES
CHUNK = 8192  # designs at a time, so that what is being worked on stays in the processor's cache
EXACT = 2**53  # float64 holds whole numbers exactly up to here


def sweep(
    networks: Network | list,
    machine: Accelerator | str,
    dataflow: str = "hybrid",
    sparsity: float | list | dict = 0.0,
    sparsity_mode: str | None = None,
    weight_format: str = "dense",
    batch: int | list = 1,
    other_layers: str = "hidden",
    weight_bits: int | list | None = None,
    activation_bits: int | list | None = None,
    sum_bits: int | list | None = None,
    progress: bool | Callable = True,
    **axes: object,
) -> DesignTable:
    """Every network on every combination of the axes → a `DesignTable` with a row a design.

    networks: a `Network`, a list of them, or `variants(...)` of one of the zoo.
    machine: the accelerator (or its name) that has the values of all fields that are not swept.
    axes: one value or a list for rows, cols (as many as rows unless given), registers, buffer_kb or buffer_bytes,
        word_bits, dram_gb_per_s (None: never waits), clock_ghz, latency_cycles; sparsity, batch, weight_bits,
        activation_bits and sum_bits (None: those of the network, else the machine's word_bits) may be lists, too.
    progress: True shows a line on stderr after some seconds, False none; or a function called with (done, total).
    The other arguments are those of `simulate`.

    Raises a ValueError that names what is wrong and what would be right, for any argument that cannot be.

    >>> from squeezelab.networks import squeezenext
    >>> sweep(squeezenext(version=5), "squeezelerator-16", sparsity=[0, 0.4])["cycles"].tolist()
    [1174997, 1169173]
    """
    machine = accelerator(machine)
    pairs = as_pairs(networks)
    axes = checked_axes(machine, axes)
    axes["sparsity"] = checked_choices(check_sparsity, sparsity, "sparsity", pairs)
    axes["batch"] = [whole(value, "the batch") for value in as_list(batch)]
    for _, network in pairs:
        check_own_bits(network)
    bits = {"weight_bits": weight_bits, "activation_bits": activation_bits, "sum_bits": sum_bits}
    axes |= {name: checked_choices(checked_bits, bits[name], name, pairs) for name in BITS if bits[name] is not None}
    settings = {
        "dataflow": dataflow,
        "sparsity_mode": sparsity_mode,
        "weight_format": weight_format,
        "other_layers": other_layers,
    }
    settings = checked_settings(machine, settings)
    report = checked_report(progress)
    try:
        outputs = swept(pairs, machine, axes, settings, report)
    finally:
        if progress is True:
            report.close()
    inputs = input_columns(pairs, axes, designs_of(axes))
    return DesignTable(inputs | outputs, inputs)


def designs_of(axes):
    """How many combinations of the axes there are."""
    return math.prod([len(values) for values in axes.values()])


def checked_report(progress):
    """What is called with (done, total) as a sweep goes on; raises a ValueError for what cannot be."""
    if progress is True:
        return ProgressLine("designs")
    if progress is not False and not callable(progress):
        raise ValueError(f"progress is True, False or a function called with (done, total), not {progress!r}")
    return progress or (lambda done, total: None)


def swept(pairs, machine, axes, settings, report):
    """{column: its values}: each network on each combination of the axes, `CHUNK` designs at a time."""
    count, outputs = designs_of(axes), {}
    for first, (_, network) in enumerate(pairs):
        for start in range(0, count, CHUNK):
            stop = min(start + CHUNK, count)
            columns = simulated(network, machine, points(axes, start, stop), settings)
            store(outputs, columns, first * count + start, stop - start, len(pairs) * count)  # columns: (stop - start,)
            report(first * count + stop, len(pairs) * count)
    return outputs


class Machines:
    """One accelerator at many design points: what `layer_cost` reads of it, swept fields as arrays."""

    def __init__(self, machine, chosen):
        self.style, self.energy = machine.style, machine.energy
        for field in FIELDS:
            setattr(self, field, chosen.get(field, getattr(machine, field)))
        if self.dram_gb_per_s is None:
            self.dram_gb_per_s = math.inf
        self.pes = self.rows * self.cols
        self.buffer_words = words(self.buffer_bytes, self.word_bits)
        self.words_per_cycle = words(self.dram_gb_per_s / self.clock_ghz, self.word_bits)
        sides, places = np.unique(self.cols, return_inverse=True)
        self.lane_kappa = np.array([slowest_lane(side) for side in sides])[places.reshape(np.shape(self.cols))]


def simulated(network, machine, chosen, settings):
    """The columns of one network at these design points."""
    machines = Machines(machine, chosen)
    settings = dict(settings, sparsity=chosen["sparsity"], batch=chosen["batch"])
    settings |= {name: bits_at(name, chosen.get(name), own, machines) for name, own in zip(BITS, network.bits)}
    charged = [cost for cost in network_costs(network, machines, settings) if cost is not HIDDEN]
    return derived({field: total(charged, field) for field in TOTALS}, network, machines, chosen["batch"])


def bits_at(what, bits, own, machines):
    """The widths at each design; endless ones, which stand for None in `points`, are the network's own, else the machine's."""
    if isinstance(bits, dict):
        return bits
    if np.shape(bits) and np.any(np.isinf(bits)):
        if isinstance(own, dict):
            raise ValueError(f"the axis of {what} has None, but this network has bits of its own by layer; sweep it for itself")
        return np.where(np.isinf(bits), machines.word_bits if own is None else own, bits)
    return own if bits is None or np.ndim(bits) == 0 and math.isinf(bits) else bits


def derived(totals, network, machines, batch):
    """The columns of a report, by the definitions of `Report`."""
    macs = network.macs * batch
    exact = totals["compute_cycles"] + totals["fill_cycles"] + totals["stall_cycles"]
    if max(np.max(macs), np.max(exact), np.max(totals["buffer_words"]), np.max(totals["dram_words"])) >= EXACT:
        raise ValueError(f"{network.name}: counts above 2^53 are not exact in a sweep; use a smaller batch or network")
    cycles = np.rint(exact)
    return {
        "params": network.params,
        "macs": macs,
        "cycles": cycles,
        **{name: totals[name] for name in ("compute_cycles", "fill_cycles", "stall_cycles")},
        "seconds": cycles / (machines.clock_ghz * 1e9),
        "utilisation": ratio(totals["issued_macs"], cycles * machines.pes),
        "effective_utilisation": ratio(macs, cycles * machines.pes),
        **{name: totals[name] for name in ("buffer_words", "dram_words")},
        "intensity": ratio(macs, totals["dram_words"]),
        "energy": sum([totals[level] for level in ENERGIES]),
        **{level: totals[level] for level in ENERGIES},
    }


def ratio(a, b):
    """a / b, and 0 where nothing was done."""
    a, b = np.broadcast_arrays(a, b)
    return np.divide(a, b, out=np.zeros(b.shape), where=b != 0)


def store(outputs, columns, start, count, total):
    """Writes one chunk into the columns of the whole table; counts become whole numbers."""
    for name, values in columns.items():
        if name not in outputs:
            outputs[name] = np.empty(total, dtype=np.int64 if name in COUNTS else float)
        outputs[name][start : start + count] = values


def input_columns(pairs, axes, count):
    """What was chosen for each design: the network, its options, and every axis with more than one value."""
    names = list(dict.fromkeys(name for options, _ in pairs for name in options))
    columns = {"network": repeated([network.name for _, network in pairs], count)}
    for name in names:
        columns[name] = repeated([options.get(name) for options, _ in pairs], count)
    places = np.unravel_index(np.arange(count), [len(values) for values in axes.values()])
    for place, (name, values) in zip(places, axes.items(), strict=True):
        columns[name] = np.tile(as_column(values)[place], len(pairs))
    return columns


def repeated(values, count):
    """Each value for `count` designs in a row."""
    return np.repeat(as_column(values), count)


def as_column(values):
    """A 1-D array: of numbers where all are numbers, else of objects."""
    if all(is_number(value) for value in values):
        return np.array(values)
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
