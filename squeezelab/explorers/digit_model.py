"""A drawn digit in the codes of a small network, at every number of bits: what `draw_a_digit` shows."""

import json

from ..compression.integer_codes import unpacked
from ..compression.integer_run import class_of
from .kit.drawing import as_mnist
from .kit.drawn_digits import DIGITS
from .kit.kept import coarser, pixel_codes
from .kit.kernels import step_codes
from .kit.measured import measured
from .kit.memo import Memo

NET = measured("digit_net")
ROWS = dict([(row["bits"], row) for row in NET["rows"] if "program" in row])
(FLOAT,) = [row for row in NET["rows"] if "program" not in row]  # the network before its numbers were rounded
WIDTHS = sorted(ROWS)
WIDEST = WIDTHS[-1]
STEPS = ROWS[WIDEST]["program"]["steps"]
MAPS = [place for place, step in enumerate(STEPS) if step["op"] == "conv"]
LAST = len(STEPS) - 1
COUNTS = dict([(name, kept["count"]) for name, kept in FLOAT["weights"].items()])
NAMES = [step["name"].split("_")[0] for step in STEPS]  # a convolution ends with its ReLU: conv1_relu


def kept_weights(name):
    """The weights of a step in the bits in which they are stored."""
    kept = FLOAT["weights"][name]
    return unpacked(kept["packed"], NET["settings"]["kept"], kept["count"])


_kept = Memo(kept_weights, most=16)


def weights_at(step):
    """The weights of a step in as many bits as it asks for, channel by channel."""
    codes, grains = _kept(step["name"]), step["grains"]
    size, weights = len(codes) // len(grains), []
    for channel, grain in enumerate(grains):
        weights += coarser(codes[channel * size : (channel + 1) * size], grain, step["weight_bits"])
    return weights


def made_program(bits):
    """The program of a number of bits, whole."""
    program = ROWS[bits]["program"]
    steps = [step | ({"weights": weights_at(step)} if "grains" in step else {}) for step in program["steps"]]
    return program | {"steps": steps, "input": program["input"] | {"table": pixel_codes(program["input"])}}


program_at = Memo(made_program, most=16)
text_at = Memo(lambda bits: json.dumps(program_at(bits)), most=16)
pixels_of = Memo(as_mnist, most=16)
_pixels = Memo(lambda digit: json.dumps(pixels_of(digit)), most=16)
_scores = Memo(lambda digit, bits: step_codes(text_at(bits), _pixels(digit), [LAST])[0], most=128)
_maps = Memo(lambda digit, bits, place: step_codes(text_at(bits), _pixels(digit), [place])[0], most=64)


def agreeing(bits):
    """How many of the recorded test digits have, here and now, the scores that torch's whole numbers gave them."""
    return len([1 for row, scores in zip(DIGITS, ROWS[bits]["scores"]) if _scores(row["drawing"], bits) == scores])


agreed = Memo(agreeing, most=16)


class Seen:
    """One drawing at one number of bits, with a layer whose maps are looked at."""

    def __init__(self, digit, bits, place):
        self.digit, self.bits, self.place = digit, bits, place
        self.program, self.row = program_at(bits), ROWS[bits]
        self.pixels = pixels_of(digit)
        self.scores, self.codes = _scores(digit, bits), _maps(digit, bits, place)
        self.step, self.last = self.program["steps"][place], self.program["steps"][LAST]
        self.read = class_of(self.scores)
        self.empty = max(self.pixels) == 0

    def scores_at(self, bits):
        """The scores of all classes at another width, whole numbers."""
        return _scores(self.digit, bits)

    def read_at(self, bits):
        return class_of(self.scores_at(bits))

    def real(self, bits):
        """The scores of all classes as real numbers."""
        scale = ROWS[bits]["program"]["steps"][LAST]["scale"]
        return [score * scale for score in self.scores_at(bits)]

    def margin(self):
        """(how far the score of the class that is read lies above the next one's, that class)."""
        scores = self.real(self.bits)
        best = scores[self.read]
        rest = [(score, digit) for digit, score in enumerate(scores) if digit != self.read]
        second, digit = max(rest)
        return best - second, digit

    def moved(self):
        """How far a score lies from that of the widest codes, on average."""
        pairs = list(zip(self.real(self.bits), self.real(WIDEST)))
        return sum([abs(ours - theirs) for ours, theirs in pairs]) / len(pairs)

    def in_use(self):
        """Of the codes that the layer has, how many occur in its maps."""
        return len(set(self.codes))


def multiplications():
    """Products of one answer."""
    total = 0
    for step in STEPS:
        if step["name"] in COUNTS:
            total += COUNTS[step["name"]] * (step["shape"][1] * step["shape"][2] if step["op"] == "conv" else 1)
    return total


def weight_bytes(bits):
    """Bytes of the weights, packed, and of the biases, 4 each."""
    weighted = [step for step in STEPS if step["name"] in COUNTS]
    return sum([(COUNTS[step["name"]] * bits + 7) // 8 + 4 * len(step["bias"]) for step in weighted])
