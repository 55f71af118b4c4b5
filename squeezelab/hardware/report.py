"""What a simulation says: a row per layer, and totals."""

from .cost import ENERGY_LEVELS, HIDDEN, divided, total

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


TOTAL_FIELDS = (
    "params",
    "macs",
    "cycles",
    "compute_cycles",
    "fill_cycles",
    "stall_cycles",
    "seconds",
    "utilisation",
    "effective_utilisation",
    "buffer_words",
    "dram_words",
    "intensity",
    "energy",
    "energy_unit",
    "energy_by_level",
    "bound",
)


def bound_of(compute, fill, stall):
    """What took the most of the time: "compute", "fill" or "dram", the first of them at a tie; "hidden" if nothing did."""
    if not compute + fill + stall:
        return "hidden"
    if stall > compute and stall > fill:
        return "dram"
    return "fill" if fill > compute else "compute"


class Measures:
    """What follows from the counts of a layer or of a network: its cycles, MACs, words, and the array's `pes`.

    utilisation: share of the MAC slots that were issued; effective_utilisation: dense MACs per slot, above utilisation
    where zeros were skipped; intensity: MACs per DRAM word (compute-to-IO ratio as it comes out); bound: what took the most
    of the time, "compute", "fill" or "dram" (waiting), "hidden" where nothing was charged.
    """

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
    def bound(self):
        return bound_of(self.compute_cycles, self.fill_cycles, self.stall_cycles)


def of_layer(field):
    return property(lambda row: getattr(row.layer, field))


def of_cost(field):
    return property(lambda row: getattr(row.cost, field))


def total_of(field):
    """Totals are added up when asked for: a slider asks for few of them."""
    return property(lambda report: total(report.charged, field))


class LayerReport(Measures):
    """One layer on the accelerator; what each field means stands at `LayerCost` and `Measures`.

    cycles = compute_cycles + fill_cycles + stall_cycles: streaming operands; loading, filling and draining the array;
    waiting for DRAM. dataflow: the flow the layer ran in; empty for layers beside the array.
    """

    def __init__(self, layer, batch, cost, pes):
        self.layer = layer
        self.batch = batch
        self.cost = cost  # a LayerCost
        self.pes = pes

    name = of_layer("name")
    kind = of_layer("kind")
    params = of_layer("params")
    dataflow = of_cost("dataflow")
    compute_cycles = of_cost("compute_cycles")
    fill_cycles = of_cost("fill_cycles")
    stall_cycles = of_cost("stall_cycles")
    cycles = of_cost("cycles")
    issued_macs = of_cost("issued_macs")
    buffer_words = of_cost("buffer_words")
    dram_words = of_cost("dram_words")
    energy = of_cost("energy")

    @property
    def macs(self):
        return self.layer.macs * self.batch

    @property
    def energy_by_level(self):
        return self.cost.energy_by_level()

    def to_dict(self):
        """The row as plain data, with its energy by level."""
        row = {field: getattr(self, field) for field in ROW_FIELDS}
        row["energy_by_level"] = self.energy_by_level
        return row

    def __repr__(self):
        return f"LayerReport({self.name!r}, {self.dataflow or self.bound}, {round(self.cycles):,} cycles, {self.bound})"


class Report(Measures):
    """A network on an accelerator: `layers` has a `LayerReport` for each layer, the properties are totals.

    Layers run one after another, so cycles, words and energies add. `cycles` is rounded once, at the end.
    """

    def __init__(self, network, machine, settings, layers):
        self.network = network.name
        self.accelerator = machine
        self.pes = machine.pes
        self.settings = settings
        self.layers = layers
        self.charged = [row.cost for row in layers if row.cost is not HIDDEN]

    compute_cycles = total_of("compute_cycles")
    fill_cycles = total_of("fill_cycles")
    stall_cycles = total_of("stall_cycles")
    issued_macs = total_of("issued_macs")
    buffer_words = total_of("buffer_words")
    dram_words = total_of("dram_words")

    @property
    def params(self):
        return total(self.layers, "params")

    @property
    def macs(self):
        return total(self.layers, "macs")

    @property
    def cycles(self):
        return round(self.compute_cycles + self.fill_cycles + self.stall_cycles)

    @property
    def seconds(self):
        """Time at the accelerator's clock."""
        return self.cycles / (self.accelerator.clock_ghz * 1e9)

    @property
    def energy_unit(self):
        return self.accelerator.energy.unit

    @property
    def energy_by_level(self):
        return {level: total(self.charged, "energy_" + level) for level in ENERGY_LEVELS}

    @property
    def energy(self):
        levels = self.energy_by_level
        return sum([levels[level] for level in ENERGY_LEVELS])

    def __getitem__(self, name):
        for row in self.layers:
            if row.name == name:
                return row
        raise KeyError(f"no layer {name!r} in this report; it has {', '.join([row.name for row in self.layers])}")

    def to_dict(self):
        """Totals, settings and rows as plain data, ready for JSON."""
        totals = {"network": self.network, "accelerator": self.accelerator.name, "settings": self.settings}
        totals.update({field: getattr(self, field) for field in TOTAL_FIELDS})
        totals["layers"] = [row.to_dict() for row in self.layers]
        return totals

    def __repr__(self):
        from .report_table import report_table  # a table is made rarely, a report often

        return report_table(self)
