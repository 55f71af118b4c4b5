"""Slices of a trained kernel, what a factorisation makes of them, and what it leaves over."""

from ..compression.rank_choice import factored_weights, rank_within
from ..core.words import decimals, grouped, percent
from .kit.controls import choice, stops
from .kit.figures import axis, careful_percent, column, legend_entry, tile
from .kit.measured import measured
from .kit.memo import Memo
from .rank_model import METHOD_NAMES, METHODS

TITLE = "Four slices of a trained kernel"
CHANNELS = 64  # in and out: the widest kernels of experiments/rank.py
SHARES = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2]  # of the dense kernel's weights: those at which it kept the slices
CONTROLS = [
    choice("method", "Method", METHODS, "cp"),
    stops("kernel", "Kernel K", [3, 5, 7], 7, "taps a side"),
    stops("share", "Weights, at most", SHARES, 1 / 8) | {"format": "percent"},
]
HALF = 0.5  # of the slices' energy: with less the picture is another one [ours]
LEGEND = [legend_entry("weights", "positive"), legend_entry("accent", "negative")]


class Grid:
    """Where the taps of four slices are drawn, two by two with a gap between them, and what they are called.

    places: (output, input) channels of each slice; names: of the columns of the picture, and of its rows; x, y, labels: of
    every tap, slice by slice and row by row.
    """

    def __init__(self, kernel, places):
        self.places = places
        first, second = [[str(tap + 1) + " " * half for tap in range(kernel)] for half in (0, 1)]  # names must differ
        self.names = first + [" "] + second
        self.x, self.y, self.labels = [], [], []
        for number, (output, source) in enumerate(places):
            rows, columns = (first, second)[number // 2], (first, second)[number % 2]
            for down in range(kernel):
                for across in range(kernel):
                    self.y.append(rows[down])
                    self.x.append(columns[across])
                    self.labels.append(f"{output}←{source} ({down + 1},{across + 1})")


class Slices:
    """The slices by one method at one rank: dense, rebuilt and residual are lists of values in the order of the grid."""

    def __init__(self, method, kernel, share):
        shape = (CHANNELS, CHANNELS, kernel, kernel)
        weights = CHANNELS * CHANNELS * kernel * kernel
        row = measured_row(method, kernel)
        self.rank = rank_within(method, share * weights, shape)
        place = row["ranks"].index(self.rank)
        self.weights = factored_weights(method, self.rank, shape) / weights
        self.error = row["errors"][place]
        self.dense, self.rebuilt = in_line(row["dense"]), in_line(row["rebuilt"][place])
        self.residual = [round(before - after, 3) for before, after in zip(self.dense, self.rebuilt)]  # as recorded
        self.largest = max([abs(value) for value in self.dense])
        self.kept = 1 - squares(self.residual) / squares(self.dense)
        self.grid = kept_grid(kernel)


def measured_row(method, kernel):
    """What experiments/rank.py recorded of the slices of a kernel."""
    return [row for row in measured("kernel_slices")["rows"] if row["method"] == method and row["kernel"] == kernel][0]


# kept_slices(method, kernel, share)
kept_slices = Memo(Slices, most=48)
# kept_grid(kernel): whatever the method, the slices are the same
kept_grid = Memo(lambda kernel: Grid(kernel, measured_row(METHODS[0][0], kernel)["places"]), most=6)


def in_line(slices):
    return [value for one in slices for value in one]


def squares(values):
    return sum([value * value for value in values])


def figure(method, kernel, share):
    slices = kept_slices(method, kernel, share)
    left = max([abs(value) for value in slices.residual])
    return {
        "finding": finding_of(slices, method),
        "problem": problem_of(slices),
        "charts": [
            heat_map(slices, slices.dense, "The kernel itself"),
            heat_map(slices, slices.rebuilt, f"Rank {grouped(slices.rank)} keeps {percent(slices.kept)}"),
            heat_map(slices, slices.residual, f"{percent(1 - slices.kept)} is left over"),
        ],
        "readout": [
            tile("Rank", slices.rank),
            tile("Share of the weights", slices.weights, "percent", role="weights"),
            tile("Error of the whole kernel", slices.error, "percent"),
            tile("Energy kept, whole kernel", energy(slices), "percent"),
            tile("Energy kept, these slices", slices.kept, "percent"),
            tile("Largest value", slices.largest, "four"),
            tile("Largest value left over", left, "four"),
        ],
        "table": table_of(slices),
        "formula": f"energy kept = 1 − error² = 1 − {decimals(slices.error, 4)}² = {percent(energy(slices))}",
        "note": note_of(slices.grid),
    }


def finding_of(slices, method):
    head = f"{METHOD_NAMES[method]} of rank {grouped(slices.rank)} keeps {percent(energy(slices))} of this kernel's energy"
    return f"{head}, and {percent(slices.kept)} of the energy of its four strongest slices."


def note_of(grid):
    output, source = grid.places[0]
    return (
        f"Layer conv4 of mini-VGG at full width, {CHANNELS} channels in and out, trained on digits; the slices of the largest "
        f"norm, no channel twice. {grid.labels[0]} is the first tap to output {output} from input {source}. All pictures share "
        "one scale."
    )


def energy(slices):
    """Share of the whole kernel's squared norm that is kept."""
    return 1 - slices.error * slices.error


def problem_of(slices):
    if slices.kept >= HALF:
        return None
    return f"Only {careful_percent(slices.kept)} of these slices' energy is kept: most of the picture is in what is left over."


def heat_map(slices, values, title):
    low, high = min(values), max(values)
    return {
        "title": title,
        "alt": f"{title}. Four slices of the kernel, values from {decimals(low, 3)} to {decimals(high, 3)}.",
        "x": axis("Column of the kernel", scale="band", domain=slices.grid.names),
        "y": axis("Row of the kernel", scale="band", domain=slices.grid.names),
        "marks": [
            {
                "type": "heat",
                "x": slices.grid.x,
                "y": slices.grid.y,
                "value": values,
                "most": slices.largest,
                "label": slices.grid.labels,
            }
        ],
        "legend": LEGEND,
    }


def table_of(slices):
    columns = [column("Tap"), column("Kernel", "four")]
    columns += [column(f"Rank {grouped(slices.rank)}", "four"), column("Left over", "four")]
    rows = [list(row) for row in zip(slices.grid.labels, slices.dense, slices.rebuilt, slices.residual)]
    return {"caption": "Every tap of the four slices, to three decimals", "columns": columns, "rows": rows}
