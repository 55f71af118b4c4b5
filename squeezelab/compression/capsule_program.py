"""What the steps of a capsule network must have, so that any executor can run them and no sum leaves 32 bits.

From the first squash on all codes have zero 0 and a scale that is a power of two.
"""

from .capsule_arithmetic import EXACT, MOST_SQUARE, TABLE
from .integer_codes import MOST_SUM, code_span, weight_codes, words_of

FACTOR = ("multiplier", "shift")
CAPSULE_NEEDS = {
    "capsules": ("types", "dim"),
    "squash": ("fraction_in", "fraction_out", "root_bits"),
    "votes": ("weight_bits", "shared", "zero_in") + FACTOR,
    "capsule_sum": FACTOR,
    "agreement": FACTOR,
    "softmax": ("table",),
    "lengths": ("root_bits",),
    "mask": (),
}
READS = {"votes": 1, "agreement": 2, "softmax": 1, "squash": 1, "lengths": 1, "mask": 1, "capsules": 1}
FORMS = {  # "exact" is the one that C and the page have; the others are those of Q7-CapsNets
    "squash": ("exact", "q7"),
    "votes": ("exact", "truncate"),
    "capsule_sum": ("exact", "truncate"),
    "agreement": ("exact", "truncate", "product"),
    "add": ("exact", "truncate", "product"),
    "softmax": ("exact", "arm13", "arm14", "raw_e"),
}


def check_form(step: dict, who: str) -> None:
    """Raises for a form of a step that there is not: a program may be newer than what runs it."""
    form, known = step.get("form", "exact"), FORMS.get(step["op"], ("exact",))
    if form not in known:
        raise ValueError(f"{who}: {step['op']} has no form {form!r} here; there is {', '.join(known)}")
    if form == "product" and "code_shift" not in step:
        raise ValueError(f"{who}: {step['op']} of the form 'product' lacks code_shift")


def check_capsule_step(step, read, who):
    """Raises unless the shapes of a step and of what it reads fit, its lists are as long as they say, and its sums fit."""
    op = step["op"]
    if len(read) != READS.get(op, len(read)) or len(read) > 2:
        raise ValueError(f"{who}: {op} reads {READS.get(op, '1 or 2')}, not {len(read)} steps")
    shapes = [tuple(source["shape"]) for source in read]
    if not fits(step, tuple(step["shape"]), shapes):
        raise ValueError(f"{who}: {op} of {' and '.join([str(shape) for shape in shapes])} is not {tuple(step['shape'])}")
    if op != "capsules" and [source for source in read + [step] if source["zero"]]:
        raise ValueError(f"{who}: {op} reads and writes codes whose zero is 0")
    if op in SUMS:
        check_scaled(step, read, who)
    if op == "softmax" and (len(step["table"]) != TABLE or min(step["table"]) < 0 or step["table"][0] < 1):
        raise ValueError(f"{who}: the table of a softmax has {TABLE} values from e^0 down, none below 0")
    if op in ("squash", "lengths"):
        check_root(step, read[0], who)


def fits(step, shape, read):
    """Whether what is written has the shape that follows from what is read."""
    op, first = step["op"], read[0]
    if len(first) != {"capsules": 3, "capsule_sum": 3, "agreement": 3}.get(op, 2):
        return False
    if op == "capsules":
        count = step["types"] * first[1] * first[2]
        return step["types"] * step["dim"] == first[0] and shape == (count, step["dim"])
    if op == "votes":
        return len(shape) == 3 and shape[1] == first[0]
    if op == "capsule_sum":
        return shape == (first[0], first[2]) and read[1:] in ([], [first[:2]])
    if op == "agreement":
        return shape == first[:2] and read[1] == (first[0], first[2])
    if op == "mask":
        return shape == (words_of(first),)
    return shape == (first[:1] if op == "lengths" else first)


def check_scaled(step, read, who):
    """Raises unless weights and factors are as many as the shapes say, and no sum can leave 32 bits."""
    outputs = step["shape"][0] if step["op"] == "votes" else 1
    if len(step["multiplier"]) != outputs or len(step["shift"]) != outputs:
        raise ValueError(f"{who}: {outputs} multipliers and shifts belong to it, not {len(step['multiplier'])}")
    if step["op"] == "votes":
        count, dim_in = read[0]["shape"]
        asked = (1 if step["shared"] else count) * outputs * dim_in * step["shape"][2]
        found = len(weight_codes(step))
        if found != asked:
            raise ValueError(f"{who}: {asked} weights belong to its shapes, not {found}")
    most = SUMS[step["op"]](step, read)
    left = max(max(step["shift"]), 0)
    if most << left >= MOST_SUM:
        raise ValueError(
            f"{who}: a sum can reach {most}{f', shifted left by {left}' if left else ''}, and 32 bits hold less than "
            f"2^31 = {MOST_SUM}: take fewer bits, or fewer capsules"
        )


def largest_vote(step, read):
    weights = weight_codes(step)
    return read[0]["shape"][1] * code_span(read[0], step["zero_in"]) * max(max(weights), -min(weights))


def largest_capsule_sum(step, read):
    coupled = code_span(read[1], 0) if len(read) == 2 else 1
    return read[0]["shape"][1] * code_span(read[0], 0) * coupled


def largest_agreement(step, read):
    return read[0]["shape"][2] * code_span(read[0], 0) * code_span(read[1], 0)


SUMS = {"votes": largest_vote, "capsule_sum": largest_capsule_sum, "agreement": largest_agreement}


def check_root(step, read, who):
    """Raises unless the squares of a capsule fit into 32 bits, and all that a squash makes of them into 53."""
    dim, span, bits = read["shape"][1], code_span(read, 0), step["root_bits"]
    square = dim * span * span
    if bits < 0 or square << (2 * bits) >= MOST_SQUARE:
        raise ValueError(f"{who}: the squares of {dim} codes with {bits} root bits pass 32 bits")
    if step["op"] == "lengths":
        return
    if step["fraction_in"] < 0 or step["fraction_out"] < 0:
        raise ValueError(f"{who}: a squash reads and writes codes with fraction bits, not {step['fraction_in']}")
    whole_length = (square + (1 << (2 * step["fraction_in"]))) << bits
    size = (span * 2**16) << step["fraction_out"]
    if 2 * (size + whole_length) >= EXACT:
        raise ValueError(f"{who}: {step['fraction_in']} fraction bits are too many to squash in 53 bits")
