"""The pictures of `draw_a_digit`: what the network sees, its scores, the codes of a layer, and what each number of bits reads."""

from ..core.words import percent, plural, short
from .digit_model import FLOAT, NAMES, ROWS, WIDEST, WIDTHS
from .kit.drawn_digits import levels, seen_chart, worded_digit
from .kit.figures import axis, legend_entry
from .kit.memo import Memo

CLASSES = [str(digit) for digit in range(10)]


def charts_of(now):
    return [seen_chart(now.pixels, now.program["input"]), scores_chart(now), widths_chart(now), maps_chart(now)]


def scores_chart(now):
    """The scores of the ten classes, and those of the widest codes beside them."""
    ours, best = now.real(now.bits), now.read
    margin, second = now.margin()
    roles = ["accent" if digit == best else "idle" for digit in range(10)]
    tips = [f"{digit}: {short(value)}, the code {code}" for digit, (value, code) in enumerate(zip(ours, now.scores))]
    marks = [{"type": "bar", "y": ours, "role": roles, "label": tips}]
    legend = [legend_entry("accent", "read"), legend_entry("idle", "other classes")]
    if now.bits != WIDEST:
        wide = now.real(WIDEST)
        points = {"type": "point", "x": CLASSES, "y": wide, "role": "weights", "size": 4}
        marks.append(points | {"label": [f"{digit} at {WIDEST} bits: {short(value)}" for digit, value in enumerate(wide)]})
        legend.append(legend_entry("weights", f"at {WIDEST} bits"))
    return {
        "title": f"The score of {best} lies {short(margin)} above that of {second}",
        "alt": f"Scores at {now.bits} bits: " + ", ".join([f"{d} {short(value)}" for d, value in enumerate(ours)]) + ".",
        "x": axis("Class", scale="band", domain=CLASSES),
        "y": axis("Score"),
        "marks": marks,
        "legend": legend,
        "height": 1,
    }


def places_of(count, high, wide):
    """Of the codes of `count` maps in order: (column, row, what it is) each, side by side; and all columns, with gaps."""
    columns, spots = [], []
    for plane in range(1, count + 1):
        names = [f"{plane}.{place}" for place in range(wide)]
        columns += names + [f"{plane}. "] * (plane < count)
        for row in range(high):
            spots += [(name, str(row), f"map {plane}, row {row}, column {x}, steps above zero") for x, name in enumerate(names)]
    return spots, columns


_places = Memo(places_of, most=6)


def maps_chart(now):
    """Every map of a layer, side by side, in its codes."""
    count, high, wide = now.step["shape"]
    spots, columns = _places(count, high, wide)
    zero = now.step["zero"]
    inked = [place for place, code in enumerate(now.codes) if code != zero] or [0]
    name = NAMES[now.place]
    return {
        "title": f"The {count} maps of {name} use {now.in_use()} of {levels(now.step)} codes",
        "alt": f"Codes of {count} maps of {high} × {wide} of {name}: {plural(len(inked), 'place')} of {len(spots)} not zero.",
        "x": axis("Map", scale="band", domain=columns),
        "y": axis("Row", scale="band", domain=[str(row) for row in range(high)]),
        "marks": [
            {
                "type": "heat",
                "x": [spots[place][0] for place in inked],
                "y": [spots[place][1] for place in inked],
                "value": [now.codes[place] - zero for place in inked],
                "most": most_of(now.step),
                "label": [spots[place][2] for place in inked],
            }
        ],
        "height": max(0.16, 1.15 * high / len(columns)),
        "wide": True,
    }


def most_of(step):
    """The farthest that a code of a step lies from its zero."""
    return max(step["high"] - step["zero"], step["zero"] - step["low"])


def widths_chart(now):
    """Test digits that each number of bits misreads, and what it reads here."""
    names = [str(bits) for bits in WIDTHS[::-1]]
    errors = [1 - ROWS[bits]["accuracy"] for bits in WIDTHS[::-1]]
    reads = [now.read_at(bits) for bits in WIDTHS[::-1]]
    tips = [
        f"{bits} bits: {percent(error)} of the test digits misread; here {worded_digit(read)}"
        for bits, error, read in zip(names, errors, reads)
    ]
    roles = ["accent" if bits == str(now.bits) else "idle" for bits in names]
    top = 1.12 * max(errors)
    words = {"type": "text", "x": names, "y": [1.06 * max(errors)] * len(names), "text": [str(read) for read in reads]}
    same = [bits for bits, read in zip(names, reads) if read == reads[0]]
    return {
        "title": f"{len(same)} of {len(names)} widths read {worded_digit(reads[0])} here",
        "alt": f"Misread test digits, and what is read here: {'; '.join(tips)}.",
        "x": axis("Bits; above them what is read", scale="band", domain=names),
        "y": axis("Test digits misread", domain=[0, top], format="percent"),
        "marks": [
            {"type": "bar", "y": errors, "role": roles, "label": tips},
            words,
            {"type": "rule", "y": 1 - FLOAT["accuracy"], "role": "reference"},
        ],
        "legend": [legend_entry("accent", f"{now.bits} bits"), legend_entry("reference", "floats")],
        "height": 1,
    }
