"""The pictures of `bits`: values and codes, the two errors along the clip, digits read along the bits, and what is saved."""

from ..compression.calibration import GRID
from ..core.words import percent, plural, short
from .bits_model import (
    MACHINES,
    MOST_BITS,
    RULE_NAMES,
    RULES,
    SEEDS,
    Coded,
    cost_of,
    errors_of,
    in_decibels,
    over_seeds,
    read_right,
)
from .kit.charts import dots, line
from .kit.figures import axis, capital, careful_percent, legend_entry

BARS = 64
BANDS = 16  # up to so many codes neighbours have two tints
BRIEF = {"squeezelerator-16": "sqz-16", "tpu-like": "tpu-like"}
COUNT = len(SEEDS["seeds"])
FLOOR = 1e-7  # of the signal: what is below is not drawn


def codes_chart(now, values, granularity):
    """How many values there are of each size, in the tint of their code, with the codes above."""
    seen, heights = now.seen, []
    together = len(seen.counts.counts) // BARS
    for bar in range(BARS):
        heights.append(sum(seen.counts.counts[bar * together : (bar + 1) * together]) / seen.counts.total)
    wide = together * seen.counts.width
    middles = [seen.counts.low + (bar + 0.5) * wide for bar in range(BARS)]
    roles = [role_at(now, middle) for middle in middles]
    top = 1.08 * max(heights)
    marks = [{"type": "bar", "x": middles, "y": heights, "role": roles, "label": "values"}]
    tips = [f"a code for {short(level)}" for level in now.levels]
    size = 3 if len(now.levels) <= BANDS else 1.5
    marks.append({"type": "point", "x": now.levels, "y": [top] * len(tips), "role": "text", "size": size, "label": tips})
    outside = sum([height for height, role in zip(heights, roles) if role == "failure"])
    unit = "of its channel's largest" if seen.symmetric and granularity == "channel" else ""
    ends = [min(seen.counts.low, now.levels[0]), max(seen.counts.high, now.levels[-1])]
    zeros = seen.counts.zeros / seen.counts.total
    zero_words = f", {percent(zeros)} are 0 and not drawn" if zeros else ""
    return {
        "title": f"{len(now.levels)} codes, {percent(outside)} of the values beyond them",
        "alt": f"Values from {short(seen.counts.low)} to {short(seen.counts.high)}{zero_words}; "
        f"codes from {short(now.levels[0])} to {short(now.levels[-1])}, {short(now.affine.scale)} apart.",
        "x": axis(("Weight" if seen.symmetric else "Value") + zero_words, unit, domain=ends),
        "y": axis("Share of the values", domain=[0, 1.12 * max(heights)], format="percent"),
        "marks": marks,
        "legend": [
            legend_entry("accent", "values, by their code" if len(now.levels) <= BANDS else "values"),
            legend_entry("failure", "clipped"),
            legend_entry("text", "codes"),
        ],
        "height": 0.6,
    }


def role_at(now, x):
    """The colour of a value: of its code, or that of a clipped one."""
    half = now.affine.scale / 2
    if x < now.levels[0] - half or x > now.levels[-1] + half:
        return "failure"
    nearest = min(range(len(now.levels)), key=lambda place: abs(now.levels[place] - x))
    return "fill" if nearest % 2 and len(now.levels) <= BANDS else "accent"


def errors_chart(now, values, granularity, bits, clips):
    """Rounding and clipping error along the clip, and where each rule puts it."""
    errors = errors_of(values, granularity, bits)
    curves = []
    for part, role, name in ((0, "fill", "rounding"), (1, "failure", "clipping"), (2, "accent", "both")):
        sizes = [(GRID[place], sum(each) if part == 2 else each[part]) for place, each in errors]
        drawn = [(clip, size) for clip, size in sizes if size > FLOOR]
        if drawn:
            tips = [f"clip at {percent(clip)}, {name}: {careful_percent(size)} of the signal" for clip, size in drawn]
            curves.append(line([clip for clip, _ in drawn], [size for _, size in drawn], role, name, tips))
    best = min([sum(each) for _, each in errors])
    marks = curves + [rule_points(values, granularity, bits, clips)]
    marks.append({"type": "rule", "x": now.clip, "role": "reference", "label": "clip"})
    return {
        "title": f"{in_decibels(now.error)} here, {in_decibels(best)} at the best clip",
        "alt": f"Along the clip rounding grows and clipping falls; their sum is at least {careful_percent(best)} of the signal.",
        "x": axis("Clip, of the largest value", domain=[GRID[0], GRID[-1]], format="percent"),
        "y": axis("Squared error, of the signal", "", "log10"),
        "marks": marks,
        "height": 0.6,
    }


