"""What pruning methods were measured to reach at an equal share of a cost, and which of their differences are real."""

from ..core.words import formatted, percent
from .kit.measured import measured
from .kit.memo import Memo

METHODS = [
    ("l1_filter", "L1 of filters"),
    ("fpgm", "FPGM"),
    ("taylor", "Taylor"),
    ("slimming", "slimming"),
    ("nisp", "NISP"),
    ("sbpf", "SBPF"),
    ("smcp", "SMCP"),
    ("complexity_pa", "PA"),
    ("complexity_fa", "FA"),
    ("complexity_ma", "MA"),
    ("random", "random over all"),
    ("uniform", "random per layer"),
]
AXES = [
    ("params", "parameters"),
    ("stored_bytes", "bytes stored"),
    ("macs", "MACs"),
    ("cycles", "cycles, squeezelerator-16"),
    ("systolic_cycles", "cycles, scalesim-16"),
    ("ms", "milliseconds, measured"),
    ("training", "MACs of training"),
]
METHOD_NAMES = dict(METHODS)
SHORT = dict([(name, label.split(",")[0]) for name, label in AXES]) | {"systolic_cycles": "systolic cycles"}
KEYS = [method for method, _ in METHODS]
SHARES = [0.5, 0.2, 0.1]  # of the dense network's


class Standing:
    """The methods at an equal share of a cost.

    score: {method: (mean, standard error)}, None for one whose networks are all dearer; order: those that have one, the most
    accurate first; missing: the others.
    """

    def __init__(self, axis, share):
        row = [each for each in measured("pruning_families")["equal"] if each["axis"] == axis and each["share"] == share][0]
        self.score, self.halves = {}, row["halves"]
        for method, mean, error in zip(KEYS, row["means"], row["errors"]):
            self.score[method] = None if mean is None else (mean, error)
        self.missing = [method for method in KEYS if self.score[method] is None]
        there = [method for method in KEYS if self.score[method] is not None]
        self.order = sorted(there, key=lambda method: (-self.score[method][0], KEYS.index(method)))

    def difference(self, first, second):
        """(mean, half the 95 % interval) of the first's accuracy less the second's, or None where one of them is missing."""
        if first in self.missing or second in self.missing:
            return None
        if first == second:
            return 0.0, 0.0
        low, high = sorted([KEYS.index(first), KEYS.index(second)])
        before = low * len(KEYS) - low * (low + 1) // 2  # pairs whose first method stands before the lower one
        return self.score[first][0] - self.score[second][0], self.halves[before + high - low - 1]

    def tells(self, first, second):
        """1 or −1 where the first is more accurate, or less, beyond the interval; 0 where they cannot be told apart."""
        found = self.difference(first, second)
        if found is None or abs(found[0]) <= found[1]:
            return 0
        return 1 if found[0] > 0 else -1


# standing_of(axis, share): all 18 there are
standing_of = Memo(Standing, most=36)


def pairs():
    return [(first, second) for place, first in enumerate(KEYS) for second in KEYS[place + 1 :]]


class Change:
    """What becomes of the ranking at equal parameters when another cost is equal, among the methods whose networks get there.

    before, told: how many pairs the trainings tell apart at equal parameters, and now; lost: those before alone; turned: pairs
    (ahead at equal parameters, ahead now) that are told apart both times, the clearest first.
    """

    def __init__(self, axis, share):
        old, now = standing_of("params", share), standing_of(axis, share)
        self.turned, self.before, self.told, self.lost = [], 0, 0, 0
        for first, second in pairs():
            if now.difference(first, second) is not None:
                was, is_now = old.tells(first, second), now.tells(first, second)
                self.before += was != 0
                self.told += is_now != 0
                self.lost += was != 0 and is_now == 0
                if was * is_now < 0:
                    self.turned.append((first, second) if was > 0 else (second, first))
        self.turned = sorted(self.turned, key=lambda pair: (-clearness(old, now, pair), KEYS.index(pair[0])))


def clearness(before, now, pair):
    """By how many of its intervals a pair is apart, where that is least."""
    return min([abs(mean) / half for mean, half in (before.difference(*pair), now.difference(*pair))])


# change_of(axis, share)
change_of = Memo(Change, most=36)


def points(method):
    """The rows of a method, the smallest network first; the dense one, trained as long, is the last of each."""
    rows = [row for row in measured("pruning_families")["rows"] if row["method"] in (method, "dense")]
    return sorted(rows, key=lambda row: row["kept"])


# points_of(method): all twelve there are
points_of = Memo(points, most=24)


def point_at(method, kept):
    """The row of a method at a share of the parameters."""
    return [row for row in points_of(method) if row["kept"] == kept][0]


def cheapest_of_the_best(share):
    """(the most accurate method at equal parameters, of those not told apart from it the one that took least to train)."""
    now = standing_of("params", share)
    best = now.order[0]
    alike = [method for method in now.order if now.tells(best, method) == 0]
    return best, min(alike, key=lambda method: point_at(method, share)["shares"]["training"])


def of_it(axis, share):
    """'20 % of the MACs'."""
    return f"{percent(share)} of the {SHORT[axis]}"


def in_points(part):
    """Points of a percent, with one decimal."""
    return formatted(100 * part, "fixed1")
