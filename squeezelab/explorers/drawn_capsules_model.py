"""A drawn digit in the codes of a CapsNet in whole numbers: what `drawn_capsules` shows.

Its weights are 290 kB of text, which a page fetches once a reader turns to the figure: nothing here asks for them on import.
"""

import json

from ..compression.capsule_arithmetic import length_code, softmax_table
from ..compression.integer_codes import words_of
from .kit.drawing import as_mnist
from .kit.drawn_digits import DIGITS
from .kit.kept import pixel_codes
from .kit.kernels import step_codes
from .kit.measured import measured, measured_later
from .kit.memo import Memo

NET = measured("drawn_capsules")
SETTINGS = NET["settings"]
(ROW,) = [row for row in NET["rows"] if "program" in row]
(FLOAT,) = [row for row in NET["rows"] if "program" not in row]  # the network before its numbers were rounded
STEPS = ROW["program"]["steps"]
PLACES = dict([(step["name"], place) for place, step in enumerate(STEPS)])
LAST = len(STEPS) - 1
VOTES = STEPS[PLACES["digits.votes"]]
CLASSES, CAPSULES, SIZE = VOTES["shape"]
TYPES = STEPS[PLACES["capsules"]]["types"]
SIDE = STEPS[PLACES["primary"]]["shape"][-1]  # capsule = type · SIDE² + place
ITERATIONS = len([step for step in STEPS if step["op"] == "capsule_sum"])
POSES = [PLACES[f"digits.squash{number}"] for number in range(1, ITERATIONS + 1)]
COUPLED = [PLACES[f"digits.couplings{number}"] for number in range(2, ITERATIONS + 1)]
UNIFORM = 1 / CLASSES
SCORES = dict([(row["drawing"], scores) for row, scores in zip(DIGITS, ROW["scores"])])


def whole_step(step, weights):
    """A step with what the record leaves out of it: codes of weights, or the table that follows from a scale."""
    if step["op"] == "softmax":
        return step | {"table": softmax_table(STEPS[step["from"][0]]["scale"])}
    if "weight_bits" not in step:
        return step
    kept = weights[step["name"]]
    return step | {"packed": kept["packed"], "count": kept["count"]}


def whole_program():
    """The program with its weights, as text."""
    weights = dict([(row["name"], row) for row in measured_later("capsule_weights")["rows"]])
    program = ROW["program"]
    return json.dumps(program | {"steps": [whole_step(step, weights) for step in STEPS], "input": GIVEN})


GIVEN = ROW["program"]["input"] | {"table": pixel_codes(ROW["program"]["input"])}
_text = Memo(whole_program, most=2)
pixels_of = Memo(as_mnist, most=16)
# the codes of the capsules of each iteration, of the couplings of all but the first, and the lengths
_codes = Memo(lambda digit: step_codes(_text(), json.dumps(pixels_of(digit)), POSES + COUPLED + [LAST]), most=16)


class Felt:
    """One drawing, after some iterations of routing, and the class whose capsule is looked at."""

    def __init__(self, digit, iterations, which):
        self.digit, self.iterations, self.pixels = digit, iterations, pixels_of(digit)
        self.codes = _codes(digit)
        self.scores, self.lengths = self.codes[-1], self.lengths_after(iterations)
        self.longest = max(self.lengths)
        self.read = self.lengths.index(self.longest)
        self.shown = self.read if which == "longest" else int(which)
        self.empty = max(self.pixels) == 0

    def capsule(self, j, iterations):
        """The codes of an output capsule after so many iterations."""
        return self.codes[iterations - 1][j * SIZE : (j + 1) * SIZE]

    def lengths_after(self, iterations):
        """The lengths of all output capsules, by the integer root that the last step takes."""
        bits, scale = STEPS[LAST]["root_bits"], STEPS[POSES[iterations - 1]]["scale"]
        squares = [sum([code * code for code in self.capsule(j, iterations)]) for j in range(CLASSES)]
        return [length_code(square, bits) * scale / 2**bits for square in squares]

    def second(self):
        """(the next longest length, its class)."""
        return max([(length, j) for j, length in enumerate(self.lengths) if j != self.read])

    def pose(self):
        """The values of the capsule that is looked at."""
        scale = STEPS[POSES[self.iterations - 1]]["scale"]
        return [code * scale for code in self.capsule(self.shown, self.iterations)]

    def couplings_after(self, iterations, j):
        """How much each input capsule counts for class j in this iteration: the same in the first."""
        if iterations == 1:
            return [UNIFORM] * CAPSULES
        scale = STEPS[COUPLED[iterations - 2]]["scale"]
        codes = self.codes[ITERATIONS + iterations - 2]
        return [code * scale for code in codes[j * CAPSULES : (j + 1) * CAPSULES]]

    def couplings(self):
        return self.couplings_after(self.iterations, self.shown)

    def as_recorded(self):
        """Whether the lengths are those that torch's whole numbers gave to this drawing; None where it is none of the test's."""
        return self.scores == SCORES[self.digit] if self.digit in SCORES else None


def products_of(step):
    """Multiplications of a step, those that make codes of sums apart."""
    if step["op"] == "conv":
        _, high, wide = step["shape"]
        return PARAMETERS[step["name"]] * high * wide
    if step["op"] == "votes":
        return PARAMETERS[step["name"]]
    return words_of(VOTES["shape"]) if step["op"] in ("capsule_sum", "agreement") else 0


def multiplied():
    """Products of one answer."""
    return sum([products_of(step) for step in STEPS])


PARAMETERS = dict([(row["name"], row["count"]) for row in SETTINGS["weights"]])
WEIGHTS = sum([row["count"] for row in SETTINGS["weights"]])
