"""What zero weights buy on one layer: time, energy and DRAM words, by what the array and the storage make of them.

The layer without zeros runs in the faster of the array's two dataflows. With zeros the other one may be faster; what the
change of dataflow saves is then told apart from what the zeros save.
"""

from ..core.checks import choose
from ..core.words import decimals, grouped, half_up, percent, short, times
from ..hardware import accelerator, format_factor, loop_nest
from ..hardware.cost import nest_cost
from ..hardware.word_sizes import word_sizes
from ..networks import build
from .kit.charts import line
from .kit.controls import choice, slider
from .kit.figures import axis, column, tile
from .kit.memo import Memo

TITLE = "What zeros buy"
MACHINE = "squeezelerator-16"

# value, label, network, its options, the layer's name there
LAYERS = [
    ("conv", "3×3, AlexNet conv3", "alexnet", {}, "conv3"),
    ("separable", "1×3, SqueezeNext stage 3", "squeezenext", {"version": 5}, "s3.b2.sep1x3"),
    ("pointwise", "1×1, SqueezeNext stage 3", "squeezenext", {"version": 5}, "s3.b2.squeeze1"),
    ("depthwise", "depthwise, MobileNet", "mobilenet", {}, "dw8"),
    ("fc", "fully connected, AlexNet fc6", "alexnet", {}, "fc6"),
]
MODES = [("none", "none"), ("gate", "gate"), ("skip", "skip"), ("nm", "pattern, N of 4"), ("lanes", "lanes in step")]
FORMATS = [("dense", "every weight"), ("bitmask", "bitmask"), ("run_length", "run length"), ("csr", "CSR"), ("nm", "N of 4")]
FLOW_NAMES = {"ws": "broadcast WS", "os": "broadcast OS"}

CONTROLS = [
    choice("layer", "Layer", [(entry[0], entry[1]) for entry in LAYERS], "conv"),
    choice("mode", "What the array makes of zeros", MODES, "skip"),
    choice("stored", "Storage in DRAM", FORMATS, "bitmask"),
    slider("density", "Weights that are not zero", 0.05, 1, 0.6, step=0.05) | {"format": "percent"},
]
DENSITIES = [step / 20 for step in range(1, 21)]
WHY = {
    "none": "the array multiplies by them like by any other number",
    "gate": "a gated multiplier rests, but its cycle passes all the same",
    "skip": "only broadcast OS skips them, and it is not the faster one here",
    "nm": "a pattern needs a whole zero in every four weights",
    "lanes": "all lanes wait for the busiest",
}


class Gain:
    """What is gained over the layer without zeros, as ratios: `time` and `energy` in all, and how the energy's splits into
    what the change of dataflow gives and what the zeros give. new_flow: the flow that it changes to, or None."""

    def __init__(self, now, full, full_in_its_flow):
        self.time = full.cycles / now.cycles
        self.energy = full.energy / now.energy
        self.by_flow = full.energy / full_in_its_flow.energy
        self.by_zeros = full_in_its_flow.energy / now.energy
        self.new_flow = None if now.flow == full.flow else FLOW_NAMES[now.dataflow]


def layer_nest(layer):
    """The loops of a layer of the control."""
    family, options, name = choose("layer", layer, {entry[0]: entry[2:] for entry in LAYERS})
    return loop_nest(build(family, **options)[name])


nest_of = Memo(layer_nest, most=2 * len(LAYERS))  # all of them are kept


def cost_at(layer, density, mode, stored, flow="hybrid"):
    """The layer on the machine with so many weights that are not zero."""
    machine = accelerator(MACHINE)
    return nest_cost(nest_of(layer), machine, flow, density, mode, stored, word_sizes(machine))


def words_per_weight(stored, density):
    return format_factor(stored, density, accelerator(MACHINE).word_bits)


