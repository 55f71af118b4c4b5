"""The integer program of a quantised model: plain data, which Python, C and the page execute to the same integers.

What an entry means stands in `compression.integer_program`. Made of a `FakeQuantized` model: codes of the weights, biases of 32
bits at the scale of input times weight, and for every output channel the factor that takes its sum to codes of the output.
"""

import torch

from ..compression.affine import Affine
from ..compression.fixed_point import ROUNDINGS, multiplier_of
from ..core.checks import check_choice
from .capsule_codes import SCORE_BITS, capsule_entry, lengths_affine
from .capsule_steps import CAPSULE_STEPS
from .steps import SAME_CODES
from .stepwise import within_clip
from .weight_scales import codes_of_weights

SCORES = 2 ** (SCORE_BITS - 1)  # codes −32768 … 32767 of the last sums, brought to one scale
HEADROOM = 2  # how much larger than on the calibration images a score may be
LEFT_SHIFT = 20  # of the operands of a sum, so that rounding them costs nothing
INT32 = 2**31


def program_of(fake, name: str, image_shape: tuple, largest_score: float, rounding: str = "single") -> dict:
    """The program of a quantised model on images of a shape (channels, height, width).

    largest_score: size of the largest output on the calibration images. Raises a ValueError where a sum could pass 32 bits,
    naming the layer and the bound, and for a rounding that is neither "double" nor "single".
    """
    check_choice("rounding", rounding, ROUNDINGS)
    image = fake.affine_now(-1)
    table = [int(code) for code in codes_of(torch.arange(256) / 255, image)]
    start = {"shape": list(image_shape), "table": table, "scale": image.scale, "zero": image.zero, "bits": image.bits}
    steps, held = [], {-1: image}
    for place, step in enumerate(fake.steps):
        last = place == len(fake.steps) - 1
        if step.op in SAME_CODES:
            out = held[step.sources[0]]
        elif step.op == "lengths":
            out = lengths_affine(fake.steps[step.sources[0]].shape[1], held[step.sources[0]])
        elif last and place not in fake.affines:
            out = Affine(HEADROOM * largest_score / (SCORES - 1), 0, -SCORES, SCORES - 1, SCORE_BITS)
        else:
            out = fake.affine_now(place)
        held[place] = out
        reads = [(held[source], steps[source] if source >= 0 else start) for source in step.sources]
        steps.append(entry(fake, place, step, reads, out, rounding))
    size = 1
    for side in steps[-1]["shape"]:
        size *= side
    return {"format": 1, "name": name, "rounding": rounding, "input": start, "steps": steps, "classes": size}


def codes_of(values, affine):
    """Codes (int64) of a tensor."""
    scale = torch.tensor(affine.scale, dtype=values.dtype)
    return (torch.round(values / scale) + affine.zero).clamp(affine.low, affine.high).long()


def entry(fake, place, step, reads, out, rounding):
    """A step as plain data. reads: (`Affine`, entry) of what it reads; out: `Affine` of what it writes."""
    reads, entries = [read for read, _ in reads], [read for _, read in reads]
    low, high = range_of(step.clip, out)
    made = {"op": step.op, "name": step.name, "from": list(step.sources), "shape": list(step.shape)}
    made |= {"scale": out.scale, "zero": out.zero, "low": low, "high": high, "bits": out.bits}
    made |= {name: sides(value) for name, value in step.geometry.items()}
    if step.op in CAPSULE_STEPS:
        made |= capsule_entry(fake, place, step, made, reads, entries, out)
    elif step.has_weights:
        made |= weighted(fake, place, step, reads[0], out)
    elif step.op == "avg_pool":
        count = step.geometry["kernel"][0] * step.geometry["kernel"][1]
        multiplier, shift = multiplier_of(reads[0].scale / (out.scale * count))
        made |= {"zero_in": reads[0].zero, "multiplier": [multiplier], "shift": [shift]}
        check_sum(step, count * code_reach(reads[0]), max(shift, 0))
    elif step.op == "add":
        made |= summed(reads, out)
    elif step.op == "concat":
        factors = [multiplier_of(read.scale / out.scale) for read in reads]
        made |= {"zeros_in": [read.zero for read in reads]}
        made |= {"multipliers": [q for q, _ in factors], "shifts": [e for _, e in factors]}
    elif step.op == "lookup":
        made |= {"table": activation_table(step, reads[0], out), "low_in": reads[0].low}
    return made


def sides(value):
    return list(value) if isinstance(value, tuple) else value


def range_of(clip, out):
    """The codes between which a ReLU, or the width, keeps what is written."""
    low, high = out.low, out.high
    if clip[0] is not None:
        low = max(low, min(round(clip[0] / out.scale) + out.zero, high))
    if clip[1] is not None:
        high = min(high, max(round(clip[1] / out.scale) + out.zero, low))
    return low, high


def code_reach(affine):
    """The largest size of a code less its zero."""
    return max(affine.high - affine.zero, affine.zero - affine.low)


def weighted(fake, place, step, read, out):
    """Codes, biases and factors of a step with weights."""
    bits = fake.weight_bits[place]
    weight, bias = fake.weights[str(place)].detach(), fake.biases[str(place)].detach().double()
    scales = fake.weight_scale(place).detach()
    codes = codes_of_weights(weight, scales, bits).long()
    each = scales.double().expand(len(bias)) * read.scale  # the scale of a channel's sum
    biases = torch.round(bias / each).long()
    most = codes.flatten(1).abs().sum(1) * code_reach(read) + biases.abs()
    factors = [multiplier_of(value) for value in (each / out.scale).tolist()]
    for bound, (_, shift) in zip(most.tolist(), factors):
        check_sum(step, bound, max(shift, 0))
    made = {"weights": codes.flatten().tolist(), "weight_bits": bits, "bias": biases.tolist(), "zero_in": read.zero}
    made["weight_scale"] = scales.tolist()
    return made | {"multiplier": [q for q, _ in factors], "shift": [e for _, e in factors]}


def check_sum(step, bound, left):
    """Raises where a sum, or what becomes of it before it is multiplied, could pass 32 bits."""
    if bound << left >= INT32:
        shifted = f", shifted left by {left}" if left else ""
        raise ValueError(
            f"{step.line}'{step.layer}': a sum may reach {bound:,}{shifted}, more than the 2^31 − 1 = {INT32 - 1:,} of an "
            f"accumulator of 32 bits: take fewer bits, or fewer inputs a channel"
        )


def summed(reads, out):
    """Factors of a sum: both operands at twice the larger scale, shifted left by 20 bits, and their sum at that of the output."""
    common = 2 * max(read.scale for read in reads)
    factors = [multiplier_of(read.scale / common) for read in reads]
    factors.append(multiplier_of(common / (2**LEFT_SHIFT * out.scale)))
    made = {"zeros_in": [read.zero for read in reads], "left_shift": LEFT_SHIFT}
    return made | {"multipliers": [q for q, _ in factors], "shifts": [e for _, e in factors]}


def activation_table(step, read, out):
    """What an activation makes of each code."""
    codes = torch.arange(read.low, read.high + 1)
    with torch.no_grad():
        values = step.function((codes - read.zero).float() * read.scale)
    return codes_of(within_clip(values, step.clip), out).tolist()
