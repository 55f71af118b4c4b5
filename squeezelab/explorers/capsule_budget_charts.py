"""The pictures of `capsule_budget`: which part takes what, the time on a device as a band, and the memories that it must fit."""

from ..core.words import formatted, percent, plural, short, si
from .capsule_budget_model import MACHINE, NAMES, PARTS, PUBLISHED
from .kit.charts import dots, line, stacked_bars
from .kit.figures import axis, capital, careful_percent, legend_entry

LEGEND = [legend_entry(role, words) for _, role, words in PARTS]


def milliseconds(seconds):
    return short(1000 * seconds)


def shares_chart(now):
    """Every measure as 100 %, split into the parts of the network."""
    rows = [
        ("weights", now.params),
        ("MACs", now.part_macs),
        ("words from DRAM", now.words),
        (f"cycles, {MACHINE}", now.cycles),
        (f"time, {now.device.name}, quick end", now.ends(0)),
        ("and slow end", now.ends(1)),
    ]
    spent = []
    for place, (_, role, words) in enumerate(PARTS):
        sizes = [values[place] / sum(values) for _, values in rows]
        spent.append((role, sizes, [f"{words}: {careful_percent(size)} of the {name}" for size, (name, _) in zip(sizes, rows)]))
    macs, time = now.share(now.part_macs, "primary"), now.share(now.ends(0), "votes", "routing")
    return {
        "title": f"The primary convolution has {percent(macs)} of the MACs, votes and routing {percent(time)} of the time",
        "alt": f"Shares of the parts: the primary convolution has {percent(now.share(now.params, 'primary'))} of the weights and "
        f"{percent(macs)} of the MACs; votes and routing have {percent(now.share(now.words, 'votes', 'routing'))} of the words.",
        "x": axis("Share", domain=[0, 1], format="percent"),
        "y": axis("", scale="band", domain=[name for name, _ in rows]),
        "marks": stacked_bars([name for name, _ in rows], spent),
        "legend": LEGEND,
        "height": 0.3,
        "wide": True,
    }


def latency_chart(now):
    """The band of each part on the device, and what was published of layers whose shapes are unknown."""
    names = [words for _, _, words in PARTS]
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
        "x": axis("Time, from the quick to the slow end", "ms", domain=[0, 1.06 * max(high + [primary, routing])]),
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


def iterations_chart(every, iterations):
    """Time at the middle of the band for each number of iterations, by parts that depend on it and those that do not."""
    xs, marks = list(range(1, len(every) + 1)), []
    here = [x == iterations for x in xs]
    for names, role, words in ((("votes", "routing"), "outputs", "votes and routing"), (NAMES, "reference", "all")):
        ys = []
        for each in every:
            bands = [band for name, band in zip(NAMES, each.seconds) if name in names]
            ys.append(500 * sum([low + high for low, high in bands]))
        curve = line(xs, ys, role, None, [f"{words}, {plural(x, 'iteration')}: {short(y)} ms" for x, y in zip(xs, ys)])
        marks += [curve, dots(curve, here)]
    more = marks[2]["y"][-1] / marks[2]["y"][0]
    return {
        "title": f"From 1 to {len(every)} iterations the time grows {short(more)}-fold",
        "alt": f"Middle of the band on the {every[0].device.name}: {short(marks[2]['y'][0])} ms with one iteration, "
        f"{short(marks[2]['y'][-1])} ms with {len(every)}.",
        "x": axis("Iterations", domain=[1, len(every)], format="integer"),
        "y": axis("Time, middle of the band", "ms", domain=[0, 1.06 * max(marks[2]["y"])]),
        "marks": marks,
        "legend": [legend_entry("outputs", "votes and routing"), legend_entry("reference", "whole network")],
        "height": 0.6,
    }
