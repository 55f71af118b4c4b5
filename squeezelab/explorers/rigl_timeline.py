"""Masks that move while a sparse network is trained: which weights fall, where new ones grow, and what each update costs."""

from ..core.words import decimals, grouped, percent, plural
from .kit.charts import dots, line
from .kit.controls import choice, stops
from .kit.figures import axis, capital, careful_percent, column, legend_entry, tile
from .rigl_model import (
    COUNTS,
    INPUTS,
    LAYERS,
    METHODS,
    MOMENTS,
    NAMES,
    SETTINGS,
    SIDE,
    SIZES,
    Moment,
    falling,
    first_map,
    is_middle,
    is_pale,
    most_at_a_square,
    row_of,
    share_of,
)

TITLE = "Where the weights go while a sparse network is trained"
ROLES = dict([("static", "reference"), ("set", "ws"), ("rigl", "accent")])
SHOWN = [("weights", "weights now"), ("change", "change since the first mask")]
CONTROLS = [
    choice("method", "Masks", METHODS, "rigl"),
    choice("layer", "Layer", [(layer, f"{layer}, {grouped(COUNTS[layer])} weights") for layer in LAYERS], "fc1"),
    stops("step", "After training step", MOMENTS, MOMENTS[14]) | {"play": True},
    choice("shown", "Map of fc1", SHOWN, "weights"),
]
DEAR = 0.05  # digits that an update may cost
SOURCES = (
    "Measured: lenet300 with {share} of its weights (ERK), trained from new weights on {images} plain digits, {test} test "
    "digits; masks begin alike. RigL after the paper and its code (Evci et al. 2020), SET as that code has it [read]. One run of "
    "each shows how masks move, not which method is the better one. A square is 2 × 2 pixels."
)


def figure(method, layer, step, shown):
    now = Moment(method, layer, step)
    return {
        "finding": finding_of(now),
        "problem": problem_of(now),
        "charts": [map_chart(now, shown), still_chart(now), spread_chart(now), accuracy_chart(now)],
        "readout": readout_of(now),
        "table": table_of(now),
        "formula": formula_of(now),
        "note": SOURCES.format(
            share=percent(SETTINGS["share"]), images=grouped(SETTINGS["images"]), test=grouped(SETTINGS["test"])
        ),
    }


# Words.


def middle_of(squares):
    return percent(share_of(squares, is_middle))


def finding_of(now):
    """What became of the first weights, and where those of now look."""
    if now.method == "static":
        where = f"{middle_of(now.squares)} of fc1's look at the middle 8 × 8 squares, where digits are"
        return f"Static masks stay as they were drawn: {where}."
    head = f"By step {now.step} {now.name} has moved {careful_percent(now.gone())} of {now.layer}'s first weights"
    if now.layer == "fc1":
        return f"{head}; {middle_of(now.squares)} look at the middle 8 × 8 squares, {middle_of(first_map())} did at first."
    unread = f"{now.here['unread']} of its {INPUTS[now.layer]} inputs have no weight"
    return f"{head}; {unread}, {now.first['unread']} had none at first."


def problem_of(now):
    """An update that costs dear, or masks that can't mend what was drawn; or None."""
    cost = now.before - now.after
    if cost > DEAR:
        fell = f"{grouped(now.falls())} of {now.layer}'s weights fall, and what grows begins at 0"
        return f"This update costs {decimals(100 * cost, 1)} points of accuracy: {fell}."
    if now.method == "static":
        pale = percent(share_of(now.squares, is_pale))
        return f"What was drawn stays: {pale} of fc1's weights look at squares that are nearly the same in all digits."
    return None


def formula_of(now):
    if now.method == "static":
        return "nothing falls, nothing grows"
    law = "falls = α/2 · (1 + cos(π · step / end)) of a layer's weights"
    grows = {"set": "grows: drawn", "rigl": "grows: the largest |gradient| of those that are not there"}[now.method]
    end = f"α = {SETTINGS['alpha']}, end = {percent(SETTINGS['until'])} of {MOMENTS[-1]} steps"
    falls = f"{grouped(now.falls())} of {grouped(now.count)} weights of {now.layer}, {percent(falling(now.step))}"
    return f"{law}\n{falls}; {end}\n{grows}"


# Charts.


def map_chart(now, shown):
    """Weights of fc1 that look at each square of the image, or how many more and fewer than at first."""
    first, values = first_map(), now.squares
    if shown == "change":
        values = [count - before for count, before in zip(values, first)]
    names = [str(number + 1) for number in range(SIDE)]
    xs, ys = names * SIDE, [name for name in names for _ in names]
    tips = [
        f"row {row}, column {col}: {count} weights, {old} at first;" for row, col, count, old in zip(ys, xs, now.squares, first)
    ]
    legend = [legend_entry("weights", "weights at a square")]
    if shown == "change":
        legend = [legend_entry("weights", "more than at first"), legend_entry("accent", "fewer")]
    return {
        "title": f"{middle_of(now.squares)} of fc1's weights look at the middle 8 × 8 squares",
        "alt": f"Weights at each square: {middle_of(now.squares)} at the middle 8 × 8, {middle_of(first)} at first; "
        f"{percent(share_of(now.squares, is_pale))} where digits hardly differ, {percent(share_of(first, is_pale))} at first.",
        "x": axis("Column of squares", scale="band", domain=names),
        "y": axis("Row of squares", scale="band", domain=names),
        "marks": [{"type": "heat", "x": xs, "y": ys, "value": values, "most": most_at_a_square(), "label": tips}],
        "legend": legend,
        "height": 0.9,
    }


