"""The C kernels that experiments time compute what numpy computes; a record of times says what was timed."""

import shutil

import numpy
import pytest

pytest.importorskip("torch")

import packed_time  # noqa: E402
import weight_only  # noqa: E402
from compiled import FLAGS, ONE_WORD, kernels  # noqa: E402

from squeezelab.compression import binary_speedup  # noqa: E402
from squeezelab.quantize import pack_signs, sign_dots  # noqa: E402
from squeezelab.recorded import recorded  # noqa: E402

needs_gcc = pytest.mark.skipif(not shutil.which("gcc"), reason="kernels are compiled by gcc")


@needs_gcc
@pytest.mark.parametrize("flags", [FLAGS, ONE_WORD], ids=["eight words at a time", "a word at a time"])
@pytest.mark.parametrize("n", [1, 27, 64, 70, 576])
def test_packed_products_in_c_are_those_of_numpy(n, flags):
    bound, generator = kernels(flags), numpy.random.default_rng(0)
    a, b = (generator.normal(size=(rows, n)).astype(numpy.float32) for rows in (5, 3))
    packed, words = (pack_signs(a), pack_signs(b)), numpy.empty((5, -(-n // 64)), numpy.uint64)
    bound("pack_signs", a, words, 5, n)()
    assert (words == packed[0].words).all()
    made = numpy.empty((5, 3), numpy.int32)
    bound("sign_dots", words, packed[1].words, made, 5, 3, n)()
    assert (made == sign_dots(*packed)).all()


@needs_gcc
@pytest.mark.parametrize("product", list(packed_time.PRODUCTS)[:2])
def test_all_ways_of_a_product_are_one_product(product):
    packed_time.check_equal(*packed_time.ways_of(*packed_time.PRODUCTS[product]))


@needs_gcc
@pytest.mark.parametrize("side", weight_only.SIDES[:3])
def test_weights_of_few_bits_give_the_product_of_their_values(side):
    weight_only.check_close(*weight_only.ways_of(side))


def test_two_codes_of_four_bits_share_a_byte():
    codes = numpy.array([[-7, 0, 7, 3]], numpy.int8)
    packed = weight_only.halves(codes)
    assert packed.shape == (1, 2) and packed.dtype == numpy.uint8
    assert [(byte & 15) - 8 for byte in packed[0].tolist()] == [-7, 0] and [(byte >> 4) - 8 for byte in packed[0].tolist()] == [
        7,
        3,
    ]


def test_the_record_counts_words_as_the_law_does():
    for row in recorded("packed_time")["rows"]:
        assert row["macs"] / row["word_operations"] == row["inner"] / -(-row["inner"] // 64)
        assert binary_speedup(row["inner"], 1) < row["macs"] / row["word_operations"] or row["inner"] % 64


def test_the_best_code_of_single_weights_is_never_beaten_by_huffmans_and_packs_no_more_than_the_bits():
    for row in recorded("entropy_coded")["rows"]:
        if row["bits"] < 32:
            assert row["entropy"] <= row["huffman"] and row["entropy"] <= row["plain"] < row["weights"] * 4
