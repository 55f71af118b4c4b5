"""A network's layers under the roof of an accelerator: what memory allows, and what the array makes of it."""

from ..core.words import grouped, plural, short, si
from ..hardware import attainable, ridge
from .kit.parts import (
    KIND_NAMES,
    KIND_ROLES,
    KINDS,
    RECALLED,
    alike,
    axis,
    column,
    key,
    per_word,
    prepare_zoo,
    share,
    square_machine,
    stops,
    tile,
    zoo_control,
    zoo_label,
    zoo_work,
)

TITLE = "A network under the roofline"
LOWEST, HIGHEST = 0.5, 4096  # MACs per word; every layer of the zoo lies between, at any batch of the control
PARTS = [("compute", "computing"), ("fill", "filling and draining"), ("stall", "waiting for DRAM")]
CONTROLS = [
    zoo_control("mobilenet"),  # its depthwise layers lie far left, some below the roof
    stops("side", "Array", [4, 8, 16, 32], 16, "PEs a side"),
    stops("bandwidth", "DRAM", [2, 4, 8, 16, 32, 64], 16, "GB/s"),
    stops("batch", "Images in a batch", [1, 2, 4, 8, 16, 32, 64], 1),
]


class Spot:
    """Where layers of one kind and shape lie: MACs per word (every word moved once) and MACs per cycle (simulated)."""

    def __init__(self, name, kind, count, nest, cost):
        self.name, self.kind, self.count = name, kind, count
        compute, fill, stall = cost[1], cost[2], cost[3]
        self.ratio = nest.macs / (nest.weights + nest.inputs + nest.outputs)
        self.speed = nest.macs / (compute + fill + stall)
        self.compute, self.fill, self.stall = count * compute, count * fill, count * stall
        self.cycles = count * (compute + fill + stall)


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


def finding_of(label, split, corner):
    at = f"the ridge at {per_word(corner)}"
    if split.count == 0:
        return f"No layer of {label} lies left of {at}: with every word moved once, memory never sets the pace."
    if split.count == split.of:
        return f"All {split.of} layers of {label} lie left of {at}: memory keeps each of them from filling the array."
    lie, take = ("lies", "takes") if split.count == 1 else ("lie", "take")
    return f"{split.count} of {label}'s {split.of} layers {lie} left of {at} and {take} {share(split.time)} of the time."


def problem_of(split, spots, machine):
    """An array too large for its memory, or None."""
    if split.count < split.of:
        return None
    best = max([attainable(spot.ratio, machine) for spot in spots])
    return f"The array is too large for its memory: even the best layer can use at most {share(best / machine.pes)} of it."


def roof_chart(spots, split, machine):
    corner = ridge(machine)
    low, high = LOWEST, HIGHEST
    roof = [attainable(low, machine), machine.pes, machine.pes]
    share_left = f"{split.count} of {plural(split.of, 'layer')} left of the ridge, {share(split.time)} of the time"
    return {
        "title": f"{split.count} of {plural(split.of, 'layer')} left of the ridge",
        "alt": f"Layers by compute-to-IO ratio and MACs per cycle: {share_left}.",
        "x": axis("Compute-to-IO ratio", "MACs per word", "log2", [low, high]),
        "y": axis("Achieved", "MACs per cycle", "log2", [0.5, 2048]),
        "height": 0.72,
        "legend": [key(KIND_ROLES[kind], KIND_NAMES[kind]) for kind in kinds_in(spots)],
        "marks": [
            {"type": "rule", "x": corner, "role": "muted", "label": f"ridge {short(corner)}"},
            {"type": "line", "x": [low, corner, high], "y": roof, "role": "reference", "label": "roof"},
            points(spots),
        ],
    }


def points(spots):
    """A point for each group of equal layers; its area grows with its share of the time, small ones lie on top."""
    time = total(spots, "cycles")
    order = sorted([(-spot.cycles, place) for place, spot in enumerate(spots)])
    spots = [spots[place] for _, place in order]
    return {
        "type": "point",
        "x": [spot.ratio for spot in spots],
        "y": [spot.speed for spot in spots],
        "role": [KIND_ROLES[spot.kind] for spot in spots],
        "size": [3 + 14 * (spot.cycles / time) ** 0.5 for spot in spots],
        "label": [tip(spot) for spot in spots],
    }


def tip(spot):
    name = f"{spot.name}{alike(spot.count)} ({KIND_NAMES[spot.kind]})"
    return f"{name}: {per_word(spot.ratio)}, {short(spot.speed)} MACs per cycle"


def time_chart(spots):
    """Cycles by kind of layer: computing, filling and draining the array, waiting for DRAM."""
    present = kinds_in(spots)
    names = [KIND_NAMES[kind] for kind in present]
    marks = []
    base = [0] * len(present)
    for part, what in PARTS:
        cycles = [total([spot for spot in spots if spot.kind == kind], part) for kind in present]
        ends = [low + more for low, more in zip(base, cycles)]
        tips = [f"{name}, {what}: {grouped(count)} cycles" for name, count in zip(names, cycles)]
        marks.append({"type": "hbar", "y": names, "x0": base, "x": ends, "role": part, "label": tips})
        base = ends
    time = sum(base)
    longest = base.index(max(base))
    waiting = total(spots, "stall")
    return {
        "title": f"Waiting for DRAM takes {share(waiting / time)} of the time" if waiting else "The array never waits for DRAM",
        "alt": f"Of {si(time)} cycles, {share(base[longest] / time)} go into {names[longest]} layers.",
        "x": axis("Time", "cycles", format="si"),
        "y": axis("", scale="band", domain=names),
        "height": 0.5,
        "legend": [key(part, what) for part, what in PARTS],
        "marks": marks,
    }


def kinds_in(spots):
    present = [spot.kind for spot in spots]
    return [kind for kind in KINDS if kind in present]


def table_of(spots):
    """A row for each group of equal layers."""
    time = total(spots, "cycles")
    rows = []
    for spot in spots:
        name = spot.name + alike(spot.count)
        rows.append([name, KIND_NAMES[spot.kind], spot.ratio, spot.speed, spot.cycles, spot.cycles / time])
    columns = [column("Layers"), column("Kind"), column("MACs/word", "fixed1"), column("MACs/cycle", "fixed1")]
    columns += [column("Cycles", "integer"), column("Time", "percent")]
    return {"caption": "Layers that cost the same share a row", "columns": columns, "rows": rows}


def prepare(network, side, bandwidth, batch):
    """Builds ahead the networks that the reader may choose."""
    return prepare_zoo()


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
        "charts": [roof_chart(spots, split, machine), time_chart(spots)],
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
