"""The pictures of `dynamic_routes`: two digits, where their routes part, how often each filter runs, and MACs of all digits."""

from ..core.words import percent, plural
from .kit.charts import stacked_bars
from .kit.figures import axis, careful_percent, legend_entry
from .routes_model import NAMES, ROUTED, SIDE, WHOLE, WIDTH, pixels_of

# (colour, for whom of A and B a filter runs)
PARTS = [("compute", "for both"), ("weights", "only for A"), ("outputs", "only for B"), ("idle", "for neither")]


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
    marks.append(where_they_are(pair))
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


def where_they_are(pair):
    """A and B, each on the bar of its bin."""
    shares = [route.macs / WHOLE for _, route in pair.named()]
    words = [f"{name}: {careful_percent(share)} of the dense network's MACs" for (name, _), share in zip(pair.named(), shares)]
    heights = [pair.row["bins"][int(share / WIDTH)] for share in shares]
    return {"type": "point", "x": shares, "y": heights, "role": ["weights", "outputs"], "label": words, "size": [6, 6]}
