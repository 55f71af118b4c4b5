"""Width: a basic block grows with the square of its channels, an MGIC block in proportion to them. And its cycles?"""

from ..core.words import grouped, times
from .kit.charts import line
from .kit.controls import choice, stops
from .kit.figures import axis, careful_percent, column, tile
from .width_model import WIDTHS, Scaling

TITLE = "Width: the square and the straight line"
GROUPS = [8, 16, 32, 64]
SIZES = [7, 14, 28, 56]
# (value of the control, what is counted, what a block does to so many of them)
MEASURES = [
    ("params", "parameters", "has"),
    ("macs", "MACs", "does"),
    ("words", "DRAM words", "moves"),
    ("cycles", "cycles", "takes"),
]
NOUNS = {value: noun for value, noun, _ in MEASURES}
VERBS = {value: verb for value, _, verb in MEASURES}
ROLES = {"params": "weights", "words": "dram", "cycles": "compute"}
SAVED = ["params", "words", "cycles"]  # MACs shrink as the parameters do
# (kind, its name, its colour)
BLOCKS = [("basic", "basic block", "reference"), ("mgic", "MGIC", "accent"), ("separable", "depthwise + 1×1", "is")]
CONTROLS = [
    stops("channels", "Channels in and out", WIDTHS, 256),
    stops("group", "MGIC group", GROUPS, 16, "channels"),
    stops("size", "Feature map", SIZES, 14, "pixels a side"),
    stops("array", "Array", [8, 16, 32], 16, "PEs a side"),
    choice("measure", "Compare", [(value, noun) for value, noun, _ in MEASURES], "params"),
]
AHEAD = ["group", "size", "array"]


def comparison_words(measure, ratio):
    """`has 7.62× fewer parameters`, or more of them."""
    amount = times(ratio if ratio >= 1 else 1 / ratio)
    if amount == "1×":
        return f"{VERBS[measure]} as many {NOUNS[measure]}"
    return f"{VERBS[measure]} {amount} {'fewer' if ratio > 1 else 'more'} {NOUNS[measure]}"


def finding_of(scaling, channels, measure):
    if channels < scaling.group:
        return f"{channels} channels do not fill one group of {scaling.group}: there is no MGIC block to compare."
    other = "params" if measure == "cycles" else "cycles"
    first, second = scaling.saving(measure, channels), scaling.saving(other, channels)
    joint = " and" if (first >= 1) == (second >= 1) else ", but"
    return f"At {channels} channels the MGIC block {comparison_words(measure, first)}{joint} {comparison_words(other, second)}."


def problem_of(scaling, channels):
    """Where MGIC does not pay, or None."""
    group, basic, mgic = scaling.group, scaling.at("basic", channels), scaling.at("mgic", channels)
    if not mgic:
        return f"MGIC in groups of {group} begins at {group} channels: choose a wider block or smaller groups."
    if mgic.params > basic.params:
        more = f"{times(mgic.params / basic.params)} the parameters"
        return f"With one group of {group} MGIC is the basic block and a coarser level on top of it: {more}."
    if mgic.cycles > basic.cycles:
        busy = f"the {mgic.layers} convolutions of MGIC keep {careful_percent(mgic.busy)} of the array busy"
        return f"Fewer parameters, yet slower: {busy}, the two of the basic block {careful_percent(basic.busy)}."
    return None


def formula_of(group, channels):
    """The closed forms of the parameters, norms included, with the numbers of this state."""
    c, slope, offset = channels, 38 * group + 12, 29 * group * group // 2 + 4 * group
    basic = f"basic block: 18 c² + 4 c = {grouped(18 * c * c + 4 * c)} parameters at c = {c}"
    mgic = f"MGIC, s = {group}: (38 s + 12) c − 14.5 s² − 4 s = {grouped(slope)} c − {grouped(offset)}"
    return f"{basic}\n{mgic}" + (f" = {grouped(slope * c - offset)}" if c >= group else f", from c = {group} on")


def width_axis():
    return axis("Width", "channels", "log2", [WIDTHS[0], WIDTHS[-1]], "integer")


def marks_at(curves, channels):
    """A rule at the chosen width, and a ringed point on each curve that has begun there."""
    there = [(line, line["x"].index(channels)) for line in curves if channels in line["x"]]
    points = {
        "type": "point",
        "x": [channels] * len(there),
        "y": [line["y"][place] for line, place in there],
        "role": [line["role"] for line, _ in there],
        "emphasis": [True] * len(there),
        "label": [line["label"][place] for line, place in there],
    }
    return [{"type": "rule", "x": channels, "role": "muted"}] + ([points] if there else [])


