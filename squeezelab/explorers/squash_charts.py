"""The pictures of `squash`: lengths, slopes, the loss, and where the plane goes."""

from ..core.words import percent, plural, short
from .kit.charts import line
from .kit.figures import axis, legend_entry
from .squash_model import ABSENT, LAW_NAMES, LAWS, LONGEST, PRESENT, Squashed

STEPS = 80
GRID = [LONGEST * step / STEPS for step in range(STEPS + 1)]
RINGS = [(1 / 3, "weights", "1/3"), (1, "accent", "1"), (3, "outputs", "3")]
REACH, HIGHEST_SLOPE = 1.5, 1.05  # of what is drawn


def charts_of(now, right):
    return [lengths_chart(now), slopes_chart(now), loss_chart(now, right), plane_chart(now)]


def curve_of(law, angle, epsilon):
    return [Squashed(law, length, angle, epsilon) for length in GRID]


def lengths_chart(now):
    """|v| over |s| for every law, and the two margins."""
    marks = []
    for law, name in LAWS:
        every = curve_of(law, now.angle, now.epsilon)
        drawn = [each for each in every if each.length or law != "unit"]
        tips = [f"{name}, |s| = {short(each.length)}: |v| = {short(each.out)}" for each in drawn]
        role = "accent" if law == now.law else "idle"
        xs, ys = [each.length for each in drawn], [each.out for each in drawn]
        marks.append(line(xs, ys, role, None, tips, None if law == now.law else True))
    marks.append(marked([now.length], [now.out], "accent", [f"|s| = {short(now.length)}: |v| = {short(now.out)}"]))
    marks += [{"type": "rule", "y": level, "role": "reference", "label": short(level)} for level in (PRESENT, ABSENT)]
    return {
        "title": f"Length {short(now.length)} becomes {short(now.out)}",
        "alt": f"By {LAW_NAMES[now.law]} 1/3 becomes {at(now, 1 / 3)}, 1 becomes {at(now, 1)}, 3 becomes {at(now, 3)}.",
        "x": axis("Length |s|", domain=[0, LONGEST]),
        "y": axis("Length |v|", domain=[0, REACH]),
        "marks": marks,
        "legend": [
            legend_entry("accent", LAW_NAMES[now.law]),
            legend_entry("idle", "other laws"),
            legend_entry("reference", "margins"),
        ],
        "height": 0.8,
    }


def at(now, length):
    return short(Squashed(now.law, length, now.angle, now.epsilon).out)


def marked(xs, ys, role, tips):
    """Dots with a ring: where this state is."""
    return {"type": "point", "x": xs, "y": ys, "role": role, "size": 5, "label": tips, "emphasis": [True] * len(xs)}


def slopes_chart(now):
    """How a step of s along itself lengthens v, and how one across turns it."""
    every, marks = [each for each in curve_of(now.law, now.angle, now.epsilon) if each.lengthens is not None], []
    for field, role, name in (("turns", "weights", "across s"), ("lengthens", "accent", "along s")):
        drawn = [(each.length, getattr(each, field)) for each in every if 0 <= getattr(each, field) <= HIGHEST_SLOPE]
        tips = [f"a step {name} at |s| = {short(x)} moves v by {short(y)} of it" for x, y in drawn]
        marks.append(line([x for x, _ in drawn], [y for _, y in drawn], role, None, tips))
        here = getattr(now, field)
        if here is not None and here <= HIGHEST_SLOPE:
            marks.append(marked([now.length], [here], role, [f"{name}: {short(here)}"]))
    steepest = max([(each.lengthens, -each.length) for each in every])
    words = "no slope: 0 · ∞" if now.lengthens is None else f"{short(now.lengthens)} along s, {short(now.turns)} across"
    return {
        "title": f"Slopes at |s| = {short(now.length)}: {words}",
        "alt": f"Along s the slope is at most {short(steepest[0])}, at |s| = {short(-steepest[1])}; {words} here.",
        "x": axis("Length |s|", domain=[0, LONGEST]),
        "y": axis("Step of v for a step of s", domain=[0, HIGHEST_SLOPE]),
        "marks": marks,
        "legend": [legend_entry("accent", "along s: v lengthens"), legend_entry("weights", "across s: v turns")],
        "height": 0.8,
    }


