"""Two digits over one another, and what a network of capsules draws of each."""

from ..core.words import percent, short
from .kit.controls import choice
from .kit.figures import axis, column, legend_entry, tile
from .kit.measured import measured

RECORD = measured("overlap_digits")
ROWS, SETTINGS, SIDE = RECORD["rows"], RECORD["settings"], RECORD["settings"]["side"]
PLACES = [str(place) for place in range(SIDE)]
CLASSES = [str(j) for j in range(10)]
CAPSULES = [("0", "first digit"), ("1", "second digit"), ("2", "class that is not there")]
TITLE = "Two digits over one another, drawn one by one"
PAIRS = [(str(row["pair"]), f"a {row['classes'][0]} over a {row['classes'][1]}") for row in ROWS]
CONTROLS = [
    choice("pair", "Pair", PAIRS, PAIRS[0][0]),
    choice("capsule", "Draw the capsule of the", CAPSULES, "0"),
]
NOTE = (
    "Recorded from the shipped {network}: the first {pairs} pairs of test digits that a seed draws, whatever is read of them. "
    "All capsules but one are set to 0, and the decoder, 160 to 128 to {pixels}, draws the one that is left. Error: sum of "
    "squared differences of pixels, over the sum of the digit's squared pixels. Drawings are shown in {greys} greys."
)


class Drawn:
    """A pair, and the capsule that is drawn of it."""

    def __init__(self, pair, capsule):
        self.row, self.capsule = [row for row in ROWS if row["pair"] == pair][0], capsule
        self.labels, self.lengths = self.row["classes"][:2], self.row["lengths"]
        self.drawn_class, self.pixels = self.row["classes"][capsule], self.row["drawn"][capsule]
        self.errors = self.row["errors"][capsule]
        self.read = sorted([(length, j) for j, length in enumerate(self.lengths)])[-2:]  # [(length, class)], the longest last
        self.found = [j for j in self.labels if j in [each for _, each in self.read]]

    def beside(self):
        """The digit that the drawing is held against: its own, or of a class that is not there the one that it is nearer to."""
        return self.capsule if self.capsule < 2 else self.errors.index(min(self.errors))


def figure(pair, capsule):
    now = Drawn(int(pair), int(capsule))
    beside = now.beside()
    return {
        "finding": finding_of(now),
        "problem": problem_of(now),
        "charts": [
            picture(f"The network sees a {now.labels[0]} and a {now.labels[1]} at once", now.row["canvas"]),
            picture(f"Its capsule of {now.drawn_class}, drawn alone", now.pixels),
            picture(f"The {now.labels[beside]} as it is, without the other digit", now.row["alone"][beside]),
            lengths_chart(now),
        ],
        "readout": readout_of(now),
        "table": table_of(now),
        "note": note(),
    }


# Words.


def note():
    return NOTE.format(network=SETTINGS["network"], pairs=len(ROWS), pixels=SIDE * SIDE, greys=SETTINGS["greys"] + 1)


def finding_of(now):
    (second, other), (first, longest) = now.read
    head = f"The two longest capsules are those of {longest} ({short(first)}) and {other} ({short(second)})"
    right = {2: "both are there", 1: f"only the {now.found[0] if now.found else ''} is there", 0: "none of them is there"}
    error = now.errors[now.beside()]
    return f"{head}: {right[len(now.found)]}. The drawing of the {now.drawn_class}'s capsule has an error of {short(error)}."


def problem_of(now):
    """A capsule of what is not there, or a digit that was not found; or None."""
    if now.capsule == 2:
        nearer = now.labels[now.beside()]
        return (
            f"There is no {now.drawn_class}, its capsule is {short(now.lengths[now.drawn_class])} long, and the decoder draws it "
            f"all the same, nearer to the {nearer} than to the other digit: a drawing does not say that a digit is there."
        )
    if now.drawn_class not in now.found:
        return (
            f"The {now.drawn_class} is there and its capsule, {short(now.lengths[now.drawn_class])} long, is not among the two "
            "longest."
        )
    return None


# Charts and numbers.


def picture(title, letters):
    """Pixels of a canvas."""
    inked = [(place, int(letter, 16)) for place, letter in enumerate(letters) if letter != "0"] or [(0, 0)]
    ink = len(inked) / len(letters)
    return {
        "title": title,
        "alt": f"{title}: {percent(ink)} of the pixels have ink.",
        "x": axis("Pixel, column", scale="band", domain=PLACES),
        "y": axis("Pixel, row", scale="band", domain=PLACES),
        "marks": [
            {
                "type": "heat",
                "x": [PLACES[place % SIDE] for place, _ in inked],
                "y": [PLACES[place // SIDE] for place, _ in inked],
                "value": [grey for _, grey in inked],
                "most": SETTINGS["greys"],
                "label": [f"row {place // SIDE}, column {place % SIDE}, of {SETTINGS['greys']}" for place, _ in inked],
            }
        ],
        "height": 1,
        "wide": False,
    }


def lengths_chart(now):
    """The ten lengths: those of the two digits that are there in colour."""
    roles = ["accent" if j in now.labels else "idle" for j in range(10)]
    tips = [f"{j}: {short(length)}" for j, length in enumerate(now.lengths)]
    longest = " and ".join([str(j) for _, j in now.read[::-1]])
    return {
        "title": f"The longest are {longest}; there are {now.labels[0]} and {now.labels[1]}",
        "alt": f"Lengths of the capsules: {', '.join(tips)}.",
        "x": axis("Class", scale="band", domain=CLASSES),
        "y": axis("Length of its capsule", domain=[0, 1]),
        "marks": [
            {"type": "bar", "y": now.lengths, "role": roles, "label": tips},
            {
                "type": "point",
                "x": [str(now.drawn_class)],
                "y": [now.lengths[now.drawn_class]],
                "role": "failure" if now.capsule == 2 else "text",
                "label": ["drawn"],
            },
        ],
        "legend": [legend_entry("accent", "is there"), legend_entry("idle", "is not"), legend_entry("text", "drawn")],
        "height": 0.3,
        "wide": True,
    }


def readout_of(now):
    tiles = [tile("Digits found, of two", len(now.found), role="accent" if len(now.found) == 2 else "failure")]
    tiles.append(tile(f"Length of the capsule of {now.drawn_class}", now.lengths[now.drawn_class], "four"))
    tiles.append(tile(f"Error against the {now.labels[0]}", now.errors[0], "four", role="stall"))
    return tiles + [tile(f"Error against the {now.labels[1]}", now.errors[1], "four", role="stall")]


def table_of(now):
    columns = [column("Class")] + [column("Length", "four"), column("Is there")]
    rows = [[str(j), length, "yes" if j in now.labels else ""] for j, length in enumerate(now.lengths)]
    return {"caption": f"Lengths, a {now.labels[0]} over a {now.labels[1]}", "columns": columns, "rows": rows}
