"""What one convolution costs: parameters, MACs, words, and where it lies under the roof of a machine.

Dense, grouped and depthwise layers of the same shape stand side by side; the one that is chosen is ringed.
"""

from ..core.words import decimals, grouped, half_up, short, si, times
from ..hardware import attainable, ridge
from ..networks import Network
from .kit.charts import line, stacked_bars
from .kit.controls import choice, slider, stops
from .kit.figures import axis, careful_percent, column, legend_entry, per_word, tile
from .kit.zoo import RECALLED, square_machine

TITLE = "What a layer costs"
LAYER_KINDS = [("conv", "dense"), ("grouped", "4 groups"), ("depthwise", "depthwise")]
OPERANDS = ["inputs", "weights", "outputs"]
PACE = [
    "Left of the ridge memory sets the pace",
    "On the ridge array and memory are in balance",
    "Right of the ridge the array sets the pace",
]
STARVED = 0.05  # below this share of the array, memory makes the machine pointless
CONTROLS = [
    choice("kind", "Layer", LAYER_KINDS, "conv"),
    slider("channels", "Channels in and out", 4, 512, 64, step=4),  # so that four groups divide them
    stops("size", "Feature map", [1, 7, 14, 28, 56, 112], 28, "pixels a side"),
    stops("kernel", "Kernel", [1, 3, 5, 7], 3, "pixels a side"),
    stops("side", "Array", [8, 16, 32], 16, "PEs a side"),
]


