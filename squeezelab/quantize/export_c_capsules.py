"""Each op of a capsule network in C: constants for weights.h, a call in network.c. The other ops are in export_c_layers.py.

Roots are drawn of 32 bits, and a squash is a quotient of 64: `check_program` has seen to it that all fits.
"""

from math import prod

from .export_c_layers import c_codes, c_factors, undone_scales, weights_in_c
from .export_c_text import by_text, c_array, c_structure


def write_capsules(known):
    step, (count, size) = known.step, known.step["shape"]
    return "", f"capsules({known.inputs[0]}, {{out}}, {step['types']}, {size}, {count // step['types']});", 0


def write_squash(known):
    step, (count, size) = known.step, known.step["shape"]
    fields = {field: step[field] for field in ("fraction_in", "fraction_out", "root_bits")}
    text = c_structure("Squash", f"{known.name}_layer", capsules=count, size=size, **fields, codes=c_codes(step))
    return text, f"squash({known.inputs[0]}, {{out}}, &{known.name}_layer);", 0


def write_votes(known):
    step, name = known.step, known.name
    (inputs, size_in), (outputs, _, size) = known.read[0]["shape"], step["shape"]
    weights, flash, place = weights_in_c(known)
    shape = (1 if step["shared"] else inputs, outputs, size_in, size)
    comment = f"/* weights {by_text(shape)} of {step['weight_bits']} bits: a code stands for code * {undone_scales(known)} */"
    factors = c_array("Factor", f"{name}_factors", c_factors(step))
    fields = {"inputs": inputs, "size_in": size_in, "outputs": outputs, "size": size, "is_shared": int(step["shared"])}
    fields |= {"zero_in": step["zero_in"], "weights": place, "factors": f"{name}_factors", "codes": c_codes(step)}
    text = "\n".join([comment, weights, factors, c_structure("Votes", f"{name}_layer", **fields)])
    return text, f"votes({known.inputs[0]}, {{out}}, &{name}_layer);", flash + 8 * outputs


def routing_in_c(known):
    """The structure of a sum over votes, or of an agreement with them."""
    step, (outputs, inputs, size) = known.step, known.read[0]["shape"]
    factor = (step["multiplier"][0], step["shift"][0])
    fields = {"inputs": inputs, "outputs": outputs, "size": size, "factor": factor, "codes": c_codes(step)}
    return c_structure("Routing", f"{known.name}_layer", **fields)


def write_capsule_sum(known):
    votes, couplings = (*known.inputs, "0")[:2]
    return routing_in_c(known), f"capsule_sum({votes}, {couplings}, {{out}}, &{known.name}_layer);", 0


def write_agreement(known):
    votes, poses = known.inputs
    return routing_in_c(known), f"agreement({votes}, {poses}, {{out}}, &{known.name}_layer);", 0


def write_softmax(known):
    step, (outputs, inputs) = known.step, known.step["shape"]
    table = c_array("uint16_t", f"{known.name}_table", step["table"])
    fields = {"inputs": inputs, "outputs": outputs, "largest": step["high"], "table": f"{known.name}_table"}
    text = f"{table}\n{c_structure('Softmax', f'{known.name}_layer', **fields)}"
    return text, f"softmax({known.inputs[0]}, {{out}}, &{known.name}_layer);", 2 * len(step["table"])


def write_lengths(known):
    (count, size), root_bits = known.read[0]["shape"], known.step["root_bits"]
    return "", f"lengths({known.inputs[0]}, {{out}}, {count}, {size}, {root_bits}, {known.step['high']});", 0


def write_mask(known):
    count, size = known.read[0]["shape"]
    return "", f"mask({known.inputs[0]}, {{out}}, {count}, {size});", 0


CAPSULE_WRITERS = {
    "capsules": write_capsules,
    "squash": write_squash,
    "votes": write_votes,
    "capsule_sum": write_capsule_sum,
    "agreement": write_agreement,
    "softmax": write_softmax,
    "lengths": write_lengths,
    "mask": write_mask,
}


def largest_votes(steps):
    """The shape of the largest tensor of votes of a program, (outputs, inputs, values); None where it has no votes."""
    return max((step["shape"] for step in steps if step["op"] == "votes"), key=prod, default=None)
