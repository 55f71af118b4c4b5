"""What a stack of capsule blocks keeps by the closed forms, and what undoing it cost in digits, as it was measured."""

import math

from ..compression.reversible import inverse_growth, peak_stack_bytes, recompute_factor, stack_saved_bytes
from ..core.words import percent, short
from .kit.measured import measured
from .kit.memo import Memo

RECORD = measured("reversible_memory")
SETTINGS, ROWS = RECORD["settings"], RECORD["rows"]
DEPTHS, MOMENTA, GAINS, SEEDS = SETTINGS["depths"], SETTINGS["momenta"], SETTINGS["gains"], SETTINGS["seeds"]
ITERATIONS = SETTINGS["iterations"]
STACKS = [("residual", "residual"), ("autograd", "momentum, autograd"), ("reversible", "momentum, reversible")]
STACK_NAMES = dict(STACKS)
CARRY_BYTES = dict([("float32", 4), ("float64", 8)])
ROUNDING = 2.0**-24  # of a float32: half a step, of the number
BOUND = 1e-5  # how far off what is undone may be
LEAST, MOST = 1e-8, 1.0  # of the errors that are drawn
MILLIONTHS = 1e6


def rows_of(kind):
    return [row for row in ROWS if row["of"] == kind]


def error_rows(momentum, gain, carry):
    """{"inverse", "gradient": for each of `DEPTHS` [least, median, most] of the seeds}, as it was measured."""
    wanted = (momentum, gain, carry)
    return [row for row in rows_of("errors") if (row["momentum"], row["gain"], row["carry"]) == wanted][0]


def ending(value):
    """A measured error; what was no number any more is endless."""
    return math.inf if value is None else value


def between(errors, depth):
    """The median at a depth: measured, or on a straight line, of the logarithm, between the two measured ones."""
    for place, at in enumerate(DEPTHS):
        if at == depth:
            return ending(errors[place][1])
        if at > depth:
            low, high = ending(errors[place - 1][1]), ending(errors[place][1])
            if math.isinf(high):
                return high
            part = (depth - DEPTHS[place - 1]) / (at - DEPTHS[place - 1])
            return math.exp((1 - part) * math.log(max(low, 1e-30)) + part * math.log(max(high, 1e-30)))


def drawn(error):
    """An error where a picture has a place for it, in millionths."""
    return MILLIONTHS * min(max(error, LEAST), MOST)


def off_by(error):
    """A relative error in words.

    >>> off_by(5.25e-6), off_by(0.2), off_by(2.0)
    ('5.25 millionths', '20\u202f%', 'more than all')
    """
    if error > 1:
        return "more than all"
    if error >= 0.01:
        return percent(error)
    return short(MILLIONTHS * error) + " millionths" if error >= LEAST else "less than 0.01 millionths"


class Stacked:
    """What is shown: a stack of blocks of these sizes. kept, peak: bytes by kind of stack; inverse, gradient: relative errors."""

    def __init__(self, stack, depth, momentum, gain, carry, sizes):
        self.stack, self.depth, self.momentum, self.gain, self.carry = stack, depth, momentum, gain, carry
        self.batch, self.capsules, self.dim, self.layers = self.sizes = sizes
        self.kept = dict([(name, self.saved(name, depth)) for name, _ in STACKS])
        self.block = self.saved("residual", 1)
        self.peak = self.most_saved("reversible", depth)
        self.errors = error_rows(momentum, gain, carry)
        self.inverse, self.gradient = [between(self.errors[name], depth) for name in ("inverse", "gradient")]
        self.growth, self.factor = inverse_growth(momentum, depth), recompute_factor(ITERATIONS)

    def saved(self, name, depth):
        return stack_saved_bytes(name, depth, self.batch, self.capsules, self.dim, self.layers, CARRY_BYTES[self.carry])

    def most_saved(self, name, depth):
        return peak_stack_bytes(name, depth, self.batch, self.capsules, self.dim, self.layers, CARRY_BYTES[self.carry])

    def measured_bytes(self, name):
        """[(depth, bytes)] where torch's own were measured: at one size of the blocks."""
        if self.sizes != (SETTINGS["batch"], SETTINGS["capsules"], SETTINGS["dim"], 1):
            return []
        carry = self.carry if name == "reversible" else "float32"
        found = [row for row in rows_of("bytes") if (row["mode"], row["carry"]) == (name, carry)]
        return [(row["depth"], row["saved"]) for row in found]

    def deepest(self, momentum=None):
        """The largest measured depth up to which capsules come back within the bound, 0 for none."""
        row = error_rows(momentum or self.momentum, self.gain, self.carry)
        found = 0
        for depth, (_, median, _) in zip(DEPTHS, row["inverse"]):
            if ending(median) > BOUND:
                break
            found = depth
        return found


# stacked(stack, depth, momentum, gain, carry, sizes)
stacked = Memo(Stacked, most=60)


def trained_errors(depth, carry, name):
    """The largest error of the trained stacks of a depth."""
    return [row[carry][name][2] for row in rows_of("trained") if row["depth"] == depth][0]


def timed_factor(depth):
    """(depth, processor time of a reversible step, of one with autograd), measured at the depth nearest to this one."""
    near = min([(abs(row["depth"] - depth), row["depth"], row["factor"]) for row in rows_of("time")])
    return near[1], near[2]
