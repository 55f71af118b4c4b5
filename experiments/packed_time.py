"""Signs packed into words of 64 bits against float32: the same product of matrices, in numpy, in torch and in C, on one thread.

    python experiments/packed_time.py            # about 20 seconds on a quiet machine, and only there; needs gcc

Writes recorded/packed_time.json: CPU time of Y = A·Bᵀ, A of `rows` × `inner` numbers, B of `columns` × `inner`, bytes of B, and
operations. "packed" has A and B packed already; "packed, from floats" packs A in each call, as a layer must. The C kernels for
floats and for signs are the same loops, compiled alike, "a word at a time" without the instruction that counts the bits of eight
words at once, which few processors have. numpy's and torch's float product is a library's, tuned for years.
"""

from compiled import FLAGS, ONE_WORD, compiler, kernels, times_in_turns  # first: it sets the number of threads

# isort: split
import numpy
import torch
from record import Record, arguments

from squeezelab.quantize.packed import pack_signs, packed_linear, sign_dots

ROUNDS = 15
PRODUCTS = {  # (rows, inner, columns)
    "first layer, 3×3×3": (1024, 27, 64),
    "3×3 convolution, 64 channels": (196, 576, 64),
    "3×3 convolution, 256 channels": (196, 2304, 256),
    "square": (256, 1024, 256),
    "large": (1024, 4096, 256),
    "linear, batch 1": (1, 4096, 4096),
}


def ways_of(rows, inner, columns):
    """{way: function that computes the product}, and {way: the array in which a kernel leaves it}."""
    generator, size = numpy.random.default_rng(0), (rows, columns, inner)
    a, b = (numpy.where(generator.random((count, inner)) < 0.5, -1, 1).astype(numpy.float32) for count in (rows, columns))
    packed_a, packed_b = pack_signs(a), pack_signs(b)
    floats, wholes = numpy.empty((rows, columns), numpy.float32), numpy.empty((rows, columns), numpy.int32)
    words, tensors = numpy.empty_like(packed_a.words), [torch.from_numpy(each) for each in (a, b)]
    bound, one_word = kernels(), kernels(ONE_WORD)
    pack, dots = bound("pack_signs", a, words, rows, inner), bound("sign_dots", words, packed_b.words, wholes, *size)
    ways = {
        "float32, numpy": lambda: a @ b.T,
        "float32, torch": lambda: torch.nn.functional.linear(*tensors).numpy(),
        "float32, C": bound("float_dots", a, b, floats, *size),
        "packed, numpy": lambda: sign_dots(packed_a, packed_b),
        "packed, from floats, numpy": lambda: packed_linear(a, packed_b),
        "packed, C": bound("sign_dots", packed_a.words, packed_b.words, wholes, *size),
        "packed, from floats, C": lambda: (pack(), dots()),
        "packed, C, a word at a time": one_word("sign_dots", packed_a.words, packed_b.words, wholes, *size),
    }
    return ways, {name: floats if "float32" in name else wholes for name in ways if ", C" in name}


def check_equal(ways, left):
    """Raises unless all ways give the same whole numbers, to the last one."""
    expected = ways["float32, numpy"]().astype(numpy.int64)
    for name, way in ways.items():
        made = way()
        if not (left.get(name, made) == expected).all():
            raise AssertionError(f"{name} computes another product")


def measure(product, rounds=ROUNDS):
    """All ways of one product, in turns."""
    rows, inner, columns = PRODUCTS[product]
    ways, left = ways_of(rows, inner, columns)
    check_equal(ways, left)
    words = -(-inner // 64)
    sizes = {"rows": rows, "inner": inner, "columns": columns, "float_bytes": 4 * columns * inner}
    sizes |= {"packed_bytes": 8 * columns * words, "macs": rows * inner * columns, "word_operations": rows * words * columns}
    times = times_in_turns(ways, rounds)
    return sizes | {kind: {name: pair[place] for name, pair in times.items()} for place, kind in enumerate(("ms", "fastest_ms"))}


def main():
    chosen = arguments(__doc__)
    settings = {
        "rounds": ROUNDS,
        "threads": 1,
        "compiler": f"{compiler()} {' '.join(FLAGS)}",
        "a word at a time": ONE_WORD[len(FLAGS) :],
    }
    Record("packed_time", settings, chosen.fresh).run([{"product": name} for name in PRODUCTS], measure)


if __name__ == "__main__":
    main()
