"""The recorded routes of some test digits: which filters run for each, what they cost, and where two digits differ."""

from .kit.measured import measured
from .kit.memo import Memo

SETTINGS = measured("dynamic_routes")["settings"]
DENSE = measured("dynamic_routes")["rows"][0]
DIGITS, ROWS = DENSE["digits"], measured("dynamic_routes")["rows"][1:]
LAYERS = SETTINGS["layers"]  # [name, filters, MACs, the routed layer that it reads, or None], the classifier last
ROUTED = LAYERS[:-1]
NAMES = [layer[0] for layer in ROUTED]
WHOLE = sum([layer[2] for layer in LAYERS])  # MACs of the dense network
HEADS, TESTED, WIDTH = SETTINGS["head_macs"], SETTINGS["test_size"], SETTINGS["width"]
SIDE = 16  # pixels of a small picture


def row_of(heads):
    return [row for row in ROWS if row["heads"] == heads][0]


def in_bits(text):
    """The truths in a text, four to a letter, the first one highest."""
    return [(int(letter, 16) >> place) & 1 for letter in text for place in (3, 2, 1, 0)]


def pixels_of(digit):
    """The picture of a digit, row by row, in steps from 0 to 15."""
    return [int(letter, 16) for letter in digit["pixels"]]


def macs_by_layer(counts):
    """MACs of each of `LAYERS`, where so many of its filters, {name: count}, run and read what runs before them."""
    sizes, found = dict([(layer[0], layer[1]) for layer in LAYERS]), []
    for name, filters, macs, source in LAYERS:
        share = counts.get(name, filters) / filters
        found.append(macs * share * (counts[source] / sizes[source] if source else 1))
    return found


class Route:
    """Which filters run for a digit under some heads. runs: {layer: a 0 or 1 for each filter}; counts: {layer: how many};
    by_layer: MACs of each of `LAYERS`; macs: of all, the heads' included."""

    def __init__(self, heads, digit):
        row, start = row_of(heads), 0
        bits = in_bits(row["runs"][digit])
        self.runs, self.counts = {}, {}
        for name, filters, _, _ in ROUTED:
            self.runs[name] = bits[start : start + filters]
            self.counts[name] = sum(self.runs[name])
            start += filters
        self.digit, self.label, self.answer = DIGITS[digit], DIGITS[digit]["label"], row["answers"][digit]
        self.by_layer = macs_by_layer(self.counts)
        self.macs = sum(self.by_layer) + HEADS
        self.filters = sum(self.counts.values())

    def lost(self):
        """Whether it is mistaken here, and not by the dense network."""
        return self.answer != self.label and self.digit["answer"] == self.label


# route_of(heads, digit): all are kept
route_of = Memo(Route, most=2 * len(ROWS) * len(DIGITS))


class Pair:
    """Two digits under some heads, in one layer. parts: {layer: [filters that run for both, only for A, only for B]}."""

    def __init__(self, heads, first, second, layer):
        self.row, self.layer = row_of(heads), layer
        self.a, self.b = route_of(heads, first), route_of(heads, second)
        self.same, self.parts = first == second, {}
        for name in NAMES:
            pairs = list(zip(self.a.runs[name], self.b.runs[name]))
            self.parts[name] = [pairs.count(pair) for pair in ((1, 1), (1, 0), (0, 1))]

    def named(self):
        return [("A", self.a), ("B", self.b)]

    def apart(self, layer=None):
        """In how many filters the two differ, of a layer or of all."""
        return sum([self.parts[name][1] + self.parts[name][2] for name in ([layer] if layer else NAMES)])

    def filters(self):
        """Of the filters of the layer (how often it runs, its number, runs for A, runs for B), the most frequent first."""
        often, both = self.row["often"][self.layer], zip(self.a.runs[self.layer], self.b.runs[self.layer])
        found = [(-count, place, a, b) for place, (count, (a, b)) in enumerate(zip(often, both))]
        return [(-count / TESTED, place, a, b) for count, place, a, b in sorted(found)]

    def one_for_all(self):
        """Whether there is hardly more than one route: a hundred digits and more share one."""
        return 100 * self.row["routes"] < TESTED
