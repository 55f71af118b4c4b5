"""Runs a program of whole numbers, step by step, in plain Python: slow, and the yardstick of all that are fast.

    acc = Σ (code − zero_in) · weight + bias        code = clip(requantised(acc, Q, e) + zero, low, high)

It needs no floats, no arrays and no torch, so that it is the same in a notebook and in a page.

>>> halved = {"op": "avg_pool", "name": "half", "from": [-1], "shape": [1, 1, 1], "kernel": [1, 2], "stride": [1, 2]}
>>> halved |= {"padding": [0, 0], "multiplier": [2**30], "shift": [0], "zero_in": 0, "zero": 0, "low": -128, "high": 127}
>>> program = {"rounding": "double", "input": {"shape": [1, 1, 2], "table": list(range(256))}, "steps": [halved]}
>>> run_program(program, [7, 4])  # 5.5, and a tie goes up
[[6]]
"""

from .capsule_run import CAPSULE_OPS, run_product_sum
from .fixed_point import requantised, rounding_of
from .integer_codes import integer_dot, sources_of, weight_codes, within_bounds, words_of

NOTHING = -(2**31)  # what competes nowhere: outside of a map when the largest is looked for


def run_program(program: dict, pixels: list) -> list:
    """The codes of every step, a flat list each, for pixels from 0 to 255 in the order (channel, row, column).

    Raises a ValueError for another number of pixels, or one that is no whole number from 0 to 255.
    """
    asked = words_of(program["input"]["shape"])
    if len(pixels) != asked:
        raise ValueError(f"the program {program.get('name')!r} reads {asked} pixels, not {len(pixels)}")
    table, made = program["input"]["table"], []
    try:
        codes = [table[pixel] for pixel in pixels if pixel >= 0]
    except (IndexError, TypeError):
        codes = []
    if len(codes) != asked:
        raise ValueError("pixels are whole numbers from 0 to 255")
    for place, step in enumerate(program["steps"]):
        given = [codes if at < 0 else made[at] for at in step["from"]]
        shapes = [source["shape"] for source in sources_of(program, place)]
        made.append(OPS[step["op"]](step, given, shapes, program["rounding"]))
    return made


def class_of(scores: list) -> int:
    """The class with the largest score, of equal ones the first.

    >>> class_of([3, 9, 9])
    1
    """
    return scores.index(max(scores))


def scaled_back(step, sums, channel, rounding):
    """Sums of one output as codes of the step, before they are within_bounds."""
    multiplier, shift, zero = step["multiplier"][channel], step["shift"][channel], step["zero"]
    return [requantised(value, multiplier, shift, rounding) + zero for value in sums]


def framed(values, size, step, outside):
    """(rows, width) of a map of `size` rows and columns in a frame of `outside`, as far as the windows of the step reach."""
    high, wide = size
    (top, left), (kernel_high, kernel_wide), (down, across) = step["padding"], step["kernel"], step["stride"]
    dilation = step.get("dilation", (1, 1))
    _, out_high, out_wide = step["shape"]
    tall = max(top + high, (out_high - 1) * down + (kernel_high - 1) * dilation[0] + 1)
    width = max(left + wide, (out_wide - 1) * across + (kernel_wide - 1) * dilation[1] + 1)
    rows = [[outside] * width for _ in range(top)]
    for row in range(high):
        rows.append([outside] * left + values[row * wide : (row + 1) * wide] + [outside] * (width - left - wide))
    return rows + [[outside] * width for _ in range(tall - top - high)]


def windows_of(rows, step):
    """What each output of the step sees in a framed map, in order: a flat list each."""
    (kernel_high, kernel_wide), (down, across) = step["kernel"], step["stride"]
    dilation = step.get("dilation", (1, 1))
    _, out_high, out_wide = step["shape"]
    seen = []
    for y in range(0, out_high * down, down):
        lines = [rows[y + line * dilation[0]] for line in range(kernel_high)]
        for x in range(0, out_wide * across, across):
            seen.append([line[x + column * dilation[1]] for line in lines for column in range(kernel_wide)])
    return seen


