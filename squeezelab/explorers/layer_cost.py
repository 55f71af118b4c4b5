"""What one convolutional layer costs: parameters, MACs, words, and where it lies under the roof of a machine."""

from ..hardware import accelerator, attainable, ridge
from ..networks import Network
from .words import grouped, percent, short, si, times

TITLE = "What a layer costs"
MACHINE = "squeezelerator-16"

CONTROLS = [
    {
        "name": "kind",
        "label": "Layer",
        "kind": "choice",
        "options": [
            {"value": "conv", "label": "dense"},
            {"value": "grouped", "label": "4 groups"},
            {"value": "depthwise", "label": "depthwise"},
        ],
        "value": "conv",
    },
    {"name": "channels", "label": "Channels in and out", "kind": "range", "min": 4, "max": 512, "step": 4, "value": 64},
    {
        "name": "size",
        "label": "Feature map",
        "kind": "range",
        "values": [1, 7, 14, 28, 56, 112],
        "value": 28,
        "unit": "pixels a side",
    },
    {"name": "kernel", "label": "Kernel", "kind": "range", "values": [1, 3, 5, 7], "value": 3, "unit": "wide"},
]


def layer_of(kind, channels, size, kernel):
    """The layer that the controls describe, padded so that the map keeps its size."""
    groups = {"conv": 1, "grouped": 4, "depthwise": channels}[kind]
    net = Network("one layer", (channels, size, size))
    return net.conv(net.input, channels, kernel, padding=kernel // 2, groups=groups, bias=False, name="layer")


def words_chart(layer):
    parts = ["inputs", "weights", "outputs"]
    words = [layer.input_words, layer.weight_words, layer.output_words]
    return {
        "title": "Words moved, each once",
        "alt": f"Of {si(layer.words)} words, {percent(layer.weight_words / layer.words)} are weights.",
        "x": {"label": "Words", "unit": "", "scale": "linear", "format": "si"},
        "y": {"label": "", "scale": "band", "domain": parts},
        "height": 0.45,
        "marks": [
            {
                "type": "hbar",
                "y": parts,
                "x": words,
                "role": parts,
                "label": [f"{part}: {grouped(count)} words" for part, count in zip(parts, words)],
            }
        ],
    }


def roof_chart(layer, machine):
    low, high = 0.25, 1024
    corner = ridge(machine)
    speed = attainable(layer.intensity, machine)
    return {
        "title": "Its place under the roof",
        "alt": f"At {short(layer.intensity)} MACs per word the machine reaches {short(speed)} of {machine.pes} MACs per cycle.",
        "x": {"label": "Compute-to-IO ratio", "unit": "MACs per word", "scale": "log2", "domain": [low, high]},
        "y": {"label": "Attainable", "unit": "MACs per cycle", "scale": "log2", "domain": [1, 512]},
        "marks": [
            {
                "type": "line",
                "x": [low, corner, high],
                "y": [attainable(low, machine), machine.pes, machine.pes],
                "role": "reference",
                "label": "roof",
            },
            {"type": "rule", "x": corner, "role": "muted", "label": f"ridge {short(corner)}"},
            {
                "type": "point",
                "x": [min(max(layer.intensity, low), high)],
                "y": [speed],
                "role": "compute",
                "size": [6],
                "emphasis": [True],
                "label": [f"{short(layer.intensity)} MACs per word: {short(speed)} MACs per cycle"],
            },
        ],
    }


def finding_of(layer, machine):
    corner = ridge(machine)
    if layer.intensity < corner:
        share = percent(attainable(layer.intensity, machine) / machine.pes)
        return f"{short(layer.intensity)} MACs per word keep only {share} of the array busy."
    return f"{short(layer.intensity)} MACs per word: {times(layer.intensity / corner)} more than the array needs to stay busy."


def figure(kind, channels, size, kernel):
    if kernel > size:
        raise ValueError(f"a kernel {kernel} wide needs a map of at least {kernel} pixels a side, not {size}")
    layer = layer_of(kind, channels, size, kernel)
    machine = accelerator(MACHINE)
    rows = [
        ["Parameters", layer.params],
        ["MACs", layer.macs],
        ["Input words", layer.input_words],
        ["Weight words", layer.weight_words],
        ["Output words", layer.output_words],
    ]
    starved = layer.intensity < ridge(machine) / 4
    return {
        "finding": finding_of(layer, machine),
        "problem": f"Three quarters of {machine.name}'s array wait for memory." if starved else None,
        "charts": [words_chart(layer), roof_chart(layer, machine)],
        "readout": [
            {"label": "Parameters", "value": layer.params, "format": "integer", "role": "weights"},
            {"label": "MACs", "value": layer.macs, "format": "si", "role": "compute"},
            {"label": "Words", "value": layer.words, "format": "si", "role": "dram"},
            {"label": "Ratio", "value": layer.intensity, "unit": "MACs per word", "format": "fixed2", "role": "reference"},
        ],
        "table": {
            "caption": "Counts of the layer",
            "columns": [{"label": "Quantity"}, {"label": "Count", "format": "integer"}],
            "rows": rows,
        },
        "formula": f"ratio = MACs / words = {grouped(layer.macs)} / {grouped(layer.words)} = {short(layer.intensity)}",
        "note": f"Roof of {machine.name}: {machine.pes} MACs and {short(machine.words_per_cycle)} words per cycle.",
    }
