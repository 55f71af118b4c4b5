"""Rank: what a factorised layer costs and loses at every rank, and what "K² → 2K" does and does not promise."""

from ..core.words import decimals, grouped, percent, si, times
from .kit.charts import dots, line, time_chart, time_parts
from .kit.controls import choice, stops
from .kit.figures import axis, careful_percent, column, tile
from .rank_model import METHOD_NAMES, METHODS, SHARES, SIDE, forms_of

TITLE = "Rank: what is kept, what it costs"
# weights of a layer by method; S, T: channels in and out, K: taps a side, R: rank
WEIGHTS = {
    "svd": "R (S K² + T)",
    "separable": "K R (S + T)",
    "tucker2": "R S + R² K² + R T",
    "cp": "R (S + 2K + T)",
    "cp3": "R (S + K² + T)",
}
KERNELS, CHANNELS, SIZES = [3, 5, 7], [16, 32, 64], [7, 14, 28]
CONTROLS = [
    choice("method", "Method", METHODS, "cp"),
    stops("kernel", "Kernel K", KERNELS, 3, "taps a side"),
    stops("channels", "Channels in and out", CHANNELS, 64),
    stops("share", "Weights, at most", SHARES, 1 / 8) | {"format": "percent"},
    stops("size", "Feature map", SIZES, 7, "pixels a side"),
]
AHEAD = ["method", "kernel", "channels", "size"]  # other layers, or other ranks of this one


def figure(method, kernel, channels, share, size):
    forms = forms_of(method, kernel, channels, size)
    now, dense = forms.at(share), forms.dense
    finding = finding_of(method, forms, now)
    return {
        "finding": finding,
        "problem": problem_of(forms, now),
        "charts": [measured_chart(forms, now), cost_chart(forms, now, kernel, finding), factors_chart(forms, now)],
        "readout": [
            tile("Rank", now.rank),
            tile("Weights", now.weights, unit=f"of {grouped(dense.weights)}", role="weights"),
            tile("Weights, dense ÷ factored", dense.weights / now.weights, "ratio", role="weights"),
            tile("K² → 2K alone", kernel / 2, "ratio", role="reference"),
            tile("MACs", now.macs, "si", f"of {si(dense.macs)}"),
            tile("Cycles", now.cycles, unit=f"of {grouped(dense.cycles)}", role="compute"),
            tile("Error of the kernel, measured", now.error, "percent", role="stall"),
            tile("Digits right, measured", now.accuracy, "percent", role="inputs"),
        ],
        "table": table_of(forms),
        "formula": formula_of(method, forms, now, kernel),
        "note": f"Stride 1, on {SIDE}×{SIDE} PEs of squeezelerator-16, whose values are recalled or inferred. Measured: conv4 of "
        "mini-VGG, trained on digits, one seed (not under the rule for trainings); digits right of 2000 at once, on maps of 7×7, "
        "nothing trained again.",
    }


# Words.


def finding_of(method, forms, now):
    dense = forms.dense
    cycles = f"{times(now.cycles / dense.cycles)} the cycles"
    head = f"{METHOD_NAMES[method]} of rank {grouped(now.rank)} has {careful_percent(now.weights / dense.weights)} of the weights"
    if now.accuracy is None:
        return f"{head} and takes {cycles} of the dense layer."
    before = "as before" if percent(now.accuracy) == percent(dense.accuracy) else f"instead of {percent(dense.accuracy)}"
    right = f"{percent(now.accuracy)} of digits are right {before}"
    return f"{head}: {right}, in {cycles}."


def problem_of(forms, now):
    """More weights than before, too little left of the kernel, or fewer MACs and yet more cycles; or None."""
    dense = forms.dense
    if now.weights > dense.weights:
        return f"Beyond break-even: above rank {grouped(forms.break_even)} it has more weights than the dense layer."
    if now.accuracy < dense.accuracy / 2:
        return f"Too little is left of the kernel, {percent(1 - now.error**2)} of its energy: most digits are mistaken."
    if now.cycles <= dense.cycles:
        return None
    name, slowest = now.slowest()
    busy = careful_percent(slowest.utilisation(SIDE * SIDE))
    where = f"the {name} factor takes {si(slowest.cycles)} of them and keeps {busy} of the array busy"
    slower = f"At {careful_percent(now.macs / dense.macs)} of the MACs it takes {times(now.cycles / dense.cycles)} the cycles"
    return f"{slower}: {where}."


def formula_of(method, forms, now, kernel):
    """What K² → 2K counts, and what this layer has."""
    alone = f"one filter of rank one: K² → 2K, {kernel * kernel} → {2 * kernel} weights, {decimals(kernel / 2, 1)}× fewer"
    saving = forms.weights / now.weights
    saved = f"{times(saving)} fewer" if saving >= 1 else f"{times(1 / saving)} more"
    layer = f"{WEIGHTS[method]} = {grouped(now.weights)} at R = {grouped(now.rank)}, {saved}"
    return (
        f"{alone}\nthis layer: T S K² = {grouped(forms.weights)} → {layer}\n"
        f"at most 2K ÷ K² of the weights up to R = {grouped(forms.as_promised)}, "
        f"at most all of them up to R = {grouped(forms.break_even)}"
    )