def planes_of(codes, shape):
    """The maps of a flat list of codes."""
    area = shape[1] * shape[2]
    return [codes[channel * area : (channel + 1) * area] for channel in range(shape[0])]


def run_conv(step, given, shapes, rounding):
    """A convolution; outside of the map the code is the zero, and adds nothing."""
    zero, (_, high, wide), groups = step["zero_in"], shapes[0], step["groups"]
    maps = [framed([code - zero for code in codes], (high, wide), step, 0) for codes in planes_of(given[0], shapes[0])]
    seen = [windows_of(rows, step) for rows in maps]
    weights, inside, outputs = weight_codes(step), len(maps) // groups, step["shape"][0]
    fan_in = len(weights) // outputs
    patches = []
    for group in range(groups):  # of each place the windows of all channels of the group, one after the other
        together = seen[group * inside : (group + 1) * inside]
        patches.append([sum(list(parts), []) for parts in zip(*together)])
    codes = []
    for output in range(outputs):
        filters, bias = weights[output * fan_in : (output + 1) * fan_in], step["bias"][output]
        sums = [integer_dot(patch, filters) + bias for patch in patches[output * groups // outputs]]
        codes += scaled_back(step, sums, output, rounding)
    return within_bounds(step, codes)


def run_linear(step, given, shapes, rounding):
    """A fully connected layer."""
    values = [code - step["zero_in"] for code in given[0]]
    weights, fan_in, codes = weight_codes(step), len(values), []
    for output in range(step["shape"][0]):
        total = integer_dot(values, weights[output * fan_in : (output + 1) * fan_in]) + step["bias"][output]
        codes += scaled_back(step, [total], output, rounding)
    return within_bounds(step, codes)


def run_max_pool(step, given, shapes, rounding):
    codes = []
    for plane in planes_of(given[0], shapes[0]):
        codes += [max(seen) for seen in windows_of(framed(plane, shapes[0][1:], step, NOTHING), step)]
    return within_bounds(step, codes)


def run_avg_pool(step, given, shapes, rounding):
    codes = []
    for plane in planes_of(given[0], shapes[0]):
        values = [code - step["zero_in"] for code in plane]
        sums = [sum(seen) for seen in windows_of(framed(values, shapes[0][1:], step, 0), step)]
        codes += scaled_back(step, sums, 0, rounding)
    return within_bounds(step, codes)


def run_add(step, given, shapes, rounding):
    """The sum of two maps of different scales: both on a common fine one first."""
    if step.get("form") == "product":
        return run_product_sum(step, given)
    multipliers, shifts, left = step["multipliers"], step["shifts"], step["left_shift"]
    rounding = rounding_of(step, rounding)
    fine = []
    for codes, zero, multiplier, shift in zip(given, step["zeros_in"], multipliers, shifts):
        fine.append([requantised((code - zero) << left, multiplier, shift, rounding) for code in codes])
    sums = [a + b for a, b in zip(fine[0], fine[1])]
    return within_bounds(step, [requantised(value, multipliers[2], shifts[2], rounding) + step["zero"] for value in sums])


def run_concat(step, given, shapes, rounding):
    codes = []
    for source, zero, multiplier, shift in zip(given, step["zeros_in"], step["multipliers"], step["shifts"]):
        codes += [requantised(code - zero, multiplier, shift, rounding) + step["zero"] for code in source]
    return within_bounds(step, codes)


def run_lookup(step, given, shapes, rounding):
    return [step["table"][code - step["low_in"]] for code in given[0]]


def run_clip(step, given, shapes, rounding):
    return within_bounds(step, given[0])


def run_flatten(step, given, shapes, rounding):
    return given[0]


OPS = {
    "conv": run_conv,
    "linear": run_linear,
    "max_pool": run_max_pool,
    "avg_pool": run_avg_pool,
    "add": run_add,
    "concat": run_concat,
    "lookup": run_lookup,
    "clip": run_clip,
    "flatten": run_flatten,
}
OPS.update(CAPSULE_OPS)
