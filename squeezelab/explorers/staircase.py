"""The staircase of array quantisation: cycles of a 3x3 convolution against its number of filters."""

from ..core.arith import ceil_div
from ..core.words import grouped, plural, si
from ..hardware import systolic_cost
from .kit.controls import choice, slider, stops
from .kit.figures import FLOWS, axis, careful_percent, column, legend_entry, tile
from .kit.memo import Memo

TITLE = "The staircase: filters against cycles"
INPUTS, TAPS = 64, 9  # channels that the 3x3 convolution reads, weights of its kernel
MOST = 128
WIDTHS = list(range(1, MOST + 1))
MOST_EMPTY = 0.25  # a width that leaves a larger share of the array's places empty counts as a failure
LEAST_BUSY = 0.25  # and so does one with a smaller share of busy cycles
CONTROLS = [
    slider("filters", "Filters", 1, MOST, 57),
    stops("side", "Array", [4, 8, 16, 32], 8, "PEs a side"),
    choice("dataflow", "Dataflow", FLOWS, "ws"),
    stops("size", "Output map", [7, 14, 28, 56], 14, "pixels a side"),
]


class Stairs:
    """Cycles for 1, 2, ... `MOST` filters on one array under one dataflow."""

    def __init__(self, side, dataflow, size):
        self.side, self.dataflow, self.m, self.k = side, dataflow, size * size, INPUTS * TAPS
        self.costs = [systolic_cost(self.m, n, self.k, side, side, dataflow) for n in WIDTHS]
        self.cycles = [cost.cycles for cost in self.costs]

    def full(self, n):
        """Cycles that `n` filters would take if every PE worked in every cycle."""
        return self.m * n * self.k / self.side**2

    def busy(self, n):
        """The share of the array's cycles that compute."""
        return self.full(n) / self.cycles[n - 1]

    def last_as_cheap(self, n):
        """The most filters, up to `MOST`, for the cycles of `n`."""
        while n < MOST and self.cycles[n] == self.cycles[n - 1]:
            n += 1
        return n

    def next_cheaper(self, n):
        """The most filters that take fewer cycles than `n`, or 0 if there are none."""
        cheaper = n - 1
        while cheaper and self.cycles[cheaper - 1] == self.cycles[n - 1]:
            cheaper -= 1
        return cheaper

    def held(self, n):
        """What sits in the columns, how many of them, and the share of places in rows and columns that is filled."""
        rows, columns, what = {
            "ws": (self.k, n, "filter"),
            "os": (self.m, n, "filter"),
            "is": (self.k, self.m, "pixel"),
        }[self.dataflow]
        places = ceil_div(rows, self.side) * ceil_div(columns, self.side) * self.side**2
        return what, columns, rows * columns / places


# kept_stairs(side, dataflow, size): all 48 there are
kept_stairs = Memo(Stairs, most=96)


def finding_of(stairs, n):
    last, cheaper = stairs.last_as_cheap(n), stairs.next_cheaper(n)
    width = plural(n, "filter")
    if last > n:
        start = f"{width} {'costs' if n == 1 else 'cost'} as many cycles as {last}"
    elif cheaper < n - 1:
        start = f"{width} fill their step: {cheaper + 1} to {n} all cost the same"
    else:
        start = f"Every filter counts: {width} {'takes' if n == 1 else 'take'} {grouped(stairs.cycles[n - 1])} cycles"
    if not cheaper:
        return f"{start}; no width is cheaper."
    saved = 1 - stairs.cycles[cheaper - 1] / stairs.cycles[n - 1]
    return f"{start}; {cheaper} {'saves' if cheaper == 1 else 'save'} {careful_percent(saved)}."


def problem_of(stairs, n):
    """A width that leaves much of the array empty or idle, or None."""
    what, columns, filled = stairs.held(n)
    if 1 - filled > MOST_EMPTY:
        passes = plural(ceil_div(columns, stairs.side), "pass", "passes")
        held = f"{plural(columns, what)} on {stairs.side} columns {'needs' if columns == 1 else 'need'} {passes}"
        return f"{careful_percent(1 - filled)} of the array's places stay empty: {held}."
    if stairs.busy(n) >= LEAST_BUSY:
        return None
    cost = stairs.costs[n - 1]
    useful, whole = cost.useful_cycles // cost.folds, cost.cycles // cost.folds
    return f"The array is hardly ever full: of the {whole} cycles of a fold, {useful} stream data, the others fill and drain."


