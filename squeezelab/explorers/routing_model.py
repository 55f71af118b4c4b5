"""Routing by agreement on the recorded votes of trained capsules for a few test digits, computed anew at every question."""

import math

from ..compression.integer_codes import VALUES
from .kit.measured import measured
from .kit.memo import Memo

VOTES = measured("routing_votes")
SETTINGS = VOTES["settings"]
CLASSES, CAPSULES, VALUES_EACH = SETTINGS["shape"]  # J, N, D
TYPES, SIDE = SETTINGS["types"], SETTINGS["side"]  # of the primary capsules: capsule = type · SIDE² + place
ROWS = dict([(row["which"], row) for row in VOTES["rows"]])
MOST = 10  # iterations that are offered
GAINS = [("1", "once"), ("10", "10-fold"), ("100", "100-fold")]
UNIFORM = 1 / CLASSES


def decoded_votes(which):
    """[J][D][N]: for each class and each value of its capsule the votes of all primary capsules."""
    step, letters, size = SETTINGS["step"], ROWS[which]["votes"], CAPSULES * VALUES_EACH
    votes = []
    for j in range(CLASSES):
        mine = [step * (VALUES[letter] - SETTINGS["most"]) for letter in letters[j * size : (j + 1) * size]]
        votes.append([mine[d * CAPSULES : (d + 1) * CAPSULES] for d in range(VALUES_EACH)])
    return votes


votes_at = Memo(decoded_votes, most=6)


def softmax_of(logits, over):
    """Couplings [J][N] of logits: over the outputs of each input, as it should be, or over the inputs of each output."""
    if over == "inputs":
        return [shares_of(row) for row in logits]
    columns = [shares_of(list(column)) for column in zip(*logits)]
    return [list(row) for row in zip(*columns)]


def shares_of(logits):
    most = max(logits)
    powers = [math.exp(logit - most) for logit in logits]
    total = sum(powers)
    return [power / total for power in powers]


def squashed_vector(s):
    """v of a sum s, with the ε of programs."""
    n2 = sum([value * value for value in s])
    factor = math.sqrt(n2 + 1e-8) / (1 + n2)
    return [value * factor for value in s]


class Iteration:
    """One iteration. logits, couplings, agreements: [J][N]; lengths: [J]; before: the iteration before it, or None."""

    def __init__(self, which, over, gain, number):
        votes = votes_at(which)
        before = iteration(which, over, gain, number - 1) if number > 1 else None
        self.logits = [[0.0] * CAPSULES for _ in range(CLASSES)]
        if before:
            gains = [[gain * each for each in row] for row in before.agreements] if gain != 1 else before.agreements
            self.logits = [[a + b for a, b in zip(*rows)] for rows in zip(before.logits, gains)]
        self.couplings = softmax_of(self.logits, over)
        self.lengths, self.agreements = [], []
        for mine, coupled in zip(votes, self.couplings):
            v = squashed_vector([sum([c * vote for c, vote in zip(coupled, row)]) for row in mine])
            self.lengths.append(math.sqrt(sum([value * value for value in v])))
            agreed = [0.0] * CAPSULES
            for value, row in zip(v, mine):
                agreed = [a + value * vote for a, vote in zip(agreed, row)]
            self.agreements.append(agreed)
        self.longest = max(self.lengths)
        self.read = self.lengths.index(self.longest)

    def second(self):
        """(the next longest length, its class)."""
        return max([(length, j) for j, length in enumerate(self.lengths) if j != self.read])

    def entropy(self):
        """Mean over input capsules of the entropy of their couplings, as a share of ln J; of couplings that a softmax over inputs
        made, what each input would get if its couplings were made to add up to 1."""
        total = 0
        for column in zip(*self.couplings):
            whole = sum(column)
            total -= sum([c / whole * math.log(c / whole) for c in column if c])
        return total / CAPSULES / math.log(CLASSES)

    def highest(self):
        """Mean over input capsules of their highest coupling."""
        return sum([max(column) for column in zip(*self.couplings)]) / CAPSULES

    def agreement(self, j):
        """Mean agreement of all inputs with class j."""
        return sum(self.agreements[j]) / CAPSULES

    def by_place(self, j):
        """Mean coupling to class j at each place, over the types there, row by row."""
        row, places = self.couplings[j], SIDE * SIDE
        return [sum([row[kind * places + place] for kind in range(TYPES)]) / TYPES for place in range(places)]


# iteration(which, over, gain, number)
iteration = Memo(Iteration, most=64)


def course(which, over, gain):
    """All iterations that are offered."""
    return [iteration(which, over, gain, number) for number in range(1, MOST + 1)]
