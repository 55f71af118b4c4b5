"""Weights of 8 and 4 bits on a layer that waits for its weights: a linear layer on one image, floats inside, on one thread.

    python experiments/weight_only.py            # about a minute on a quiet machine, and only there; needs gcc

Writes recorded/weight_only.json: CPU time of y = W·x for square W, from sizes that fit into the first cache to 64 MB and more of
float32. Inputs, products and sums stay float32 throughout; the weights are read as they are stored, and become floats when they
are used. One scale a row. All three C kernels are plain loops, compiled alike; torch's float32 stands beside them.
"""

from compiled import FLAGS, compiler, kernels, times_in_turns  # first: it sets the number of threads

# isort: split
import numpy
import torch
from record import Record, arguments

ROUNDS = 15
SIDES = (64, 128, 256, 512, 1024, 2048, 3072, 4096, 6144)  # 16 kB … 151 MB of float32
BYTES = {"float32, torch": 4, "float32, C": 4, "int8, C": 1, "int4, C": 0.5}  # of a weight


def codes_of(weights, most):
    """(codes, scale of each row) of weights with codes from −most to most."""
    scale = abs(weights).max(axis=1) / most
    return numpy.rint(weights / scale[:, None]).astype(numpy.int8), scale.astype(numpy.float32)


def halves(codes):
    """Two codes of 4 bits in a byte, the second half of a row in the high bits, each plus 8: uint8 (rows, n / 2)."""
    low, high = numpy.split((codes + 8).astype(numpy.uint8), 2, axis=1)
    return numpy.ascontiguousarray(low | high << 4)


def ways_of(side):
    """{way: function that computes W·x}, {way: what it should give}, and the array in which the kernels leave theirs."""
    generator, bound = numpy.random.default_rng(0), kernels()
    weights, x = (generator.normal(size=shape).astype(numpy.float32) for shape in ((side, side), side))
    (eight, scale_8), (four, scale_4) = codes_of(weights, 127), codes_of(weights, 7)
    packed, tensors = halves(four), (torch.from_numpy(x[None]), torch.from_numpy(weights))
    y = numpy.empty(side, numpy.float32)
    ways = {
        "float32, torch": lambda: torch.nn.functional.linear(*tensors).numpy()[0],
        "float32, C": bound("linear_float32", weights, x, y, side, side),
        "int8, C": bound("linear_int8", eight, scale_8, x, y, side, side),
        "int4, C": bound("linear_int4", packed, scale_4, x, y, side, side),
    }
    stored = {"int8, C": eight * scale_8[:, None], "int4, C": four * scale_4[:, None]}
    return ways, {name: stored.get(name, weights).astype(float) @ x for name in ways}, y


def check_close(ways, expected, y):
    """Raises unless all ways give W·x up to the rounding of float32."""
    for name, way in ways.items():
        made = way()
        if abs((y if made is None else made) - expected[name]).max() > 1e-4 * abs(expected[name]).max():
            raise AssertionError(f"{name} computes another product of {len(y)} rows")


def measure(side, rounds=ROUNDS):
    """All ways of one size, in turns; each has read its own weights just before, as often as the clock asks for."""
    ways, expected, y = ways_of(side)
    check_close(ways, expected, y)
    times = times_in_turns(ways, rounds)
    stored = {name: int(each * side * side) + (4 * side if each < 4 else 0) for name, each in BYTES.items()}
    found = {"macs": side * side, "bytes": stored}
    return found | {kind: {name: pair[place] for name, pair in times.items()} for place, kind in enumerate(("ms", "fastest_ms"))}


def main():
    chosen = arguments(__doc__)
    settings = {"rounds": ROUNDS, "threads": 1, "compiler": f"{compiler()} {' '.join(FLAGS)}"}
    Record("weight_only", settings, chosen.fresh).run([{"side": side} for side in SIDES], measure)


if __name__ == "__main__":
    main()
