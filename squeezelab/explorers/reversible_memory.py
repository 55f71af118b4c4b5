"""Capsule blocks on one another: what the backward pass needs kept, what undoing the blocks saves of it, and in digits costs."""

from ..core.words import decimals, grouped, plural, si, times
from .kit.controls import choice, grouped_as, slider, stops
from .kit.figures import column, tile
from .reversible_charts import bytes_chart, error_chart, map_chart, work_chart
from .reversible_model import (
    BOUND,
    CARRY_BYTES,
    DEPTHS,
    GAINS,
    ITERATIONS,
    LEAST,
    MILLIONTHS,
    MOMENTA,
    ROUNDING,
    SEEDS,
    SETTINGS,
    STACKS,
    off_by,
    rows_of,
    stacked,
    timed_factor,
    trained_errors,
)

TITLE = "Deep capsules: keep it, or compute it again"
REVERSIBLE = "reversible"
NOT_UNDONE = "Nothing is undone here, so that this changes no number; choose the reversible stack."
SIZES = [
    stops("batch", "Images in a batch", [16, 32, 64, 128, 256], 64),
    stops("capsules", "Capsules K", [8, 16, 32, 64], 16),
    stops("dim", "Values of a capsule D", [4, 8, 16], 8),
    slider("layers", "Routings in a block", 1, 2, 1),
]
CONTROLS = [
    choice("stack", "Blocks", STACKS, REVERSIBLE),
    slider("depth", "Depth L", 1, DEPTHS[-1], 16, "blocks") | {"play": True},
    stops("momentum", "Momentum g", MOMENTA, 0.9),
    choice("gain", "Fresh weights make sums", [(gain, times(gain) + " as long") for gain in GAINS], 1.0),
    choice("carry", "x and v are added up in", [(name, name) for name in CARRY_BYTES], "float32"),
] + grouped_as("Sizes", SIZES)
NOTE = (
    "Bytes: closed forms, what torch keeps to the byte; dots were measured; parameters are not counted. Errors: measured, "
    "relative, the median of {seeds} seeds of fresh weights, 16 capsules of 8 values {length} long, one routing a block; "
    "between measured depths on a straight line. Trained stacks of {shallow} and {deep} blocks (g = 0.9, float32) come back "
    "within {near} and {far}, their gradients within {learnt} and {deeper}. g = 0.9 is MoCapsNet's (Gugglberger et al. 2022 "
    "[read in its code])."
)


def figure(stack, depth, momentum, gain, carry, batch, capsules, dim, layers):
    now = stacked(stack, depth, momentum, gain, carry, (batch, capsules, dim, layers))
    return {
        "finding": finding_of(now),
        "problem": problem_of(now),
        "charts": [bytes_chart(now), error_chart(now), map_chart(now), work_chart(now)],
        "readout": readout_of(now),
        "table": table_of(now),
        "formula": formula_of(now),
        "note": note_of(),
        "disabled": {} if stack == REVERSIBLE else dict([(name, NOT_UNDONE) for name in ("gain", "carry")]),
    }


# Words.


def finding_of(now):
    stack, kept = "a stack of " + plural(now.depth, "block"), si(now.kept[now.stack]) + "B"
    if now.stack == "residual":
        return f"Residual, {stack} keeps {kept} for the backward pass, {si(now.block)}B a block: twice the depth, twice as much."
    if now.stack == "autograd":
        return f"Momentum alone saves nothing: with it {stack} keeps {kept}, to the byte what a residual one keeps."
    less = times(now.kept["residual"] / now.kept[REVERSIBLE])
    head = f"Undone, {stack} keeps {kept}, as at any depth"
    if now.kept["residual"] < now.kept[REVERSIBLE]:
        return f"{head}, more than a residual one; its capsules come back {how_far(now.inverse)}."
    return f"{head}; a residual one keeps {less} as much. Its capsules come back {how_far(now.inverse)}."


