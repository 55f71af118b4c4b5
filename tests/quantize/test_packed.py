"""Packed signs compute what the signs compute, to the last one, whatever the length of a row."""

import numpy
import pytest

torch = pytest.importorskip("torch")

from squeezelab.compression.signs import packed_signs as packed_slowly  # noqa: E402
from squeezelab.compression.signs import xor_dot  # noqa: E402
from squeezelab.quantize.packed import (  # noqa: E402
    OUTSIDE,
    PackedSigns,
    pack_signs,
    packed_conv,
    packed_linear,
    popcounts,
    sign_dots,
    unpack_signs,
)

LENGTHS = (1, 7, 8, 63, 64, 65, 70, 127, 128, 129, 576)


def drawn_signs(*shape, seed=0):
    return numpy.where(numpy.random.default_rng(seed).random(shape) < 0.5, -1, 1)


@pytest.mark.parametrize("n", LENGTHS)
def test_dots_of_words_are_dots_of_signs(n):
    a, b = drawn_signs(9, n), drawn_signs(5, n, seed=1)
    dots = sign_dots(pack_signs(a), pack_signs(b))
    assert dots.dtype == numpy.int64 and (dots == a @ b.T).all()


@pytest.mark.parametrize("n", LENGTHS)
def test_packing_is_undone_and_takes_a_bit_a_sign_in_whole_words(n):
    signs = drawn_signs(3, n)
    packed = pack_signs(signs)
    assert (unpack_signs(packed) == signs).all()
    assert packed.words.shape == (3, -(-n // 64)) and packed.bytes == 3 * 8 * -(-n // 64)


def test_words_are_those_of_the_portable_law():
    signs = drawn_signs(2, 100)
    words = [packed_slowly(row.tolist()) for row in signs]
    assert pack_signs(signs).words.tolist() == words
    assert sign_dots(pack_signs(signs), pack_signs(signs))[0, 1] == xor_dot(*words, 100)


def test_memory_is_a_thirty_second_of_float32():
    weights = numpy.random.default_rng(0).normal(size=(64, 576)).astype(numpy.float32)
    assert weights.nbytes == 32 * pack_signs(weights).bytes


def test_bits_that_fill_the_last_word_fall_out_of_the_xor_and_not_of_the_xnor():
    a, b = pack_signs(numpy.ones((1, 70))), pack_signs(numpy.r_[numpy.ones(30), -numpy.ones(40)][None])
    agree = int(popcounts(~(a.words ^ b.words))[0])
    assert sign_dots(a, b)[0, 0] == -10 and 2 * agree - 70 == 106  # 58 bits that are no sign agree


def test_zero_and_its_negative_count_as_one_and_tiny_numbers_keep_their_sign():
    assert unpack_signs(pack_signs(numpy.array([[0.0, -0.0, 1e-45, -1e-45]], numpy.float32))).tolist() == [[1, 1, 1, -1]]


def test_a_linear_layer_takes_the_signs_of_its_inputs():
    x, weight = numpy.random.default_rng(0).normal(size=(4, 70)), drawn_signs(6, 70)
    scale = numpy.arange(1.0, 7.0)
    assert (packed_linear(x, pack_signs(weight), scale) == numpy.where(x >= 0, 1, -1) @ weight.T * scale).all()


@pytest.mark.parametrize("outside", OUTSIDE)
@pytest.mark.parametrize(
    ("kernel", "stride", "padding"), [(3, 1, 1), ((1, 3), (2, 1), (0, 1)), (2, 2, 0), (5, 3, 2), (3, 1, (2, 3))]
)
def test_a_convolution_equals_torchs_on_signs_with_the_same_numbers_around_the_map(kernel, stride, padding, outside):
    maps, filters = numpy.random.default_rng(0).normal(size=(2, 7, 9, 8)), None
    sides = (kernel, kernel) if isinstance(kernel, int) else kernel
    filters = drawn_signs(5, 7, *sides)
    made = packed_conv(maps, pack_signs(filters.reshape(5, -1)), kernel, stride, padding, outside=outside)
    rims = (padding, padding) if isinstance(padding, int) else padding
    signs = torch.from_numpy(numpy.where(maps >= 0, 1, -1))
    padded = torch.nn.functional.pad(signs, (rims[1], rims[1], rims[0], rims[0]), value=outside)
    assert (made == torch.nn.functional.conv2d(padded, torch.from_numpy(filters), stride=stride).numpy()).all()


def test_numpy_without_a_count_of_bits_counts_the_same(monkeypatch):
    words = pack_signs(drawn_signs(4, 200)).words
    counted = popcounts(words)
    monkeypatch.delattr(numpy, "bitwise_count", raising=False)
    assert (popcounts(words) == counted).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: pack_signs(numpy.zeros(3)), r"of the shape \(rows, n\), not \(3,\)"),
        (lambda: pack_signs(numpy.zeros((0, 3))), r"of the shape \(rows, n\), not \(0, 3\)"),
        (lambda: pack_signs(numpy.array([[1.0, numpy.nan]])), "NaN has no sign"),
        (
            lambda: sign_dots(pack_signs(numpy.ones((1, 3))), pack_signs(numpy.ones((1, 4)))),
            "of one length, not of 3 and 4 signs",
        ),
        (lambda: packed_conv(numpy.ones((1, 3, 3)), PackedSigns(None, 9), 3), "maps of the shape"),
        (lambda: packed_conv(numpy.ones((1, 1, 2, 2)), PackedSigns(None, 9), 3), "3×3 does not fit into a map of 2×2"),
        (lambda: packed_conv(numpy.ones((1, 1, 3, 3)), PackedSigns(None, 9), 3, outside=2), "sign outside.*0, -1, 1"),
        (lambda: packed_conv(numpy.ones((1, 2, 3, 3)), pack_signs(numpy.ones((1, 9))), 3), "not of 18 and 9 signs"),
    ],
)
def test_what_cannot_be_packed_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
