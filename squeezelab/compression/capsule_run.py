"""The steps of a capsule network in plain Python: votes, sums, agreements, squash and softmax on whole numbers.

Shapes, flat and row by row: capsules (N, Din), votes (J, N, D), logits and couplings (J, N), output capsules (J, D).
"""

from .capsule_arithmetic import couplings_of, length_code, squashed_code
from .fixed_point import requantised, rounding_of
from .integer_codes import integer_dot, weight_codes, within_bounds, words_of
from .q7_arithmetic import PATCHED, RAW_TABLE, SHIPPED, arm_softmax_q7, q7_squash, towards_zero

ARM = {"arm13": SHIPPED, "arm14": PATCHED}  # constants of its softmax


def split_codes(codes, size):
    """A flat list in parts of equal size, as the capsules of it.

    >>> split_codes([1, 2, 3, 4], 2)
    [[1, 2], [3, 4]]
    """
    return [codes[at : at + size] for at in range(0, len(codes), size)]


def square_of(codes):
    return integer_dot(codes, codes)


def run_capsules(step, given, shapes, rounding):
    """A map read as capsules: codes of `dim` channels at one place lie together."""
    dim, area = step["dim"], shapes[0][1] * shapes[0][2]
    codes = []
    for channels in split_codes(given[0], dim * area):  # of one type
        planes = split_codes(channels, area)
        for place in range(area):
            codes += [plane[place] for plane in planes]
    return codes


def run_squash(step, given, shapes, rounding):
    fractions, codes = (step["fraction_in"], step["fraction_out"]), []
    for capsule in split_codes(given[0], step["shape"][-1]):
        square = square_of(capsule)
        if step.get("form") == "q7":
            codes += [q7_squash(code, square, *fractions) for code in capsule]
            continue
        root = length_code(square, step["root_bits"])
        codes += [squashed_code(code, square, root, fractions[0], fractions[1], step["root_bits"]) for code in capsule]
    return within_bounds(step, codes)


def run_votes(step, given, shapes, rounding):
    """Each input capsule times its matrices (Din, D), one for every output capsule."""
    outputs, count, dim = step["shape"]
    dim_in, rounding = shapes[0][1], rounding_of(step, rounding)
    inputs = [[code - step["zero_in"] for code in capsule] for capsule in split_codes(given[0], dim_in)]
    matrices = [split_codes(rows, dim) for rows in split_codes(weight_codes(step), dim_in * dim)]
    codes = []
    for output in range(outputs):
        factor = step["multiplier"][output], step["shift"][output]
        for place in range(count):
            rows = matrices[(0 if step["shared"] else place) * outputs + output]
            sums = [integer_dot(inputs[place], column) for column in zip(*rows)]
            codes += [requantised(value, factor[0], factor[1], rounding) for value in sums]
    return within_bounds(step, codes)


def run_capsule_sum(step, given, shapes, rounding):
    """The sum of all votes for an output capsule, each times its coupling; without couplings, the sum alone."""
    _, count, dim = shapes[0]
    factor, rounding, codes = (step["multiplier"][0], step["shift"][0]), rounding_of(step, rounding), []
    couplings = split_codes(given[1], count) if len(given) == 2 else [[1] * count] * step["shape"][0]
    for votes, coupled in zip(split_codes(given[0], count * dim), couplings):
        sums = [integer_dot(column, coupled) for column in zip(*split_codes(votes, dim))]
        codes += [requantised(value, factor[0], factor[1], rounding) for value in sums]
    return within_bounds(step, codes)


def run_agreement(step, given, shapes, rounding):
    """The product of each vote with the output capsule that it was cast for."""
    _, count, dim = shapes[0]
    factor, rounding, codes = (step["multiplier"][0], step["shift"][0]), rounding_of(step, rounding), []
    for votes, capsule in zip(split_codes(given[0], count * dim), split_codes(given[1], dim)):
        sums = [integer_dot(vote, capsule) for vote in split_codes(votes, dim)]
        codes += [requantised(value, factor[0], factor[1], rounding) for value in sums]
    codes = within_bounds(step, codes)
    return [towards_zero(code, step["code_shift"]) for code in codes] if step.get("form") == "product" else codes


def run_product_sum(step, given):
    """Two logits added and shifted as if they were a product: what Q7-CapsNets does."""
    return within_bounds(step, [towards_zero(a + b, step["code_shift"]) for a, b in zip(given[0], given[1])])


def run_softmax(step, given, shapes, rounding):
    """The couplings of each input capsule, over the output capsules."""
    logits = split_codes(given[0], step["shape"][1])
    table = RAW_TABLE if step.get("form") == "raw_e" else step["table"]
    couplings = []
    for codes in zip(*logits):
        if step.get("form") in ARM:
            couplings.append(arm_softmax_q7(list(codes), ARM[step["form"]]))
        else:
            couplings.append(couplings_of(list(codes), table, step["high"]))
    return [code for codes in zip(*couplings) for code in codes]


def run_lengths(step, given, shapes, rounding):
    capsules = split_codes(given[0], shapes[0][1])
    return within_bounds(step, [length_code(square_of(capsule), step["root_bits"]) for capsule in capsules])


def run_mask(step, given, shapes, rounding):
    """The first of the longest capsules; the codes of all others become 0."""
    capsules = split_codes(given[0], words_of(shapes[0][1:]))
    squares = [square_of(capsule) for capsule in capsules]
    kept = squares.index(max(squares))
    return [code if place == kept else 0 for place, capsule in enumerate(capsules) for code in capsule]


CAPSULE_OPS = {
    "capsules": run_capsules,
    "squash": run_squash,
    "votes": run_votes,
    "capsule_sum": run_capsule_sum,
    "agreement": run_agreement,
    "softmax": run_softmax,
    "lengths": run_lengths,
    "mask": run_mask,
}
