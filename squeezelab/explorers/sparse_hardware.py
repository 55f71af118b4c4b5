"""What zero weights buy on one layer: time, energy and DRAM words, by what the array and the storage make of them.

The layer without zeros runs in the faster of the array's two dataflows. With zeros the other one may be faster; what the
change of dataflow saves is then told apart from what the zeros save.
"""

from ..core.words import decimals, grouped, half_up, percent, short, times
from ..hardware import accelerator, format_factor, layer_cost
from ..hardware.loops import loop_nest
from ..hardware.systolic import SYSTOLIC_FLOWS
from ..networks import build
from .kit.parts import axis, choice, column, kept, slider, tile

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
    what the change of dataflow gives and what the zeros give."""

    def __init__(self, now, full, full_in_its_flow):
        self.time = full.cycles / now.cycles
        self.energy = full.energy / now.energy
        self.by_flow = full.energy / full_in_its_flow.energy
        self.by_zeros = full_in_its_flow.energy / now.energy
        self.flows = None if now.flow == full.flow else (full.flow, now.flow)


class Priced:
    """One layer under one density: cycles, how many of them wait for DRAM, energy, DRAM words, words per weight."""

    def __init__(self, nest, machine, density, mode, stored, flow="hybrid"):
        cost = layer_cost(nest, machine, flow, density, mode, stored)
        self.cycles = cost[1] + cost[2] + cost[3]
        self.stall = cost[3]
        self.flow = SYSTOLIC_FLOWS[cost[0]]
        self.words = cost[6]
        self.energy = 0
        for part in cost[7:]:
            self.energy += part
        self.factor = format_factor(stored, density, machine.word_bits)


def layer_nest(layer):
    """The loops of a layer of the control."""
    for value, _, family, options, name in LAYERS:
        if value == layer:
            return loop_nest(build(family, **options)[name])
    raise ValueError(f"unknown layer {layer!r}; there are {', '.join([entry[0] for entry in LAYERS])}")


def figure(layer, mode, stored, density):
    nest = kept(("nest", layer), lambda: layer_nest(layer))
    machine = accelerator(MACHINE)
    density = half_up(100 * density) / 100
    full = Priced(nest, machine, 1, "none", "dense")
    curve = kept((layer, mode, stored), lambda: [Priced(nest, machine, d, mode, stored) for d in DENSITIES])
    now = Priced(nest, machine, density, mode, stored)
    gain = Gain(now, full, Priced(nest, machine, 1, "none", "dense", now.flow))
    return {
        "finding": finding_of(density, gain),
        "problem": problem_of(density, mode, now, gain),
        "charts": [gains_chart(density, curve, gain, full), words_chart(density, stored, curve, now, full)],
        "readout": [
            tile("Faster", gain.time, "ratio", role="compute"),
            tile("Less energy", gain.energy, "ratio", role="buffer"),
            tile("of it by the zeros", gain.by_zeros, "ratio", role="buffer"),
            tile("DRAM words", now.words, "si", role="dram"),
            tile("Words per weight", now.factor, "fixed2", role="weights"),
            tile("Cycles", now.cycles, "integer", role="compute"),
            tile("of them waiting for DRAM", now.stall / now.cycles, "percent", role="stall"),
        ],
        "table": table_of(curve, full),
        "formula": formula_of(nest, density, now, gain),
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
    if gain.flows:
        parts = f"{times(gain.by_flow)} by the change to {FLOW_NAMES[gain.flows[1]]}, {times(gain.by_zeros)} by the zeros"
        end = f" ({times(gain.energy)} = {parts})."
    if density == 1:
        return f"Without zeros the layer takes its usual time and {saved}."
    return f"With {percent(1 - density)} zeros the layer is {time} and takes {saved}{end}"


def level(ratio):
    """Whether two quantities are the same to the reader."""
    return short(ratio) == "1"


def problem_of(density, mode, now, gain):
    lines = []
    if density < 1 and gain.time < 1.005:
        why = reason(mode, now)
        lines.append(f"The zeros buy no time here: {why}.")
    if now.factor > 1.005:
        lines.append(f"Stored this way a weight takes {decimals(now.factor, 2)} words: the format loses to storing every weight.")
    return " ".join(lines) or None


def reason(mode, now):
    """Why zeros save no time."""
    if mode in ("none", "gate"):
        return WHY[mode]
    if now.stall > 0:
        return "the layer waits for DRAM"
    if mode == "skip" and now.flow == "os":
        return "loading the inputs takes longer than the work on them"
    return WHY[mode]


def formula_of(nest, density, now, gain):
    stored = f"stored weights = weights × words per weight = {grouped(nest.weights)} × {decimals(now.factor, 3)}"
    most = f"1 / density = 1 / {decimals(density, 2)} = {times(1 / density)}"
    split = f"change of dataflow {times(gain.by_flow)} · zeros {times(gain.by_zeros)} = {times(gain.energy)}"
    return (
        f"{stored} = {grouped(nest.weights * now.factor)}\n"
        f"in one dataflow zeros buy at most {most}, of time and of energy\n"
        f"energy: {split}"
    )


# Charts.


def curve_mark(name, values, role, dashed=False):
    mark = {"type": "line", "x": DENSITIES, "y": values, "role": role}
    if name:
        mark["name"] = name
    return mark | {"dashed": True} if dashed else mark


def flow_rule(curve):
    """A rule where the faster dataflow changes, if it does: there the curves have their kink."""
    for place in range(len(curve) - 1):
        left, right = curve[place].flow, curve[place + 1].flow
        if left != right:
            names = left.upper() + " | " + right.upper()
            return [{"type": "rule", "x": DENSITIES[place] + 0.025, "role": "muted", "label": names}]
    return []


def ring(density, value, role, label):
    return {"type": "point", "x": [density], "y": [value], "role": role, "size": 4, "emphasis": [True], "label": [label]}


def density_axis():
    return axis("Weights that are not zero", domain=[0, 1], format="percent")


def gains_chart(density, curve, gain, full):
    speed, energy = gain.time, gain.energy
    gains = [full.cycles / point.cycles for point in curve]
    savings = [full.energy / point.energy for point in curve]
    return {
        "title": "Gain over the layer without zeros",
        "alt": f"At {percent(density)} density {times(speed)} the speed without zeros, at 1/{short(energy)} of the energy.",
        "x": density_axis(),
        "y": axis("Times better", scale="log2", domain=[0.25, 32], format="ratio"),
        "marks": [
            curve_mark("1 / density", [1 / d for d in DENSITIES], "muted", dashed=True),
            curve_mark("time", gains, "compute"),
            curve_mark("energy", savings, "buffer"),
            {"type": "rule", "y": 1, "role": "reference", "label": "without zeros"},
        ]
        + flow_rule(curve)
        + [
            ring(density, speed, "compute", f"{percent(density)} density: {times(speed)} the speed"),
            ring(density, energy, "buffer", f"{percent(density)} density: 1/{short(energy)} of the energy"),
        ],
    }


def words_chart(density, stored, curve, now, full):
    share = now.words / full.words
    others = [value for value, _ in FORMATS if value not in (stored, "dense")]
    marks = [curve_mark("", factors(value), "idle", dashed=True) for value in others]
    marks[0]["name"] = "other formats"
    label = f"{percent(density)} density: {decimals(now.factor, 2)} words per weight"
    words = f"{percent(density)} density: {percent(share)} of the DRAM words without zeros"
    alt = f"A weight takes {decimals(now.factor, 2)} words; of the words without zeros the layer moves {percent(share)}."
    marks += [
        {"type": "rule", "y": 1, "role": "reference", "label": "every weight stored"},
        curve_mark("weights", [point.factor for point in curve], "weights"),
        curve_mark("all DRAM words", [point.words / full.words for point in curve], "dram"),
        ring(density, now.factor, "weights", label),
        ring(density, share, "dram", words),
    ]
    return {
        "title": "Words, as a share of those without zeros",
        "alt": alt,
        "x": density_axis(),
        "y": axis("Share of those without zeros", domain=[0, 2.05], format="ratio"),
        "marks": marks,
    }


def factors(stored):
    """Words per weight of a format over the densities."""
    bits = accelerator(MACHINE).word_bits
    return [format_factor(stored, density, bits) for density in DENSITIES]


def table_of(curve, full):
    columns = [column("Density", "percent"), column("Cycles", "integer"), column("Faster", "ratio")]
    columns += [column("Less energy", "ratio"), column("DRAM words", "integer"), column("Words per weight", "fixed2")]
    rows = []
    for density, point in zip(DENSITIES, curve):
        gains = [full.cycles / point.cycles, full.energy / point.energy]
        rows.append([density, half_up(point.cycles)] + gains + [half_up(point.words), point.factor])
    return {"caption": "The layer by density", "columns": columns, "rows": rows}
