"""Codes of a few bits on the values of a trained network: where to clip, what is lost, what it saves, and what still works."""

from ..core.words import formatted, grouped, percent, plural, short
from .bits_charts import accuracy_chart, codes_chart, costs_chart, errors_chart
from .bits_model import (
    LAYERS,
    MACHINES,
    READ,
    RULE_NAMES,
    RULES,
    SEEDS,
    SETTINGS,
    Coded,
    clip_at,
    cost_of,
    decibels,
    in_decibels,
    maps_bits,
    over_seeds,
    read_right,
)
from .kit.controls import choice, slider
from .kit.figures import column, tile

TITLE = "Bits, codes and where to clip"
OF = [("weights", "weights"), ("outputs", "what it writes")]
BY_HAND = "hand"
CONTROLS = [
    slider("bits", "Bits", 1, 8, 3) | {"play": True},
    choice("values", "Values", [(f"{layer} {of}", f"{layer}, {words}") for layer in LAYERS for of, words in OF], "conv2 weights"),
    choice("granularity", "A scale for each", [("channel", "channel"), ("tensor", "tensor")], "tensor"),
    choice("calibration", "Clip by", RULES + [(BY_HAND, "hand")], "mse"),
    slider("clip", "Clip at, of the largest", 0.1, 1, 0.5, step=0.05) | {"format": "percent"},
]
AHEAD = ["bits", "values"]
NOT_BY_HAND = "The rule puts the clip; choose to clip by hand to move it."
NOTE = (
    "Values of the trained mini_vgg, norms folded, and what it writes on {images} training digits. Digits read: this one "
    "network, {read} test digits, all weights and maps of these bits, beside binary weights maps of 8; there 99.9 % and KL "
    "clip maps alone, here all channels are clipped at one part of their largest. Dots: {seeds} networks of other seeds, "
    "trained on cluttered digits, {test} test images, ± standard error; where there is none, it was not measured. Cycles and "
    "energy: of one image, sums of 32 bits, MACs as on the machine's own words; of both machines, sqz-16 is the "
    "squeezelerator-16, some values are recalled, inferred or assumed."
)


def figure(bits, values, granularity, calibration, clip):
    by_hand = calibration == BY_HAND
    chosen = clip if by_hand else clip_at(values, granularity, bits, calibration)
    now, cost = Coded(values, granularity, bits, chosen), cost_of(bits, granularity)
    right = None if by_hand else read_right(bits, granularity, calibration)
    seeds = over_seeds(bits, granularity, calibration)
    clips = [(rule, clip_at(values, granularity, bits, rule)) for rule, _ in RULES]
    return {
        "finding": finding_of(now, values, bits, calibration, right),
        "problem": problem_of(now, values, right),
        "charts": [
            codes_chart(now, values, granularity),
            errors_chart(now, values, granularity, bits, clips),
            accuracy_chart(bits, granularity, None if by_hand else calibration),
            costs_chart(bits, granularity, cost),
        ],
        "readout": readout_of(now, cost, right, seeds),
        "table": table_of(values, granularity, bits, clips + [(BY_HAND, clip)]),
        "formula": formula_of(now),
        "note": note_of(),
        "disabled": {} if by_hand else {"clip": NOT_BY_HAND},
    }


# Words.


def note_of():
    counts = {"seeds": len(SEEDS["seeds"]), "test": grouped(SEEDS["test_size"])}
    return NOTE.format(images=SETTINGS["images"], read=grouped(READ), seeds=counts["seeds"], test=counts["test"])


def finding_of(now, values, bits, calibration, right):
    layer, of = values.split()
    what = f"the {of} of {layer}" if of == "weights" else f"what {layer} writes"
    where = f"clipped at {percent(now.clip)} of the largest" if now.clip < 1 else "nothing clipped"
    head = f"With {plural(bits, 'bit')} and {where} {what} keep {in_decibels(now.error)} over the noise"
    head = head if of == "weights" else head.replace(" keep ", " keeps ")
    if right is None:
        return f"{head}; a network with a clip by hand was not measured."
    return f"{head}; the network, all of it so, reads {percent(right)} of the digits."


def problem_of(now, values, right):
    """Why these codes are no good, or None."""
    if right is not None and right < 0.5:
        return f"Most digits are misread: {percent(right)} are right, where chance is {percent(0.1)}."
    if now.seen.symmetric and now.zero > 0.9:
        return (
            f"{percent(now.zero)} of these weights get the code of 0: the step, {short(now.affine.scale)}, is too wide for them."
        )
    if now.error > 0.4:
        return f"The error is {percent(now.error)} of the signal: little of these values is left."
    return None


def formula_of(now):
    affine = now.affine
    steps = affine.high - affine.zero
    parts = " + ".join([formatted(part, "four") for part in (now.rounding, now.clipping)])
    return (
        f"step = clip / {steps} = {short(affine.scale * steps)} / {steps} = {short(affine.scale)}\n"
        f"SQNR = −10 log₁₀(rounding + clipping) = −10 log₁₀({parts}) = {in_decibels(now.error)}"
    )


# Numbers.


def readout_of(now, cost, right, seeds):
    rows = [
        tile("Signal over noise (SQNR)", decibels(now.error), unit="dB", format="fixed1", role="accent"),
        tile("Error by clipping", now.clipping / now.error if now.error else 0.0, "percent", role="failure"),
        tile("Values that become 0", now.zero, "percent"),
        tile("Digits read, all in these bits", right, "percent", role="is"),
        tile(f"{len(SEEDS['seeds'])} networks, cluttered digits", seeds and seeds[0], "percent", role="weights"),
        tile("Bytes of the network", cost.bytes, "integer", role="weights"),
    ]
    rows += [tile(f"Cycles, {name}", cycles, "integer", role="compute") for name, cycles in zip(MACHINES, cost.cycles)]
    return rows


def table_of(values, granularity, bits, clips):
    columns = [column("Clip by"), column("Clip, of the largest", "percent"), column("SQNR", "fixed1", "dB")]
    columns += [column("Rounding, of the signal", "four"), column("Clipping", "four"), column("Digits read", "percent")]
    columns += [column("Over seeds", "percent"), column("± standard error", "fixed1", "points")]
    rows = []
    for rule, clip in clips:
        one = Coded(values, granularity, bits, clip)
        right = read_right(bits, granularity, rule)
        seeds = over_seeds(bits, granularity, rule)
        measured = [right, seeds and seeds[0], seeds and 100 * seeds[1]]
        rows.append([RULE_NAMES.get(rule, rule), clip, decibels(one.error), one.rounding, one.clipping] + measured)
    caption = f"The rules at {plural(bits, 'bit')}, maps of {maps_bits(bits)}"
    return {"caption": caption, "columns": columns, "rows": rows}
