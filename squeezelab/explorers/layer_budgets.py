"""PA, FA, MA, uniform, sensitivity, knapsack: what each takes from each layer, and what the network costs after it."""

from ..core.words import half_up, percent
from .kit.controls import choice, slider
from .kit.figures import axis, capital, careful_percent, column, legend_entry, tile
from .knapsack_model import list_of_groups
from .layer_budgets_model import DRAWN, METHODS, cut_by, shares_of
from .pruned_model import COUNTED, MEASURE_NAMES, MEASURES, NETWORK_CONTROL, widths_of

TITLE = "What each rule takes from each layer"
METHOD_NAMES = dict(METHODS)
SHORT = dict([(method, name.split(",")[0]) for method, name in METHODS])
CONTROLS = [
    NETWORK_CONTROL,
    choice("method", "Rule", METHODS, "pa"),
    choice("measure", "Cut", MEASURES, "macs"),
    slider("share", "Cut away", 0.1, 0.9, 0.5, step=0.05) | {"format": "percent"},
]
AHEAD = ["network", "measure", "share"]  # other networks, other places on the paths
AFTER = [  # (what is left, its label, its colour)
    ("params", "parameters", "weights"),
    ("macs", "MACs", "reference"),
    ("memory", "peak memory", "outputs"),
    ("cycles", "cycles", "compute"),
]
SOURCES = (
    "PA, FA and MA after Zawish et al. 2022 (abstracts read; that memory means the map a layer writes, that shares are computed "
    "anew after each filter, and the floor of a tenth are inferred), drawn with evenly spaced numbers in place of chance. "
    "Sensitivity after Lu et al. 2022: accuracy lost to noise as large as the spread of the weights, 5 draws, training digits; "
    "the proportion is inferred. Knapsack: as SMCP's, in multiples of 4 channels."
)
BASES = {"pa": "parameters", "fa": "MACs", "ma": "map words"}


def figure(network, method, measure, share):
    left = 1 - half_up(100 * share) / 100
    cuts = [(each, cut_by(network, each, measure, left)) for each, _ in METHODS]
    now = dict(cuts)[method]
    groups = list_of_groups(widths_of(network))
    removed, full = sum(now.removed.values()), sum(widths_of(network).full.values())
    return {
        "finding": finding_of(now, method, measure, left, groups),
        "problem": problem_of(now, method, measure, left),
        "charts": [widths_chart(network, cuts, groups), taken_chart(network, now, method, groups), after_chart(cuts)],
        "readout": [tile(f"Left of the {label}", now.after[name], "percent", role=role) for name, label, role in AFTER]
        + [tile("Channels removed", removed, unit=f"of {full}")],
        "table": table_of(network, cuts, groups),
        "formula": formula_of(network, method, groups),
        "note": f"{SOURCES} {COUNTED}",
    }


# Words.


def heaviest(now, groups):
    """The group that loses the most channels, the first of them at a tie."""
    return max(groups, key=lambda group: (now.removed[group], -groups.index(group)))


def finding_of(now, method, measure, left, groups):
    if not now.meets:
        least = f"{percent(now.cost)} is the least"
        return f"{capital(SHORT[method])} cannot cut the {MEASURE_NAMES[measure]} to {percent(left)}: {least}."
    most = heaviest(now, groups)
    head = f"{capital(SHORT[method])} removes {percent(now.share_of(most))} of its channels in {most}"
    rest = [f"{careful_percent(now.after[name])} of the {label}" for name, label, _ in AFTER if name != measure]
    return f"{head}; at {percent(now.cost)} of the {MEASURE_NAMES[measure]} {rest[0]}, {rest[1]} and {rest[2]} are left."


def problem_of(now, method, measure, left):
    if now.meets:
        return None
    why = "a tenth of each group stays" if method != "knapsack" else "multiples of 4 channels stay in each group"
    return f"The budget is below the floor of {SHORT[method]}: {why}, and that is {percent(now.cost)} of the dense network's."


def formula_of(network, method, groups):
    if method not in DRAWN:
        words = {
            "uniform": "each group loses the same share of its channels",
            "sensitivity": "each group loses a share of its channels ∝ 1 − S, S = its part of the accuracy lost to noise",
            "knapsack": "the most Σ v(c) with Σ T(c) within the budget, one c of each group; tables made anew until it fits",
        }
        return words[method]
    shares = shares_of(network, method)
    parts = ", ".join([f"{group} {percent(shares[group])}" for group in groups])
    return f"p = a layer's {BASES[method]} ÷ those of all; at first {parts}"


# Charts.


