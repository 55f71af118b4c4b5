"""Two digits over one another, what a network of capsules draws of each, and what one number of a capsule changes in it."""

from ..core.words import short
from .kit.controls import choice, slider, stops
from .kit.figures import column, tile
from .two_digits_charts import charts_of, signed
from .two_digits_model import ABSENT, GREYS, NUMBERS, ROWS, SETTINGS, SIDE, STEPS, Drawn

CAPSULES = [("0", "first digit"), ("1", "second digit"), (str(ABSENT), "class that is not there")]
TITLE = "Two digits over one another, drawn one by one"
PAIRS = [(str(row["pair"]), f"a {row['classes'][0]} over a {row['classes'][1]}") for row in ROWS]
EVERY = sorted(STEPS + [0])
CONTROLS = [
    choice("pair", "Pair", PAIRS, PAIRS[0][0]),
    choice("capsule", "Draw the capsule of the", CAPSULES, "0"),
    slider("number", "Number of the capsule", 0, NUMBERS - 1, 0),
    stops("by", "Moved by", EVERY, 0) | {"play": True},
]
NOT_RECORDED = "Numbers were moved, and drawings recorded, of digits that are there."
NOT_MOVED = "No number is moved: first say by how much."
NOTE = (
    "Recorded from the shipped {network}: the first {pairs} pairs of test digits that a seed draws, whatever is read of them. "
    "All capsules but one are set to 0, and the decoder, 160 to 128 to {pixels}, draws the one that is left. Error: sum of "
    "squared differences of pixels, over the sum of the digit's squared pixels. One of a capsule's {numbers} numbers at a time "
    "was moved, the others left; ink is the sum of pixels, each from 0 to 1. Drawings are shown in {greys} greys."
)


def figure(pair, capsule, number, by):
    now = Drawn(int(pair), int(capsule), number, by)
    return {
        "finding": finding_of(now),
        "problem": problem_of(now),
        "charts": charts_of(now),
        "readout": readout_of(now),
        "table": numbers_table(now) if now.moved else lengths_table(now),
        "note": note(),
        "disabled": disabled_of(now),
    }


def disabled_of(now):
    """What means nothing here: controls of a capsule whose numbers were not moved, or the number where it stays."""
    if now.capsule == ABSENT:
        return {"number": NOT_RECORDED, "by": NOT_RECORDED}
    return {} if now.moved else {"number": NOT_MOVED}


# Words.


def note():
    told = {"network": SETTINGS["network"], "pairs": len(ROWS), "pixels": SIDE * SIDE}
    return NOTE.format(numbers=NUMBERS, greys=GREYS + 1, **told)


def finding_of(now):
    """What the drawing tells, and which digits were read; what was moved comes first."""
    said = [read_told(now), drawing_told(now)]
    return " ".join(said[::-1] if now.moved else said)


def read_told(now):
    (second, other), (first, longest) = now.read
    right = {2: "both are there", 1: f"only the {now.found[0] if now.found else ''} is there", 0: "none of them is there"}
    longest_two = f"{longest} ({short(first)}) and {other} ({short(second)})"
    return f"The two longest capsules are those of {longest_two}: {right[len(now.found)]}."


def drawing_told(now):
    """What is to be said of the drawing: what a number that was moved changes in it, or how far it is from the digit."""
    whose, moved = f"the {now.drawn_class}'s capsule", now.moved
    if not moved:
        return f"The drawing of {whose} has an error of {short(now.errors[now.beside()])}."
    changed = f"{short(moved.come)} pixels' ink comes to the drawing and {short(moved.gone)} goes, of {short(moved.ink)}"
    return f"With number {moved.number} of {whose} moved by {signed(moved.by)}, {changed}."


def problem_of(now):
    """A capsule of what is not there, one that was moved beyond what can be, or a digit that was not found; or None."""
    if now.capsule == ABSENT:
        nearer = now.labels[now.beside()]
        return (
            f"There is no {now.drawn_class}, its capsule is {short(now.length)} long, and the decoder draws it "
            f"all the same, nearer to the {nearer} than to the other digit: a drawing does not say that a digit is there."
        )
    if now.moved and now.moved.length() >= 1:
        return (
            f"The capsule is now {short(now.moved.length())} long. Squash ends below 1: no image makes such a capsule, the "
            "decoder was never trained on one, and draws it all the same."
        )
    if now.drawn_class not in now.found:
        return f"The {now.drawn_class} is there and its capsule, {short(now.length)} long, is not among the two longest."
    return None


# Numbers.


def readout_of(now):
    tiles = [tile("Digits found, of two", len(now.found), role="accent" if len(now.found) == 2 else "failure")]
    tiles.append(tile(f"Length of the capsule of {now.drawn_class}", now.length, "four"))
    return tiles + (moved_tiles(now.moved) if now.moved else error_tiles(now))


def error_tiles(now):
    """How far the drawing of the capsule as it is lies from each of the two digits."""
    return [tile(f"Error against the {label}", error, "four", role="stall") for label, error in zip(now.labels, now.errors)]


def moved_tiles(moved):
    return [
        tile("Its length, moved", moved.length(), "four", role="outputs"),
        tile("Ink of the drawing, unmoved", moved.ink, "four", "pixels"),
        tile("Ink that comes", moved.come, "four", "pixels", role="weights"),
        tile("Ink that goes", moved.gone, "four", "pixels", role="accent"),
    ]


def lengths_table(now):
    columns = [column("Class"), column("Length", "four"), column("Is there")]
    rows = [[str(j), length, "yes" if j in now.labels else ""] for j, length in enumerate(now.lengths)]
    return {"caption": f"Lengths, a {now.labels[0]} over a {now.labels[1]}", "columns": columns, "rows": rows}


def numbers_table(now):
    """Of each number of the capsule its value, and the ink that comes and goes at each step."""
    row, columns = now.moved.row, [column("Number"), column("Value", "four")]
    for step in STEPS:
        columns += [column(f"Comes at {signed(step)}", "four"), column(f"Goes at {signed(step)}", "four")]
    rows = []
    for number in range(NUMBERS):
        ink = [each for both in zip(row["come"][number], row["gone"][number]) for each in both]
        rows.append([str(number), row["pose"][number]] + ink + [row["between_ends"][number]])
    columns.append(column("Between the ends", "four"))
    return {"caption": f"Numbers of the capsule of {now.drawn_class}, ink in pixels", "columns": columns, "rows": rows}