# Charts.


def rank_axis(forms):
    return axis("Rank", "", "log2", [forms.costs[0].rank, forms.costs[-1].rank], "integer")


def rank_line(costs, values, role, name, tips, dashed=False):
    return line([cost.rank for cost in costs], values, role, name, tips, dashed)


def dots_on(curves, now):
    """A dot on every point of these curves, ringed at the current rank."""
    return [dots(curve, [rank == now.rank for rank in curve["x"]]) for curve in curves]


def measured_chart(forms, now):
    """Error of the kernel and accuracy of the network, at the measured ranks only; the lines between join, they do not claim."""
    there = [cost for cost in forms.costs if cost.error is not None]
    errors, right = [cost.error for cost in there], [cost.accuracy for cost in there]
    curves = [
        rank_line(there, errors, "stall", "error", [f"rank {cost.rank}: error {percent(cost.error)}" for cost in there]),
        rank_line(
            there, right, "inputs", "digits right", [f"rank {cost.rank}: {percent(cost.accuracy)} right" for cost in there]
        ),
    ]
    return {
        "title": measured_title(now),
        "alt": f"Measured at {len(there)} ranks, the error falls from {percent(errors[0])} to {percent(errors[-1])}, "
        f"and digits right go from {percent(right[0])} to {percent(right[-1])}. {measured_title(now)}.",
        "x": rank_axis(forms),
        "y": axis("Measured", domain=[0, 1], format="percent"),
        "marks": curves
        + dots_on(curves, now)
        + [{"type": "rule", "x": now.rank, "role": "muted"}, {"type": "rule", "y": forms.dense_accuracy, "role": "reference"}],
        "height": 0.75,
    }


def measured_title(now):
    if now.error is None:
        return f"Rank {grouped(now.rank)} was not measured"
    return f"Error {percent(now.error)}, {percent(now.accuracy)} of digits right"


COSTS = [  # (what is compared, its field, its colour)
    ("weights and MACs", "weights", "weights"),
    ("DRAM words", "words", "dram"),
    ("cycles", "cycles", "compute"),
]


def cost_chart(forms, now, kernel, finding):
    """Weights, words and cycles of the factored layer, divided by the dense one's."""
    dense, curves, promise = forms.dense, [], 2 / kernel
    for name, field, role in COSTS:
        ratios = [getattr(cost, field) / getattr(dense, field) for cost in forms.costs]
        tips = [f"rank {cost.rank}: {times(ratio)} the {name} of the dense layer" for cost, ratio in zip(forms.costs, ratios)]
        curves.append(rank_line(forms.costs, ratios, role, name, tips, field == "words"))
    marks = [{"type": "rule", "y": 1, "role": "reference"}, {"type": "rule", "y": promise, "role": "muted"}]
    marks.append({"type": "rule", "x": now.rank, "role": "muted"})
    beside = {"type": "text", "x": [forms.costs[0].rank], "y": [0.7 * promise], "text": ["K² → 2K"]}
    marks.append(beside | {"role": "muted", "anchor": "start"})
    return {
        "title": f"{times(now.weights / dense.weights)} the MACs, {times(now.cycles / dense.cycles)} the cycles",
        "alt": f"Factored divided by dense over the rank; 1 is the dense layer. {finding}",
        "x": rank_axis(forms),
        "y": axis("Factored ÷ dense", "", "log2", format="ratio"),
        "marks": marks + curves + dots_on(curves, now),
        "height": 0.75,
    }


def factors_chart(forms, now):
    """Cycles of the dense layer, and of each factor in the order of execution."""
    parts = forms.dense.parts + now.parts
    names, costs = [name for name, _ in parts], [cost for _, cost in parts]
    name, slowest = now.slowest()
    title = (
        f"{careful_percent(slowest.cycles / now.cycles)} of the time goes to the {name} factor, "
        f"with {careful_percent(slowest.utilisation(SIDE * SIDE))} of the array busy"
    )
    alt = "Cycles: " + ", ".join([name + " " + si(cost.cycles) for name, cost in parts]) + "."

    def tip(place, cycles, doing):
        return f"{names[place]}: {si(cycles)} cycles {doing}"

    return time_chart(title, alt, names, time_parts(costs), tip, 0.25) | {"wide": True}


def table_of(forms):
    columns = [
        column("Rank"),
        column("Weights", "integer"),
        column("MACs", "integer"),
        column("DRAM words", "integer"),
        column("Cycles", "integer"),
        column("Cycles ÷ dense", "ratio"),
        column("Error, measured", "percent"),
        column("Digits right, measured", "percent"),
    ]
    rows = []
    for cost in [forms.dense] + forms.costs:
        name = "dense" if cost.rank is None else grouped(cost.rank)
        ratio = cost.cycles / forms.dense.cycles
        rows.append([name, cost.weights, cost.macs, cost.words, cost.cycles, ratio, cost.error, cost.accuracy])
    return {"caption": "The dense layer, and the factored one at every rank of the slider", "columns": columns, "rows": rows}