def widths_chart(network, cuts, groups):
    """The channels that each rule keeps in each group, the darker the more are gone."""
    full = widths_of(network).full
    xs, ys, gone, kept, tips = [], [], [], [], []
    for method, cut in cuts:
        for group in groups:
            xs.append(SHORT[method])
            ys.append(group)
            gone.append(cut.removed[group] / full[group])
            kept.append(str(cut.widths[group]))
            tips.append(f"{SHORT[method]}, {group}: {cut.widths[group]} of {full[group]} stay; gone")
    place = gone.index(max(gone))
    cells = {"type": "heat", "x": xs, "y": ys, "value": gone, "most": 1, "label": tips}
    return {
        "title": f"{capital(xs[place])} cuts deepest: {kept[place]} of {full[ys[place]]} channels stay in {ys[place]}",
        "alt": "Channels kept. "
        + " ".join(
            [f"{SHORT[method]}: " + ", ".join([str(cut.widths[group]) for group in groups]) + "." for method, cut in cuts]
        ),
        "x": axis("", scale="band", domain=[SHORT[method] for method, _ in cuts]),
        "y": axis("", scale="band", domain=groups),
        "marks": [cells, {"type": "text", "x": xs, "y": ys, "text": kept, "role": "text"}],
        "legend": [legend_entry("weights", "number: channels kept; tint: share that is gone")],
        "height": 0.32,
        "wide": True,
    }


def taken_chart(network, now, method, groups):
    """Where the removed channels are from, beside the shares by which the layers were drawn at first."""
    shares = [now.share_of(group) for group in groups]
    tips = [f"{group}: {now.removed[group]} channels, {percent(part)} of those removed" for group, part in zip(groups, shares)]
    marks = [{"type": "hbar", "y": groups, "x": shares, "role": "weights", "label": tips}]
    legend = [legend_entry("weights", "of the channels removed")]
    if method in DRAWN:
        first = [shares_of(network, method)[group] for group in groups]
        words = [f"{group}: {percent(part)} of the dense network's {BASES[method]}" for group, part in zip(groups, first)]
        size, role = [5] * len(groups), ["text"] * len(groups)
        marks.append({"type": "point", "x": first, "y": groups, "role": role, "size": size, "label": words})
        legend.append(legend_entry("text", f"of the {BASES[method]} at first"))
    most = heaviest(now, groups)
    return {
        "title": f"{capital(SHORT[method])} takes {percent(now.share_of(most))} from {most}",
        "alt": "Share of the removed channels: "
        + ", ".join([f"{group} {percent(part)}" for group, part in zip(groups, shares)])
        + ".",
        "x": axis("Share of the removed channels", domain=[0, 1], format="percent"),
        "y": axis("", scale="band", domain=groups),
        "marks": marks,
        "legend": legend,
        "height": 0.25,
        "wide": True,
    }


def after_chart(cuts):
    """What is left of four costs after each rule."""
    names = [SHORT[method] for method, _ in cuts]
    marks = []
    for name, label, role in AFTER:
        shares = [cut.after[name] for _, cut in cuts]
        tips = [f"{rule}: {percent(part)} of the {label}" for rule, part in zip(names, shares)]
        roles, sizes = [role] * len(names), [5] * len(names)
        marks.append({"type": "point", "x": shares, "y": names, "role": roles, "size": sizes, "label": tips})
    least = min(cuts, key=lambda entry: entry[1].after["cycles"])
    lowest = min(cuts, key=lambda entry: entry[1].after["memory"])
    return {
        "title": f"Fewest cycles: {SHORT[least[0]]}, least memory: {SHORT[lowest[0]]}",
        "alt": f"What is left after each rule. {SHORT[least[0]]} leaves {percent(least[1].after['cycles'])} of the cycles, "
        f"{SHORT[lowest[0]]} {percent(lowest[1].after['memory'])} of the peak memory.",
        "x": axis("Left of the dense network's", domain=[0, 1], format="percent"),
        "y": axis("", scale="band", domain=names),
        "marks": marks,
        "legend": [legend_entry(role, label) for _, label, role in AFTER],
        "height": 0.3,
        "wide": True,
    }


def table_of(network, cuts, groups):
    full = widths_of(network).full
    columns = [column("Rule")] + [column(f"{group}, of {full[group]}", "integer") for group in groups]
    columns += [column(f"{label} left", "percent") for _, label, _ in AFTER]
    rows = []
    for method, cut in cuts:
        rows.append([METHOD_NAMES[method]] + [cut.widths[group] for group in groups] + [cut.after[name] for name, _, _ in AFTER])
    return {
        "caption": "Channels kept in each group, and what is left of the dense network's costs",
        "columns": columns,
        "rows": rows,
    }