def still_chart(now):
    """How many of a layer's first weights are there, under each of the masks."""
    marks, ringed = [], [place == now.place for place in range(len(MOMENTS))]
    for method, name in METHODS:
        shares = now.still(method)
        tips = [f"{name}, step {step}: {percent(share)} of the first weights" for step, share in zip(MOMENTS, shares)]
        curve = line(MOMENTS, shares, ROLES[method], name, tips)
        marks += [curve] + ([dots(curve, ringed)] if method == now.method else [])
    ends = [f"{name} {percent(now.still(method)[-1])}" for method, name in METHODS]
    return {
        "title": f"{percent(now.still('rigl')[-1])} of {now.layer}'s first weights end where they began under RigL",
        "alt": f"Of the first weights of {now.layer} are there in the end: {', '.join(ends)}.",
        "x": axis("Training step", domain=[0, MOMENTS[-1]], format="integer"),
        "y": axis("First weights that are there", domain=[0, 1.05], format="percent"),
        "marks": marks,
        "height": 0.9,
    }


def spread_chart(now):
    """Weights of an input, from the least read to the most read."""
    tenths = [place / 10 for place in range(11)]
    lines = [("reference", "at first", now.first["spread"], True), (ROLES[now.method], "now", now.here["spread"], None)]
    marks = []
    for role, name, spread, dashed in lines:
        tips = [
            f"{name}: {percent(part)} of the inputs have {plural(count, 'weight')} or fewer"
            for part, count in zip(tenths, spread)
        ]
        marks.append(line(tenths, spread, role if dashed or now.method != "static" else "text", name, tips, dashed))
    most, was = now.here["spread"][-1], now.first["spread"][-1]
    return {
        "title": f"The most read input of {now.layer} has {plural(most, 'weight')}, at first {was}",
        "alt": f"Weights of an input of {now.layer}: half of the inputs have {now.here['spread'][5]} or fewer, one has {most}.",
        "x": axis("Inputs, least read to most read", domain=[0, 1], format="percent"),
        "y": axis("Weights of an input", domain=[0, 1.05 * tallest(now.layer)], format="integer"),
        "marks": marks,
        "height": 0.9,
    }


def tallest(layer):
    """Of all methods and moments, so that curves can be compared."""
    return max([moment["layers"][layer]["spread"][-1] for method, _ in METHODS for moment in row_of(method)["moments"]])


def accuracy_chart(now):
    """Test digits read as training goes on, and what is left of that right after each update of the chosen masks."""
    marks = []
    for method, name in METHODS:
        before = [moment["accuracy"][0] for moment in row_of(method)["moments"]]
        tips = [f"{name}, step {step}: {percent(right)} read" for step, right in zip(MOMENTS, before)]
        marks.append(line(MOMENTS, before, ROLES[method], name, tips))
    after = [moment["accuracy"][1] for moment in row_of(now.method)["moments"]]
    tips = [f"{now.name}, step {step}, after masks moved: {percent(right)}" for step, right in zip(MOMENTS, after)]
    ringed = [place == now.place for place in range(len(MOMENTS))]
    marks.append(dots(line(MOMENTS, after, "failure", None, tips), ringed))
    told = (
        "nothing moved" if now.method == "static" else f"{percent(now.before)} before the update, {percent(now.after)} after it"
    )
    return {
        "title": f"Step {now.step}: {told}",
        "alt": f"Test digits read. {now.name} at step {now.step}: {told}; in the end {percent(after[-1])}.",
        "x": axis("Training step", domain=[0, MOMENTS[-1]], format="integer"),
        "y": axis("Test digits read", domain=[0, 1], format="percent"),
        "marks": marks,
        "legend": [legend_entry("failure", f"{now.name}, right after masks moved")],
        "height": 0.3,
        "wide": True,
    }


def readout_of(now):
    role = ROLES[now.method]
    return [
        tile(f"Weights of {now.layer}", now.count, "integer", unit=f"of {grouped(SIZES[now.layer])}", role="weights"),
        tile("New in this update", now.here["new"], "integer", role=role),
        tile("First weights still there", now.here["first"] / now.count, "percent", role=role),
        tile("Mean |w| of what fell", now.here.get("fell"), "ratio"),
        tile("Mean |g| of what grew", now.here.get("grew"), "ratio"),
        tile("Inputs without a weight", now.here["unread"], "integer", unit=f"of {INPUTS[now.layer]}"),
        tile("Read before the update", now.before, "percent"),
        tile("Read after it", now.after, "percent", role="failure"),
    ]


def table_of(now):
    columns = [
        column("Layer"),
        column("Weights", "integer"),
        column("New here", "integer"),
        column("First ones there", "percent"),
    ]
    columns += [column("|w| of what fell, means", "plain"), column("|g| of what grew, means", "plain")]
    columns += [column("Inputs without a weight", "integer"), column("Outputs without one", "integer")]
    rows = []
    for layer in LAYERS:
        here = now.row["layers"][layer]
        rows.append([layer, COUNTS[layer], here["new"], here["first"] / COUNTS[layer], here.get("fell"), here.get("grew")])
        rows[-1] += [here["unread"], here["idle"]]
    return {"caption": f"{capital(NAMES[now.method])} after step {now.step}, layer by layer", "columns": columns, "rows": rows}
