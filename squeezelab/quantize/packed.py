"""Signs packed into words of 64 bits: a product of ±1 is an xor, a sum of them a count of bits.

    a · b = n − 2 · popcount(a xor b)        for vectors of n numbers that are −1 or 1; a bit is 1 where the number is 1

The xor form, since the bits that fill up the last word are 0 in both and fall out; the xnor form, 2 · popcount(a xnor b) − n,
counts them as agreements. A dot product of n signs takes ceil(n / 64) words; in numpy that saves memory, not time.
(Rastegari et al. 2016, XNOR-Net, arXiv 1603.05279, read from its abstract and released code.)

>>> rows = numpy.sign(numpy.random.default_rng(0).normal(size=(3, 70)))
>>> (sign_dots(pack_signs(rows), pack_signs(rows)) == rows @ rows.T).all()
np.True_
"""

from collections import namedtuple

import numpy

from ..core.checks import check_choice, pair

WORD = 64  # bits
OUTSIDE = (0, -1, 1)  # what may stand around a map of signs


class PackedSigns(namedtuple("PackedSigns", ("words", "n"))):
    """Rows of n signs each: `words`, uint64 (rows, ceil(n / 64)); the bits after the n-th are 0."""

    __slots__ = ()

    @property
    def bytes(self):
        """What the words take."""
        return self.words.nbytes


def pack_signs(values: numpy.ndarray) -> PackedSigns:
    """The signs of `values`, (rows, n), packed row by row; 0 counts as 1, as everywhere here.

    Raises a ValueError unless there are rows of one number or more, none of them NaN.

    >>> packed = pack_signs(numpy.array([[0.5, -1.5, 2.0, -0.2]]))
    >>> packed.words, packed.n, packed.bytes
    (array([[5]], dtype=uint64), 4, 8)
    """
    values = numpy.asarray(values)
    if values.ndim != 2 or not values.size:
        raise ValueError(f"signs are packed row by row: give numbers of the shape (rows, n), not {values.shape}")
    if numpy.isnan(values).any():
        raise ValueError("NaN has no sign: there is one among the numbers to pack")
    return PackedSigns(packed_words(values >= 0), values.shape[1])


def packed_words(bits):
    """Bits, bool (rows, n), in words: uint64 (rows, ceil(n / 64)), the first bit the lowest."""
    missing = -bits.shape[1] % WORD
    octets = numpy.packbits(numpy.pad(bits, ((0, 0), (0, missing))), axis=1, bitorder="little")
    return octets.view("<u8").astype(numpy.uint64, copy=False)


def unpack_signs(packed: PackedSigns) -> numpy.ndarray:
    """The signs again, int8 (rows, n), each −1 or 1.

    >>> unpack_signs(pack_signs(numpy.array([[0.5, -1.5, 0.0]]))).tolist()
    [[1, -1, 1]]
    """
    octets = packed.words.astype("<u8", copy=False).view(numpy.uint8)
    bits = numpy.unpackbits(octets, axis=1, count=packed.n, bitorder="little")
    return 2 * bits.astype(numpy.int8) - 1


def sign_dots(a: PackedSigns, b: PackedSigns, inside: numpy.ndarray = None) -> numpy.ndarray:
    """The dot product of each row of `a` with each of `b`: int64 (rows of a, rows of b).

    inside: words like those of `a`, whose bits are 1 where a sign counts; without it all n do. Raises a ValueError for rows of
    different lengths.

    >>> sign_dots(pack_signs(numpy.array([[1, -1, 1]])), pack_signs(numpy.array([[1, 1, 1], [-1, 1, -1]]))).tolist()
    [[1, -3]]
    """
    if a.n != b.n:
        raise ValueError(f"a dot product needs rows of one length, not of {a.n} and {b.n} signs")
    counted = a.n if inside is None else popcounts(inside)
    dots = numpy.empty((len(a.words), len(b.words)), numpy.int64)
    for column, row in enumerate(b.words):  # a row at a time, so that the xor stays in the cache
        unlike = a.words ^ row
        dots[:, column] = counted - 2 * popcounts(unlike if inside is None else unlike & inside)
    return dots


