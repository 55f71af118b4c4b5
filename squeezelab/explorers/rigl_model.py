"""The recorded masks of a sparse training: where the weights of each method are after each update, and what an update cost."""

import math

from .kit.measured import measured
from .kit.memo import Memo

RECORD = measured("rigl_timeline")
SETTINGS, ROWS = RECORD["settings"], RECORD["rows"]
METHODS = [("static", "static"), ("set", "SET"), ("rigl", "RigL")]
NAMES = dict(METHODS)
MOMENTS = [moment["step"] for moment in ROWS[0]["moments"]]
LAYERS = sorted(ROWS[0]["sizes"])
COUNTS, SIZES, INPUTS = ROWS[0]["counts"], ROWS[0]["sizes"], ROWS[0]["inputs"]
SIDE, INK = SETTINGS["squares"], SETTINGS["ink"]
PALE = 5  # hundredths of the largest spread: a square that is nearly the same in all digits
EDGE = 3  # squares around the middle 8 × 8


def row_of(method):
    return [row for row in ROWS if row["method"] == method][0]


def maps(method):
    """Weights of fc1 that look at each square, at every moment."""
    now, found = [0] * len(INK), []
    for moment in row_of(method)["moments"]:
        if moment["squares"]:
            now = [count + change for count, change in zip(now, moment["squares"])]
        found.append(now)
    return found


# maps_of(method): all are kept
maps_of = Memo(maps, most=2 * len(METHODS))


# most_at_a_square(): of all methods and moments, so that maps can be compared
most_at_a_square = Memo(lambda: max([max(squares) for method, _ in METHODS for squares in maps_of(method)]), most=2)


def first_map():
    """That of the masks as they were drawn, alike for all methods."""
    return maps_of("static")[0]


def share_of(squares, chosen):
    """The share of the weights that look at the chosen squares."""
    return sum([count for place, count in enumerate(squares) if chosen(place)]) / sum(squares)


def is_middle(place):
    row, col = place // SIDE, place % SIDE
    return EDGE <= row < SIDE - EDGE and EDGE <= col < SIDE - EDGE


def is_pale(place):
    return INK[place] < PALE


def falling(step):
    """The share of a layer's weights that fall at a step; masks that have come to rest have none."""
    end = SETTINGS["until"] * MOMENTS[-1]
    return 0.5 * SETTINGS["alpha"] * (1 + math.cos(math.pi * step / end)) if step < end else 0


class Moment:
    """What is shown: the masks of a method after the update of a step, of one layer."""

    def __init__(self, method, layer, step):
        self.method, self.layer, self.step, self.place = method, layer, step, MOMENTS.index(step)
        self.name, self.row = NAMES[method], row_of(method)["moments"][self.place]
        self.here, self.count = self.row["layers"][layer], COUNTS[layer]
        self.squares, self.before, self.after = maps_of(method)[self.place], self.row["accuracy"][0], self.row["accuracy"][1]
        self.first = row_of("static")["moments"][0]["layers"][layer]

    def still(self, method):
        """The shares of the layer's first weights that are there, moment by moment."""
        return [moment["layers"][self.layer]["first"] / self.count for moment in row_of(method)["moments"]]

    def gone(self):
        return 1 - self.here["first"] / self.count

    def falls(self):
        """How many of the layer's weights fall in this update."""
        return 0 if self.method == "static" else int(falling(self.step) * self.count)
