"""One density for a whole network, shared out over its layers: uniform, Erdős–Rényi, or with the kernel counted (ERK)."""

from ..core.words import THIN, decimals, formatted, grouped, percent, plural, short, si, times
from .density_model import HARDWARE, KIND_NAMES, KINDS, MACHINE, OFFERED, TITLES, WHOLE, dense_of, split_of, times_of
from .kit.controls import choice, stops
from .kit.figures import axis, capital, careful_percent, column, legend_entry, tile

TITLE = "Where the weights of a sparse network are"
SPARSITIES = [0, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998]
CONTROLS = [
    choice("network", "Network", [entry[:2] for entry in OFFERED], "resnet"),
    stops("sparsity", "Sparsity", SPARSITIES, 0.9) | {"format": "four"},
    choice("kind", "Density of a layer", KINDS, "erk"),
    choice("whole", "Layers that stay whole in any case", WHOLE, "none"),
]
AHEAD = ["network", "sparsity", "kind", "whole"]
NOTE = (
    f"ER: Mocanu et al. 2018; ERK, and uniform with a whole first layer: Evci et al. 2020 [all read]. The array is "
    f"{MACHINE}, its values recalled or inferred; its hybrid dataflow skips single zeros in broadcast OS alone, lanes are our "
    f"estimate. Weights come from DRAM as a bitmask, those of the dense network as they are; zeros lie at random in a layer."
)


def figure(network, sparsity, kind, whole):
    state = State(network, sparsity, kind, whole)
    return {
        "finding": finding_of(state),
        "problem": problem_of(state),
        "charts": [densities_chart(state), macs_chart(state), times_chart(state)],
        "readout": readout_of(state),
        "table": table_of(state),
        "formula": formula_of(state),
        "note": NOTE,
    }


class State:
    """What is shown: the `Split` asked for, and those of the other kinds beside it."""

    def __init__(self, network, sparsity, kind, whole):
        self.title, self.sparsity, self.kind = TITLES[network], sparsity, kind
        self.dense, self.name = dense_of(network), KIND_NAMES[kind]
        self.splits = {other: split_of(network, sparsity, other, whole) for other, _ in KINDS}
        self.now = self.splits[kind]
        self.refused = self.now.refused
        self.cycles = times_of(network, sparsity, kind, whole)
        self.level = times_of(network, sparsity, "uniform", whole)  # those of the uniform split

    def macs(self, kind):
        """MACs of a kind, of the dense network's."""
        return self.splits[kind].macs / self.dense.macs

    def over_uniform(self, kind):
        return self.splits[kind].macs / self.splits["uniform"].macs

    def time(self, place):
        """Time on a hardware, of the dense network's."""
        return self.cycles[place] / self.dense.cycles


# Words.


def finding_of(state):
    if not state.sparsity:
        return f"Without zeros {state.title} has {si(state.dense.weights)} weights in {plural(len(state.dense.layers), 'layer')}."
    zeros = decimals(100 * state.sparsity, 1)  # 99.8 %, which is not 100
    head = f"With {zeros}{THIN}% zeros {state.title} takes {careful_percent(state.macs(state.kind))} of its MACs"
    if state.kind == "uniform":
        return f"{head} under one density for all layers, and {as_many(state.over_uniform('erk'))} under ERK."
    return f"{head} under {state.name}, {as_many(state.over_uniform(state.kind))} as under one density for all layers."


def as_many(ratio):
    return "as many" if short(ratio) == "1" else f"{times(ratio)} as many"


def problem_of(state):
    """A density that layers can't hold, or one at which too little is left of a layer; or None."""
    if state.refused:
        return f"It cannot be: {state.refused}. Shown is {state.name} without whole layers."
    starved = state.now.starved()
    if not starved:
        return None
    _, side, most, layer, count = starved[0]
    more = "" if len(starved) == 1 else f" {plural(len(starved) - 1, 'other layer starves', 'other layers starve')}, too."
    if not count:
        return f"Of {layer} no weight would stay: nothing comes through it.{more}"
    lost = "read nothing" if side == "outputs" else "are read by nobody"
    return f"With {plural(count, 'weight')} for the {most} {side} of {layer}, {most - count} or more {lost}.{more}"


def formula_of(state):
    laws = {
        "uniform": "density of a layer = density of the network",
        "er": "density of a layer = ε · (n + m) / (n · m), at most 1",
        "erk": "density of a layer = ε · (n + m + w + h) / (n · m · w · h), at most 1; linear layers: ε · (n + m) / (n · m)",
    }
    left = f"{grouped(state.now.weights)} of {grouped(state.dense.weights)} weights = {formatted(left_of(state), 'four')}"
    symbols = (
        "" if state.kind == "uniform" else "n inputs, m outputs" + (", w × h the kernel" if state.kind == "erk" else "") + "\n"
    )
    return f"{laws[state.kind]}\n{symbols}{left}"


def left_of(state):
    return state.now.weights / state.dense.weights


# Charts.


