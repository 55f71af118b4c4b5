"""A network's layers under the roof of an accelerator: what memory allows, and what the array makes of it."""

from ..core.palette import KINDS, kind_role, kind_words
from ..core.words import grouped, plural, short, si
from ..hardware import attainable, ridge
from .kit.charts import TIME, line, time_chart
from .kit.controls import stops
from .kit.figures import alike, axis, careful_percent, column, legend_entry, per_word, tile
from .kit.zoo import RECALLED, square_machine, zoo_control, zoo_label, zoo_work

TITLE = "A network under the roofline"
LOWEST, HIGHEST = 0.5, 4096  # MACs per word; every layer of the zoo lies between, at any batch of the control
CONTROLS = [
    zoo_control("mobilenet"),  # its depthwise layers lie far left, some below the roof
    stops("side", "Array", [4, 8, 16, 32], 16, "PEs a side"),
    stops("bandwidth", "DRAM", [2, 4, 8, 16, 32, 64], 16, "GB/s"),
    stops("batch", "Images in a batch", [1, 2, 4, 8, 16, 32, 64], 1),
]
AHEAD = ["network"]


class Spot:
    """Where layers of one kind and shape lie: MACs per word (every word moved once) and MACs per cycle (simulated).

    cost: the `LayerCost` of one of them; cycles: of all `count` of them.
    """

    def __init__(self, name, kind, count, nest, cost):
        self.name, self.kind, self.count, self.cost = name, kind, count, cost
        self.ratio = nest.macs / (nest.weights + nest.inputs + nest.outputs)
        self.speed = nest.macs / cost.cycles
        self.cycles = count * cost.cycles


def spots_of(work, run):
    """The layers that compute, those of one shape taken together, in the order of the network."""
    shapes = zip(work.firsts, work.kinds, work.counts, work.nests, run.costs)
    return [Spot(*shape) for shape in shapes]


class Split:
    """The layers left of the ridge, where memory sets the pace at best: how many, and their share of the time."""

    def __init__(self, spots, corner):
        left = [spot for spot in spots if spot.ratio < corner]
        self.count = total(left, "count")
        self.of = total(spots, "count")
        self.time = total(left, "cycles") / total(spots, "cycles")


def total(spots, field):
    amount = 0
    for spot in spots:
        amount += getattr(spot, field)
    return amount


def cycles_spent(spots, role):
    """The cycles of all layers that go into one of `TIME`."""
    amount = 0
    for spot in spots:
        amount += spot.count * getattr(spot.cost, role + "_cycles")
    return amount


def finding_of(label, split, corner):
    at = f"the ridge at {per_word(corner)}"
    if split.count == 0:
        return f"No layer of {label} lies left of {at}: with every word moved once, memory never sets the pace."
    if split.count == split.of:
        return f"All {split.of} layers of {label} lie left of {at}: memory keeps each of them from filling the array."
    lie, take = ("lies", "takes") if split.count == 1 else ("lie", "take")
    return (
        f"{split.count} of {label}'s {split.of} layers {lie} left of {at} and {take} {careful_percent(split.time)} of the time."
    )


def problem_of(split, spots, machine):
    """An array too large for its memory, or None."""
    if split.count < split.of:
        return None
    best = max([attainable(spot.ratio, machine) for spot in spots])
    return (
        f"The array is too large for its memory: even the best layer can use at most {careful_percent(best / machine.pes)} of it."
    )


def roof_chart(spots, split, machine):
    corner = ridge(machine)
    low, high = LOWEST, HIGHEST
    roof = [attainable(low, machine), machine.pes, machine.pes]
    left = f"{split.count} of {plural(split.of, 'layer')} left of the ridge, {careful_percent(split.time)} of the time"
    return {
        "title": f"{split.count} of {plural(split.of, 'layer')} left of the ridge",
        "alt": f"Layers by compute-to-IO ratio and MACs per cycle: {left}.",
        "x": axis("Compute-to-IO ratio", "MACs per word", "log2", [low, high]),
        "y": axis("Achieved", "MACs per cycle", "log2", [0.5, 2048]),
        "height": 0.72,
        "legend": [legend_entry(kind_role(kind), kind_words(kind)) for kind in kinds_in(spots)],
        "marks": [
            {"type": "rule", "x": corner, "role": "muted", "label": f"ridge {short(corner)}"},
            line([low, corner, high], roof, "reference", tips="roof"),
            points_of(spots),
        ],
    }