def problem_of(now):
    """Why the stack can't be undone any more, or None."""
    if now.stack != REVERSIBLE or now.inverse <= BOUND:
        return None
    learnt = "points elsewhere" if now.gradient > 1 else f"is {off_by(now.gradient)} off"
    head = f"Capsules come back {how_far(now.inverse)}, where {off_by(BOUND)} may be, and the gradient {learnt}"
    if now.growth * ROUNDING < now.inverse / 100:
        alone = f"g^−L = {short_growth(now.growth)} alone would not do that"
        return f"{head}. {alone}: blocks that stretch pass each error on, enlarged."
    return f"{head}. Each block divides what was rounded away by {decimals(now.momentum, 2)}."


def how_far(error):
    """An error as where something ends up."""
    return "as something else" if error > 1 else f"{off_by(error)} off"


def short_growth(growth):
    """g^−L in words."""
    return si(growth) if growth < 1e15 else "more than 10¹⁵"


def formula_of(now):
    kept = "keeps nothing" if now.stack == REVERSIBLE else f"keeps {si(now.block)}B"
    sums = f"2 · {now.batch} · {now.capsules} · {now.dim} · {CARRY_BYTES[now.carry]} B = {grouped(now.kept[REVERSIBLE])} B"
    return (
        f"v ← g·v + (1−g)·f(x), x ← x + v; each block {kept}\n"
        f"undone: x ← x − v, v ← (v − (1−g)·f(x)) / g, kept: x and v, {sums}\n"
        f"an error of v grows like g^−L = {decimals(now.momentum, 2)}^−{now.depth} = {short_growth(now.growth)}\n"
        f"MACs: f once more, 4r / (2r + 1) = {times(now.factor)} for r = {ITERATIONS} iterations"
    )


def note_of():
    shallow, deep = [row["depth"] for row in rows_of("trained")]
    near, far = [off_by(trained_errors(depth, "float32", "inverse")) for depth in (shallow, deep)]
    learnt, deeper = [off_by(trained_errors(depth, "float32", "gradient")) for depth in (shallow, deep)]
    words = {"near": near, "far": far, "learnt": learnt, "deeper": deeper, "shallow": shallow, "deep": deep}
    return NOTE.format(seeds=len(SEEDS), length=decimals(SETTINGS["length"], 1), **words)


# Numbers.


def readout_of(now):
    timed, factor = timed_factor(now.depth)
    return [
        tile("Kept, residual", now.kept["residual"], "si", "bytes", "weights"),
        tile("Kept, momentum and autograd", now.kept["autograd"], "si", "bytes", "weights"),
        tile("Kept, reversible", now.kept[REVERSIBLE], "si", "bytes", "accent"),
        tile("With the graph of the block at work", now.peak, "si", "bytes", "accent"),
        tile("Capsules undone are off by", millionths(now.inverse), "si", "millionths", "failure"),
        tile("The gradient is off by", millionths(now.gradient), "si", "millionths", "outputs"),
        tile("MACs of a step, reversible", now.factor, "ratio", role="compute"),
        tile(f"Its processor time, {timed} blocks, measured", factor, "ratio"),
    ]


def millionths(error):
    """For a tile: at least what is drawn, and None where more is off than there was."""
    return None if error > 1 else MILLIONTHS * max(error, LEAST)


def table_of(now):
    columns = [column("Blocks"), column("Residual", "integer", "B"), column("Momentum, autograd", "integer", "B")]
    columns += [column("Reversible", "integer", "B"), column("(1/g)^L", "si")]
    columns += [column("Undone, off by", "plain", "millionths"), column("Most of the seeds", "plain", "millionths")]
    columns += [column("Gradient, off by", "plain", "millionths")]
    rows = []
    for place, depth in enumerate(DEPTHS):
        _, median, most = now.errors["inverse"][place]
        here = [now.saved(name, depth) for name, _ in STACKS] + [now.momentum**-depth if now.momentum**-depth < 1e12 else None]
        here += [in_table(error) for error in (median, most, now.errors["gradient"][place][1])]
        rows.append([str(depth)] + here)
    return {"caption": f"Measured depths at g = {decimals(now.momentum, 2)}, {now.carry}", "columns": columns, "rows": rows}


def in_table(error):
    return None if error is None or error > 1e6 else MILLIONTHS * error