class Curve:
    """The layer at each of `DENSITIES`, as parallel lists: its dataflows, cycles, energies and DRAM words."""

    def __init__(self, layer, mode, stored):
        costs = [cost_at(layer, density, mode, stored) for density in DENSITIES]
        self.flows = [cost.dataflow for cost in costs]
        self.cycles = [cost.cycles for cost in costs]
        self.energies = [cost.energy for cost in costs]
        self.words = [cost.dram_words for cost in costs]


# kept_curve(layer, mode, stored); factors(stored): words per weight over `DENSITIES`
kept_curve = Memo(Curve, most=48)
factors = Memo(lambda stored: [words_per_weight(stored, density) for density in DENSITIES], most=2 * len(FORMATS))


def figure(layer, mode, stored, density):
    density = half_up(100 * density) / 100
    full, curve = cost_at(layer, 1, "none", "dense"), kept_curve(layer, mode, stored)
    now, factor = cost_at(layer, density, mode, stored), words_per_weight(stored, density)
    gain = Gain(now, full, cost_at(layer, 1, "none", "dense", now.dataflow))
    return {
        "finding": finding_of(density, gain),
        "problem": problem_of(density, mode, now, gain, factor),
        "charts": [gains_chart(density, curve, gain, full), words_chart(density, stored, curve, now, full)],
        "readout": [
            tile("Faster", gain.time, "ratio", role="compute"),
            tile("Less energy", gain.energy, "ratio", role="buffer"),
            tile("of it by the zeros", gain.by_zeros, "ratio", role="buffer"),
            tile("DRAM words", now.dram_words, "si", role="dram"),
            tile("Words per weight", factor, "fixed2", role="weights"),
            tile("Cycles", now.cycles, "integer", role="compute"),
            tile("of them waiting for DRAM", now.stall_cycles / now.cycles, "percent", role="stall"),
        ],
        "table": table_of(stored, curve, full),
        "formula": formula_of(nest_of(layer).weights, density, factor, gain),
        "note": "Squeezelerator-16, its values recalled or inferred, and Eyeriss's energies [recalled]; lanes: our estimate.",
    }


# Words.


def finding_of(density, gain):
    speed, energy = gain.time, 1 / gain.energy
    time = "as fast as without" if level(speed) else times(speed) + " faster" if speed > 1 else times(1 / speed) + " slower"
    saved = "the same energy"
    if not level(energy):
        saved = f"{percent(1 - energy)} less energy" if energy < 1 else f"{percent(energy - 1)} more energy"
    end = "."
    if gain.new_flow:
        parts = f"{times(gain.by_flow)} by the change to {gain.new_flow}, {times(gain.by_zeros)} by the zeros"
        end = f" ({times(gain.energy)} = {parts})."
    if density == 1:
        return f"Without zeros the layer takes its usual time and {saved}."
    return f"With {percent(1 - density)} zeros the layer is {time} and takes {saved}{end}"


def level(ratio):
    """Whether two quantities are the same to the reader."""
    return short(ratio) == "1"


def problem_of(density, mode, now, gain, factor):
    lines = []
    if density < 1 and gain.time < 1.005:
        lines.append(f"The zeros buy no time here: {why_no_time(mode, now)}.")
    if factor > 1.005:
        lines.append(f"Stored this way a weight takes {decimals(factor, 2)} words: the format loses to storing every weight.")
    return " ".join(lines) or None


def why_no_time(mode, now):
    """Why zeros save no time."""
    if mode in ("none", "gate"):
        return WHY[mode]
    if now.stall_cycles > 0:
        return "the layer waits for DRAM"
    if mode == "skip" and now.dataflow == "os":
        return "loading the inputs takes longer than the work on them"
    return WHY[mode]


