"""Slicing: how much fewer MACs a network without some of its channels does, and how much fewer cycles an array takes for it."""

from ..core.words import grouped, half_up, percent, si
from .kit.charts import line
from .kit.controls import choice, follow, grouped_as, slider, stops
from .kit.figures import axis, careful_percent, column, tile
from .network_model import FAMILY
from .slice_model import LEAST, PARTS, SHARES, kept_stairs

TITLE = "Slicing: channels, MACs and cycles"
FAMILIES = ["mini_vgg", "mini_resnet", "resnet", "squeezenext"]
FLOWS = [("hybrid", "hybrid"), ("ws", "weight st."), ("os", "output st.")]
STEEP = 3  # a stair: one part of the channels takes so many times its share of the cycles away
POOR = 0.25  # less than this share of what is saved in MACs is saved in cycles: nothing to speak of
STARVED = 0.6  # of the time in layers that wait for DRAM


def depths_of(family):
    """What the slider of depth offers, or nothing that differs where there is one depth."""
    return {} if isinstance(family.depths, str) else {"values": family.depths, "value": family.depths[0]}


DEPTHS = sorted({depth for name in FAMILIES if not isinstance(FAMILY[name].depths, str) for depth in FAMILY[name].depths})
CONTROLS = [
    choice("family", "Network", [(name, FAMILY[name].label) for name in FAMILIES], "mini_vgg"),
    slider("kept", "Channels kept", LEAST, PARTS, 48, "of every 64"),
    follow(stops("depth", "Depth", DEPTHS, 18), "family", [(name, depths_of(FAMILY[name])) for name in FAMILIES]),
    stops("array", "Array", [4, 8, 16, 32], 16, "PEs a side"),
    choice("dataflow", "Dataflow", FLOWS, "hybrid"),
] + grouped_as("Zeros among the weights left", [slider("sparsity", "Random zeros", 0, 0.9, 0, step=0.1) | {"format": "percent"}])
AHEAD = ["family", "depth", "array", "dataflow", "sparsity"]


def figure(family, kept, depth, array, dataflow, sparsity):
    state = State(family, kept, depth, array, dataflow, half_up(10 * sparsity) / 10)
    described = {
        "finding": finding_of(state),
        "problem": problem_of(state),
        "charts": [stairs_chart(state), busy_chart(state)],
        "readout": readout_of(state),
        "table": table_of(state),
        "formula": formula_of(state),
        "note": "Every layer but the classifier loses the same share of its outputs, what reads it its inputs; the array resizes "
        "squeezelerator-16, whose values are recalled or inferred.",
    }
    return described | {"disabled": {"depth": state.family.depths}} if isinstance(state.family.depths, str) else described


class State:
    """What is shown. now: the `Stairs` with the zeros; whole: those without; saved_*: shares of the network without zeros."""

    def __init__(self, name, kept, depth, side, dataflow, sparsity):
        self.family, self.kept, self.side, self.sparsity = FAMILY[name], kept, side, sparsity
        one_depth = isinstance(self.family.depths, str)
        self.strange = None if one_depth or depth in self.family.depths else depth
        depth = self.family.usual[1] if one_depth or self.strange else depth
        self.name = self.family.title(None, depth, self.family.resolution)
        self.now = kept_stairs(name, depth, side, dataflow, sparsity)
        self.whole = kept_stairs(name, depth, side, dataflow, 0)
        self.cycles, self.macs = self.now.at("cycles", kept), self.now.at("macs", kept)

    def saved(self, field, kept):
        """The share of the cycles or MACs that is gone where so many channels are kept."""
        return 1 - self.now.at(field, kept) / self.whole.at(field, PARTS)

    def sliced_off(self, field):
        """The share that slicing takes away, whatever zeros there are."""
        return 1 - self.now.at(field, self.kept) / self.now.at(field, PARTS)

    def stairs(self):
        """The numbers of channels below which a network is cheaper by a stair than with one more."""
        cycles = self.now.cycles
        steep = STEEP * cycles[-1] / PARTS
        return [kept for kept, below, above in zip(SHARES, cycles, cycles[1:]) if above - below >= steep]

    def next_stair(self):
        """The nearest stair at or below this state, or None."""
        below = [kept for kept in self.stairs() if kept <= self.kept]
        return below[-1] if below else None


# Words.


