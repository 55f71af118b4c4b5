"""The blocks of six networks side by side, C channels in and C out: who is cheap in what."""

from ..core.words import grouped, half_up, short, si, times
from ..hardware import ridge
from ..hardware.fusion import Fused, buffer_words
from ..hardware.workload import Workload
from ..networks import (
    Network,
    depthwise_separable_block,
    fire_module,
    inverted_residual_block,
    resnet_basic_block,
    resnet_bottleneck_block,
    squeezenext_block,
)
from .kit.charts import SHORT_TIME_LEGEND, time_chart, time_parts
from .kit.controls import slider, stops, toggle
from .kit.figures import axis, column, legend_entry, tile
from .kit.memo import Memo
from .kit.zoo import square_machine

TITLE = "Blocks side by side"

CONTROLS = [
    slider("channels", "Channels in and out", 8, 512, 256, step=2),
    stops("size", "Feature map", [7, 14, 28, 56, 112], 14, "pixels"),
    slider("array", "Array side", 4, 32, 16, "PEs"),
    toggle("fused", "Fuse each block"),
]


def fire(net, x, channels):
    """SqueezeNet's proportions: squeeze to a quarter, half of the outputs from 1x1, half from 3x3."""
    return fire_module(net, x, channels // 4, channels // 2, channels - channels // 2)


# (name, how it is built on C channels)
BLOCKS = [
    ("ResNet basic", resnet_basic_block),
    ("ResNet bottleneck", resnet_bottleneck_block),
    ("Fire", fire),
    ("depthwise + 1×1", depthwise_separable_block),
    ("inverted residual", inverted_residual_block),
    ("SqueezeNext", squeezenext_block),
]
QUARTERS = ("ResNet bottleneck", "Fire", "SqueezeNext")  # blocks whose narrowest layer has C / 4 channels


class Block:
    """A block on a map: the work of its convolutions, the words it moves layer by layer, and what it needs fused."""

    def __init__(self, name, build, channels, size):
        net = Network(name, (channels, size, size))
        build(net, net.input, channels)
        self.name = name
        self.work = Workload(net)
        self.words = 0
        for layer in net.mac_layers:
            self.words += layer.words
        self.fused = Fused(net)


class BlockCost:
    """A block on the machine. Fused, its maps stay on the chip and only weights, input and output pass the DRAM; a block that
    the buffer cannot hold stays as it is."""

    def __init__(self, block, machine, fused):
        run = block.work.run(machine, "hybrid", 0)
        self.name, self.params, self.macs = block.name, block.work.params, block.work.macs
        self.compute_cycles, self.fill_cycles, self.stall_cycles = run.compute_cycles, run.fill_cycles, run.stall_cycles
        self.chip_words = block.fused.chip_words
        self.fits = block.fused.fits(machine)
        self.words = block.fused.dram_words if fused and self.fits else block.words
        if fused and self.fits:
            transfer = self.words / machine.words_per_cycle + machine.latency_cycles
            self.stall_cycles = max(0, transfer - self.compute_cycles - self.fill_cycles)
        self.cycles = half_up(self.compute_cycles + self.fill_cycles + self.stall_cycles)
        self.intensity = self.macs / self.words


def blocks_on(channels, size):
    """([blocks that can be built], [names of those that cannot, because they narrow to a quarter])."""
    blocks, missing = [], []
    for name, build in BLOCKS:
        if channels % 4 and name in QUARTERS:
            missing.append(name)
        else:
            blocks.append(Block(name, build, channels, size))
    return blocks, missing


# kept_blocks(channels, size)
kept_blocks = Memo(blocks_on, most=48)


def figure(channels, size, array, fused):
    blocks, missing = kept_blocks(channels, size)
    machine = square_machine(array)
    entries = [BlockCost(block, machine, fused) for block in blocks]
    small, fast = cheapest(entries, "params"), cheapest(entries, "cycles")
    return {
        "finding": finding_of(small, fast) + (unfused_of(entries, machine) if fused else ""),
        "problem": problem_of(missing, channels),
        "charts": [params_chart(entries, small), cycles_chart(entries, fast), intensity_chart(entries, machine)],
        "readout": [
            tile("Fewest parameters", small.params, "integer", small.name, "weights"),
            tile("Fewest cycles", fast.cycles, "integer", fast.name, "compute"),
            tile("Ridge of the machine", ridge(machine), "fixed1", "MACs per word", "reference"),
        ],
        "table": table_of(entries, machine),
        "formula": formula_of(channels),
        "note": note_of(fused),
    }


def cheapest(entries, field):
    """The entry with the least of a field, the first of them at a tie."""
    return entries[min([(getattr(entry, field), place) for place, entry in enumerate(entries)])[1]]


# Words.


def the(name):
    return "the " + name + " block"


def finding_of(small, fast):
    if small is fast:
        return f"{the(small.name)[0].upper()}{the(small.name)[1:]} is cheapest in parameters and in cycles."
    ratio = small.cycles / fast.cycles
    gain = "no slower" if short(ratio) == "1" else times(ratio) + " faster"
    return (
        f"Fewest parameters: {the(small.name)} ({si(small.params)}). {the(fast.name)[0].upper()}{the(fast.name)[1:]} is {gain}."
    )


def unfused_of(entries, machine):
    """Which blocks could not be fused, and how much the largest of them would need."""
    large = [entry for entry in entries if not entry.fits]
    if not large:
        return ""
    names = " and ".join([", ".join([entry.name for entry in large[:-1]]), large[-1].name]) if large[1:] else large[0].name
    most = max([entry.chip_words for entry in large])
    return f" Too large to fuse: {names} ({grouped(most)} words; the buffer holds {grouped(buffer_words(machine))})."


def problem_of(missing, channels):
    if not missing:
        return None
    return f"{channels} channels cannot narrow to a quarter, as these blocks must: {', '.join(missing)}. Use a multiple of 4."


def formula_of(channels):
    c = channels
    law = (
        f"weights at C = {c}: ResNet basic 18 C² = {grouped(18 * c * c)}; depthwise separable 9 C + C² = {grouped(9 * c + c * c)}"
    )
    if c % 4 == 0:
        law += f"; SqueezeNext 2.25 C² = {grouped(9 * c * c // 4)}; bottleneck 17 (C/4)² = {grouped(17 * c * c // 16)}"
    return law


def note_of(fused):
    text = (
        "Words: of the convolutions alone, every value once a layer"
        if not fused
        else "Words: weights, the block's input and its output, where the buffer holds all weights and of each map the rows "
        "still needed; the array's own cycles are those of the layers one by one"
    )
    return text + ". The array resizes squeezelerator-16, whose values are recalled or inferred; zeros are not used."


# Charts.


def names_axis(entries):
    return axis("", scale="band", domain=[entry.name for entry in entries])


def bars(entries, values, role, labels):
    return {"type": "hbar", "y": [entry.name for entry in entries], "x": values, "role": role, "label": labels}


def params_chart(entries, small):
    values = [entry.params for entry in entries]
    labels = [f"{entry.name}: {grouped(entry.params)} parameters, {grouped(entry.macs)} MACs" for entry in entries]
    return {
        "title": "Parameters",
        "alt": f"Fewest parameters: {small.name}, {grouped(small.params)}.",
        "x": axis("Parameters", format="si"),
        "y": names_axis(entries),
        "marks": [bars(entries, values, ["weights" if entry is small else "reference" for entry in entries], labels)],
        "height": 0.5,
    }


def cycles_chart(entries, fast):
    """Stacked: what computes, what fills and drains, what waits for DRAM."""
    names = [entry.name for entry in entries]

    def tip(place, cycles, doing):
        return f"{names[place]}: {grouped(cycles)} of {grouped(entries[place].cycles)} cycles {doing}"

    alt = f"Fewest cycles: {fast.name}, {grouped(fast.cycles)}."
    chart = time_chart("Cycles", alt, names, time_parts(entries), tip, 0.5)
    return chart | {"x": axis("Cycles", format="si"), "legend": SHORT_TIME_LEGEND}


def intensity_chart(entries, machine):
    best = entries[max([(entry.intensity, place) for place, entry in enumerate(entries)])[1]]
    values = [entry.intensity for entry in entries]
    labels = [f"{e.name}: {short(e.intensity)} MACs per word, {grouped(e.words)} words" for e in entries]
    return {
        "title": "Compute-to-IO ratio",
        "alt": f"Highest ratio: {best.name}, {short(best.intensity)} MACs per word; the ridge is {short(ridge(machine))}.",
        "x": axis("MACs per word"),
        "y": names_axis(entries),
        "marks": [
            bars(entries, values, ["compute" if value >= ridge(machine) else "stall" for value in values], labels),
            {"type": "rule", "x": ridge(machine), "role": "text"},
        ],
        "height": 0.25,
        "wide": True,
        "legend": [legend_entry("compute", "above the ridge"), legend_entry("stall", "below it: memory-bound")],
    }


def table_of(entries, machine):
    columns = [column("Block"), column("Parameters", "integer"), column("MACs", "integer"), column("DRAM words", "integer")]
    columns += [
        column("MACs per word", "fixed1"),
        column("Cycles", "integer"),
        column("On chip if fused", "integer"),
        column("Fits"),
    ]
    rows = []
    for e in entries:
        rows.append([e.name, e.params, e.macs, e.words, e.intensity, e.cycles, e.chip_words, "yes" if e.fits else "no"])
    caption = f"The blocks, stride 1, as many channels out as in; the buffer holds {grouped(buffer_words(machine))} words"
    return {"caption": caption, "columns": columns, "rows": rows}
