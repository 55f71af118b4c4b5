"""Programs of whole numbers to try executors on: each op in several shapes, drawn from a seed, and what torch makes of them.

`PYTHONPATH=tests python -m support.integer_programs` prints one.
"""

import json
import random

import torch
from torch.nn import functional

from squeezelab.compression.fixed_point import multiplier_of, requantised
from squeezelab.compression.integer_codes import weight_codes
from squeezelab.compression.integer_program import check_program, packed_codes

CODES = {"low": -128, "high": 127, "bits": 8, "scale": 0.05}
INPUT = [6, 9, 8]


class Drawn:
    """A program that grows by a step a call; each returns the place of what it added."""

    def __init__(self, seed, rounding="double"):
        self.draw = random.Random(seed)
        table = [min(max(round(pixel * 0.9) - 120, -128), 127) for pixel in range(256)]
        given = {"shape": INPUT, "table": table, "scale": 0.01, "zero": -120, "bits": 8}
        self.program = {"format": 1, "name": f"drawn {seed}", "rounding": rounding, "input": given, "steps": [], "classes": None}

    def step(self, op, sources, shape, **more):
        steps = self.program["steps"]
        zero = more.pop("zero", self.draw.randint(-30, 30))
        steps.append({"op": op, "name": f"{op}{len(steps)}", "from": sources, "shape": shape, "zero": zero, **CODES, **more})
        return len(steps) - 1

    def source(self, at):
        return self.program["input"] if at < 0 else self.program["steps"][at]

    def factor(self, sums):
        """A multiplier that brings `sums` products to codes, somewhat too large so that some are clipped."""
        return multiplier_of(self.draw.uniform(0.5, 2) / (sums**0.5 * 40))

    def weighted(self, op, at, shape, fan_in, bits=8, **more):
        most = max(2 ** (bits - 1) - 1, 1)
        count = shape[0] * fan_in
        weights = [self.draw.choice((-1, 1)) if bits == 1 else self.draw.randint(-most, most) for _ in range(count)]
        pairs = [self.factor(fan_in * most / 60) for _ in range(shape[0])]
        more |= {"multiplier": [pair[0] for pair in pairs], "shift": [pair[1] for pair in pairs]}
        more |= {"bias": [self.draw.randint(-5000, 5000) for _ in range(shape[0])], "zero_in": self.source(at)["zero"]}
        return self.step(op, [at], shape, weight_bits=bits, weights=weights, **more)

    def conv(self, at, outputs, kernel=(3, 3), stride=(1, 1), padding=(1, 1), dilation=(1, 1), groups=1, bits=8):
        """padding: [top, left]; below and right as much again."""
        channels, *size = self.source(at)["shape"]
        sides = [
            (size[i] + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1) // stride[i] + 1 for i in range(2)
        ]  # as torch has it
        place = {"kernel": list(kernel), "stride": list(stride), "padding": list(padding), "dilation": list(dilation)}
        fan_in = channels // groups * kernel[0] * kernel[1]
        return self.weighted("conv", at, [outputs, *sides], fan_in, bits, groups=groups, **place)

    def linear(self, at, outputs, bits=8, **more):
        fan_in = 1
        for size in self.source(at)["shape"]:
            fan_in *= size
        return self.weighted("linear", at, [outputs], fan_in, bits, **more)

    def pool(self, op, at, kernel, stride, padding=(0, 0)):
        source = self.source(at)
        channels, *size = source["shape"]
        sides = [(size[i] + 2 * padding[i] - kernel[i]) // stride[i] + 1 for i in range(2)]
        more = {"kernel": list(kernel), "stride": list(stride), "padding": list(padding)}
        if op == "avg_pool":
            multiplier, shift = multiplier_of(1.1 / (kernel[0] * kernel[1]))
            more |= {"multiplier": [multiplier], "shift": [shift], "zero_in": source["zero"]}
        else:
            more |= {"zero": source["zero"]}
        return self.step(op, [at], [channels, *sides], **more)

    def joined(self, op, places, shape, factors):
        pairs = [multiplier_of(factor) for factor in factors]
        more = {"zeros_in": [self.source(at)["zero"] for at in places], "left_shift": 20}
        if op == "concat":
            del more["left_shift"]
        return self.step(op, places, shape, multipliers=[p[0] for p in pairs], shifts=[p[1] for p in pairs], **more)


def drawn_program(seed, rounding="double"):
    """Every op at least once: strides, paddings and dilations that differ by axis, groups, weights of 8 to 1 bits."""
    net = Drawn(seed, rounding)
    a = net.conv(-1, 8, (3, 3), (1, 1), (1, 1))
    b = net.conv(a, 8, (3, 1), (1, 1), (1, 0), groups=8, bits=4)
    c = net.joined("add", [a, b], net.source(a)["shape"], [0.8, 0.6, 1 / 2**20])
    d = net.pool("max_pool", c, (3, 2), (2, 1), (1, 1))
    e = net.conv(d, 6, (2, 3), (1, 2), (0, 2), (1, 2), groups=2, bits=3)
    f = net.conv(d, 4, (2, 3), (1, 2), (0, 2), (1, 2), bits=2)
    g = net.joined("concat", [e, f], [10, *net.source(e)["shape"][1:]], [0.7, 1.3])
    table = [max(code // 2, -20) for code in range(-128, 128)]
    h = net.step("lookup", [g], net.source(g)["shape"], table=table, low_in=-128)
    i = net.step("clip", [h], net.source(h)["shape"], zero=net.source(h)["zero"], low=-15, high=50)
    j = net.pool("avg_pool", i, (2, 2), (1, 1), (1, 0))
    k = net.conv(j, 5, (1, 1), (2, 2), (0, 0), bits=1)
    count = 1
    for size in net.source(k)["shape"]:
        count *= size
    flat = net.step("flatten", [k], [count], zero=net.source(k)["zero"])
    net.linear(flat, 7, bits=5, low=-32768, high=32767, zero=0)
    return check_program(net.program)


def drawn_pixels(seed, count=1):
    """That many images for `drawn_program`."""
    draw = random.Random(seed)
    size = INPUT[0] * INPUT[1] * INPUT[2]
    return [[draw.randint(0, 255) for _ in range(size)] for _ in range(count)]


def as_stored(program):
    """The same program with its weights packed, through JSON."""
    steps = []
    for step in program["steps"]:
        if "weights" in step:
            weights = step["weights"]
            step = {key: value for key, value in step.items() if key != "weights"}
            step |= {"packed": packed_codes(weights, step["weight_bits"]), "count": len(weights)}
        steps.append(step)
    return json.loads(json.dumps(program | {"steps": steps}))


# The same in torch, in integers of 64 bits: another way to say each op.


def padded(values, step, outside):
    """A map in a frame; torch pads left, right, top, bottom."""
    (top, left), (high, wide), (down, across) = step["padding"], values.shape[-2:], step["stride"]
    dilation = step.get("dilation", [1, 1])
    below = max(0, (step["shape"][1] - 1) * down + (step["kernel"][0] - 1) * dilation[0] + 1 - top - high)
    right = max(0, (step["shape"][2] - 1) * across + (step["kernel"][1] - 1) * dilation[1] + 1 - left - wide)
    return functional.pad(values, (left, right, top, below), value=outside)


def column(values):
    return torch.tensor(values).reshape(-1, 1, 1)


def torch_step(step, given, rounding):
    """The codes of a step as a tensor of its shape."""
    zero = step["zero"]
    if step["op"] in ("conv", "linear"):
        values = given[0] - step["zero_in"]
        weights, bias = torch.tensor(weight_codes(step)), column(step["bias"])
        if step["op"] == "linear":
            sums = (weights.reshape(step["shape"][0], -1) @ values.reshape(-1)).reshape(-1, 1, 1) + bias
        else:
            weights = weights.reshape(step["shape"][0], -1, *step["kernel"])
            options = {"stride": step["stride"], "dilation": step["dilation"], "groups": step["groups"]}
            sums = functional.conv2d(padded(values, step, 0)[None], weights, **options)[0] + bias
        pairs = zip(sums, step["multiplier"], step["shift"])
        made = torch.stack([requantised(plane, Q, e, rounding) for plane, Q, e in pairs]) + zero
    elif step["op"] == "max_pool":
        made = padded(given[0], step, -(2**40)).unfold(1, step["kernel"][0], step["stride"][0])
        made = made.unfold(2, step["kernel"][1], step["stride"][1]).amax((3, 4))
    elif step["op"] == "avg_pool":
        seen = padded(given[0] - step["zero_in"], step, 0).unfold(1, step["kernel"][0], step["stride"][0])
        sums = seen.unfold(2, step["kernel"][1], step["stride"][1]).sum((3, 4))
        made = requantised(sums, step["multiplier"][0], step["shift"][0], rounding) + zero
    elif step["op"] in ("add", "concat"):
        left = step.get("left_shift", 0)
        each = zip(given, step["zeros_in"], step["multipliers"], step["shifts"])
        fine = [requantised((codes - z) << left, Q, e, rounding) for codes, z, Q, e in each]
        made = torch.cat(fine) + zero
        if step["op"] == "add":
            made = requantised(fine[0] + fine[1], step["multipliers"][2], step["shifts"][2], rounding) + zero
    elif step["op"] == "lookup":
        return torch.tensor(step["table"])[given[0] - step["low_in"]]
    else:
        made = given[0]
    return made.clamp(step["low"], step["high"]).reshape(step["shape"])


def torch_run(program, pixels):
    """The codes of every step as flat lists, as `run_program` has them."""
    given = torch.tensor(program["input"]["table"])[torch.tensor(pixels)].reshape(program["input"]["shape"])
    made = []
    for step in program["steps"]:
        sources = [given if at < 0 else made[at] for at in step["from"]]
        made.append(torch_step(step, sources, program["rounding"]))
    return [codes.reshape(-1).tolist() for codes in made]


if __name__ == "__main__":
    print(json.dumps(as_stored(drawn_program(0))))