def chart_of(stairs, n):
    """A bar for each width: what a full array would take, and on top of it what is lost."""
    full = [stairs.full(width) for width in WIDTHS]
    return {
        "title": chart_title(stairs, n),
        "alt": f"Cycles for 1 to {MOST} filters. {finding_of(stairs, n)}",
        "x": axis("Width of the 3×3 convolution", "filters", domain=[0, MOST + 1]),
        "y": axis("Time", "cycles", domain=[0, 1.08 * stairs.cycles[-1]], format="integer"),
        "height": 0.42,
        "legend": [
            legend_entry("compute", "if every PE worked in every cycle"),
            legend_entry("idle", "lost: empty, filling or draining"),
        ],
        "marks": [
            {"type": "bar", "x": WIDTHS, "y": full, "role": "compute", "label": "if every PE worked"},
            {"type": "bar", "x": WIDTHS, "y0": full, "y": stairs.cycles, "role": "idle", "label": "on this array"},
            {"type": "rule", "y": stairs.cycles[n - 1], "role": "reference"},
            chosen_points(stairs, n),
        ],
    }


def chosen_points(stairs, n):
    """The chosen width, ringed, and the next cheaper one."""
    cheaper = stairs.next_cheaper(n)
    places = [cheaper, n] if cheaper else [n]
    return {
        "type": "point",
        "x": places,
        "y": [stairs.cycles[place - 1] for place in places],
        "role": ["reference", "accent"] if cheaper else ["accent"],
        "size": [4] * len(places),
        "emphasis": [place == n for place in places],
        "label": [f"{plural(place, 'filter')}: {grouped(stairs.cycles[place - 1])} cycles" for place in places],
    }


def chart_title(stairs, n):
    first, last = stairs.next_cheaper(n) + 1, stairs.last_as_cheap(n)
    if first == last:
        return f"No other width takes as long as {plural(n, 'filter')}"
    return f"{first} to {last} filters take {si(stairs.cycles[n - 1])} cycles each"


def table_of(stairs, n):
    """The widths that pay, each the last before a step, and the chosen one."""
    widths = [width for width in WIDTHS if width in (n, MOST) or stairs.cycles[width] > stairs.cycles[width - 1]]
    columns = [column("Filters", "integer"), column("Folds", "integer"), column("Cycles", "integer")]
    return {
        "caption": "The last width before each step, and the chosen one",
        "columns": columns + [column("Busy", "percent")],
        "rows": [[width, stairs.costs[width - 1].folds, stairs.cycles[width - 1], stairs.busy(width)] for width in widths],
    }


def formula_of(stairs, n):
    """The closed form with the numbers of this state."""
    side, folds = stairs.side, grouped(stairs.costs[n - 1].folds)
    cycles = grouped(stairs.cycles[n - 1])
    if stairs.dataflow == "os":
        return f"⌈M/R⌉ · ⌈N/C⌉ · (R + C + K − 2) = {folds} · ({side} + {side} + {stairs.k} − 2) = {cycles}"
    held, streamed, count = ("N", "M", stairs.m) if stairs.dataflow == "ws" else ("M", "N", n)
    return f"⌈K/R⌉ · ⌈{held}/C⌉ · (2R + C + {streamed} − 2) = {folds} · ({2 * side} + {side} + {count} − 2) = {cycles}"


def figure(filters, side, dataflow, size):
    stairs = kept_stairs(side, dataflow, size)
    cost = stairs.costs[filters - 1]
    cheaper = stairs.next_cheaper(filters)
    return {
        "finding": finding_of(stairs, filters),
        "problem": problem_of(stairs, filters),
        "charts": [chart_of(stairs, filters)],
        "readout": [
            tile("Cycles", cost.cycles, role="compute"),
            tile("Folds", cost.folds, role="fill"),
            tile("Array busy", stairs.busy(filters), "percent", role="compute"),
            tile("Free up to", stairs.last_as_cheap(filters), unit="filters", role="accent"),
            tile("Next cheaper", cheaper or None, unit="filters" if cheaper else "", role="reference"),
        ],
        "table": table_of(stairs, filters),
        "formula": formula_of(stairs, filters),
        "note": f"3×3 over {INPUTS} channels on a systolic array, without DRAM; cycles: SCALE-Sim 3.0.0's, plus one.",
    }
