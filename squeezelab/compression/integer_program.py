"""A network in whole numbers as plain data: a list of steps, each with its codes, its multipliers and what it reads.

Whoever runs it, this package in Python or torch, C, or the page, gets the same codes; what is wrong with a program is said here,
before it runs. Weights are lists of codes, or, as they are stored, a text: `packed` codes of b bits in base64.

>>> packed_codes([3, -4, 0, 1], 3)
'IwI='
"""

from ..core.checks import check_choice, whole
from .affine import checked_width
from .capsule_program import CAPSULE_NEEDS, check_capsule_step, check_form
from .fixed_point import ROUNDINGS
from .integer_codes import LETTERS, MOST_SUM, code_span, sources_of, weight_codes, words_of

FORMAT = 1
WEIGHTED = ("conv", "linear")
GEOMETRY = ("kernel", "stride", "padding")
EVERY = ("from", "shape", "zero", "low", "high")  # what none can run without
SCALED = ("multiplier", "shift", "zero_in")
NEEDS = {  # op: what its step has beside name, from, shape, scale, zero, low, high and bits
    "conv": GEOMETRY + ("dilation", "groups", "weight_bits", "bias") + SCALED,
    "linear": ("weight_bits", "bias") + SCALED,
    "max_pool": GEOMETRY,
    "avg_pool": GEOMETRY + SCALED,
    "add": ("zeros_in", "multipliers", "shifts", "left_shift"),
    "concat": ("zeros_in", "multipliers", "shifts"),
    "lookup": ("table", "low_in"),
    "clip": (),
    "flatten": (),
}
NEEDS.update(CAPSULE_NEEDS)


def packed_codes(codes: list, bits: int) -> str:
    """Codes of b bits one after the other, the least bit first, as bytes in base64; of one bit, 1 stands for −1.

    Raises a ValueError for bits outside 1 to 8, and for a code that they do not hold.

    >>> packed_codes([1, -1, -1, 1], 1)
    'Bg=='
    """
    low, high = (-1, 1) if checked_width(bits) == 1 else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    stream, filled, octets = 0, 0, []
    for code in codes:
        if not low <= code <= high or (bits == 1 and code == 0):
            raise ValueError(f"{bits} bits hold codes from {low} to {high}{' without 0' if bits == 1 else ''}, not {code!r}")
        stream |= ((code < 0) if bits == 1 else code & (2**bits - 1)) << filled
        filled += bits
        while filled >= 8:
            octets.append(stream & 255)
            stream, filled = stream >> 8, filled - 8
    return base64_text(octets + [stream] * (filled > 0))


def base64_text(octets: list) -> str:
    """Bytes as text.

    >>> base64_text([77, 97])
    'TWE='
    """
    letters = []
    for at in range(0, len(octets), 3):
        three = octets[at : at + 3]
        group = sum([octet << (16 - 8 * place) for place, octet in enumerate(three)])
        four = [LETTERS[(group >> shift) & 63] for shift in (18, 12, 6, 0)]
        letters += four[: len(three) + 1] + ["="] * (3 - len(three))
    return "".join(letters)


def check_program(program: dict) -> dict:
    """The program, if any executor can run it; else a ValueError that names the step and what is wrong with it.

    >>> check_program({"format": 2})
    Traceback (most recent call last):
    ValueError: this program has format 2, and here is what runs format 1
    """
    if not isinstance(program, dict):
        raise ValueError(f"a program is a dictionary with its steps, not a {type(program).__name__}")
    if program.get("format") != FORMAT:
        raise ValueError(f"this program has format {program.get('format')!r}, and here is what runs format {FORMAT}")
    missing = [name for name in ("rounding", "input", "steps") if name not in program]
    if missing:
        raise ValueError(f"this program lacks {', '.join(missing)}")
    check_choice("rounding", program["rounding"], ROUNDINGS)
    if len(program["input"]["table"]) != 256:
        raise ValueError(f"the table of the input has a code for each of 256 pixels, not {len(program['input']['table'])}")
    if not program["steps"]:
        raise ValueError("a program has at least one step")
    for place, step in enumerate(program["steps"]):
        check_step(program, place, f"step {place}, {step.get('name')!r}")
    return program


def check_step(program, place, who):
    """Raises unless the step has what its op needs, reads what is there, and keeps its sums in 32 bits."""
    step = program["steps"][place]
    if step["op"] not in NEEDS:
        raise ValueError(f"{who}: there is no op {step['op']!r} in whole numbers; there are {', '.join(sorted(NEEDS))}")
    missing = [name for name in EVERY + NEEDS[step["op"]] if name not in step]
    if step["op"] in WEIGHTED + ("votes",) and "weights" not in step and "packed" not in step:
        missing.append("weights")
    if missing:
        raise ValueError(f"{who}: {step['op']} lacks {', '.join(missing)}")
    if [at for at in step["from"] if not -1 <= at < place] or not step["from"]:
        raise ValueError(f"{who} reads {step['from']}: a step reads those before it, or -1, the input")
    if step["low"] > step["high"]:
        raise ValueError(f"{who}: its codes end at {step['high']}, before they begin at {step['low']}")
    check_form(step, who)
    if step["op"] in WEIGHTED:
        check_weights(program, place, who)
    elif step["op"] in CAPSULE_NEEDS:
        check_capsule_step(step, sources_of(program, place), who)


def check_weights(program, place, who):
    """Raises unless weights, biases and multipliers are as many as the shapes say, and no sum can leave 32 bits."""
    step, (source,) = program["steps"][place], sources_of(program, place)
    outputs = step["shape"][0]
    fan_in = words_of(source["shape"])
    if step["op"] == "conv":
        fan_in = source["shape"][0] // step["groups"] * step["kernel"][0] * step["kernel"][1]
    weights = weight_codes(step)
    for what, count, asked in (
        ("weights", len(weights), outputs * fan_in),
        ("biases", len(step["bias"]), outputs),
        ("multipliers", len(step["multiplier"]), outputs),
        ("shifts", len(step["shift"]), outputs),
    ):
        if count != asked:
            raise ValueError(f"{who}: {asked} {what} belong to its shapes, not {count}")
    for output in range(outputs):
        filters = weights[output * fan_in : (output + 1) * fan_in]
        most = largest_sum(filters, step["bias"][output], code_span(source, step["zero_in"]), step["shift"][output])
        if most >= MOST_SUM:
            raise ValueError(
                f"{who}: the sum of output {output} can reach {most}, and 32 bits hold less than 2^31 = {MOST_SUM}: "
                f"take fewer bits, or split the layer"
            )


def largest_sum(weights: list, bias: int, span: int, shift: int) -> int:
    """The largest size that a sum of products with codes up to `span` from their zero may reach, also after the shift.

    >>> largest_sum([127] * 9, 1000, 255, -8)
    292465
    """
    return (sum([abs(weight) for weight in weights]) * span + abs(bias)) << max(whole(shift + 32, "a shift", 0) - 32, 0)
