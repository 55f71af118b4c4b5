"""The pictures of `overlap`: what the network sees, the lengths of its capsules, what is drawn of one, and what moving one of its
numbers changes."""

from ..core.words import percent, short
from .kit.figures import axis, legend_entry
from .two_digits_model import ABSENT, CLASSES, GREYS, NUMBERS, SIDE, STEPS, greys_of

PLACES = [str(place) for place in range(SIDE)]
NAMES = [str(j) for j in range(CLASSES)]
OF_POSE = [str(number) for number in range(NUMBERS)]


def signed(by):
    """A step with its sign.

    >>> signed(0.3), signed(-0.3)
    ('+0.3', '−0.3')
    """
    return ("+" if by > 0 else "") + short(by)


def charts_of(now):
    charts = [
        picture(f"The network sees a {now.labels[0]} and a {now.labels[1]} at once", greys_of(now.row["canvas"])),
        picture(f"Its capsule of {now.drawn_class}, drawn alone", now.pixels),
    ]
    if now.moved:
        return charts + [picture(moved_told(now.moved), now.moved.pixels(now.pixels)), numbers_chart(now)]
    beside = now.beside()
    alone = picture(f"The {now.labels[beside]} as it is, without the other digit", greys_of(now.row["alone"][beside]))
    return charts + [alone, lengths_chart(now)]


def moved_told(moved):
    """Which number is moved, and from where to where."""
    return f"Number {moved.number} moved from {short(moved.value)} to {short(moved.value + moved.by)}"


def picture(title, greys):
    """Pixels of a canvas."""
    inked = [(place, grey) for place, grey in enumerate(greys) if grey] or [(0, 0)]
    ink = len(inked) / len(greys)
    mark = {
        "type": "heat",
        "x": [PLACES[place % SIDE] for place, _ in inked],
        "y": [PLACES[place // SIDE] for place, _ in inked],
        "value": [grey for _, grey in inked],
        "most": GREYS,
        "label": [f"row {place // SIDE}, column {place % SIDE}, of {GREYS}" for place, _ in inked],
    }
    return {
        "title": title,
        "alt": f"{title}: {percent(ink)} of the pixels have ink.",
        "x": axis("Pixel, column", scale="band", domain=PLACES),
        "y": axis("Pixel, row", scale="band", domain=PLACES),
        "marks": [mark],
        "height": 1,
        "wide": False,
    }


def numbers_chart(now):
    """Of each number of the capsule the ink that differs between the ends of the steps."""
    ink, number = now.moved.row["between_ends"], now.moved.number
    most = ink.index(max(ink))
    tips = [f"number {place}: {short(each)} pixels' ink" for place, each in enumerate(ink)]
    roles = ["outputs" if place == number else "idle" for place in range(NUMBERS)]
    ends = f"from {signed(STEPS[0])} to {signed(STEPS[-1])}"
    return {
        "title": f"Moved {ends}, number {most} changes most of a drawn {now.drawn_class}, {short(ink[most])} pixels' ink",
        "alt": f"Ink that changes when a number is moved {ends}: {', '.join(tips)}.",
        "x": axis("Number of the capsule", scale="band", domain=OF_POSE),
        "y": axis("Ink that changes", "pixels"),
        "marks": [{"type": "bar", "y": ink, "role": roles, "label": tips}],
        "legend": [legend_entry("outputs", "number that is moved"), legend_entry("idle", "other numbers")],
        "height": 0.3,
        "wide": True,
    }


def lengths_chart(now):
    """The ten lengths: those of the two digits that are there in colour."""
    roles = ["accent" if j in now.labels else "idle" for j in range(CLASSES)]
    tips = [f"{j}: {short(length)}" for j, length in enumerate(now.lengths)]
    longest = " and ".join([str(j) for _, j in now.read[::-1]])
    role = "failure" if now.capsule == ABSENT else "text"
    return {
        "title": f"The longest are {longest}; there are {now.labels[0]} and {now.labels[1]}",
        "alt": f"Lengths of the capsules: {', '.join(tips)}.",
        "x": axis("Class", scale="band", domain=NAMES),
        "y": axis("Length of its capsule", domain=[0, 1]),
        "marks": [
            {"type": "bar", "y": now.lengths, "role": roles, "label": tips},
            {"type": "point", "x": [str(now.drawn_class)], "y": [now.length], "role": role, "label": ["drawn"]},
        ],
        "legend": [legend_entry("accent", "is there"), legend_entry("idle", "is not"), legend_entry(role, "drawn")],
        "height": 0.3,
        "wide": True,
    }
