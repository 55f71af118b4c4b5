"""What a simulation says: a row per layer, and totals."""

from .cost import COST_FIELDS, ENERGY_LEVELS, HIDDEN
from .systolic import SYSTOLIC_FLOWS

ROW_FIELDS = (
    "name",
    "kind",
    "dataflow",
    "bound",
    "params",
    "macs",
    "cycles",
    "compute_cycles",
    "fill_cycles",
    "stall_cycles",
    "utilisation",
    "effective_utilisation",
    "buffer_words",
    "dram_words",
    "intensity",
    "energy",
)


def bound_of(compute, fill, stall):
    """What took the most of the time: "compute", "fill" or "dram", the first of them at a tie; "hidden" if nothing did."""
    if not compute + fill + stall:
        return "hidden"
    if stall > compute and stall > fill:
        return "dram"
    return "fill" if fill > compute else "compute"


def divided(a, b):
    """a / b, and 0 where nothing was done."""
    return a / b if b else 0.0


class LayerReport:
    """One layer on the accelerator.

    cycles = compute_cycles + fill_cycles + stall_cycles: streaming operands; loading, filling and draining the array;
    waiting for DRAM. utilisation: share of the MAC slots that were issued; effective_utilisation: dense MACs per slot,
    above utilisation where zeros were skipped. intensity: MACs per DRAM word (compute-to-IO ratio as it comes out).
    bound: what took the most of the time, "compute", "fill" or "dram" (waiting); "hidden" for a layer charged with nothing.
    """

    def __init__(self, layer, batch, cost, pes):
        self.layer = layer
        self.batch = batch
        self.cost = cost  # in the order of COST_FIELDS
        self.pes = pes

    @property
    def name(self):
        return self.layer.name

    @property
    def kind(self):
        return self.layer.kind

    @property
    def params(self):
        return self.layer.params

    @property
    def macs(self):
        return self.layer.macs * self.batch

    @property
    def dataflow(self):
        """The flow the layer ran in; empty for layers beside the array."""
        return "" if self.cost[0] is None else SYSTOLIC_FLOWS[self.cost[0]]

    @property
    def compute_cycles(self):
        return self.cost[1]

    @property
    def fill_cycles(self):
        return self.cost[2]

    @property
    def stall_cycles(self):
        return self.cost[3]

    @property
    def cycles(self):
        return self.cost[1] + self.cost[2] + self.cost[3]

    @property
    def issued_macs(self):
        return self.cost[4]

    @property
    def buffer_words(self):
        return self.cost[5]

    @property
    def dram_words(self):
        return self.cost[6]

    @property
    def energy_parts(self):
        return self.cost[7:]

    @property
    def bound(self):
        return bound_of(self.compute_cycles, self.fill_cycles, self.stall_cycles)

    @property
    def utilisation(self):
        return divided(self.issued_macs, self.cycles * self.pes)

    @property
    def effective_utilisation(self):
        return divided(self.macs, self.cycles * self.pes)

    @property
    def intensity(self):
        return divided(self.macs, self.dram_words)

    @property
    def energy(self):
        total = 0
        for part in self.energy_parts:
            total += part
        return total

    @property
    def energy_by_level(self):
        return dict(zip(ENERGY_LEVELS, self.energy_parts))

    def to_dict(self):
        """The row as plain data, with its energy by level."""
        row = {field: getattr(self, field) for field in ROW_FIELDS}
        row["energy_by_level"] = self.energy_by_level
        return row

    def __repr__(self):
        return f"LayerReport({self.name!r}, {self.dataflow or self.bound}, {round(self.cycles):,} cycles, {self.bound})"


class Report:
    """A network on an accelerator: `layers` has a `LayerReport` for each layer, the properties are totals.

    Layers run one after another, so cycles, words and energies add. `cycles` is rounded once, at the end.
    """

    def __init__(self, network, machine, settings, layers):
        self.network = network.name
        self.accelerator = machine
        self.settings = settings
        self.layers = layers
        self._charged = [row.cost for row in layers if row.cost is not HIDDEN]

    def _total(self, field):
        """Totals are added up when asked for: a slider asks for few of them."""
        place = COST_FIELDS.index(field)
        total = 0
        for cost in self._charged:
            total += cost[place]
        return total

    @property
    def params(self):
        total = 0
        for row in self.layers:
            total += row.params
        return total

    @property
    def macs(self):
        total = 0
        for row in self.layers:
            total += row.macs
        return total

    @property
    def compute_cycles(self):
        return self._total("compute_cycles")

    @property
    def fill_cycles(self):
        return self._total("fill_cycles")

    @property
    def stall_cycles(self):
        return self._total("stall_cycles")

    @property
    def issued_macs(self):
        return self._total("issued_macs")

    @property
    def buffer_words(self):
        return self._total("buffer_words")

    @property
    def dram_words(self):
        return self._total("dram_words")

    @property
    def cycles(self):
        return round(self.compute_cycles + self.fill_cycles + self.stall_cycles)

    @property
    def seconds(self):
        """Time at the accelerator's clock."""
        return self.cycles / (self.accelerator.clock_ghz * 1e9)

    @property
    def energy_by_level(self):
        return {level: self._total("energy_" + level) for level in ENERGY_LEVELS}

    @property
    def energy(self):
        levels = self.energy_by_level
        total = 0
        for level in ENERGY_LEVELS:
            total += levels[level]
        return total

    @property
    def intensity(self):
        """MACs per DRAM word over the whole network."""
        return divided(self.macs, self.dram_words)

    @property
    def utilisation(self):
        """Share of all MAC slots that were issued."""
        return divided(self.issued_macs, self.cycles * self.accelerator.pes)

    @property
    def effective_utilisation(self):
        """Dense MACs per MAC slot; skipping zeros can lift it above 1."""
        return divided(self.macs, self.cycles * self.accelerator.pes)

    @property
    def bound(self):
        """What took the most of the time, as of a layer: "compute", "fill" or "dram"; "hidden" if no layer was charged."""
        return bound_of(self.compute_cycles, self.fill_cycles, self.stall_cycles)

    def __getitem__(self, name):
        for row in self.layers:
            if row.name == name:
                return row
        raise KeyError(f"no layer {name!r} in this report; it has {', '.join([row.name for row in self.layers])}")

    def to_dict(self):
        """Totals, settings and rows as plain data, ready for JSON."""
        machine = self.accelerator
        return {
            "network": self.network,
            "accelerator": machine.name,
            "settings": self.settings,
            "params": self.params,
            "macs": self.macs,
            "cycles": self.cycles,
            "compute_cycles": self.compute_cycles,
            "fill_cycles": self.fill_cycles,
            "stall_cycles": self.stall_cycles,
            "seconds": self.seconds,
            "utilisation": self.utilisation,
            "effective_utilisation": self.effective_utilisation,
            "buffer_words": self.buffer_words,
            "dram_words": self.dram_words,
            "intensity": self.intensity,
            "energy": self.energy,
            "energy_unit": machine.energy.unit,
            "energy_by_level": self.energy_by_level,
            "bound": self.bound,
            "layers": [row.to_dict() for row in self.layers],
        }

    def __repr__(self):
        from .report_table import report_table  # a table is made rarely, a report often

        return report_table(self)