def fewer(saved, what):
    """`30.6 % fewer cycles`, or that there are as many."""
    return f"{careful_percent(saved)} fewer {what}" if saved > 0 else f"as many {what}"


def without(state):
    """What was done to the network, in words that begin a sentence."""
    zeros = f"ith {percent(state.sparsity)} random zeros"
    if state.kept == PARTS:
        return "W" + zeros
    return f"Without {PARTS - state.kept} of every {PARTS} channels" + (" and w" + zeros if state.sparsity else "")


def finding_of(state):
    if state.kept == PARTS and not state.sparsity:
        cost = f"{state.name} does {si(state.macs)} MACs in {si(state.cycles)} cycles"
    else:
        macs, cycles = fewer(state.saved("macs", state.kept), "MACs"), fewer(state.saved("cycles", state.kept), "cycles")
        cost = f"{without(state)} {state.name} does {macs} and takes {cycles}"
    return cost + after(state) + "."


def after(state):
    """Where the stair is on which this state stands, or the next one."""
    stair = state.next_stair()
    if stair is None:
        return "; no stair lies below"
    if stair == state.kept:
        return f"; with {stair + 1} kept it is {careful_percent(max(state.saved('cycles', stair + 1), 0))}"
    return f"; the next stair is at {stair}, with {careful_percent(state.saved('cycles', stair))}"


def problem_of(state):
    """Channels or zeros that save no time to speak of, or None."""
    lines = [f"There is no {state.family.label} of depth {state.strange}; shown is {state.name}."] if state.strange else []
    macs, cycles = state.sliced_off("macs"), state.sliced_off("cycles")
    if state.kept < PARTS and cycles < POOR * macs:
        lines.append(f"Slicing takes {percent(macs)} of the MACs and {part(cycles)} of the cycles: {reason_of(state)}.")
    zeros = 1 - state.now.at("cycles", state.kept) / state.whole.at("cycles", state.kept)
    if zeros < POOR * state.sparsity:
        lines.append(
            f"Of the weights {percent(state.sparsity)} are zero, which saves {part(zeros)} of the cycles: {zeros_reason(state)}."
        )
    return " ".join(lines) or None


def part(share):
    return "none" if share < 0.0005 else careful_percent(share)


def reason_of(state):
    """Why channels that are gone leave the time as it is."""
    if state.now.longest(state.kept)[2].dataflow == "os":
        return waits(state) or f"filters are taken {state.now.machine.registers} at a time, and a few fewer take as long"
    return waits(state) or f"a tile of {state.side} × {state.side} channels that is not full takes as long as one that is"


def zeros_reason(state):
    """Why zeros do."""
    if state.now.longest(state.kept)[2].dataflow == "os":
        return waits(state) or "every plane of inputs is loaded all the same, and takes longer than the work on it"
    return waits(state) or "while weights stay, the array cannot skip single zeros"


def waits(state):
    waiting = state.now.at("waiting", state.kept)
    return f"{careful_percent(waiting)} of the time passes in layers that wait for DRAM" if waiting > STARVED else ""


def formula_of(state):
    """The cycles of the layer that takes longest, on the array, by the law of its dataflow."""
    name, nest, cost = state.now.longest(state.kept)
    side, form = state.side, "⌈{}/{}⌉"
    if cost.dataflow == "ws":
        tiles = f"{nest.taps} · {form.format(nest.ci, side)} · {form.format(nest.co, side)}"
        groups = f"{nest.groups} · " if nest.groups > 1 else ""
        text = f"{name}, weight stationary: {groups}{tiles} tiles · ({nest.m} pixels + {side} rows to load)"
    else:
        tiles = f"{form.format(nest.ho, side)} · {form.format(nest.wo, side)} tiles of pixels"
        filters = min(state.now.machine.registers, nest.co)
        text = f"{name}, output stationary: {tiles} · {form.format(nest.co, filters)} passes · {nest.ci} planes, loading included"
    stall = f", and {grouped(half_up(cost.stall_cycles))} of waiting for DRAM" if cost.stall_cycles >= 1 else ""
    return f"{text} = {grouped(half_up(cost.array_cycles))} cycles{stall}"


# Charts.


def kept_axis():
    return axis("Channels kept", f"of {PARTS}", domain=[0, PARTS], format="integer")