def popcounts(words):
    """How many bits of each row are 1; signed, since they are subtracted."""
    if not hasattr(numpy, "bitwise_count"):  # numpy 1
        return numpy.unpackbits(words.view(numpy.uint8), axis=1).sum(axis=1, dtype=numpy.int64)
    return numpy.bitwise_count(words).sum(axis=1, dtype=numpy.int64)


def packed_linear(x: numpy.ndarray, weight: PackedSigns, scale: numpy.ndarray = 1) -> numpy.ndarray:
    """A binary linear layer: sign(x), (batch, inputs), times the packed signs of a weight, (outputs, inputs), times the `scale`
    (a number, or one an output) → (batch, outputs).

    >>> packed_linear(numpy.array([[0.3, -2.0, 1.0]]), pack_signs(numpy.array([[1, 1, -1]])), 0.5)
    array([[-0.5]])
    """
    return sign_dots(pack_signs(x), weight) * scale


def packed_conv(
    x: numpy.ndarray,
    weight: PackedSigns,
    kernel: tuple | int,
    stride: tuple | int = 1,
    padding: tuple | int = 0,
    scale: numpy.ndarray = 1,
    outside: int = 0,
) -> numpy.ndarray:
    """A binary convolution of sign(x), (batch, channels, height, width), with packed filters, (filters, channels·rows·columns).

    outside: what stands around the map. A sign cannot be 0, so 0 (what torch's padding is, once the signs are taken) costs a
    second array of words that says which signs count; −1 or 1 cost nothing, but are another network: trained with one of
    them, computed with the same. → (batch, filters, height, width). Raises a ValueError where filters and map do not fit.

    >>> filters = pack_signs(numpy.ones((1, 9)))
    >>> [packed_conv(numpy.ones((1, 1, 3, 3)), filters, 3, padding=1, outside=each)[0, 0, 0, 0] for each in (0, 1, -1)]
    [np.int64(4), np.int64(9), np.int64(-1)]
    """
    check_choice("sign outside", outside, OUTSIDE)
    kernel, stride, padding = pair(kernel, "the kernel"), pair(stride, "the stride"), pair(padding, "the padding", 0)
    x = numpy.asarray(x)
    rows, size = seen_by_kernel(x, kernel, stride, padding, outside or -1)
    signs, inside = pack_signs(rows), None
    if not outside and any(padding):
        inside = packed_words(seen_by_kernel(numpy.ones_like(x), kernel, stride, padding, 0)[0] > 0)
    dots = sign_dots(signs, weight, inside)  # (batch·height·width, filters)
    return numpy.moveaxis(dots.reshape(len(x), *size, -1), -1, 1) * numpy.reshape(scale, (-1, 1, 1))


def seen_by_kernel(x, kernel, stride, padding, outside):
    """(what each filter sees at each place, as rows of (channels, rows, columns); the (height, width) of the places)."""
    if x.ndim != 4:
        raise ValueError(f"a convolution reads maps of the shape (batch, channels, height, width), not {x.shape}")
    padded = numpy.pad(x, ((0, 0), (0, 0), *((side, side) for side in padding)), constant_values=outside)
    if any(side < length for side, length in zip(padded.shape[2:], kernel)):
        raise ValueError(f"a kernel of {kernel[0]}×{kernel[1]} does not fit into a map of {padded.shape[2]}×{padded.shape[3]}")
    seen = numpy.lib.stride_tricks.sliding_window_view(padded, kernel, axis=(2, 3))[:, :, :: stride[0], :: stride[1]]
    seen = seen.transpose(0, 2, 3, 1, 4, 5)  # (batch, height, width, channels, rows, columns)
    return seen.reshape(-1, seen.shape[3] * kernel[0] * kernel[1]), seen.shape[1:3]
