"""FTWT: which filters run for a digit, which for another one, and what that costs beside what was promised before training."""

from ..core.words import grouped, half_up, percent, plural, si
from .kit.controls import choice
from .kit.figures import column, tile
from .routes_charts import filters_chart, layers_chart, macs_chart, pictures
from .routes_model import DENSE, DIGITS, HEADS, LAYERS, NAMES, ROWS, SETTINGS, TESTED, WHOLE, Pair

TITLE = "Filters that run for one digit and not for another"


def digit_words(number):
    """What a menu says of a digit; the last ones are there since the least share mistakes them."""
    lost = f", lost by r = {ROWS[-2]['share']}" if number >= len(DIGITS) - SETTINGS["mistaken"] else ""
    return f"{DIGITS[number]['label']}, image {DIGITS[number]['place']}{lost}"


def head_words(row):
    return "as released" if row["heads"] == "released" else f"r = {row['share']}"


MENU = [(number, digit_words(number)) for number in range(len(DIGITS))]
CONTROLS = [
    choice("heads", "Heads", [(row["heads"], head_words(row)) for row in ROWS], "0.8"),
    choice("first", "Digit A", MENU, 6),
    choice("second", "Digit B", MENU, 10),
    choice("layer", "Layer", [(name, name) for name in NAMES], NAMES[-1]),
]
SOURCES = (
    "Measured: one run of each, seed {seed}, {epochs} epochs from one trained mini_vgg on cluttered digits at 32 × 32; "
    "{tested} test digits, the dense network reads {dense} of them. After the code of FTWT (Elkerdawy et al. 2022) [read]: r is "
    "the share of an image's maxima that a head learns to foretell; released are a softmax over channels and an average pool, "
    "here at r = {share}. Pictures are means of 2 × 2 pixels. It shows what a route is, and compares no methods."
)


def figure(heads, first, second, layer):
    pair = Pair(heads, first, second, layer)
    return {
        "finding": finding_of(pair),
        "problem": problem_of(pair),
        "charts": [pictures(pair), layers_chart(pair), filters_chart(pair), macs_chart(pair)],
        "readout": readout_of(pair),
        "table": table_of(pair),
        "formula": formula_of(pair),
        "note": SOURCES.format(
            seed=SETTINGS["seed"],
            epochs=SETTINGS["epochs"],
            tested=grouped(TESTED),
            dense=percent(DENSE["accuracy"]),
            share=ROWS[-1]["share"],
        ),
    }


# Words.


def finding_of(pair):
    a, b = pair.a, pair.b
    counts = f"A, a {a.label}, runs {a.filters} filters, B, a {b.label}, {b.filters}"
    differ = f"they differ in {pair.apart()}, {pair.apart(pair.layer)} of them in {pair.layer}"
    if pair.same:
        counts, differ = f"A and B are one digit, a {a.label}, and run {a.filters} filters", "choose two to compare them"
    elif not pair.apart():
        counts, differ = f"A, a {a.label}, and B, a {b.label}, run {a.filters} filters", "they are the same ones"
    mean, promise = percent(pair.row["macs"] / WHOLE), percent(pair.row["predicted_macs"] / WHOLE)
    return f"{counts}; {differ}. The mean test digit takes {mean} of the dense network's MACs; {promise} were promised."


def problem_of(pair):
    """Hardly more than one route, or a digit that only the network with routes mistakes; or None."""
    if pair.one_for_all():
        routes = plural(pair.row["routes"], "route")
        return f"All {grouped(TESTED)} test digits share {routes}: what these heads leave out hardly depends on the digit."
    lost = [f"{name} is a {route.label}, read as {route.answer}" for name, route in pair.named() if route.lost()]
    if not lost:
        return None
    return f"{'; '.join(lost)}. The dense network reads {'it' if len(lost) == 1 else 'both'} rightly."


def formula_of(pair):
    """The MACs of the layer for both digits, and of all layers."""
    lines = []
    for name, route in pair.named():
        place = NAMES.index(pair.layer)
        _, filters, macs, source = LAYERS[place]
        parts = f"{grouped(macs)} · {route.counts[pair.layer]}/{filters}"
        if source:
            parts += f" · {route.counts[source]}/{LAYERS[NAMES.index(source)][1]}"
        lines.append(
            f"{name}: {pair.layer} {parts} = {grouped(route.by_layer[place])}; all {grouped(route.macs)}, heads included"
        )
    return "\n".join(lines)


def readout_of(pair):
    same, other = pair.row["apart"][pair.layer]
    return [
        tile("MACs for A", half_up(pair.a.macs), "si", role="weights"),
        tile("MACs for B", half_up(pair.b.macs), "si", role="outputs"),
        tile("Mean of all test digits", pair.row["macs"] / WHOLE, "percent", role="compute"),
        tile("Promised before training", pair.row["predicted_macs"] / WHOLE, "percent", role="reference"),
        tile("Filters in which A and B differ", pair.apart(), "integer"),
        tile(f"Two of one class, in {pair.layer}", same, "fixed1"),
        tile(f"Two of different classes, in {pair.layer}", other, "fixed1"),
        tile("Test digits read", pair.row["accuracy"], "percent"),
    ]


def table_of(pair):
    columns = [column("Layer"), column("Filters", "integer"), column("Run for A", "integer"), column("For B", "integer")]
    columns += [column("For both", "integer"), column("Masks of all test digits", "integer")]
    columns += [column("MACs for A", "integer"), column("For B", "integer"), column("Dense", "integer")]
    rows = []
    for place, (name, filters, macs, _) in enumerate(LAYERS):
        counts = [filters] * 3 + [1]
        if name in NAMES:
            counts = [pair.a.counts[name], pair.b.counts[name], pair.parts[name][0], pair.row["distinct_masks"][name]]
        rows.append([name, filters] + counts + [half_up(pair.a.by_layer[place]), half_up(pair.b.by_layer[place]), macs])
    rows.append(["heads", None, None, None, None, None, HEADS, HEADS, 0])
    caption = f"What runs for A and for B, of {si(WHOLE)} MACs of the dense network"
    return {"caption": caption, "columns": columns, "rows": rows}