def shares_of(state, field):
    return [count / state.whole.at(field, PARTS) for count in getattr(state.now, field)]


def stairs_chart(state):
    """Cycles and MACs over the channels kept, as shares of the whole network's."""
    curves = []
    for field, noun, role in (("macs", "MACs", "reference"), ("cycles", "cycles", "compute")):
        counts = getattr(state.now, field)
        tips = [f"{kept} of {PARTS} channels: {grouped(count)} {noun}" for kept, count in zip(SHARES, counts)]
        curves.append(line(SHARES, shares_of(state, field), role, noun, tips, field == "macs"))
    return {
        "title": stairs_title(state),
        "alt": f"Cycles and MACs of {state.name} with {LEAST} to {PARTS} of every {PARTS} channels. {finding_of(state)}",
        "x": kept_axis(),
        "y": axis("Share of the whole network", domain=[0, 1], format="percent"),
        "marks": curves + [{"type": "rule", "x": state.kept, "role": "muted"}, chosen(state, curves)],
        "height": 0.75,
    }


def stairs_title(state):
    stairs = state.stairs()
    if not stairs:
        return "Cycles fall without a stair"
    listed = ", ".join([str(stair) for stair in stairs[:-1]])
    return f"Cycles fall in stairs: at {listed} and {stairs[-1]}" if listed else f"Cycles fall in a stair at {stairs[0]}"


def chosen(state, curves):
    """The chosen state on each curve, ringed."""
    place = state.kept - LEAST
    return {
        "type": "point",
        "x": [state.kept] * len(curves),
        "y": [curve["y"][place] for curve in curves],
        "role": [curve["role"] for curve in curves],
        "emphasis": [True] * len(curves),
        "label": [curve["label"][place] for curve in curves],
    }


def busy_chart(state):
    """The share of MAC slots in use over the channels kept: full tiles are its peaks."""
    tips = [f"{kept} of {PARTS} channels: {careful_percent(busy)} in use" for kept, busy in zip(SHARES, state.now.busy)]
    curve = line(SHARES, state.now.busy, "compute", None, tips)
    best = SHARES[state.now.busy.index(max(state.now.busy))]
    title = f"The array is busiest at {best} of {PARTS}: {careful_percent(max(state.now.busy))}"
    return {
        "title": title,
        "alt": f"The share of the array's MAC slots in use. {title}; now {careful_percent(state.now.at('busy', state.kept))}.",
        "x": kept_axis(),
        "y": axis("MAC slots in use", domain=[0, 1], format="percent"),
        "marks": [curve, {"type": "rule", "x": state.kept, "role": "muted"}, chosen(state, [curve])],
        "height": 0.75,
    }


def readout_of(state):
    kept, cycles = state.kept, state.cycles
    stair = state.next_stair()
    return [
        tile("Cycles", cycles, role="compute"),
        tile("Faster than whole", state.whole.at("cycles", PARTS) / cycles, "ratio", role="compute"),
        tile("MACs", state.macs, "si", role="reference"),
        tile("Fewer MACs", state.whole.at("macs", PARTS) / state.macs, "ratio", role="reference"),
        tile("Weights", state.now.slices.weights[kept - LEAST], "si", role="weights"),
        tile("MAC slots in use", state.now.at("busy", kept), "percent", role="compute"),
        tile("Time in layers that wait", state.now.at("waiting", kept), "percent", role="stall"),
        tile("Stair at or below", stair, unit=f"of {PARTS}" if stair else ""),
    ]


def table_of(state):
    """Every fourth state, the chosen one and those beside it."""
    near = [kept for kept in SHARES if kept % LEAST == 0 or abs(kept - state.kept) <= 1]
    columns = [column(f"Channels kept of {PARTS}", "integer"), column("MACs", "integer"), column("Cycles", "integer")]
    columns += [column("MACs, share", "percent"), column("Cycles, share", "percent"), column("MAC slots in use", "percent")]
    macs, cycles = shares_of(state, "macs"), shares_of(state, "cycles")
    rows = []
    for kept in near:
        counts = [state.now.at(field, kept) for field in ("macs", "cycles")]
        rows.append([kept] + counts + [macs[kept - LEAST], cycles[kept - LEAST], state.now.at("busy", kept)])
    return {"caption": f"{state.name} with fewer channels; shares of the whole network", "columns": columns, "rows": rows}