def loss_chart(now, right):
    """The margin loss of this capsule over |s|, and how hard it pushes |s|."""
    every = curve_of(now.law, now.angle, now.epsilon)
    drawn = [each for each in every if each.lengthens is not None]
    losses, pushes = [each.loss(right) for each in every], [abs(each.push(right)) for each in drawn]
    tips = [f"|s| = {short(each.length)}: loss {short(loss)}" for each, loss in zip(every, losses)]
    whose = "the digit that is there" if right else "another digit"
    marks = [
        line(GRID, losses, "failure", None, tips),
        line(
            [each.length for each in drawn],
            pushes,
            "accent",
            None,
            [f"|s| = {short(each.length)}: slope {short(push)}" for each, push in zip(drawn, pushes)],
        ),
        marked([now.length], [now.loss(right)], "failure", [f"loss {short(now.loss(right))}"]),
    ]
    push = now.push(right)
    if push is not None:
        marks.append(marked([now.length], [abs(push)], "accent", [f"slope {short(abs(push))}"]))
    free = [each.length for each, loss in zip(every, losses) if not loss]
    rest = f"no loss from {short(min(free))} to {short(max(free))}" if free else "a loss everywhere"
    return {
        "title": f"Capsule of {whose}: loss {short(now.loss(right))}",
        "alt": f"Margin loss of the capsule of {whose} over its length: {rest}; the largest slope is {short(max(pushes))}.",
        "x": axis("Length |s|", domain=[0, LONGEST]),
        "y": axis("Loss, and its slope along |s|", domain=[0, 1.08 * max(losses + pushes)]),
        "marks": marks,
        "legend": [legend_entry("failure", "margin loss"), legend_entry("accent", "size of its slope")],
        "height": 0.8,
    }


def plane_chart(now):
    """Where three circles go, and the vector of this state."""
    marks, kept = [], []
    for length, role, name in RINGS:
        ring = [Squashed(now.law, length, angle, now.epsilon) for angle in range(0, 360, 6)]
        tips = [f"|s| = {name} at {each.angle}°: |v| = {short(each.out)}" for each in ring]
        xs, ys = [each.v[0] for each in ring], [each.v[1] for each in ring]
        marks.append({"type": "point", "x": xs, "y": ys, "role": role, "size": 1.5, "label": tips})
        kept.append(f"{name} to {span([each.out for each in ring])}")
    tip = f"v = ({short(now.v[0])}, {short(now.v[1])})"
    arrow = sorted([[0.0, 0.0], now.v])
    marks.append(line([x for x, _ in arrow], [y for _, y in arrow], "text"))
    marks.append(marked([now.v[0]], [now.v[1]], "text", [tip]))
    turned = now.turned()
    way = f"turned by {plural(round(abs(turned)), 'degree')}" if abs(turned) >= 0.5 else "not turned"
    return {
        "title": f"v is {percent(now.out / now.length) if now.length else 'all'} as long as s and {way}",
        "alt": f"Circles of vectors: the one of length {', '.join(kept)}. Here {tip}.",
        "x": axis("First value of v", domain=[-4 / 3 * REACH, 4 / 3 * REACH]),
        "y": axis("Second value of v", domain=[-REACH, REACH]),
        "marks": marks,
        "legend": [legend_entry(role, f"|s| = {name}") for _, role, name in RINGS],
        "height": 0.8,
    }


def span(lengths):
    """The lengths from the shortest to the longest, one word where they are alike."""
    low, high = short(min(lengths)), short(max(lengths))
    return low if low == high else f"{low}–{high}"
