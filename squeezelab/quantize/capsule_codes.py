"""Capsule steps of an integer program: what their entries say, and how torch runs them on many images at once.

Sums of products are exact in float64; everything else is on whole numbers, by the lines that plain Python runs as well.
"""

import math

import torch

from ..compression.affine import Affine
from ..compression.capsule_arithmetic import couplings_of, length_code, root_bits_for, softmax_table, squashed_code
from ..compression.capsule_program import check_capsule_step
from ..compression.capsule_run import ARM
from ..compression.fixed_point import multiplier_of, requantised, rounding_of
from ..compression.q7_arithmetic import RAW_TABLE, arm_softmax_q7, q7_squash, towards_zero
from .weight_scales import codes_of_weights

SCORE_BITS = 16
LARGEST_SCORE = 2 ** (SCORE_BITS - 1) - 1


def lengths_affine(dim, read):
    """The codes of lengths, the scores: as fine as the root of 32 bits makes them."""
    bits = root_bits_for(dim, -read.low)
    return Affine(read.scale / 2**bits, 0, -LARGEST_SCORE - 1, LARGEST_SCORE, SCORE_BITS)


def capsule_entry(fake, place, step, made, reads, entries, out):
    """What the entry `made` of a capsule step says beside the fields of all. reads, out: `Affine` of what it reads and writes;
    entries: those of what it reads.

    Raises a ValueError, with the step, where a sum could pass 32 bits or a squash has no fraction bits.
    """
    fields = {}
    if step.op == "squash":
        fields = {"fraction_in": fraction_of(reads[0].scale), "fraction_out": fraction_of(out.scale)}
    if step.op in ("squash", "lengths"):
        fields |= {"root_bits": root_bits_for(entries[0]["shape"][1], -reads[0].low)}
    if step.op == "votes":
        fields = vote_fields(fake, place, step, reads[0], out)
    elif step.op in ("capsule_sum", "agreement"):
        factor = math.prod(read.scale for read in reads) / out.scale
        if step.op == "capsule_sum" and len(reads) == 1:
            factor /= step.shape[0]  # couplings of 1 / J
        multiplier, shift = multiplier_of(factor)
        fields = {"multiplier": [multiplier], "shift": [shift]}
    elif step.op == "softmax":
        fields = {"table": softmax_table(reads[0].scale)}
    check_capsule_step(made | fields, entries, f"{step.line}'{step.layer}'")
    return fields


def fraction_of(scale):
    """n of a scale 2^−n."""
    return round(-math.log2(scale))


def vote_fields(fake, place, step, read, out):
    """Codes (N or 1, J, Din, D) and factors, one for each output capsule, of votes."""
    bits, scales = fake.weight_bits[place], fake.weight_scale(place).detach()
    codes = codes_of_weights(fake.weights[str(place)].detach(), scales, bits).long()
    factors = [multiplier_of(value) for value in (scales.double().expand(len(codes)) * read.scale / out.scale).tolist()]
    fields = {"weights": codes.transpose(0, 1).flatten().tolist(), "weight_bits": bits, "weight_scale": scales.tolist()}
    return fields | {"zero_in": read.zero, "multiplier": [q for q, _ in factors], "shift": [e for _, e in factors]}


def capsule_tensors(entry):
    """The tensors that a capsule step needs."""
    tensors = {name: torch.tensor(entry[name]) for name in ("table", "multiplier", "shift") if name in entry}
    if entry.get("form") == "raw_e":
        tensors["table"] = torch.tensor(RAW_TABLE)
    if entry["op"] == "votes":
        outputs, count, dim = entry["shape"]
        matrices = torch.tensor(entry["weights"], dtype=torch.float64)
        matrices = matrices.view(1 if entry["shared"] else count, outputs, -1, dim)
        tensors["matrices"] = matrices.transpose(1, 2).flatten(2)  # (N or 1, Din, J·D)
    return tensors


def capsule_codes(entry, tensors, inputs, rounding):
    """The codes (int64) that a capsule step writes."""
    made = RUNS[entry["op"]](entry, tensors, inputs, rounding_of(entry, rounding))
    return made.clamp(entry["low"], entry["high"])


def read_as_capsules(entry, tensors, inputs, rounding):
    x = inputs[0].flatten(2).unflatten(1, (entry["types"], entry["dim"]))  # (B, types, dim, places)
    return x.transpose(2, 3).flatten(1, 2)


def squashed(entry, tensors, inputs, rounding):
    codes = inputs[0]
    square = (codes * codes).sum(-1, keepdim=True)
    fractions = entry["fraction_in"], entry["fraction_out"]
    if entry.get("form") == "q7":
        return q7_squash(codes, square, *fractions)
    root = length_code(square, entry["root_bits"])
    return squashed_code(codes, square, root, *fractions, entry["root_bits"])


def voted(entry, tensors, inputs, rounding):
    u = (inputs[0] - entry["zero_in"]).double().transpose(0, 1)  # (N, B, Din)
    sums = torch.matmul(u, tensors["matrices"]).unflatten(2, (entry["shape"][0], -1))  # (N, B, J, D)
    sums = sums.permute(1, 2, 0, 3).contiguous().long()  # it is read several times, faster if it lies in order
    return requantised(sums, tensors["multiplier"].view(-1, 1, 1), tensors["shift"].view(-1, 1, 1), rounding)


def added_up(entry, tensors, inputs, rounding):
    if len(inputs) == 1:
        sums = inputs[0].sum(2).long()
    else:
        sums = torch.einsum("bjn,bjnd->bjd", inputs[1].double(), inputs[0].double()).long()
    return requantised(sums, entry["multiplier"][0], entry["shift"][0], rounding)


def agreed(entry, tensors, inputs, rounding):
    sums = torch.einsum("bjnd,bjd->bjn", inputs[0].double(), inputs[1].double()).long()
    codes = requantised(sums, entry["multiplier"][0], entry["shift"][0], rounding)
    if entry.get("form") == "product":
        return towards_zero(codes.clamp(entry["low"], entry["high"]), entry["code_shift"])
    return codes


def coupled(entry, tensors, inputs, rounding):
    logits = list(inputs[0].unbind(1))
    form = entry.get("form")
    shares = arm_softmax_q7(logits, ARM[form]) if form in ARM else couplings_of(logits, tensors["table"], entry["high"])
    return torch.stack(shares, 1)


def lengths(entry, tensors, inputs, rounding):
    return length_code((inputs[0] * inputs[0]).sum(-1), entry["root_bits"])


def masked_codes(entry, tensors, inputs, rounding):
    codes = inputs[0]
    longest = (codes * codes).sum(-1).argmax(1)  # of equal ones the first
    kept = torch.nn.functional.one_hot(longest, codes.shape[1])
    return (codes * kept[..., None]).flatten(1)


RUNS = {
    "capsules": read_as_capsules,
    "squash": squashed,
    "votes": voted,
    "capsule_sum": added_up,
    "agreement": agreed,
    "softmax": coupled,
    "lengths": lengths,
    "mask": masked_codes,
}
