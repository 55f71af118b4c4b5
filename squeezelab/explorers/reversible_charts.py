"""The pictures of `reversible_memory`: bytes along the depth, errors along it, where undoing holds, and what a step computes."""

from ..core.words import decimals, plural, si, times
from .kit.charts import dots, line, stacked_bars
from .kit.figures import axis, legend_entry
from .reversible_model import (
    BOUND,
    DEPTHS,
    ITERATIONS,
    LEAST,
    MILLIONTHS,
    MOMENTA,
    MOST,
    ROUNDING,
    STACK_NAMES,
    drawn,
    ending,
    error_rows,
    off_by,
)

EVERY = [1] + list(range(5, DEPTHS[-1] + 1, 5))
ROLES = dict([("residual", "weights"), ("autograd", "reference"), ("reversible", "accent")])
DEPTH_AXIS = axis("Blocks on one another", domain=[0, DEPTHS[-1]], format="integer")


def bytes_chart(now):
    """What is kept along the depth; residual and momentum lie on one another."""
    marks = []
    for name, dashed in (("residual", None), ("autograd", True), ("reversible", None)):
        sizes = [now.saved(name, depth) for depth in EVERY]
        tips = [f"{STACK_NAMES[name]}, {plural(depth, 'block')}: {si(size)}B" for depth, size in zip(EVERY, sizes)]
        marks.append(line(EVERY, sizes, ROLES[name], None, tips, dashed))
    peaks = [now.most_saved("reversible", depth) for depth in EVERY]
    tips = [
        f"reversible, with the graph of one block: {si(size)}B at {plural(depth, 'block')}" for depth, size in zip(EVERY, peaks)
    ]
    marks.append(line(EVERY, peaks, "accent", None, tips, True))
    marks += measured_dots(now)
    here = [now.kept["residual"], now.kept["reversible"]]
    marks.append({"type": "point", "x": [now.depth] * 2, "y": here, "role": ["weights", "accent"], "emphasis": [True, True]})
    return {
        "title": f"{plural(now.depth, 'block')}: {si(here[0])}B kept, or {si(here[1])}B",
        "alt": f"Kept for the backward pass, from 1 block to {DEPTHS[-1]}: residual {si(now.block)}B to "
        f"{si(now.saved('residual', DEPTHS[-1]))}B, momentum with autograd the same, reversible {si(here[1])}B at any depth.",
        "x": DEPTH_AXIS,
        "y": axis("Kept for the backward pass", "B", "log10", format="si"),
        "marks": marks,
        "legend": [
            legend_entry("weights", "residual"),
            legend_entry("reference", "momentum, autograd: the same"),
            legend_entry("accent", "reversible; dashed with the block at work"),
        ],
        "height": 0.75,
    }


def measured_dots(now):
    """What torch kept, at the sizes at which it was measured."""
    marks = []
    for name in ("residual", "autograd", "reversible"):
        found = now.measured_bytes(name)
        if found:
            tips = [f"measured, {STACK_NAMES[name]}, {plural(depth, 'block')}: {si(size)}B" for depth, size in found]
            curve = line([depth for depth, _ in found], [size for _, size in found], ROLES[name], None, tips)
            marks.append(dots(curve, [False] * len(found)))
    return marks


