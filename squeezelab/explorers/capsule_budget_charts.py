"""The pictures of `capsule_budget`: which part takes what, the time on a device, the memories that it must fit, digits read."""

from ..core.words import formatted, percent, short, si
from .capsule_budget_measured import in_float, point_name, points_at, points_of, read_here, score_words, training_of
from .capsule_budget_model import PARTS, PUBLISHED
from .kit.charts import stacked_bars
from .kit.figures import axis, capital, careful_percent, legend_entry

ROOM, UNKNOWN = 0.002, "this state"  # beside the outermost bars; the row of a state that was not measured
LEGEND = [legend_entry(role, words) for _, role, words in PARTS]


def milliseconds(seconds):
    return short(1000 * seconds)


def shares_chart(now):
    """Every measure as 100 %, split into the parts of the network."""
    rows = [
        ("weights", now.params),
        ("MACs", now.part_macs),
        ("words from DRAM", now.words),
        ("cycles", now.cycles),
        ("time, quick end", now.ends(0)),
        ("time, slow end", now.ends(1)),
    ]
    spent = []
    for place, (_, role, words) in enumerate(PARTS):
        sizes = [values[place] / sum(values) for _, values in rows]
        spent.append((role, sizes, [f"{words}: {careful_percent(size)} of the {name}" for size, (name, _) in zip(sizes, rows)]))
    macs, time = now.share(now.part_macs, "primary"), max([now.share(now.ends(end), "votes", "routing") for end in (0, 1)])
    return {
        "title": f"The primary convolution has {percent(macs)} of the MACs, votes and routing up to {percent(time)} of the time",
        "alt": f"Shares of the parts: the primary convolution has {percent(now.share(now.params, 'primary'))} of the weights and "
        f"{percent(macs)} of the MACs; votes and routing have {percent(now.share(now.words, 'votes', 'routing'))} of the words.",
        "x": axis("Share of the whole", domain=[0, 1], format="percent"),
        "y": axis("", scale="band", domain=[name for name, _ in rows]),
        "marks": stacked_bars([name for name, _ in rows], spent),
        "legend": LEGEND,
        "height": 0.3,
        "wide": True,
    }


def latency_chart(now):
    """The band of each part on the device, and what was published of layers whose shapes are unknown."""
    names = [words.replace("convolution", "conv.") for _, _, words in PARTS]  # beside a narrow picture, too
    low, high = [[1000 * each for each in now.ends(end)] for end in (0, 1)]
    tips = [f"{name}: {short(a)} to {short(b)} ms" for name, a, b in zip(names, low, high)]
    bars = {"type": "hbar", "y": names, "x0": low, "x": high, "role": [role for _, role, _ in PARTS], "label": tips}
    total = [1000 * each for each in now.cost.seconds]
    primary, routing = [1000 * each for each in PUBLISHED[now.device.name]]
    points = {"type": "point", "x": [primary, routing], "y": [names[1], names[3]], "role": "failure", "size": 5}
    points["label"] = [f"Q7-CapsNets's primary layer: {short(primary)} ms", f"its capsule layer with votes: {short(routing)} ms"]
    return {
        "title": f"{short(total[0])} to {short(total[1])} ms an image on the {now.device.name}, as a model",
        "alt": f"Time on the {now.device.name}: {'; '.join(tips)}.",
        "x": axis("Time, quick to slow end", "ms", domain=[0, 1.06 * max(high + [primary, routing])]),
        "y": axis("", scale="band", domain=names),
        "marks": [bars, points],
        "legend": [legend_entry("failure", "published, another shape")],
        "height": 0.6,
    }


def memory_chart(now):
    """Bytes beside the memories that must hold them."""
    device = now.device
    rows = [
        ("weights, in flash", now.cost.weight_bytes, device.flash_bytes),
        ("live maps, in RAM", now.cost.peak_bytes, device.ram_bytes),
        ("of them votes", now.vote_bytes, device.ram_bytes),
    ]
    names, sizes, walls = [name for name, _, _ in rows], [size for _, size, _ in rows], [wall for _, _, wall in rows]
    roles = ["failure" if size > wall else role for size, wall, role in zip(sizes, walls, ("weights", "outputs", "outputs"))]
    tips = [f"{name}: {formatted(size, 'integer')} B of {formatted(wall, 'integer')}" for name, size, wall in rows]
    bars = {"type": "hbar", "y": names, "x": sizes, "role": roles, "label": tips}
    ends = {"type": "point", "y": names, "x": walls, "role": "text", "size": 5, "label": [f"wall: {tip}" for tip in tips]}
    fits = "fits" if now.cost.fits else "does not fit"
    return {
        "title": f"{si(sizes[0])}B of weights and {si(sizes[1])}B of live maps: it {fits}",
        "alt": f"{capital('; '.join(tips))}. The network {fits} the {device.name}.",
        "x": axis("Bytes", "B", "log10", domain=[min(sizes + walls) / 2, 2 * max(sizes + walls)], format="si"),
        "y": axis("", scale="band", domain=names),
        "marks": [bars, ends],
        "legend": [legend_entry("text", "what the device has")],
        "height": 0.6,
    }


def accuracy_chart(now):
    """Digits read by what was measured of this size, a row a training: its mean and, as a bar, ± its standard error. None where
    nothing was measured."""
    rows, here = points_of(now.size), points_at(now)
    if not rows:
        return None
    names, told = [point_name(row) for row in rows], [f"{point_name(row)} {score_words(row)}" for row in rows]
    low, high = [row["accuracy"] - row["error"] for row in rows], [row["accuracy"] + row["error"] for row in rows]
    numbers = ", float numbers" if in_float(rows) else ""
    ends = [min(low) - ROOM, min(max(high) + ROOM, 1)]
    tips = [f"{words} right; trained for {training_of(row)[1]}" for words, row in zip(told, rows)]
    roles = ["accent" if row in here else "idle" for row in rows]
    marks = [{"type": "hbar", "y": names, "x0": low, "x": high, "role": roles, "label": tips}]
    means = {"type": "point", "y": names, "x": [row["accuracy"] for row in rows], "role": "text", "size": 2.5, "label": tips}
    marks += [means] if here else [means, word_at(ends[0], UNKNOWN, read_here(now))]
    return {
        "title": f"Digits right in this state: {read_here(now)}",
        "alt": f"Digits right: {'; '.join(told)}. In this state: {read_here(now)}.",
        "x": axis("Test digits right" + numbers, domain=ends, format="percent"),
        "y": axis("", scale="band", domain=names + ([] if here else [UNKNOWN])),
        "marks": marks,
        "legend": [legend_entry("accent", "this state"), legend_entry("idle", "others; bars: ± standard error")],
        "height": 0.3,
        "wide": True,
    }


def word_at(x, y, words):
    return {"type": "text", "x": [x], "y": [y], "text": [words], "anchor": "start", "role": "accent"}
