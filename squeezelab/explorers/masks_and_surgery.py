"""Masks and surgery: which layers follow when channels of a residual network go, and what is saved by zeros and by a slice."""

from ..core.words import grouped, percent, plural
from .kit.charts import line, stacked_bars
from .kit.controls import cells, choice, follow, places_in, places_text, stops
from .kit.figures import axis, careful_percent, column, legend_entry, tile
from .surgery_model import (
    MAKERS,
    WORD,
    cost_of,
    counts_of_group,
    counts_of_maker,
    cuts,
    group_named,
    groups,
    kept_cycles,
    network,
)

TITLE = "Masks and surgery in a residual network"
MODES = [("mask", "Mask them"), ("alone", "Slice one layer"), ("group", "Slice all that is tied")]
POOR = 0.25  # less than this share of what is saved in MACs is saved in cycles: nothing to speak of
START = "s2.b1.shortcut"
# (role, what of a layer falls)
PARTS = [("weights", "stays"), ("outputs", "its own filters"), ("inputs", "columns for what it reads")]


def sizes_of(group):
    """A cell for each channel, the first half of them away."""
    own = cells("removed", "", group.size)
    return {"values": own["values"], "value": own["values"][group.size // 2]}


MOST = 64  # channels of a group
SIZES = [(group.name, sizes_of(group)) for group in groups()]
CONTROLS = [
    choice("group", "Channels of", [(group.name, " + ".join(group.makers)) for group in groups()], START),
    follow(cells("removed", "Channels that go", MOST, "0-15"), "group", SIZES),
    choice("how", "How", MODES, "group"),
    stops("array", "Array", [4, 8, 16, 32], 16, "PEs a side"),
]
AHEAD = ["group", "removed", "array"]


def figure(group, removed, how, array):
    state = State(group_named(group), removed, how, array)
    return {
        "finding": finding_of(state),
        "problem": problem_of(state),
        "charts": [falls_chart(state), costs_chart(state), stairs_chart(state)],
        "readout": readout_of(state),
        "table": table_of(state),
        "formula": formula_of(state),
        "note": "Mini-ResNet on 28 × 28, three basic blocks. The array resizes squeezelerator-16, whose values are recalled or "
        "inferred; a file keeps 4 bytes a value, and 4 more for each value that a mask covers, until the mask is made permanent.",
    }


class State:
    """What is shown. gone: the channels that go; kept: how many stay, at least one; cuts: what falls; stuck: (sum, channels of
    its sides) at which it fails."""

    def __init__(self, group, removed, how, side):
        self.group, self.how, self.side = group, how, side
        self.gone = [place for place in places_in(removed, MOST) if place < group.size]
        self.kept = max(1, group.size - len(self.gone))
        self.removed, self.emptied = group.size - self.kept, len(self.gone) == group.size
        counts, self.stuck = counts_of_group(group.name, self.kept), None
        if how == "alone" and self.removed:
            counts, self.stuck = counts_of_maker(group.makers[0], self.kept)
        self.cuts = cuts(counts)
        self.fallen_in = self.group.makers[:1] if how == "alone" else self.group.makers
        self.whole, self.small = cost_of(group.name, group.size, side), cost_of(group.name, self.kept, side)
        self.stays = how == "mask" or self.stuck is not None  # the network is as large as it was
        self.now = self.whole if self.stays else self.small

    def masked_values(self):
        """Values that a mask stands beside: the weights of the makers, scales and shifts of the norms behind them."""
        if self.how != "mask" or not self.removed:
            return 0
        own = [network()[name] for name in self.group.layers]
        return sum([layer.params for layer in own if layer.op in MAKERS or layer.op == "norm"])

    def zeros(self):
        """Values that are zero under the mask; what reads them keeps its columns, and multiplies by zeros."""
        return sum([cut.filters for cut in self.cuts])

    def stored(self):
        return self.now.stored + self.masked_values()

    def saved(self, field):
        return 1 - getattr(self.now, field) / getattr(self.whole, field)


# Words.


def channels_of(state):
    return f"{state.removed} of the {state.group.size} channels of {' + '.join(state.group.makers)}"


def fewer(saved, what):
    return f"{careful_percent(saved)} fewer {what}" if saved > 0 else f"as many {what}"


def finding_of(state):
    if not state.removed:
        tied = len(state.group.makers)
        made = "one layer makes them" if tied == 1 else f"{tied} layers make them, and a sum ties them"
        return f"{plural(state.group.size, 'channel')} of {' + '.join(state.group.makers)}: {made}."
    if state.how == "mask":
        more = f"a file {careful_percent(state.masked_values() / state.whole.stored)} larger"
        return (
            f"With {channels_of(state)} masked {plural(state.zeros(), 'value')} are zero: as many MACs, as many cycles, {more}."
        )
    if state.stuck:
        return f"Sliced off {state.group.makers[0]} alone, {plural(state.removed, 'channel')} leave a sum that does not fit."
    saved = [fewer(state.saved(field), what) for field, what in (("params", "params"), ("macs", "MACs"), ("cycles", "cycles"))]
    shrink = plural(len(state.cuts), "layer shrinks", "layers shrink")
    return f"Without {channels_of(state)}, {shrink}: {saved[0]}, {saved[1]}, {saved[2]}."


def problem_of(state):
    """Nothing is left, a sum does not fit, or no time is saved; or None."""
    if state.emptied:
        return f"Nothing of {state.group.name} would be left, and nothing would pass: one channel stays, as shown."
    if state.stuck:
        layer, sides = state.stuck
        return f"The sum {layer.name} is given {sides[0]} channels and {sides[1]}, and must get the same. Nothing was sliced."
    if not state.stays and state.removed and state.saved("cycles") < POOR * state.saved("macs"):
        cycles = state.saved("cycles")
        gain = "no cycle" if cycles < 0.0005 else f"{careful_percent(cycles)} of the cycles"
        return f"{percent(state.saved('macs'))} of the MACs go and {gain}: the array takes {state.side} channels at a time."
    return None


def shape_text(layer, channels):
    """The shape of a layer's weights with these (outputs, inputs)."""
    if layer.op == "norm":
        return f"2 × {channels[0]}"
    sides = "" if layer.op == "linear" else f" × {layer.kernel[0]} × {layer.kernel[1]}"
    return f"{channels[0]} × {channels[1]}{sides}"


def formula_of(state):
    """Which places fall in which layers; what each of the layers is before and after, those with weights."""
    lines = [f"channels {places_text(state.gone)} of {' and of '.join(state.fallen_in)}"] if state.removed else []
    for cut in state.cuts:
        if cut.layer.op != "norm":
            after = "reads zeros" if state.how == "mask" and not cut.filters else shape_text(cut.layer, cut.after)
            if state.how == "mask" and cut.filters:
                after = f"as large, {grouped(cut.filters)} of them 0"
            lines.append(f"{cut.layer.name}: {shape_text(cut.layer, cut.before)} → {after}")
    return "\n".join(lines) or "nothing falls"


# Charts.


def falls_chart(state):
    """A bar for each layer that shrinks: what stays, what falls with its own channels, what with those that it reads."""
    names = [cut.layer.name for cut in state.cuts] or [state.group.name]
    shares = [[1.0]] + [[0.0], [0.0]]
    tips = [["all of it stays"], [""], [""]]
    if state.cuts:
        counts = [[getattr(cut, field) for cut in state.cuts] for field in ("left", "filters", "columns")]
        shares = [[count / cut.layer.params for count, cut in zip(part, state.cuts)] for part in counts]
        tips = [[tip_of(name, count, doing) for name, count in zip(names, part)] for part, (_, doing) in zip(counts, PARTS)]
    parts = [(role, share, tip) for (role, _), share, tip in zip(PARTS, shares, tips) if sum(share)]
    return {
        "title": falls_title(state),
        "alt": f"What of each layer that shrinks stays and falls. {falls_title(state)}.",
        "x": axis("Share of the layer's params", domain=[0, 1], format="percent"),
        "y": axis("", scale="band", domain=names),
        "marks": stacked_bars(names, parts),
        "height": 0.08 + 0.055 * max(len(names), 3),
        "wide": True,
        "legend": [legend_entry(role, doing) for role, doing in PARTS],
    }


def tip_of(name, count, doing):
    return f"{name}: {grouped(count)} params, {doing}"


def falls_title(state):
    makers = [cut for cut in state.cuts if cut.filters and cut.layer.op in MAKERS]
    norms = [cut for cut in state.cuts if cut.layer.op == "norm"]
    readers = [cut for cut in state.cuts if cut.columns]
    if not state.cuts:
        return "Nothing falls"
    counts = plural(len(makers), "layer"), plural(len(norms), "norm"), plural(len(readers), "layer")
    if state.how == "mask":
        return f"Zeros in filters of {counts[0]}, in {counts[1]}; read by {counts[2]}"
    return f"Filters of {counts[0]} fall, scales and shifts of {counts[1]}, columns of {counts[2]}"


def costs_of(state):
    """[(what, share of the whole network's, amount)]."""
    now, whole = state.now, state.whole
    rows = [("Stored bytes", state.stored() / whole.stored, WORD * state.stored())]
    for what, field in (("MACs", "macs"), ("Cycles", "cycles"), ("Live maps", "peak")):
        rows.append((what, getattr(now, field) / getattr(whole, field), getattr(now, field)))
    return rows


def costs_chart(state):
    rows = costs_of(state)
    names, shares = [row[0] for row in rows], [row[1] for row in rows]
    roles = {"Stored bytes": "weights", "MACs": "reference", "Cycles": "compute", "Live maps": "buffer"}
    tips = [f"{name}: {grouped(amount)}, {careful_percent(share)} of the whole network's" for name, share, amount in rows]
    title = (
        "Nothing gets smaller"
        if min(shares) >= 1
        else f"{names[shares.index(min(shares))]} shrink most: to {percent(min(shares))}"
    )
    return {
        "title": title,
        "alt": f"{title}. Of the whole network's: " + ", ".join([f"{name} {percent(share)}" for name, share, _ in rows]) + ".",
        "x": axis("Of the whole network's", domain=[0, max([1.0] + shares) * 1.02], format="percent"),
        "y": axis("", scale="band", domain=names),
        "marks": [{"type": "hbar", "y": names, "x": shares, "role": [roles[name] for name in names], "label": tips}]
        + [{"type": "rule", "x": 1, "role": "reference"}],
        "height": 0.5,
    }


def stairs_chart(state):
    """Cycles over the channels of the group that stay, masked and sliced."""
    cycles = kept_cycles(state.group.name, state.side)
    kept = list(range(1, state.group.size + 1))
    tips = [f"{plural(count, 'channel')}: {grouped(time)} cycles" for count, time in zip(kept, cycles)]
    flat = [cycles[-1], cycles[-1]]
    marks = [
        line([1, kept[-1]], flat, "reference", "masked", [f"masked: {grouped(cycles[-1])} cycles"] * 2, True),
        line(kept, cycles, "compute", "sliced", tips),
        {"type": "rule", "x": state.kept, "role": "muted"},
        {
            "type": "point",
            "x": [state.kept],
            "y": [cycles[-1] if state.stays else cycles[state.kept - 1]],
            "role": ["reference" if state.stays else "compute"],
            "emphasis": [True],
            "label": [tips[-1] if state.stays else tips[state.kept - 1]],
        },
    ]
    return {
        "title": stairs_title(cycles),
        "alt": f"Cycles for 1 to {kept[-1]} channels of {state.group.name}, from {grouped(cycles[0])} to {grouped(cycles[-1])}.",
        "x": axis("Channels that stay", domain=[0, kept[-1]], format="integer"),
        "y": axis("Cycles of the network", domain=[0, 1.05 * cycles[-1]], format="si"),
        "marks": marks,
        "height": 0.5,
    }


def stairs_title(cycles):
    """Which channel saves most when it goes."""
    steps = [above - below for below, above in zip(cycles, cycles[1:])]
    place = steps.index(max(steps))
    return (
        f"The steepest step: from {place + 2} to {place + 1} channels, {careful_percent(steps[place] / cycles[-1])} of the cycles"
    )


def readout_of(state):
    return [
        tile("Cycles", state.now.cycles, role="compute"),
        tile("Faster", state.whole.cycles / state.now.cycles, "ratio", role="compute"),
        tile("MACs", state.now.macs, "si", role="reference"),
        tile("Params", state.now.params, role="weights"),
        tile("of them zero", state.zeros() if state.how == "mask" else 0, role="idle"),
        tile("Stored", WORD * state.stored(), unit="bytes", role="weights"),
        tile("Live maps at their peak", WORD * state.now.peak, unit="bytes", role="buffer"),
    ]


def table_of(state):
    columns = [column("Layer"), column("Before"), column("After")]
    columns += [column("Params", "integer"), column("of its own filters", "integer"), column("of columns", "integer")]
    rows = []
    for cut in state.cuts:
        before = shape_text(cut.layer, cut.before)
        after = before if state.how == "mask" else shape_text(cut.layer, cut.after)
        rows.append([cut.layer.name, before, after, cut.layer.params, cut.filters, cut.columns])
    rows = rows or [[state.group.name, "all", "all", network()[state.group.name].params, 0, 0]]
    return {"caption": "The layers of which something falls", "columns": columns, "rows": rows}