def layer_of(kind, channels, size, kernel):
    """The layer that the controls describe, padded so that the map keeps its size, without biases."""
    groups = {"conv": 1, "grouped": 4, "depthwise": channels}[kind]
    net = Network("one layer", (channels, size, size))
    return net.conv(net.input, channels, kernel, padding=kernel // 2, groups=groups, bias=False, name="layer")


def layer_words(kind, size, kernel):
    """The layer in words; the first letter is that of a sentence."""
    if kind == "conv" and kernel == 1:
        return "A fully connected layer" if size == 1 else "A pointwise layer"
    shape = f"{kernel}×{kernel} layer"
    return {"conv": f"A dense {shape}", "grouped": f"A {shape} in 4 groups", "depthwise": f"A depthwise {shape}"}[kind]


def reuses(layer):
    """How often each weight, input and output is worked on: the ratio is the harmonic sum of the three."""
    taps = layer.kernel[0] * layer.kernel[1]
    per_channel = taps * layer.shape[0] // layer.groups
    return [layer.shape[1] * layer.shape[2], per_channel, per_channel]


def harmonic_form(layer):
    """The law of the ratio at stride 1, with the numbers of this layer."""
    fractions = " + ".join([f"1/{count}" for count in reuses(layer)])
    ratio = decimals(layer.intensity, 1 if layer.intensity > 10 else 3)
    return f"1/ratio = 1/(H·W) + g/(k²·C) + g/(k²·C) = {fractions} ≈ 1/{ratio}\n(reuse of weights, inputs, outputs)"


def share_of(layer, machine):
    """The share of the array that memory can keep busy."""
    return attainable(layer.intensity, machine) / machine.pes


def against_ridge(layer, machine):
    """-1 left of the ridge, where memory sets the pace, 0 on it, 1 right of it; in whole numbers, so without rounding."""
    supply = layer.macs * machine.words_per_cycle
    demand = layer.words * machine.pes
    return (supply > demand) - (supply < demand)


def finding_of(kind, size, kernel, layer, machine):
    who = f"{layer_words(kind, size, kernel)} does {per_word(layer.intensity)}"
    side = against_ridge(layer, machine)
    if side < 0:
        whatever = ", whatever its channels" if kind == "depthwise" else ""
        return f"{who}{whatever}: memory keeps at most {careful_percent(share_of(layer, machine))} of the array busy."
    surplus = times(layer.intensity / ridge(machine))
    enough = "just" if side == 0 or surplus == "1×" else surplus
    return f"{who}, {enough} what {machine.pes} PEs need to stay busy."


def padding_share(size, kernel):
    """The share of multiplications whose input is padding, on a map of `size` padded by half the kernel."""
    reach = kernel // 2
    inside = 0
    for place in range(size):
        inside += min(place + reach, size - 1) - max(place - reach, 0) + 1
    return 1 - (inside / (size * kernel)) ** 2


def problem_of(size, kernel, layer, machine):
    """What makes this layer absurd, or None."""
    if kernel > size:
        wasted = careful_percent(padding_share(size, kernel))
        shapes = f"The {kernel}×{kernel} kernel is wider than its {size}×{size} map"
        return f"{shapes}: {wasted} of the multiplications meet padding."
    if share_of(layer, machine) < STARVED:
        busy = short(attainable(layer.intensity, machine))
        return f"Memory brings work for {busy} of the {machine.pes} PEs; the rest of this array can never be busy."
    return None


def words_chart(chosen, rows):
    """One stacked bar for each kind of layer."""
    names = [("▸ " if kind == chosen else "") + label for kind, label, _ in rows]
    longest = max([layer.words for _, _, layer in rows])
    parts = []
    for operand, field in zip(OPERANDS, ["input_words", "weight_words", "output_words"]):
        counts = [getattr(layer, field) for _, _, layer in rows]
        parts.append((operand, counts, [f"{row[1]}, {operand}: {grouped(count)} words" for row, count in zip(rows, counts)]))
    work = [si(layer.macs) + " MACs" for _, _, layer in rows]
    beside = [layer.words + 0.3 * longest for _, _, layer in rows]
    layer = layer_in(rows, chosen)
    weights = careful_percent(layer.weight_words / layer.words)
    return {
        "title": words_title(layer),
        "alt": f"The layer moves {si(layer.words)} words for {si(layer.macs)} MACs; {weights} of the words are weights.",
        "x": axis("Words moved, each once", domain=[0, 1.6 * longest], format="si"),
        "y": axis("", scale="band", domain=names),
        "legend": [legend_entry(operand, operand) for operand in OPERANDS],
        "marks": stacked_bars(names, parts) + [{"type": "text", "x": beside, "y": names, "text": work, "role": "muted"}],
    }


def layer_in(rows, kind):
    return [layer for each, _, layer in rows if each == kind][0]


def words_title(layer):
    maps = layer.input_words + layer.output_words
    if layer.weight_words == maps:
        return "Weights and maps move as many words"
    bigger, words = ("Weights", layer.weight_words) if layer.weight_words > maps else ("Inputs and outputs", maps)
    return f"{bigger} are {careful_percent(words / layer.words)} of the words"


def roof_chart(chosen, rows, machine):
    """The roof of the machine and, under it, the three kinds of layer; the chosen one is ringed."""
    low, corner, high = 0.25, ridge(machine), 8192
    layer = layer_in(rows, chosen)
    reached = f"{short(attainable(layer.intensity, machine))} of {machine.pes} MACs per cycle"
    roof = [attainable(low, machine), machine.pes, machine.pes]
    return {
        "title": PACE[against_ridge(layer, machine) + 1],
        "alt": f"At {per_word(layer.intensity)} the machine reaches at most {reached}.",
        "x": axis("Compute-to-IO ratio", "MACs per word", "log2", [low, high]),
        "y": axis("Attainable", "MACs per cycle", "log2", [1, 2048]),
        "legend": [legend_entry("compute", "this layer"), legend_entry("idle", "the other two")],
        "marks": [
            {"type": "rule", "x": corner, "role": "muted", "label": f"ridge {short(corner)}"},
            line([low, corner, high], roof, "reference", tips="roof"),
            points_of(chosen, rows, machine),
        ],
    }


def points_of(chosen, rows, machine):
    speeds = [attainable(layer.intensity, machine) for _, _, layer in rows]
    picked = [kind == chosen for kind, _, _ in rows]
    tips = [
        f"{label}: {per_word(layer.intensity)}, at most {short(speed)} MACs per cycle"
        for (_, label, layer), speed in zip(rows, speeds)
    ]
    return {
        "type": "point",
        "x": [layer.intensity for _, _, layer in rows],
        "y": speeds,
        "role": ["compute" if own else "idle" for own in picked],
        "size": [6 if own else 4 for own in picked],
        "emphasis": picked,
        "label": tips,
    }


def table_of(rows, machine):
    columns = [column("Layer")]
    columns += [column(head, "integer") for head in ("Parameters", "MACs", "Words in", "Words out")]
    columns += [column("MACs/word", "fixed2"), column("Busy, at most", "percent")]
    body = []
    for _, label, layer in rows:
        counts = [layer.params, layer.macs, layer.input_words, layer.output_words]
        body.append([label] + counts + [layer.intensity, share_of(layer, machine)])
    return {"caption": "The same shape as three layers; every word moved once", "columns": columns, "rows": body}


def figure(kind, channels, size, kernel, side):
    machine = square_machine(side)
    rows = [(each, label, layer_of(each, channels, size, kernel)) for each, label in LAYER_KINDS]
    layer = layer_in(rows, kind)
    supply = half_up(machine.words_per_cycle)
    return {
        "finding": finding_of(kind, size, kernel, layer, machine),
        "problem": problem_of(size, kernel, layer, machine),
        "charts": [words_chart(kind, rows), roof_chart(kind, rows, machine)],
        "readout": [
            tile("Parameters", layer.params, role="weights"),
            tile("MACs", layer.macs, "si", role="compute"),
            tile("Words moved", layer.words, "si", role="dram"),
            tile("Ratio", layer.intensity, "fixed2", "MACs per word", "reference"),
            tile("Array busy, at most", share_of(layer, machine), "percent", role="compute"),
        ],
        "table": table_of(rows, machine),
        "formula": harmonic_form(layer),
        "note": f"Stride 1, no biases. Memory brings {supply} words a cycle, as in the {RECALLED}",
    }
