"""Capsule networks in C: roots, squash, votes and routing give the integers of Python, whatever the compiler."""

import re
from math import isqrt

import pytest
from support.c_programs import SANITIZED, codes_in_c, compiled, scores_in_c
from support.capsule_programs import SCORES, DrawnCapsules, by_formulas, drawn_capsules
from support.integer_programs import drawn_pixels, drawn_program

from squeezelab.compression.integer_program import check_program
from squeezelab.compression.integer_run import class_of, run_program
from squeezelab.quantize.export_c import export_c

WAYS = [{}, {"rounding": "single", "shared": True}, {"bits": 4, "iterations": 1}, {"bits": 1, "iterations": 5}]


def check_the_same(program, folder, *flags, count=12, **options):
    """Raises unless C gives the scores of Python on images of noise."""
    export_c(check_program(program), folder, **options)
    images = drawn_pixels(2, count)
    scores = [by_formulas(program, image)[-1] for image in images]
    assert scores_in_c(compiled(folder, *flags), images) == [row + [class_of(row)] for row in scores]


FLAGS = [("-O0",), ("-O3",), ("-O2", "-funsigned-char", "-fwrapv"), SANITIZED]


@pytest.mark.parametrize("seed", range(len(WAYS)))
def test_plain_python_does_what_the_formulas_say(seed):
    program = check_program(drawn_capsules(seed, **WAYS[seed]))
    for image in drawn_pixels(seed, 3):
        assert run_program(program, image) == by_formulas(program, image)


@pytest.mark.parametrize("seed", range(len(WAYS)))
def test_no_flag_of_the_compiler_changes_a_length(seed, tmp_path):
    check_the_same(drawn_capsules(seed, **WAYS[seed]), tmp_path / "net", *FLAGS[seed])


@pytest.mark.parametrize("bits", [5, 1])
def test_packed_votes_take_less_flash_and_change_no_integer(bits, tmp_path):
    program = drawn_capsules(5, bits=bits)
    check_the_same(program, tmp_path / "packed", *SANITIZED, packed=True)
    plain, packed = (export_c(program, tmp_path / str(way), packed=way).flash_bytes for way in (False, True))
    assert plain - packed == 40 * 5 * 4 * 6 * (8 - bits) // 8 - 1


def test_every_step_has_the_codes_of_python(tmp_path):
    program = check_program(drawn_capsules(0))
    export_c(program, tmp_path / "net")
    for image in drawn_pixels(4, 3):
        for step, ours, theirs in zip(program["steps"], by_formulas(program, image), codes_in_c(tmp_path / "net", image)):
            assert ours == theirs, step["name"]


def squash_of(capsule, fraction_in, fraction_out):
    """A program that squashes one capsule, the image itself."""
    net = DrawnCapsules(0)
    given = net.program["input"]
    given |= {"shape": [len(capsule), 1, 1], "table": list(range(-128, 128)), "scale": 2.0**-fraction_in, "zero": 0}
    place = net.capsule_step("capsules", [-1], [1, len(capsule)], fraction_in, types=1, dim=len(capsule))
    return net, place


@pytest.mark.parametrize(
    ("capsule", "fractions", "made"),
    [
        ([48, 64], (6, 7), [47, 62]),  # exact: 46.83 and 62.44
        ([-48, 64], (6, 7), [-47, 62]),
        ([3, 4], (1, 7), [66, 88]),  # exact: 66.2 and 88.3
        ([0, 0, 0], (5, 7), [0, 0, 0]),
        ([-128] * 8, (0, 7), [-45] * 8),  # longer than 1 by far: 128 / √8 = 45.25
        ([127, 0], (7, 12), [127, 0]),  # clipped
    ],
)
def test_a_squash_is_known_by_hand(capsule, fractions, made, tmp_path):
    net, place = squash_of(capsule, *fractions)
    net.squash(place, *fractions)
    pixels = [code + 128 for code in capsule]
    assert run_program(check_program(net.program), pixels)[-1] == made
    export_c(net.program, tmp_path / "net")
    assert scores_in_c(compiled(tmp_path / "net", *SANITIZED), [pixels]) == [made + [made.index(max(made))]]


def test_roots_are_rounded_down_and_end_at_16_bits(tmp_path):
    net, place = squash_of([0, 0], 0, 0)
    net.lengths(place, root_bits=8)
    capsules = [[r, other] for r in (0, 1, 2, 3, 5, 127, -128) for other in (0, 1, -1)]
    export_c(check_program(net.program), tmp_path / "net")
    found = scores_in_c(compiled(tmp_path / "net", *SANITIZED), [[code + 128 for code in each] for each in capsules])
    assert [row[0] for row in found] == [min(isqrt((a * a + b * b) << 16), 2**15 - 1) for a, b in capsules]
    assert found[-1][0] == SCORES["high"]


def test_of_capsules_of_one_length_the_first_is_kept(tmp_path):
    net, _ = squash_of([0] * 6, 0, 0)
    net.program["steps"][0] |= {"types": 3, "dim": 2, "shape": [3, 2]}
    net.program["input"]["shape"] = [6, 1, 1]
    net.mask(0)
    pixels = [code + 128 for code in (3, 4, -5, 0, 0, 5)]
    export_c(check_program(net.program), tmp_path / "net")
    assert scores_in_c(compiled(tmp_path / "net"), [pixels])[0][:-1] == [3, 4, 0, 0, 0, 0]


def test_the_header_says_what_the_votes_take(tmp_path):
    written = export_c(drawn_capsules(0), tmp_path / "net")
    header = (tmp_path / "net/network.h").read_text("utf-8")
    assert "the votes alone are 5 x 40 x 6 = 1200 bytes" in header and "LARGEST_CAPSULE 6" in header
    assert 1200 < written.ram_bytes < 1900, "votes, logits and couplings of one iteration live together"


def test_kernels_of_capsules_come_only_with_capsules(tmp_path):
    files = export_c(drawn_program(0), tmp_path / "plain").files
    more = export_c(drawn_capsules(0), tmp_path / "capsules").files
    assert set(more) - set(files) == {"capsules.c", "capsules.h"}
    assert "capsule" not in "".join((tmp_path / "plain" / name).read_text("utf-8").lower() for name in files)


@pytest.mark.parametrize(
    ("op", "form"), [("squash", "q7"), ("softmax", "arm13"), ("softmax", "arm14"), ("softmax", "raw_e"), ("add", "truncate")]
)
def test_a_form_that_is_there_to_be_studied_is_refused_by_name(op, form, tmp_path):
    program = drawn_capsules(0)
    step = next(step for step in program["steps"] if step["op"] == op)
    step["form"] = form
    said = f"{op} {step['name']!r} has the form {form!r}, and C has 'exact' alone"
    with pytest.raises(ValueError, match=re.escape(said)):
        export_c(program, tmp_path / "net")
    assert not list(tmp_path.iterdir())


def test_names_of_layers_may_be_those_of_kernels(tmp_path):
    program = drawn_capsules(0)
    for step, name in zip(program["steps"], ["root", "capsules", "squash", "votes", "capsule_sum", "Squash", "softmax"]):
        step["name"] = name
    check_the_same(program, tmp_path / "net")
