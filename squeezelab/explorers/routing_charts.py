"""The pictures of `routing`: couplings, what happens along the iterations, lengths, and where a class finds its votes."""

from ..core.words import formatted, plural, short
from .kit.charts import dots, line
from .kit.figures import axis, legend_entry
from .routing_model import CAPSULES, CLASSES, MOST, SETTINGS, SIDE, TYPES, UNIFORM, iteration

NAMES = [str(j) for j in range(CLASSES)]
PIXELS = 28
PALE = 0.2  # of a uniform coupling: what differs by less is drawn paler than the deepest tint
PLACES = SIDE * SIDE
KINDS = [[f"{name}.{kind + 1}" for kind in range(TYPES)] for name in NAMES]  # a column of the picture for each class and type
COLUMNS = [column for j, block in enumerate(KINDS) for column in block + [f"{j}. "] * (j < CLASSES - 1)]
ROWS_OF_PLACES = [str(place + 1) for place in range(PLACES)]
FIRST_CENTRE, APART = 7, 4  # pixels: where the middle of the first capsule's field lies, and how far the next one's is from it


def charts_of(now, every):
    return [couplings_chart(now), lengths_chart(now), places_chart(now), course_chart(now, every)]


def couplings_chart(now):
    """Every coupling, against uniform ones: of the right softmax 1/J, of that over inputs 1/N."""
    level = UNIFORM if now.over == "outputs" else 1 / CAPSULES
    xs, ys, values, tips = [], [], [], []
    for j, row in enumerate(now.it.couplings):
        for capsule, c in enumerate(row):
            kind, place = capsule // PLACES, capsule % PLACES
            xs.append(KINDS[j][kind])
            ys.append(ROWS_OF_PLACES[place])
            values.append(round(c - level, 9))  # the last places near 0 are another Python's
            tips.append(f"type {kind + 1} at place {place + 1} to class {j}: {short(c)}, against uniform")
    low, high = min([min(row) for row in now.it.couplings]), max([max(row) for row in now.it.couplings])
    spread = f"from {short(low)} to {short(high)}" if low < high else f"all {short(low)}"
    most = max(high - level, level - low, PALE * level)
    return {
        "title": f"Iteration {now.number}: couplings {spread}, entropy {formatted(now.it.entropy(), 'four')} of the most",
        "alt": f"Couplings of {CAPSULES} capsules to {CLASSES} classes are {spread}; uniform is {short(level)}.",
        "x": axis("Class, of each the types", scale="band", domain=COLUMNS),
        "y": axis("Place", scale="band", domain=ROWS_OF_PLACES),
        "marks": [{"type": "heat", "x": xs, "y": ys, "value": values, "most": most, "label": tips}],
        "legend": [legend_entry("weights", "more than uniform"), legend_entry("accent", "less")],
        "height": 0.3,
        "wide": True,
    }


def lengths_chart(now):
    """The ten lengths, and those of the first iteration."""
    first, last = iteration(now.which, now.over, now.gain, 1), now.it
    roles = ["accent" if j == last.read else "idle" for j in range(CLASSES)]
    tips = [f"{j}: {short(length)}, {short(early)} in the first iteration" for j, (length, early) in enumerate(now.pairs())]
    marks = [{"type": "bar", "y": last.lengths, "role": roles, "label": tips}]
    if now.number > 1:
        marks.append({"type": "point", "x": NAMES, "y": first.lengths, "role": "weights", "size": 4, "label": tips})
    return {
        "title": f"Read as {last.read}, {short(last.longest)} long; the digit is a {now.label}",
        "alt": "Lengths: " + ", ".join([f"{j} {short(length)}" for j, length in enumerate(last.lengths)]) + ".",
        "x": axis("Class", scale="band", domain=NAMES),
        "y": axis("Length of its capsule", domain=[0, 1.02] if now.over == "outputs" else [0, 1.1 * last.longest]),
        "marks": marks,
        "legend": [legend_entry("accent", "read"), legend_entry("weights", "after one iteration")],
        "height": 0.9,
    }


def places_chart(now):
    """The digit, and at the middle of what each place sees whether its capsules prefer the class that is read."""
    names = [str(place) for place in range(PIXELS)]
    inked = [(place, int(letter, 16)) for place, letter in enumerate(now.row["pixels"]) if letter != "0"]
    marks = [
        {
            "type": "heat",
            "x": [names[place % PIXELS] for place, _ in inked],
            "y": [names[place // PIXELS] for place, _ in inked],
            "value": [grey for _, grey in inked],
            "most": 2 * SETTINGS["greys"],
            "label": ["pixel, of 15"] * len(inked),
        }
    ]
    shares = now.it.by_place(now.it.read)
    level = sum(shares) / PLACES
    apart = [round(share - level, 9) for share in shares]
    most = max([abs(each) for each in apart]) or 1
    tips = [f"row {p // SIDE + 1}, column {p % SIDE + 1}: {short(share)} to {now.it.read}" for p, share in enumerate(shares)]
    marks.append(
        {
            "type": "point",
            "x": [names[FIRST_CENTRE + APART * (place % SIDE)] for place in range(PLACES)],
            "y": [names[FIRST_CENTRE + APART * (place // SIDE)] for place in range(PLACES)],
            "role": ["text" if each >= 0 else "accent" for each in apart],
            "size": [2 + round(6 * abs(each) / most, 3) for each in apart],
            "label": tips,
        }
    )
    low, high = min(shares), max(shares)
    return {
        "title": f"Places give {now.it.read} a coupling of {short(low)} to {short(high)}",
        "alt": f"The digit, a {now.label}; mean couplings of the types at {PLACES} places to {now.it.read} are {short(low)} to "
        f"{short(high)}.",
        "x": axis("Pixel, column", scale="band", domain=names),
        "y": axis("Pixel, row", scale="band", domain=names),
        "marks": marks,
        "legend": [legend_entry("text", "more than the mean place"), legend_entry("accent", "less")],
        "height": 0.9,
        "wide": False,
    }


def course_chart(now, every):
    """The longest and the next class, and the entropy, over the iterations."""
    xs, here = list(range(1, MOST + 1)), [place == now.number for place in range(1, MOST + 1)]
    longest, other = now.it.read, now.it.second()[1]
    curves = [
        ("accent", f"length of {longest}", [each.lengths[longest] for each in every]),
        ("weights", f"of {other}", [each.lengths[other] for each in every]),
        ("reference", "entropy of couplings", [each.entropy() for each in every]),
    ]
    marks = []
    for role, name, ys in curves:
        curve = line(xs, ys, role, None, [f"{name}, {plural(x, 'iteration')}: {short(y)}" for x, y in zip(xs, ys)])
        marks += [curve, dots(curve, here)]
    ends = curves[0][2]
    return {
        "title": f"From 1 to {MOST} iterations the capsule of {longest} goes from {short(ends[0])} to {short(ends[-1])}",
        "alt": f"Length of {longest} from {short(ends[0])} to {short(ends[-1])}, of {other} from {short(curves[1][2][0])} to "
        f"{short(curves[1][2][-1])}; entropy {short(curves[2][2][0])} to {short(curves[2][2][-1])} of the most.",
        "x": axis("Iterations", domain=[1, MOST], format="integer"),
        "y": axis("Length; entropy, of the most", domain=[0, 1.03]),
        "marks": marks,
        "legend": [legend_entry(role, name) for role, name, _ in curves],
        "height": 0.9,
    }
