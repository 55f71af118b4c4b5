"""The board as a figure and the command line read it: who stands where, at which cost, and which differences are real."""

from .board_names import is_control
from .kit.measured import measured
from .kit.memo import Memo

FINE = 100_000  # halves of intervals are stored as whole numbers of this part
MILLIONS = ("training", "executed")  # costs that are stored in millions
BETTER, WORSE, UNTOLD = "ahead", "behind", "cannot tell them apart"
MUST_BE_BEATEN = ("random_weights", "static", "random", "uniform", "dense_small", "dense/equal_macs")


class Place:
    """The members of the board at a place: a kind, a level and a budget.

    members: in the record's order; score: {member: (mean, standard error)}; price: {member: {cost: number or None}}; order:
    members, the most accurate first.
    """

    def __init__(self, rows, costs, halves):
        self.members, self.score, self.price, self.halves = [], {}, {}, halves
        for row in rows:
            member = row["member"]
            self.members.append(member)
            self.score[member] = row["mean"], row["error"]
            self.price[member] = dict([(cost, row[cost]) for cost in costs])
        self.order = sorted(self.members, key=lambda member: (-self.score[member][0], self.members.index(member)))

    def difference(self, first, second):
        """(mean, half the 95 % interval) of the first's accuracy less the second's."""
        low, high = sorted([self.members.index(first), self.members.index(second)])
        if low == high:
            return 0.0, 0.0
        before = low * len(self.members) - low * (low + 1) // 2  # pairs whose first member stands before the lower one
        return self.score[first][0] - self.score[second][0], self.halves[before + high - low - 1] / FINE

    def word(self, first, second):
        """Whether the first is ahead of the second, behind, or cannot be told apart from it."""
        mean, half = self.difference(first, second)
        return UNTOLD if abs(mean) <= half else BETTER if mean > 0 else WORSE


class Board:
    """A record of the board's shape, by place. own: members of a reader's, which the book does not have."""

    def __init__(self, record):
        settings = record["settings"]
        self.columns, self.costs, self.own = settings["columns"], settings["costs"], settings.get("own", [])
        self.rows = record["rows"]
        self.places = [(each["kind"], each["level"], each["budget"]) for each in record["places"]]
        self.halves = [each["halves"] for each in record["places"]]
        self.place, self.course = Memo(self.place_at, most=100), Memo(self.course_of, most=400)

    def place_at(self, kind, level, budget):
        """The `Place`; dense networks, which are at every level, come last."""
        there = [row for row in self.rows if row[0] == kind and row[2] == level and row[3] == budget]
        there += [row for row in self.rows if row[0] == kind and row[2] is None and row[3] == budget]
        return Place([self.cells(row) for row in there], self.costs, self.halves[self.places.index((kind, level, budget))])

    def cells(self, row):
        """A row as {column: value}, costs in single units."""
        found = dict(zip(self.columns, row))
        for cost in MILLIONS:
            found[cost] = 1_000_000 * found[cost]
        return found

    def kinds(self):
        return in_order([kind for kind, _, _ in self.places])

    def levels(self, kind):
        """The levels of a kind, the largest first."""
        return sorted(set([level for each, level, _ in self.places if each == kind]), reverse=True)

    def budgets(self, kind):
        return in_order([budget for each, _, budget in self.places if each == kind])

    def members(self, kind, budget):
        """All members of a kind and budget, at whatever level."""
        return in_order([row[1] for row in self.rows if row[0] == kind and row[3] == budget])

    def course_of(self, kind, budget, member):
        """The rows of a member at all levels as {column: value}, the largest level first."""
        rows = [self.cells(row) for row in self.rows if row[0] == kind and row[1] == member and row[3] == budget]
        return sorted(rows, key=lambda row: -(row["level"] or 2))

    def dense(self, kind):
        """The row of the dense network of a kind, the longest trained for equal epochs."""
        rows = [self.course(kind, "epochs", member)[0] for member in self.members(kind, "epochs") if is_whole(member)]
        return max(rows, key=lambda row: row["training"])


def is_whole(member):
    """Whether a member is the dense network itself, beside which all others are smaller or cheaper."""
    return member.partition("/")[0] == "dense" and member != "dense/equal_macs"


def must_be_beaten(control, member):
    """Whether a control asks of a method what its choices are worth: drawn, or dense and as small or cheap. Of controls nobody
    asks."""
    whose, _, what = control.partition("/")
    return not is_control(member) and (control in MUST_BE_BEATEN or whose == member and what != "")


def in_order(values):
    """Each value once, where it comes first."""
    return [value for place, value in enumerate(values) if value not in values[:place]]


# shipped(): the board of the book
shipped = Memo(lambda: Board(measured("board")), most=2)
