"""FTWT: which filters run for a digit, which for another one, and what that costs beside what was promised before training."""

from ..core.words import grouped, half_up, percent, plural, si
from .kit.charts import stacked_bars
from .kit.controls import choice
from .kit.figures import axis, careful_percent, column, legend_entry, tile
from .routes_model import (
    DENSE,
    DIGITS,
    HEADS,
    LAYERS,
    NAMES,
    ROUTED,
    ROWS,
    SETTINGS,
    SIDE,
    TESTED,
    WHOLE,
    WIDTH,
    Pair,
    pixels_of,
)

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
PARTS = [("compute", "for both"), ("weights", "only for A"), ("outputs", "only for B"), ("idle", "for neither")]
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


# Charts.


def pictures(pair):
    """The two digits side by side, with a column between them that stays empty."""
    rows = [f"{place + 1}" for place in range(SIDE)]
    columns = rows + [" "] + [f"{name} " for name in rows]  # names must differ
    x, y, values, labels = [], [], [], []
    for start, (name, route) in zip((0, SIDE + 1), pair.named()):
        for place, value in enumerate(pixels_of(route.digit)):
            x.append(columns[start + place % SIDE])
            y.append(rows[place // SIDE])
            values.append(value)
            labels.append(f"{name}, row {place // SIDE + 1}, column {place % SIDE + 1}")
    title = ", ".join([f"{name}: a {route.label}, read as {route.answer}" for name, route in pair.named()])
    return {
        "title": title,
        "alt": f"Digit A on the left, digit B on the right. {title}.",
        "x": axis("Column of A, and of B", scale="band", domain=columns),
        "y": axis("Row", scale="band", domain=rows),
        "marks": [{"type": "heat", "x": x, "y": y, "value": values, "most": 15, "label": labels}],
    }


def layers_chart(pair):
    """A bar for each layer: the share of its filters that runs for both digits, only for A, only for B."""
    sizes = dict([(layer[0], layer[1]) for layer in ROUTED])
    parts = []
    for place, (role, words) in enumerate(PARTS[:-1]):
        counts = [pair.parts[name][place] for name in NAMES]
        tips = [f"{name}: {count} of {sizes[name]} filters run {words}" for name, count in zip(NAMES, counts)]
        parts.append((role, [count / sizes[name] for name, count in zip(NAMES, counts)], tips))
    apart = [pair.apart(name) for name in NAMES]
    most = NAMES[apart.index(max(apart))]
    title = f"They differ most in {most}: in {plural(max(apart), 'filter')}" if max(apart) else "They take the same route"
    alt = ", ".join([f"{name} in {count} of {sizes[name]}" for name, count in zip(NAMES, apart)])
    return {
        "title": title,
        "alt": f"Filters in which the two digits differ: {alt}.",
        "x": axis("Share of the layer's filters", domain=[0, 1], format="percent"),
        "y": axis("", scale="band", domain=NAMES),
        "marks": stacked_bars(NAMES, parts),
        "legend": [legend_entry(role, f"run {words}") for role, words in PARTS[:-1]],
        "height": 0.5,
    }


def filters_chart(pair):
    """How often each filter of the layer runs over all test digits, and for which of the two it does."""
    filters = pair.filters()
    parts = [PARTS[{(1, 1): 0, (1, 0): 1, (0, 1): 2, (0, 0): 3}[a, b]] for _, _, a, b in filters]
    tips = [
        f"filter {place + 1}: runs for {careful_percent(share)} of all test digits, here {words}"
        for (share, place, _, _), (_, words) in zip(filters, parts)
    ]
    shares = [share for share, _, _, _ in filters]
    always, never = shares.count(1), shares.count(0)
    some = len(shares) - always - never
    title = f"In {pair.layer} {always} filters always run, {never} never, {some} for some digits"
    return {
        "title": title,
        "alt": f"{title}; the bars are sorted by how often a filter runs.",
        "x": axis(f"Filters of {pair.layer}, most frequent first", domain=[0, len(shares)], format="integer"),
        "y": axis("Test digits for which it runs", domain=[0, 1], format="percent"),
        "marks": [
            {
                "type": "bar",
                "x": [number + 0.5 for number in range(len(shares))],
                "y": shares,
                "role": [role for role, _ in parts],
                "label": tips,
            }
        ],
        "legend": [legend_entry(role, f"runs {words}") for role, words in PARTS],
        "height": 0.5,
    }


def macs_chart(pair):
    """How many test digits take how many MACs; A, B, and the promise."""
    bins, row = pair.row["bins"], pair.row
    middles = [(place + 0.5) * WIDTH for place in range(len(bins))]
    tips = [
        f"{percent(place * WIDTH)} to {percent((place + 1) * WIDTH)} of the MACs: {plural(count, 'digit')}"
        for place, count in enumerate(bins)
    ]
    mean, promise = row["macs"] / WHOLE, row["predicted_macs"] / WHOLE
    heaps = [tip for tip, count in zip(tips, bins) if count]
    marks = [{"type": "bar", "x": middles, "y": bins, "role": "compute", "label": tips}]
    marks.append({"type": "rule", "x": promise, "role": "reference", "label": "promised"})
    points = [(name, route.macs / WHOLE, role) for (name, route), (role, _) in zip(pair.named(), PARTS[1:])]
    marks.append(
        {
            "type": "point",
            "x": [x for _, x, _ in points],
            "y": [bins[min(len(bins) - 1, int(x / WIDTH))] for _, x, _ in points],
            "role": [role for _, _, role in points],
            "label": [f"{name}: {careful_percent(x)} of the dense network's MACs" for name, x, _ in points],
            "size": [6, 6],
        }
    )
    taken = [place for place, count in enumerate(bins) if count]
    ends = f"{percent(taken[0] * WIDTH)} to {percent((taken[-1] + 1) * WIDTH)} of the MACs"
    against = f"{percent(abs(promise - mean) / promise)} {'fewer' if mean < promise else 'more'} than promised"
    return {
        "title": f"Digits take {ends}, on average {against}",
        "alt": f"Test digits by MACs: {'; '.join(heaps)}. Promised: {percent(promise)}.",
        "x": axis("MACs, of the dense network's", domain=[0, 1], format="percent"),
        "y": axis("Test digits", domain=[0, 1.1 * max(bins)], format="integer"),
        "marks": marks,
        "legend": [legend_entry("compute", "all test digits"), legend_entry("weights", "A"), legend_entry("outputs", "B")],
        "height": 0.5,
    }


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
