"""Each op of an integer program in C: its constants for weights.h, and its call in network.c."""

from collections import namedtuple
from math import prod

from ..compression.affine import MOST_BITS
from ..compression.integer_codes import octets_of, weight_codes
from ..compression.integer_program import packed_codes
from .export_c_text import by_text, c_array, c_structure, in_braces, real_text

# How one step is written: its comment and constants, its call (of `out`, the place of its codes), and the bytes of its constants.
Written = namedtuple("Written", "comment constants call flash_bytes")
# What the writer of a step knows of it: the step, its name in C, those of what it reads, and the steps or the
# input read, whether it writes the scores, and whether weights are packed.
Known = namedtuple("Known", "step name inputs read is_scores packed")


def c_codes(step):
    return step["zero"], step["low"], step["high"]


def c_factors(step):
    """The factors of the output channels, as C writes them."""
    return [in_braces(pair) for pair in zip(step["multiplier"], step["shift"])]


def c_shape(shape):
    """(channels, height, width): a flat one has a pixel a channel."""
    return tuple(shape) if len(shape) == 3 else (prod(shape), 1, 1)


def c_window(step):
    return *step["kernel"], *step["stride"], *step["padding"], *step.get("dilation", (1, 1))


def undone_scales(known):
    """The scale, or scales, of the weights: what the factors have made of them, undone."""
    step = known.step
    ratio = step["scale"] / known.read[0]["scale"]
    scales = [q / 2**31 * 2.0**e * ratio for q, e in zip(step["multiplier"], step["shift"])]
    least, most = min(scales), max(scales)
    return real_text(most) if least == most else f"{real_text(least)} to {real_text(most)}, by channel"


def weighted_constants(known, shape, kind, **fields):
    """The arrays and the structure of a layer with weights."""
    step, name = known.step, known.name
    weights, size, place = weights_in_c(known)
    parts = [
        f"/* weights {by_text(shape)} of {step['weight_bits']} bits: a code stands for code * {undone_scales(known)} */",
        weights,
        c_array("int32_t", f"{name}_bias", step["bias"]),
        c_array("Factor", f"{name}_factors", c_factors(step)),
    ]
    arrays = {"weights": place, "bias": f"{name}_bias", "factors": f"{name}_factors"}
    parts.append(c_structure(kind, f"{name}_layer", **fields, zero_in=step["zero_in"], **arrays, codes=c_codes(step)))
    return "\n".join(parts), size + 12 * len(step["bias"])  # a bias of 4 bytes, a factor of 8


def weights_in_c(known):
    """The array of a layer's weights, its bytes, and how the layer's structure points to it."""
    step, name, codes = known.step, f"{known.name}_weights", weight_codes(known.step)
    if not known.packed or step["weight_bits"] == MOST_BITS:
        return c_array("int8_t", name, codes), len(codes), (name, 0, MOST_BITS)
    octets = octets_of(packed_codes(codes, step["weight_bits"])) + [0]  # a code is read from two bytes
    return c_array("uint8_t", name, octets), len(octets), (0, name, step["weight_bits"])


def write_conv(known):
    step = known.step
    shape = [step["shape"][0], known.read[0]["shape"][0] // step["groups"], *step["kernel"]]
    maps = {"in": c_shape(known.read[0]["shape"]), "out": c_shape(step["shape"])}
    text, size = weighted_constants(known, shape, "Conv", **maps, window=c_window(step), groups=step["groups"])
    return text, kernel_call("conv", known), size


def write_linear(known):
    inputs, outputs = prod(known.read[0]["shape"]), prod(known.step["shape"])
    text, size = weighted_constants(known, (outputs, inputs), "Linear", inputs=inputs, outputs=outputs)
    return text, kernel_call("linear", known), size


def kernel_call(kernel, known):
    kernel += "_scores" if known.is_scores else ""
    return f"{kernel}({known.inputs[0]}, {{out}}, &{known.name}_layer);"


def write_max_pool(known):
    return write_pool("max_pool", known, {})


def write_avg_pool(known):
    step = known.step
    factor = (step["multiplier"][0], step["shift"][0])
    return write_pool("avg_pool", known, {"zero_in": step["zero_in"], "factor": factor, "codes": c_codes(step)})


def write_pool(kernel, known, fields):
    maps = {"in": c_shape(known.read[0]["shape"]), "out": c_shape(known.step["shape"])}
    text = c_structure("Pool", f"{known.name}_layer", **maps, window=c_window(known.step), **fields)
    return text, f"{kernel}({known.inputs[0]}, {{out}}, &{known.name}_layer);", 0


def write_add(known):
    step = known.step
    a, b, total = zip(step["multipliers"], step["shifts"])
    zeros = dict(zip(("zero_a", "zero_b"), step["zeros_in"]))
    parts = {"left_shift": step["left_shift"], **zeros, "a": a, "b": b, "sum": total, "codes": c_codes(step)}
    call = f"add({', '.join(known.inputs)}, {{out}}, {prod(step['shape'])}, &{known.name}_layer);"
    return c_structure("Add", f"{known.name}_layer", **parts), call, 0


def write_concat(known):
    """A concatenation along channels: each input lies whole behind the one before."""
    step, name = known.step, known.name
    rows = [
        in_braces((zero, factor, c_codes(step))) for zero, *factor in zip(step["zeros_in"], step["multipliers"], step["shifts"])
    ]
    calls, offset = [], 0
    for k, (source, read) in enumerate(zip(known.inputs, known.read)):
        count = prod(read["shape"])
        calls.append(f"rescale({source}, {{out}} + {offset}, {count}, &{name}_parts[{k}]);")
        offset += count
    return c_array("Rescale", f"{name}_parts", rows), "\n".join(calls), 0


def write_lookup(known):
    step = known.step
    call = f"lookup({known.inputs[0]}, {{out}}, {prod(step['shape'])}, {known.name}_table, {step['low_in']});"
    return c_array("int8_t", f"{known.name}_table", step["table"]), call, len(step["table"])


def write_clip(known):
    step = known.step
    return "", f"clip({known.inputs[0]}, {{out}}, {prod(step['shape'])}, {step['low']}, {step['high']});", 0


def write_flatten(known):
    return "", "", 0


WRITERS = {
    "conv": write_conv,
    "linear": write_linear,
    "max_pool": write_max_pool,
    "avg_pool": write_avg_pool,
    "add": write_add,
    "concat": write_concat,
    "lookup": write_lookup,
    "clip": write_clip,
    "flatten": write_flatten,
}
