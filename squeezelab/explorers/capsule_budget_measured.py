"""What was measured of capsules on a budget: digits read by networks of five seeds, at some settings and none between them."""

from ..core.words import THIN, formatted, grouped, plural
from .capsule_budget_model import PRESETS
from .kit.measured import measured

POINTS, SETTINGS = measured("capsule_budget")["rows"], measured("capsule_budget")["settings"]
FLOAT_BITS = 32
HOW = {  # what was measured along what, and the training, in words
    "bits": ("bits", "{after} in float numbers, then codes without more training"),
    "float": ("float", "{after}"),
    "routing": ("iterations", "{after}, trained and tested with the same number"),
    "removed": ("types taken out", "{before} with all, {after} with those left, the most active"),
    "scratch": ("types from scratch", "{after} with no more than these"),
}


def points_of(size):
    """What was measured of a size, in the order of the record."""
    return [row for row in POINTS if row["size"] == size]


def in_float(rows):
    return all([row["bits"] == FLOAT_BITS for row in rows])


def points_at(now):
    """What was measured of the very network of a `Budget`: one training or several, or none."""
    if (now.primary_dim, now.dim) != PRESETS[now.size][1:]:
        return []
    state = (now.types, now.iterations, now.bits)
    return [row for row in points_of(now.size) if (row["types"], row["iterations"], row["bits"]) == state]


def point_name(row):
    """A few words for a measured network.

    >>> point_name(POINTS[0]), point_name(POINTS[-1])
    ('4 bits', '2 from scratch')
    """
    if row["how"] == "bits":
        return "float" if row["bits"] == FLOAT_BITS else plural(row["bits"], "bit")
    if row["how"] == "routing":
        return plural(row["iterations"], "iteration")
    return f"{row['types']} from scratch" if row["how"] == "scratch" else f"{row['types']} of {row['had']} types"


def training_of(row):
    """(along what it was measured, how its networks were trained), in words.

    >>> training_of([row for row in POINTS if row["how"] == "removed"][0])
    ('types taken out', '5 epochs with all, 1 epoch with those left, the most active')
    """
    before = row.get("before", 0)
    along, words = HOW["float" if row["how"] == "bits" and row["bits"] == FLOAT_BITS else row["how"]]
    return along, words.format(before=plural(before, "epoch"), after=plural(row["epochs"] - before, "epoch"))


def score_words(row):
    """'98.41 ± 0.13 %': the mean and its standard error, kept in one line."""
    return f"{hundredths(row['accuracy'])}{THIN}±{THIN}{hundredths(row['error'])}{THIN}%"


def hundredths(share):
    return formatted(100 * share, "fixed2")


def read_here(now):
    """What the network of a `Budget` was measured to read, in a few words: of several trainings the lowest and the highest."""
    shares = sorted([row["accuracy"] for row in points_at(now)])
    if not shares:
        return "not measured"
    if len(shares) == 1:
        return score_words(points_at(now)[0])
    return f"{hundredths(shares[0])} to {hundredths(shares[-1])}{THIN}%"


def protocol_of(size):
    """How the points of a size were measured, in sentences."""
    rows, known = points_of(size), []
    for row in rows:
        words = ": ".join(training_of(row))
        known += [] if words in known else [words]
    if not rows:
        return "What this network reads was not measured."
    form = f"{FLOAT_BITS} bits, float numbers, " if in_float(rows) else ""
    seeds, tested = plural(len(SETTINGS["seeds"]), "seed"), grouped(SETTINGS["test_size"])
    images = f"{grouped(SETTINGS['images'])} moved by up to {plural(SETTINGS['shift'], 'pixel')}"
    head = f"Digits right: means over {seeds} ± standard error, {tested} test digits, {form}trained on {images}"
    return f"{head}; {'; '.join(known)}. Between these points nothing was measured."
