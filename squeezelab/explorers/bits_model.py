"""The recorded values of the trained `mini_vgg` under codes of a few bits: where they are clipped, and what is lost."""

import math

from ..compression.affine import affine_of
from ..compression.calibration import GRID, clip_of
from ..compression.code_bytes import parameter_bytes
from ..compression.histogram import Histogram, coded_values, squared_errors
from ..core.words import formatted
from ..hardware.simulate import simulate
from ..networks.minis import mini_vgg
from .kit.measured import measured
from .kit.memo import Memo

ROWS, SETTINGS = measured("histograms")["rows"], measured("histograms")["settings"]
SEEDS = measured("bits")["settings"]
READ = measured("bits_on_digits")["settings"]["images"]
LAYERS = [row["layer"] for row in ROWS if row["of"] == "weights"]
RULES = [("minmax", "min–max"), ("percentile", "99.9 %"), ("mse", "least squares"), ("kl", "KL")]
RULE_NAMES = dict(RULES)
MACHINES = ["squeezelerator-16", "tpu-like"]
BINARY_MAPS, SUM_BITS = 8, 32  # bits of the maps beside binary weights, as in `quantize`; of sums
MOST_BITS = 8
EVERY = 3  # of the clips in `GRID` is drawn


def stored_row(values):
    """The record of 'conv1 weights' or 'conv1 outputs'."""
    layer, of = values.split()
    return [row for row in ROWS if (row["layer"], row["of"]) == (layer, of)][0]


class Seen:
    """What occurs in a tensor. counts: its histogram; lost: the same with each value as often as its error counts, where every
    channel has a scale of its own the square of its largest; kl: the clips of that rule, by bits from 1; symmetric: whether 0 is
    the middle of its codes."""

    def __init__(self, values, granularity):
        row = stored_row(values)
        self.symmetric = row["of"] == "weights"
        if not self.symmetric:
            width = (row["high"] - row["low"]) / len(row["counts"])
            self.counts = self.lost = Histogram(row["low"], width, row["counts"], row["zeros"])
        elif granularity == "tensor":
            self.counts = self.lost = Histogram(-row["most"], 2 * row["most"] / len(row["counts"]), row["counts"])
        else:
            self.counts = Histogram(-1, 2 / len(row["parts"]), row["parts"])
            self.lost = Histogram(-1, 2 / len(row["energies"]), row["energies"])
        self.kl = row["kl_parts" if self.symmetric and granularity == "channel" else "kl"]
        self.most = max(-self.counts.low, self.counts.high)
        self.signal = self.lost.running[-1][2] / self.lost.total  # mean square

    def affine(self, clip, bits):
        """The codes of a clip at a part of the range."""
        return affine_of(clip * self.counts.low, clip * self.counts.high, bits, self.symmetric)


# seen_in(values, granularity)
seen_in = Memo(Seen, most=20)


def error_at(values, granularity, bits, place):
    """The mean squared errors, of the signal, at a clip of `GRID`: (rounding, clipping)."""
    seen = seen_in(values, granularity)
    errors = squared_errors(seen.lost, seen.affine(GRID[place], bits))
    return errors.rounding / seen.signal, errors.clipping / seen.signal


def errors_along(values, granularity, bits):
    """[(place in `GRID`, (rounding, clipping))] at the clips that are drawn, and at those next to the best of them."""
    places = list(range(0, len(GRID), EVERY))
    found = [(place, error_at(values, granularity, bits, place)) for place in places]
    best = place_of_least(found)
    near = [place for place in range(max(best - EVERY, 0), min(best + EVERY, len(GRID))) if place not in places]
    return sorted(found + [(place, error_at(values, granularity, bits, place)) for place in near])


def place_of_least(found):
    """Where in `GRID` the whole error is least."""
    return min([(sum(errors), place) for place, errors in found])[1]


# errors_of(values, granularity, bits)
errors_of = Memo(errors_along, most=80)


def clip_by(values, granularity, bits, rule):
    """The clip of a rule as a part of the range, as `clip_of` has it; the least error is looked for among those drawn."""
    seen = seen_in(values, granularity)
    if seen.symmetric and bits == 1:
        return clip_of(seen.lost, 1, rule, True)[1] / seen.most
    if rule == "mse":
        return GRID[place_of_least(errors_of(values, granularity, bits))]
    if rule == "kl":
        return seen.kl[bits - 1]
    return clip_of(seen.counts, bits, rule, seen.symmetric)[1] / seen.counts.high


# clip_at(values, granularity, bits, rule)
clip_at = Memo(clip_by, most=400)


class Coded:
    """A tensor under codes. clip: a part of its range; rounding, clipping: mean squared errors, of the signal; zero: share of the
    values that the code of 0 gets; seen: `Seen`."""

    def __init__(self, values, granularity, bits, clip):
        self.seen, self.clip, self.bits = seen_in(values, granularity), clip, bits
        self.affine = self.seen.affine(clip, bits)
        errors = squared_errors(self.seen.lost, self.affine)
        self.rounding, self.clipping = errors.rounding / self.seen.signal, errors.clipping / self.seen.signal
        self.levels = coded_values(self.affine)
        half, counts = self.affine.scale / 2, self.seen.counts
        at_zero = counts.below(half)[0] - counts.below(-half)[0] + counts.zeros
        self.zero = at_zero / counts.total if 0.0 in self.levels else 0.0

    @property
    def error(self):
        return self.rounding + self.clipping


class Cost:
    """The whole network with these bits everywhere: stored bytes, and on each machine cycles and energy."""

    def __init__(self, bits, granularity):
        network = mini_vgg()
        self.bytes = parameter_bytes(network, bits, granularity)
        maps = maps_bits(bits)
        runs = [simulate(network, name, weight_bits=bits, activation_bits=maps, sum_bits=SUM_BITS) for name in MACHINES]
        self.cycles, self.energy = [run.cycles for run in runs], [run.energy for run in runs]


# cost_of(bits, granularity)
cost_of = Memo(Cost, most=32)


def maps_bits(bits):
    return BINARY_MAPS if bits == 1 else bits


def read_right(bits, granularity, rule):
    """Share of the test digits that this very network reads, or None where it was not measured."""
    for row in measured("bits_on_digits")["rows"]:
        if (row["bits"], row["granularity"], row["calibration"]) == (bits, granularity, rule):
            return row["accuracy"]
    return None


def over_seeds(bits, granularity, rule):
    """(mean, standard error) of what networks of several seeds read of cluttered digits, or None where it was not measured."""
    for row in measured("bits")["rows"]:
        if (row["bits"], row["granularity"], row["calibration"]) == (bits, granularity, rule):
            return row["accuracy"], row["error"]
    return None


def decibels(error):
    """Signal over noise for a mean squared error of the signal."""
    return -10 * math.log10(error) if error else math.inf


def in_decibels(error):
    """The same in words."""
    return f"{formatted(decibels(error), 'fixed1')} dB"
