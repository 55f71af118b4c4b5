"""The recorded rounds of COLT: how many weights two models keep, and both; the fate of single weights; the lottery beside it."""

from .kit.measured import measured
from .kit.memo import Memo

SETTINGS = measured("ticket_overlap")["settings"]
BY_METHOD = dict([(row["method"], row) for row in measured("ticket_overlap")["rows"]])
COLT, LOTTERY, DENSE = BY_METHOD["colt"], BY_METHOD["lottery"]["rounds"], BY_METHOD["lottery"]["dense"]
LAYERS = SETTINGS["layers"]
SIZES = SETTINGS["sizes"]
EVERY = sum([SIZES[name] for name in SIZES])
WHOLE = EVERY - sum([SIZES[name] for name in LAYERS])  # weights of the classifier, which COLT leaves alone
ROUNDS = len(COLT["rounds"])
LETTERS = SETTINGS["letters"]
DROP = SETTINGS["per_round"]
BOTH, ONE, OTHER, NEITHER, GONE = "kept by both", "by the first alone", "by the second alone", "by neither", "gone before"


class Round:
    """One round, in one layer or in "both". before: weights left as it begins; one, other: of them kept by each model; both: by
    both; after: weights left; by_input: what both would keep if they chose independently within the weights of each input."""

    def __init__(self, number, layer):
        self.number, self.layer = number, layer
        names = LAYERS if layer == "both" else [layer]
        rows = [COLT["rounds"][number - 1][name] for name in names]
        self.one, self.other, self.both, self.after, self.by_input = [sum([row[place] for row in rows]) for place in range(5)]
        self.size = sum([SIZES[name] for name in names])
        self.before = self.size if number == 1 else sum([COLT["rounds"][number - 2][name][3] for name in names])
        self.dropped = COLT["rounds"][number - 1]["dropped_by_each"]
        self.accuracy = COLT["rounds"][number - 1]["accuracy"]

    def share(self, count):
        """A count of weights as a share of those that were left."""
        return count / self.before

    def bounds(self):
        """What both keep, as a share, if they agree as far as they can, if they choose independently, and if they agree in as
        little as they can."""
        one, other = self.share(self.one), self.share(self.other)
        return min(one, other), one * other, max(0, one + other - 1)

    def parts(self):
        """(kept by both, by the first alone, by the second alone, by neither) as counts."""
        lone, lone_other = self.one - self.both, self.other - self.both
        return self.both, lone, lone_other, self.before - self.both - lone - lone_other


# round_of(number, layer)
round_of = Memo(Round, most=200)


def fate_at(letter, number):
    """What became of a weight by the end of a round."""
    place = LETTERS.find(letter)
    fell = (place + 2) // 3
    if place == 0 or fell > number:
        return BOTH
    return GONE if fell < number else (OTHER, ONE, NEITHER)[(place - 1) % 3]


def fates_of(piece, number):
    """The fates of the weights shown, row by row: of a neuron of fc1, "1" to the last, its 28 × 28 inputs; of "fc2" a row a
    neuron."""
    if piece == "fc2":
        rows = COLT["fates"]["fc2"]
    else:
        every = COLT["fates"]["fc1"][int(piece) - 1]
        rows = [every[28 * row : 28 * row + 28] for row in range(28)]
    return [[fate_at(letter, number) for letter in row] for row in rows]


def map_at(number):
    """(the share of the weights of each cell of pixels that stays after a round, row by row, and the most of them)."""
    most, letters = COLT["maps"][number - 1]
    side, weights = 28 // SETTINGS["cell"], SETTINGS["cell"] ** 2 * SIZES["fc1"] / 784
    shares = [LETTERS.find(letter) / (len(LETTERS) - 1) * most / weights for letter in letters]
    return [shares[side * row : side * row + side] for row in range(side)], most / weights


def colt_lefts():
    """The share of all weights that is left after each round; the classifier stays whole."""
    return [(WHOLE + sum([row[name][3] for name in LAYERS])) / EVERY for row in COLT["rounds"]]


def promised_lefts():
    """The same if the two models chose independently in every round."""
    return [(WHOLE + (EVERY - WHOLE) * (1 - DROP) ** (2 * number)) / EVERY for number in range(1, ROUNDS + 1)]


def lottery_lefts():
    return [row["left"] for row in LOTTERY]


def rounds_to(lefts, share):
    """After how many rounds at most a share of all weights is left, or None."""
    return ([place + 1 for place, left in enumerate(lefts) if left <= share + 5e-6] + [None])[0]