def densities_chart(state):
    """A bar for each layer; one that would get more than all of its weights is whole."""
    now, layers = state.now, state.dense.layers
    whole = now.whole()
    tips = []
    for layer, share, count in zip(layers, now.shares, now.counts):
        tips.append(f"{layer.name}: {careful_percent(share)}, {grouped(count)} of {plural(layer.weight_words, 'weight')}")
    least = now.shares.index(min(now.shares))
    title = (
        f"{plural(len(whole), 'layer')} of {len(layers)} whole; {layers[least].name} keeps least, {percent(now.shares[least])}"
    )
    density = 1 - state.sparsity
    return {
        "title": title,
        "alt": f"{capital(title)}. First to last: {ends_of(layers, now.shares)}.",
        "x": axis("Layer, in order of execution", scale="band", domain=[layer.name for layer in layers]),
        "y": axis("Weights that stay", domain=[0, 1.05], format="percent"),
        "marks": [
            {"type": "bar", "y": now.shares, "role": ["accent" if s == 1 else "weights" for s in now.shares], "label": tips},
            {"type": "rule", "y": density, "role": "reference"},
        ],
        "height": 0.3,
        "wide": True,
        "legend": [
            legend_entry("accent", "whole"),
            legend_entry("weights", "some fell"),
            legend_entry("reference", f"the network's density, {careful_percent(density)}"),
        ],
    }


def ends_of(layers, shares):
    """What the first and the last layers keep."""
    places = sorted(set([0, 1, len(layers) - 2, len(layers) - 1]))
    return listed([layers[place].name for place in places], [shares[place] for place in places])


def listed(names, shares):
    return ", ".join([name + " " + percent(share) for name, share in zip(names, shares)])


def macs_chart(state):
    """MACs of the kinds beside one another, all with as many weights."""
    names, shares = [name for _, name in KINDS], [state.macs(kind) for kind, _ in KINDS]
    tips = [f"{name}: {percent(share)} of the MACs, {times(share / shares[0])} uniform's" for name, share in zip(names, shares)]
    roles = ["compute" if kind == state.kind else "idle" for kind, _ in KINDS]
    title = f"As many weights, {times(state.over_uniform('erk'))} the MACs: ERK against uniform"
    return {
        "title": title,
        "alt": "MACs left of the dense network's: " + listed(names, shares) + ".",
        "x": axis("MACs left, of the dense network's", domain=[0, 1.05 * max(shares)], format="percent"),
        "y": axis("", scale="band", domain=names),
        "marks": [
            {"type": "hbar", "y": names, "x": shares, "role": roles, "label": tips},
            {"type": "rule", "x": left_of(state), "role": "weights"},
        ],
        "legend": [legend_entry("weights", "weights left, in all three")],
        "height": 0.4,
    }


def times_chart(state):
    """Time on three kinds of hardware, and what it would be under one density for all layers."""
    names, shares = [name for _, name in HARDWARE], [state.time(place) for place in range(len(HARDWARE))]
    level = [cycles / state.dense.cycles for cycles in state.level]
    tips = [f"{name}: {si(cycles)} cycles, {percent(share)}" for name, cycles, share in zip(names, state.cycles, shares)]
    marks = [{"type": "hbar", "y": names, "x": shares, "role": "compute", "label": tips}]
    legend = [legend_entry("compute", state.name), legend_entry("reference", "MACs left")]
    if state.kind != "uniform":
        told = [f"{name}: {percent(share)} under one density for all layers" for name, share in zip(names, level)]
        marks.append({"type": "point", "y": names, "x": level, "role": "failure", "size": 5, "label": told})
        legend.append(legend_entry("failure", "uniform"))
    macs = state.macs(state.kind)
    marks.append({"type": "rule", "x": macs, "role": "reference"})
    title = f"{percent(shares[1])} of the time for {percent(macs)} of the MACs, where zeros are skipped"
    return {
        "title": title,
        "alt": "Time of the dense network's: " + listed(names, shares) + ".",
        "x": axis("Time, of the dense network's", domain=[0, 1.05 * max(shares + level)], format="percent"),
        "y": axis("Hardware", scale="band", domain=names),
        "marks": marks,
        "legend": legend,
        "height": 0.4,
    }


def readout_of(state):
    faster = [state.dense.cycles / cycles for cycles in state.cycles]
    return [
        tile("Weights left", state.now.weights, "si", role="weights"),
        tile("MACs left", state.now.macs, "si", role="compute"),
        tile("MACs, of uniform's", state.over_uniform(state.kind), "ratio", role="compute"),
        tile("Stored, with places", state.now.stored(), "si", unit="bytes", role="dram"),
        tile("Layers that are whole", len(state.now.whole()), "integer", unit=f"of {len(state.dense.layers)}", role="accent"),
        tile("Faster, zeros multiplied", faster[0], "ratio"),
        tile("Faster, zeros skipped", faster[1], "ratio"),
        tile("Faster, skipped in lanes", faster[2], "ratio"),
    ]


def table_of(state):
    columns = [column("Layer"), column("Weights", "integer"), column("Stay", "integer")]
    columns += [column(capital(name), "percent") for _, name in KINDS] + [column("MACs left", "si")]
    rows = []
    for place, layer in enumerate(state.dense.layers):
        shares = [state.splits[kind].shares[place] for kind, _ in KINDS]
        left = layer.macs * state.now.shares[place]
        rows.append([layer.name, layer.weight_words, state.now.counts[place]] + shares + [left])
    caption = f"Layers with weights: what stays under {state.name}, and the share of each kind"
    return {"caption": caption, "columns": columns, "rows": rows}