def rule_points(values, granularity, bits, clips):
    """A dot at the whole error for each rule."""
    xs = [max(clip, GRID[0]) for _, clip in clips]
    ys = [max(Coded(values, granularity, bits, x).error, FLOOR) for x in xs]
    tips = [f"{RULE_NAMES[rule]}: clip at {percent(clip)}" for rule, clip in clips]
    return {"type": "point", "x": xs, "y": ys, "role": "text", "size": 4, "label": tips}


def accuracy_chart(bits, granularity, chosen):
    """Digits read along the bits: the rules at this granularity, the chosen one in colour, and that at the other one."""
    widths, curves, marks = list(range(1, MOST_BITS + 1)), [], []
    other = "tensor" if granularity == "channel" else "channel"
    for rule, name in RULES:
        if rule != chosen:
            curves.append(accuracy_line(widths, granularity, rule, name, "idle"))
    seeds = seeds_marks(widths, granularity, chosen, bits)
    if chosen:
        curves.append(accuracy_line(widths, other, chosen, f"a scale a {other}", "is", True))
        curves.append(accuracy_line(widths, granularity, chosen, RULE_NAMES[chosen], "accent"))
        marks = [dots(curve, [width == bits for width in widths]) for curve in curves[-2:]]
    right = chosen and read_right(bits, granularity, chosen)
    first = [width for width in widths if chosen and read_right(width, granularity, chosen) > 0.9]
    title = "A clip by hand was not measured"
    if chosen:
        title = f"{percent(right)} read" + (f"; more than {percent(0.9)} from {plural(min(first), 'bit')}" if first else "")
    return {
        "title": title,
        "alt": "Digits read: " + said_of(widths, granularity, chosen or "mse"),
        "x": axis("Bits of weights and maps", domain=[1, MOST_BITS], format="integer"),
        "y": axis("Test digits read", domain=[0, 1], format="percent"),
        "marks": curves + seeds + marks,
        "legend": legend_of(chosen, other, seeds),
        "height": 0.6,
    }


def seeds_marks(widths, granularity, chosen, bits):
    """What was measured over seeds, a dot and its standard error each; no line, since bits between them were not measured."""
    found = [(width, over_seeds(width, granularity, chosen)) for width in widths]
    found = [(width, score) for width, score in found if score]
    bars = [line([width, width], [mean - error, mean + error], "weights") for width, (mean, error) in found]
    words = f"{COUNT} networks, cluttered digits"
    tips = [f"{words}, {plural(width, 'bit')}: {percent(mean)} ± {percent(error)} read" for width, (mean, error) in found]
    xs, ys, now = [width for width, _ in found], [score[0] for _, score in found], [width == bits for width, _ in found]
    dot = {"type": "point", "x": xs, "y": ys, "role": "weights", "size": 4, "label": tips, "emphasis": now}
    return bars + ([dot] if found else [])


def legend_of(chosen, other, seeds):
    if not chosen:
        return [legend_entry("idle", "rules")]
    named = [legend_entry("accent", f"{RULE_NAMES[chosen]}, this network"), legend_entry("is", f"a scale a {other}")]
    named += [legend_entry("weights", f"{COUNT} others, cluttered digits")] if seeds else []
    return named + [legend_entry("idle", "other rules")]


def accuracy_line(widths, granularity, rule, name, role, dashed=None):
    rights = [read_right(width, granularity, rule) for width in widths]
    tips = [f"{name}, {plural(width, 'bit')}: {percent(right)} read" for width, right in zip(widths, rights)]
    return line(widths, rights, role, None, tips, dashed)


def said_of(widths, granularity, rule):
    rights = [percent(read_right(width, granularity, rule)) for width in widths]
    return ", ".join([f"{plural(width, 'bit')} {right}" for width, right in zip(widths, rights)]) + "."


def costs_chart(bits, granularity, cost):
    """What is saved, as shares of the same network at 8 bits."""
    whole = cost_of(MOST_BITS, granularity)
    names, shares, roles = ["bytes stored"], [cost.bytes / whole.bytes], ["weights"]
    for what, now, before, role in (
        ("cycles", cost.cycles, whole.cycles, "compute"),
        ("energy", cost.energy, whole.energy, "dram"),
    ):
        for machine, one, all_bits in zip(MACHINES, now, before):
            names.append(f"{what}, {BRIEF[machine]}")
            shares.append(one / all_bits)
            roles.append(role)
    tips = [f"{name}: {percent(share)} of those at 8 bits" for name, share in zip(names, shares)]
    return {
        "title": f"{percent(shares[0])} of the bytes; cycles {percent(shares[1])} and {percent(shares[2])} of those at 8 bits",
        "alt": f"{capital(', '.join(tips))}.",
        "x": axis("Of those at 8 bits", domain=[0, 1], format="percent"),
        "y": axis("", scale="band", domain=names),
        "marks": [{"type": "hbar", "y": names, "x": shares, "role": roles, "label": tips}],
        "height": 0.6,
    }
