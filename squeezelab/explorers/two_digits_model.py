"""Pairs of overlapping digits as they were recorded: what is read of them, what is drawn of a capsule, and what is drawn when one
of its numbers is moved.

The drawings of moved capsules are 200 kB of text, which a page fetches once a reader turns to the figure: nothing here asks for
them on import.
"""

import math

from .kit.measured import measured, measured_later

RECORD = measured("overlap_digits")
ROWS, SETTINGS = RECORD["rows"], RECORD["settings"]
SIDE, GREYS = SETTINGS["side"], SETTINGS["greys"]
CLASSES, NUMBERS = 10, 16
STEPS = [-0.3, -0.15, 0.15, 0.3]  # by which a number of a capsule was moved
ABSENT = 2  # the capsule of a class that is not there: of the others numbers were moved
LONGEST_RUN = 26  # of unchanged pixels, that one letter tells


def greys_of(letters):
    """Pixels as letters, from 0 to `GREYS`."""
    return [int(letter, 16) for letter in letters]


def unrolled(text):
    """Changes of pixels in greys: a capital letter tells of 1 (A) to 26 (Z) unchanged ones, any other of one change, which 0 to u
    stand for, −15 to 15."""
    changes = []
    for letter in text:
        changes += [0] * (ord(letter) - 64) if "A" <= letter <= "Z" else [int(letter, 31) - GREYS]
    return changes


class Drawn:
    """A pair, the capsule that is drawn of it, and `moved`: one of its numbers that is, or None (a class that is not there)."""

    def __init__(self, pair, capsule, number=0, by=0):
        self.row, self.capsule = [row for row in ROWS if row["pair"] == pair][0], capsule
        self.labels, self.lengths = self.row["classes"][:2], self.row["lengths"]
        self.drawn_class, self.pixels = self.row["classes"][capsule], greys_of(self.row["drawn"][capsule])
        self.errors, self.length = self.row["errors"][capsule], self.lengths[self.drawn_class]
        self.read = sorted([(length, j) for j, length in enumerate(self.lengths)])[-2:]  # [(length, class)], the longest last
        self.found = [j for j in self.labels if j in [each for _, each in self.read]]
        self.moved = Moved(pair, capsule, number, by) if by and capsule != ABSENT else None

    def beside(self):
        """The digit that the drawing is held against: its own, or of a class that is not there the one that it is nearer to."""
        return self.capsule if self.capsule < ABSENT else self.errors.index(min(self.errors))


class Moved:
    """A capsule of a digit that is there, one number of it moved by one of `STEPS`, and the ink that comes to its drawing and
    goes."""

    def __init__(self, pair, capsule, number, by):
        rows = measured_later("overlap_poses")["rows"]
        self.row = [row for row in rows if (row["pair"], row["capsule"]) == (pair, capsule)][0]
        self.number, self.by, self.step = number, by, STEPS.index(by)
        self.value, self.ink = self.row["pose"][number], self.row["ink"]
        self.come, self.gone = self.row["come"][number][self.step], self.row["gone"][number][self.step]

    def length(self):
        """Of the capsule with this number moved."""
        squares = [value * value for value in self.row["pose"]]
        return math.sqrt(sum(squares) + 2 * self.by * self.value + self.by**2)

    def changes(self):
        """Of each pixel, in greys."""
        return unrolled(self.row["changes"][self.number][self.step])

    def pixels(self, before):
        """The drawing in greys, from that of the capsule as it is."""
        return [min(GREYS, max(0, grey + change)) for grey, change in zip(before, self.changes())]