def points_of(spots):
    """A point for each group of equal layers; its area grows with its share of the time, small ones lie on top."""
    time = total(spots, "cycles")
    order = sorted([(-spot.cycles, place) for place, spot in enumerate(spots)])
    spots = [spots[place] for _, place in order]
    return {
        "type": "point",
        "x": [spot.ratio for spot in spots],
        "y": [spot.speed for spot in spots],
        "role": [kind_role(spot.kind) for spot in spots],
        "size": [3 + 14 * (spot.cycles / time) ** 0.5 for spot in spots],
        "label": [tip(spot) for spot in spots],
    }


def tip(spot):
    name = f"{spot.name}{alike(spot.count)} ({kind_words(spot.kind)})"
    return f"{name}: {per_word(spot.ratio)}, {short(spot.speed)} MACs per cycle"


def kinds_chart(spots):
    """Cycles by kind of layer: computing, filling and draining the array, waiting for DRAM."""
    present = kinds_in(spots)
    names = [kind_words(kind) for kind in present]
    groups = [[spot for spot in spots if spot.kind == kind] for kind in present]
    parts = [[cycles_spent(group, role) for group in groups] for role, _, _ in TIME]
    ends = [compute + fill + stall for compute, fill, stall in zip(*parts)]
    time, waiting = sum(ends), cycles_spent(spots, "stall")
    longest = ends.index(max(ends))
    title = (
        f"Waiting for DRAM takes {careful_percent(waiting / time)} of the time" if waiting else "The array never waits for DRAM"
    )
    alt = f"Of {si(time)} cycles, {careful_percent(ends[longest] / time)} go into {names[longest]} layers."

    def tip(place, cycles, doing):
        return f"{names[place]}, {doing}: {grouped(cycles)} cycles"

    return time_chart(title, alt, names, parts, tip, 0.5)


def kinds_in(spots):
    present = [spot.kind for spot in spots]
    return [kind for kind, _, _ in KINDS if kind in present]


def table_of(spots):
    """A row for each group of equal layers."""
    time = total(spots, "cycles")
    rows = []
    for spot in spots:
        name = spot.name + alike(spot.count)
        rows.append([name, kind_words(spot.kind), spot.ratio, spot.speed, spot.cycles, spot.cycles / time])
    columns = [column("Layers"), column("Kind"), column("MACs/word", "fixed1"), column("MACs/cycle", "fixed1")]
    columns += [column("Cycles", "integer"), column("Time", "percent")]
    return {"caption": "Layers that cost the same share a row", "columns": columns, "rows": rows}


def figure(network, side, bandwidth, batch):
    machine = square_machine(side, dram_gb_per_s=bandwidth)
    work = zoo_work(network, batch)
    run = work.run(machine, "hybrid", 0)
    spots = spots_of(work, run)
    corner = ridge(machine)
    split = Split(spots, corner)
    supply = short(machine.words_per_cycle)
    return {
        "finding": finding_of(zoo_label(network), split, corner),
        "problem": problem_of(split, spots, machine),
        "charts": [roof_chart(spots, split, machine), kinds_chart(spots)],
        "readout": [
            tile("Time", run.cycles / batch, "si", "cycles per image", "compute"),
            tile("Ridge", corner, "fixed1", "MACs per word", "reference"),
            tile("Left of the ridge", split.count, unit=f"of {split.of} layers"),
            tile("Their time", split.time, "percent"),
            tile("Achieved", work.macs / run.cycles, "fixed1", "MACs per cycle", "compute"),
            tile("Array busy", run.utilisation, "percent", role="compute"),
        ],
        "table": table_of(spots),
        "formula": f"ridge = PEs / words per cycle = {machine.pes} / {supply} = {per_word(corner)}",
        "note": f"Ratio: every word moved once. Speed: simulated. All but array and DRAM as in the {RECALLED}",
    }