def formula_of(weights, density, factor, gain):
    stored = f"stored weights = weights × words per weight = {grouped(weights)} × {decimals(factor, 3)}"
    most = f"1 / density = 1 / {decimals(density, 2)} = {times(1 / density)}"
    split = f"change of dataflow {times(gain.by_flow)} · zeros {times(gain.by_zeros)} = {times(gain.energy)}"
    bound = f"in one dataflow zeros buy at most {most}, of time and of energy"
    return f"{stored} = {grouped(weights * factor)}\n{bound}\nenergy: {split}"


# Charts.


def density_line(name, values, role, dashed=None):
    return line(DENSITIES, values, role, name, dashed=dashed)


def flow_rule(flows):
    """A rule where the faster dataflow changes, if it does: there the curves have their kink."""
    for left, right, density in zip(flows, flows[1:], DENSITIES):
        if left != right:
            return [{"type": "rule", "x": density + 0.025, "role": "muted", "label": left.upper() + " | " + right.upper()}]
    return []


def ring(density, value, role, label):
    return {"type": "point", "x": [density], "y": [value], "role": role, "size": 4, "emphasis": [True], "label": [label]}


def density_axis():
    return axis("Weights that are not zero", domain=[0, 1], format="percent")


def gains_chart(density, curve, gain, full):
    speed, energy, cycles, spent = gain.time, gain.energy, full.cycles, full.energy
    gains = [cycles / each for each in curve.cycles]
    savings = [spent / each for each in curve.energies]
    return {
        "title": "Gain over the layer without zeros",
        "alt": f"At {percent(density)} density {times(speed)} the speed without zeros, at 1/{short(energy)} of the energy.",
        "x": density_axis(),
        "y": axis("Times better", scale="log2", domain=[0.25, 32], format="ratio"),
        "marks": [
            density_line("1 / density", [1 / each for each in DENSITIES], "muted", dashed=True),
            density_line("time", gains, "compute"),
            density_line("energy", savings, "buffer"),
            {"type": "rule", "y": 1, "role": "reference", "label": "without zeros"},
        ]
        + flow_rule(curve.flows)
        + [
            ring(density, speed, "compute", f"{percent(density)} density: {times(speed)} the speed"),
            ring(density, energy, "buffer", f"{percent(density)} density: 1/{short(energy)} of the energy"),
        ],
    }


def words_chart(density, stored, curve, now, full):
    all_words = full.dram_words
    share, factor = now.dram_words / all_words, words_per_weight(stored, density)
    others = [value for value, _ in FORMATS if value not in (stored, "dense")]
    marks = [density_line(None, factors(value), "idle", dashed=True) for value in others]
    marks[0]["name"] = "other formats"
    label = f"{percent(density)} density: {decimals(factor, 2)} words per weight"
    moved = f"{percent(density)} density: {percent(share)} of the DRAM words without zeros"
    alt = f"A weight takes {decimals(factor, 2)} words; of the words without zeros the layer moves {percent(share)}."
    marks += [
        {"type": "rule", "y": 1, "role": "reference", "label": "every weight stored"},
        density_line("weights", factors(stored), "weights"),
        density_line("all DRAM words", [words / all_words for words in curve.words], "dram"),
        ring(density, factor, "weights", label),
        ring(density, share, "dram", moved),
    ]
    return {
        "title": "Words, as a share of those without zeros",
        "alt": alt,
        "x": density_axis(),
        "y": axis("Share of those without zeros", domain=[0, 2.05], format="ratio"),
        "marks": marks,
    }


def table_of(stored, curve, full):
    columns = [column("Density", "percent"), column("Cycles", "integer"), column("Faster", "ratio")]
    columns += [column("Less energy", "ratio"), column("DRAM words", "integer"), column("Words per weight", "fixed2")]
    rows, time, spent = [], full.cycles, full.energy
    for density, factor, cycles, energy, words in zip(DENSITIES, factors(stored), curve.cycles, curve.energies, curve.words):
        rows.append([density, half_up(cycles), time / cycles, spent / energy, half_up(words), factor])
    return {"caption": "The layer by density", "columns": columns, "rows": rows}
