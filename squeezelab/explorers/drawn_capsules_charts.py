"""The pictures of `drawn_capsules`: what the network sees, the lengths of its capsules, the pose of one, and its couplings."""

from ..core.words import short
from .drawn_capsules_model import CAPSULES, CLASSES, GIVEN, POSES, SIDE, SIZE, STEPS, TYPES, UNIFORM
from .kit.drawn_digits import seen_chart
from .kit.figures import axis, legend_entry

NAMES = [str(digit) for digit in range(CLASSES)]
PRESENT, ABSENT = 0.9, 0.1  # what the margin loss asks of a capsule (Sabour 2017, eq. 4)
COLUMNS = []  # of the couplings: those of each type, and a gap behind it
for kind in range(1, TYPES + 1):
    COLUMNS += [f"{kind}.{place}" for place in range(SIDE)] + [f"{kind}. "] * (kind < TYPES)


def charts_of(now):
    return [seen_chart(now.pixels, GIVEN), lengths_chart(now), pose_chart(now), couplings_chart(now)]


def lengths_chart(now):
    """The length of each capsule, and what it was before routing began."""
    next_one, second = now.second()
    roles = ["accent" if j == now.read else "idle" for j in range(CLASSES)]
    tips = [f"{j}: {short(length)} long" for j, length in enumerate(now.lengths)]
    marks = [{"type": "bar", "x": NAMES, "y": now.lengths, "role": roles, "label": tips}]
    legend = [legend_entry("accent", "longest"), legend_entry("idle", "other classes")]
    if now.iterations > 1:
        first = now.lengths_after(1)
        tips = [f"{j} after 1 iteration: {short(length)}" for j, length in enumerate(first)]
        marks.append({"type": "point", "x": NAMES, "y": first, "role": "weights", "size": 4, "label": tips})
        legend.append(legend_entry("weights", "after 1 iteration"))
    marks += [{"type": "rule", "y": length, "role": "reference"} for length in (PRESENT, ABSENT)]
    legend.append(legend_entry("reference", f"asked of it in training: {PRESENT} if there, {ABSENT} if not"))
    return {
        "title": f"The capsule of {now.read} is {short(now.longest)} long, that of {second} {short(next_one)}",
        "alt": "Lengths of the capsules: " + ", ".join([f"{j} {short(length)}" for j, length in enumerate(now.lengths)]) + ".",
        "x": axis("Class", scale="band", domain=NAMES),
        "y": axis("Length of its capsule", domain=[0, 1]),
        "marks": marks,
        "legend": legend,
        "height": 1,
    }


def pose_chart(now):
    """The values of one capsule."""
    step = STEPS[POSES[now.iterations - 1]]
    names = [str(place) for place in range(1, SIZE + 1)]
    pose, codes = now.pose(), now.capsule(now.shown, now.iterations)
    tips = [f"value {name}: {short(value)}, the code {code}" for name, value, code in zip(names, pose, codes)]
    largest = max([abs(value) for value in pose])
    most = -step["low"] * step["scale"]
    return {
        "title": f"The pose of {now.shown} has {SIZE} values, the largest {short(largest)} in size",
        "alt": f"Values of the capsule of {now.shown}: " + ", ".join([short(value) for value in pose]) + ".",
        "x": axis("Value of the capsule", scale="band", domain=names),
        "y": axis("Size and sign", domain=[-most, most]),
        "marks": [{"type": "bar", "x": names, "y": pose, "role": "outputs", "label": tips}],
        "height": 1,
    }


def couplings_chart(now):
    """How much each primary capsule counts for the class, type by type, in the place of its map."""
    couplings = now.couplings()
    largest, place = max([(coupling, -place) for place, coupling in enumerate(couplings)])
    xs, ys, tips = [], [], []
    for at, coupling in enumerate(couplings):
        kind, spot = at // SIDE**2 + 1, at % SIDE**2
        xs.append(f"{kind}.{spot % SIDE}")
        ys.append(str(spot // SIDE))
        tips.append(f"type {kind}, row {spot // SIDE}, column {spot % SIDE}: coupling {short(coupling)}")
    type_of = -place // SIDE**2 + 1
    title = f"The largest coupling to {now.shown} is {short(largest)}, of type {type_of}; uniform ones are {short(UNIFORM)}"
    if now.iterations == 1:
        title = f"In the first iteration every coupling is {short(UNIFORM)}"
    return {
        "title": title,
        "alt": f"Couplings of {CAPSULES} primary capsules to {now.shown}: from {short(min(couplings))} to {short(largest)}.",
        "x": axis(f"Types 1 to {TYPES}, {SIDE} × {SIDE} places each", scale="band", domain=COLUMNS),
        "y": axis("Row", scale="band", domain=[str(row) for row in range(SIDE)]),
        "marks": [{"type": "heat", "x": xs, "y": ys, "value": couplings, "most": max(largest, 2 * UNIFORM), "label": tips}],
        "height": 0.16,
        "wide": True,
    }