def error_chart(now):
    """How far off capsules and gradient are along the depth, beside the division alone."""
    marks = []
    for name, role, words in (("gradient", "outputs", "gradient"), ("inverse", "accent", "capsules")):
        known = [(depth, spread) for depth, spread in zip(DEPTHS, now.errors[name])]
        xs, ys = [depth for depth, _ in known], [ending(spread[1]) for _, spread in known]
        tips = [f"{words}, {plural(depth, 'block')}: {off_by(error)} off" for depth, error in zip(xs, ys)]
        if name == "inverse":
            ends = [[drawn(ending(spread[place])) for _, spread in known] for place in (0, 2)]
            marks.append({"type": "area", "x": xs, "y": ends[1], "y0": ends[0], "role": role})
        curve = line(xs, [drawn(error) for error in ys], role, None, tips)
        marks += [curve, dots(curve, [depth == now.depth for depth in xs])]
    marks.insert(0, law_line(now))
    marks.append({"type": "rule", "y": MILLIONTHS * BOUND, "role": "failure", "label": "bound"})
    marks.append({"type": "rule", "x": now.depth, "role": "muted", "label": "here"})
    title = f"Undone, capsules are off by {off_by(now.inverse)}, the gradient by {off_by(now.gradient)}"
    title = title if now.inverse <= 1 else "Undone, nothing is left of the capsules"
    end = off_by(ending(now.errors["inverse"][-1][1]))
    return {
        "title": title,
        "alt": f"{title}, at {plural(now.depth, 'block')}. At {DEPTHS[-1]} the capsules are {end} off; the "
        f"bound is {off_by(BOUND)}. Above all that there was nothing is drawn.",
        "x": DEPTH_AXIS,
        "y": axis("Off by, of what it was", "millionths", "log10", [MILLIONTHS * LEAST, MILLIONTHS * MOST], "si"),
        "marks": marks,
        "legend": [
            legend_entry("accent", "capsules, undone"),
            legend_entry("outputs", "gradient"),
            legend_entry("reference", "rounding · g^−L"),
        ],
        "height": 0.75,
    }


def law_line(now):
    """Half a step of a float32, divided by g once a block, as long as it is below all that there was."""
    found = [(depth, ROUNDING * now.momentum**-depth) for depth in range(1, DEPTHS[-1] + 1)]
    found = [(depth, error) for depth, error in found if error <= MOST]
    return line([depth for depth, _ in found], [MILLIONTHS * error for _, error in found], "reference", None, None, True)


def map_chart(now):
    """For each momentum and depth whether the capsules come back within the bound."""
    xs, ys, roles, texts, tips = [], [], [], [], []
    for momentum in MOMENTA:
        for depth, spread in zip(DEPTHS, error_rows(momentum, now.gain, now.carry)["inverse"]):
            error = ending(spread[1])
            xs.append(str(depth))
            ys.append(decimals(momentum, 2))
            roles.append("inputs" if error <= BOUND else "failure")
            texts.append(in_a_cell(error))
            tips.append(f"g = {decimals(momentum, 2)}, {plural(depth, 'block')}: {off_by(error)} off")
    ends = [f"g = {decimals(momentum, 2)} up to {now.deepest(momentum)}" for momentum in MOMENTA]
    return {
        "title": f"At g = {decimals(now.momentum, 2)} up to {plural(now.deepest(), 'block')} come back within {off_by(BOUND)}",
        "alt": f"Blocks that come back within {off_by(BOUND)}: {', '.join(ends)}.",
        "x": axis("Blocks on one another", scale="band", domain=[str(depth) for depth in DEPTHS]),
        "y": axis("Momentum g; in the squares millionths", scale="band", domain=[decimals(momentum, 2) for momentum in MOMENTA]),
        "marks": [{"type": "cell", "x": xs, "y": ys, "role": roles, "text": texts, "label": tips}],
        "legend": [legend_entry("inputs", "within the bound"), legend_entry("failure", "beyond it")],
        "height": 0.65,
    }


def in_a_cell(error):
    """Millionths, in four letters at most: thousands of them as k."""
    size = MILLIONTHS * error
    if size < 0.1 or error >= 1:
        return "all" if error >= 1 else "<0.1"
    return decimals(size / 1000, 0) + "k" if size >= 999.5 else decimals(size, 1 if size < 9.95 else 0)


def work_chart(now):
    """Products with the matrices of a routing in one training step of a block."""
    forward, names = 2 * ITERATIONS - 1, ["residual", "momentum", "reversible"]
    parts = [("compute", [forward] * 3, "forward"), ("stall", [0, 0, forward], "f once more"), ("fill", [2] * 3, "backward")]
    bars = [
        (role, sizes, [f"{name}: {size} products, {word}" for name, size in zip(names, sizes)]) for role, sizes, word in parts
    ]
    return {
        "title": f"Computing f once more takes {times(now.factor)} the MACs",
        "alt": f"Products with the matrices in a step: {forward} forward, 2 backward, {forward} more where f is computed again.",
        "x": axis("Products with the matrices of a routing", format="integer"),
        "y": axis("", scale="band", domain=names),
        "marks": stacked_bars(names, bars),
        "legend": [legend_entry(role, word) for role, _, word in parts],
        "height": 0.65,
    }
