"""A program executed in integers: what a microcontroller would give, on many images at once.

Sums of products are made by torch's own convolution on whole numbers in float64, which is exact up to 2^53; float32 would be
only up to 2^24, and some of its kernels pass through fractions. So nothing is rounded but by `requantised`.
"""

import math

import torch
from torch import nn
from torch.nn import functional

from ..bridge.capsule_modules import shape_or_kind
from ..compression.capsule_program import check_form
from ..compression.fixed_point import requantised, rounding_of
from ..compression.q7_arithmetic import towards_zero
from ..data import Examples
from .capsule_codes import capsule_codes, capsule_tensors
from .capsule_steps import CAPSULE_STEPS
from .stepwise import last_reads, rims

BATCH = 250  # images at once, at most
CODES = 2**20  # of the largest map of a batch, or of one image: more do not stay near the processor


class Integers(nn.Module):
    """Executes an integer program. Called on images, (n, channels, height, width) in 0..1, it gives their scores as float
    numbers, so that `evaluate` takes it; `scores` gives the integers.

    Raises a ValueError for images of another shape, for none, and for such as are no floating-point numbers in 0..1.
    """

    def __init__(self, program: dict):
        super().__init__()
        self.program = program
        self.operations = [Operation(entry) for entry in program["steps"]]
        self.last_reads = last_reads(self.operations)
        self.table = torch.tensor(program["input"]["table"])
        self.batch = max(1, min(BATCH, CODES // max(math.prod(step["shape"]) for step in program["steps"])))

    def forward(self, images):
        last = self.program["steps"][-1]
        return (self.scores(images) - last["zero"]).float() * last["scale"]

    def scores(self, images) -> torch.Tensor:
        """Integer scores (n, classes), int64, of images (n, channels, height, width) or of `Examples`.

        An image is seen as pixels 0–255: its value times 255, to the nearest; each stands for one code of the table.
        """
        images = images.images if isinstance(images, Examples) else images
        shape = tuple(self.program["input"]["shape"])
        if not isinstance(images, torch.Tensor) or images.ndim != 4 or tuple(images.shape[1:]) != shape or not len(images):
            raise ValueError(f"the program reads images (n, {', '.join(map(str, shape))}), not {shape_or_kind(images)}")
        if not images.is_floating_point():
            raise ValueError(f"images are floating-point numbers in 0..1, not {images.dtype}; divide bytes by 255")
        if not (images.min() >= 0 and images.max() <= 1):
            raise ValueError(f"images must lie in 0..1, not in {images.min():g}..{images.max():g}; divide bytes by 255")
        with torch.no_grad():
            return torch.cat([self.codes(batch)[-1].flatten(1) for batch in images.split(self.batch)])

    def codes(self, images, keep=False):
        """The codes (int64) of every step; unless `keep`, None for those that nobody reads any more."""
        made = {-1: self.table[torch.round(images * 255).long()]}
        for place, operation in enumerate(self.operations):
            made[place] = operation([made[source] for source in operation.sources], self.program["rounding"])
            if not keep:
                for source in self.last_reads[place]:
                    made[source] = None
        return [made[place] for place in range(len(self.operations))]


class Operation:
    """One entry of a program as tensors. Its fields carry the names of a `Step`, by which `rims` reads the windows."""

    def __init__(self, entry):
        self.entry, self.op, self.name = entry, entry["op"], entry["name"]
        self.sources, self.shape = tuple(entry["from"]), tuple(entry["shape"])
        names = ("kernel", "stride", "padding", "dilation", "groups")
        self.geometry = {name: entry[name] for name in names if name in entry}
        self.tensors = {}
        check_form(entry, f"step {self.name!r}")
        if self.op in CAPSULE_STEPS:
            self.tensors = capsule_tensors(entry)
        elif "weights" in entry:
            self.put_weights(entry)
        if self.op == "lookup":
            self.tensors["table"] = torch.tensor(entry["table"])

    def put_weights(self, entry):
        channels = len(entry["bias"])
        weight = torch.tensor(entry["weights"], dtype=torch.int64)
        if self.op == "conv":
            weight = weight.view(channels, -1, *entry["kernel"])
        else:
            weight = weight.view(channels, -1)
        self.tensors = {"weight": weight.double()}
        self.tensors |= {name: torch.tensor(entry[name]) for name in ("bias", "multiplier", "shift")}

    def __call__(self, inputs, rounding):
        """The codes (int64) that it writes."""
        entry, x = self.entry, inputs[0]
        if self.op in CAPSULE_STEPS:
            return capsule_codes(entry, self.tensors, inputs, rounding)
        if self.op in ("conv", "linear"):
            per_channel = (-1, *[1] * (len(self.shape) - 1))
            sums = self.products(x - entry["zero_in"]) + self.tensors["bias"].view(per_channel)
            factors = [self.tensors[name].view(per_channel) for name in ("multiplier", "shift")]
            return self.written(requantised(sums, *factors, rounding))
        if self.op == "max_pool":
            padded = functional.pad(x.float(), rims(self, x), value=-float("inf"))  # codes are exact in float
            return self.written(self.shaped(functional.max_pool2d(padded, *self.windows)).long(), 0)
        if self.op == "avg_pool":
            sums = functional.pad((x - entry["zero_in"]).double(), rims(self, x))
            sums = functional.avg_pool2d(sums, *self.windows, divisor_override=1).long()
            return self.written(requantised(self.shaped(sums), entry["multiplier"][0], entry["shift"][0], rounding))
        if self.op == "add":
            return self.written(self.sum_of(inputs, rounding))
        if self.op == "concat":
            factors = zip(inputs, entry["zeros_in"], entry["multipliers"], entry["shifts"])
            return self.written(torch.cat([requantised(each - zero, q, e, rounding) for each, zero, q, e in factors], 1))
        if self.op == "lookup":
            return self.tensors["table"][x - entry["low_in"]]
        return self.written(self.shaped(x), 0)  # clip, flatten

    @property
    def windows(self):
        return self.geometry["kernel"], self.geometry["stride"]

    def shaped(self, x):
        return x.reshape(len(x), *self.shape)

    def written(self, codes, zero=None):
        """Codes within what this step may write, after its zero was added."""
        zero = self.entry["zero"] if zero is None else zero
        return (codes + zero).clamp(self.entry["low"], self.entry["high"])

    def products(self, x):
        """Sums of products, int64, of codes less their zero (int64)."""
        weight, x = self.tensors["weight"], x.double()
        if self.op == "linear":
            return functional.linear(x.flatten(1), weight).long()
        x = functional.pad(x, rims(self, x))
        dilation, groups = self.geometry["dilation"], self.geometry["groups"]
        return functional.conv2d(x, weight, None, self.geometry["stride"], 0, dilation, groups).long()

    def sum_of(self, inputs, rounding):
        """Both operands of a sum at one scale, added, at the scale of the output."""
        entry = self.entry
        if entry.get("form") == "product":
            return towards_zero(inputs[0] + inputs[1], entry["code_shift"])
        rounding = rounding_of(entry, rounding)
        factors = list(zip(entry["multipliers"], entry["shifts"]))
        parts = [
            requantised((each - zero) << entry["left_shift"], *factor, rounding)
            for each, zero, factor in zip(inputs, entry["zeros_in"], factors)
        ]
        return requantised(parts[0] + parts[1], *factors[2], rounding)