def curves_chart(scaling, channels, measure):
    """The chosen measure of the three blocks over their width."""
    noun, curves = NOUNS[measure], []
    for kind, name, role in BLOCKS:
        there = [width for width in WIDTHS if scaling.at(kind, width)]
        counts = [getattr(scaling.at(kind, width), measure) for width in there]
        tips = [f"{name}, {width} channels: {grouped(count)} {noun}" for width, count in zip(there, counts)]
        curves.append(line(there, counts, role, name, tips, False))
    return {
        "title": growth_title(scaling, channels, measure),
        "alt": f"The {noun} of three blocks for {WIDTHS[0]} to {WIDTHS[-1]} channels. {finding_of(scaling, channels, measure)}",
        "x": width_axis(),
        "y": axis(noun[0].upper() + noun[1:], "", "log10", format="si"),
        "marks": curves + marks_at(curves, channels),
        "height": 0.75,
    }


def growth_title(scaling, channels, measure):
    """How the measure grows when the width doubles, from the chosen width or the nearest where both blocks are there."""
    narrow = max(min(channels, WIDTHS[-2]), scaling.group)
    basic, mgic = [
        times(getattr(scaling.at(kind, 2 * narrow), measure) / getattr(scaling.at(kind, narrow), measure))
        for kind in ("basic", "mgic")
    ]
    return f"Twice {narrow} channels: {basic} the {NOUNS[measure]}, MGIC {mgic}"


def savings_chart(scaling, channels):
    """How often MGIC goes into the basic block, in three measures."""
    there, curves = [width for width in WIDTHS if width >= scaling.group], []
    for measure in SAVED:
        ratios = [scaling.saving(measure, width) for width in there]
        tips = [f"{width} channels: MGIC {comparison_words(measure, ratio)}" for width, ratio in zip(there, ratios)]
        curves.append(line(there, ratios, ROLES[measure], NOUNS[measure], tips, measure == "words"))
    return {
        "title": speed_title(scaling, there),
        "alt": f"{speed_title(scaling, there)}. {finding_of(scaling, channels, 'words')}",
        "x": width_axis(),
        "y": axis("Basic block ÷ MGIC", "", "log2", format="ratio"),
        "marks": [{"type": "rule", "y": 1, "role": "reference"}] + curves + marks_at(curves, channels),
        "height": 0.75,
    }


def speed_title(scaling, there):
    """From which width on MGIC is faster for good."""
    slower = [width for width in there if scaling.saving("cycles", width) < 1]
    if not slower:
        return f"MGIC is faster from {there[0]} channels on"
    return "MGIC is slower at every width" if slower[-1] == WIDTHS[-1] else f"MGIC is faster from {2 * slower[-1]} channels on"


def table_of(scaling, measure):
    columns = [column("Channels", "integer")]
    columns += [column(f"{name}, {NOUNS[measure]}", "integer") for _, name, _ in BLOCKS]
    columns += [column(f"{NOUNS[each]}, basic ÷ MGIC", "ratio") for each in SAVED]
    rows = []
    for width in WIDTHS:
        blocks = [scaling.at(kind, width) for kind, _, _ in BLOCKS]
        counts = [getattr(block, measure) if block else None for block in blocks]
        rows.append([width] + counts + [scaling.saving(each, width) for each in SAVED])
    return {"caption": "Three blocks over their width; stride 1, as many channels out as in", "columns": columns, "rows": rows}


def figure(channels, group, size, array, measure):
    scaling = Scaling(group, size, array)
    basic, mgic = scaling.at("basic", channels), scaling.at("mgic", channels)
    ratios = [
        tile(f"{noun[0].upper()}{noun[1:]}, basic ÷ MGIC", scaling.saving(each, channels), "ratio", role=ROLES.get(each))
        for each, noun, _ in MEASURES
    ]
    return {
        "finding": finding_of(scaling, channels, measure),
        "problem": problem_of(scaling, channels),
        "charts": [curves_chart(scaling, channels, measure), savings_chart(scaling, channels)],
        "readout": ratios
        + [
            tile("Convolutions of MGIC", mgic.layers if mgic else None),
            tile("Array busy with MGIC", mgic.busy if mgic else None, "percent", role="accent"),
            tile("Array busy with the basic block", basic.busy, "percent", role="reference"),
        ],
        "table": table_of(scaling, measure),
        "formula": formula_of(group, channels),
        "note": "Norms, sums and differences run beside the array and cost nothing here; zeros are not used. "
        "The array resizes squeezelerator-16, whose values are recalled or inferred.",
    }
