"""Programs of whole numbers: what is stored comes back, what is wrong is said, and plain Python runs them as torch does."""

import json
import random

import pytest
from support.integer_programs import as_stored, drawn_pixels, drawn_program, torch_run
from support.micropython import printed

from squeezelab.compression.integer_codes import octets_of, unpacked
from squeezelab.compression.integer_program import base64_text, check_program, packed_codes
from squeezelab.compression.integer_run import class_of, run_program


@pytest.mark.parametrize("bits", range(1, 9))
def test_packed_codes_come_back(bits):
    draw = random.Random(bits)
    for count in (0, 1, 7, 8, 100, 301):
        low = -(2 ** (bits - 1))
        codes = [draw.choice((-1, 1)) if bits == 1 else draw.randint(low, -low - 1) for _ in range(count)]
        text = packed_codes(codes, bits)
        assert unpacked(text, bits, count) == codes
        assert len(octets_of(text)) == -(-count * bits // 8)


def test_base64_is_that_of_everybody():
    import base64

    octets = [random.Random(3).randrange(256) for _ in range(1000)]
    for count in (0, 1, 2, 3, 997, 1000):
        assert base64_text(octets[:count]) == base64.b64encode(bytes(octets[:count])).decode()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: packed_codes([4], 3), "3 bits hold codes from -4 to 3, not 4"),
        (lambda: packed_codes([0], 1), "1 bits hold codes from -1 to 1 without 0, not 0"),
        (lambda: packed_codes([0], 9), "the bits of a code must be a whole number from 1 to 8, not 9"),
        (lambda: unpacked("IwI=", 3, 9), "9 codes of 3 bits are 4 bytes, not 2"),
        (lambda: unpacked("I*I=", 3, 4), "packed codes are a text in base64, in which there is no '*'"),
    ],
)
def test_packing_says_what_is_wrong(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    assert caught.value.args[0] == words


def changed(place, **fields):
    program = drawn_program(0)
    program["steps"][place] |= fields
    return program


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (drawn_program(0) | {"format": 3}, "this program has format 3, and here is what runs format 1"),
        (drawn_program(0) | {"rounding": "up"}, "unknown rounding 'up'; there are double, single"),
        (drawn_program(0) | {"steps": []}, "a program has at least one step"),
        (changed(1, op="gelu"), "step 1, 'conv1': there is no op 'gelu' in whole numbers; there are add, agreement"),
        (changed(3, **{"from": [3]}), "step 3, 'max_pool3' reads [3]: a step reads those before it, or -1, the input"),
        (changed(2, low=5, high=4), "step 2, 'add2': its codes end at 4, before they begin at 5"),
        (changed(0, bias=[0]), "step 0, 'conv0': 8 biases belong to its shapes, not 1"),
        (changed(0, bias=[2**31 - 1] * 8), "step 0, 'conv0': the sum of output 0 can reach"),
        (changed(0, shift=[16] * 8), "and 32 bits hold less than 2^31 = 2147483648: take fewer bits, or split the layer"),
    ],
)
def test_a_program_that_cannot_run_is_refused_by_step(program, words):
    with pytest.raises(ValueError) as caught:
        check_program(program)
    assert words in caught.value.args[0]


def test_a_field_that_lacks_is_named():
    for name, words in (("shape", "add lacks shape"), ("zero", "add lacks zero"), ("from", "add lacks from")):
        program = drawn_program(0)
        del program["steps"][2][name]
        with pytest.raises(ValueError, match=words):
            check_program(program)
    program = drawn_program(0)
    del program["steps"][0]["weights"]
    with pytest.raises(ValueError, match="step 0, 'conv0': conv lacks weights"):
        check_program(program)
    program = drawn_program(0)
    del program["input"], program["steps"]
    with pytest.raises(ValueError, match="this program lacks input, steps"):
        check_program(program)
    with pytest.raises(ValueError, match="a program is a dictionary with its steps, not a list"):
        check_program([])
    program = drawn_program(0)
    del program["steps"][2]["left_shift"]
    with pytest.raises(ValueError, match="step 2, 'add2': add lacks left_shift"):
        check_program(program)


def test_pixels_are_as_many_as_the_program_reads_and_whole():
    program, (pixels,) = drawn_program(0), drawn_pixels(0)
    for wrong, words in (
        (pixels[1:], "reads 432 pixels, not 431"),
        ([256, *pixels[1:]], "from 0 to 255"),
        ([-1, *pixels[1:]], "from 0 to 255"),
        ([0.5, *pixels[1:]], "from 0 to 255"),
    ):
        with pytest.raises(ValueError, match=words):
            run_program(program, wrong)


@pytest.mark.parametrize("rounding", ["double", "single"])
@pytest.mark.parametrize("seed", range(6))
def test_every_op_makes_the_codes_that_torch_makes(seed, rounding):
    program = drawn_program(seed, rounding)
    for pixels in drawn_pixels(seed, 2):
        for step, ours, theirs in zip(program["steps"], run_program(program, pixels), torch_run(program, pixels)):
            assert ours == theirs, step["name"]
            assert len(set(ours)) > 2, f"{step['name']} says little: {set(ours)}"


def test_packed_weights_run_as_lists_do():
    program, (pixels,) = drawn_program(1), drawn_pixels(1)
    assert run_program(as_stored(program), pixels) == run_program(program, pixels)


def test_micropython_makes_the_same_codes():
    program, (pixels,) = as_stored(drawn_program(2)), drawn_pixels(2)
    text = "import json\nfrom squeezelab.compression.integer_run import run_program\n"
    text += f"print(json.dumps(run_program(json.loads('{json.dumps(program)}'), {pixels})))"
    assert json.loads(printed(text)) == run_program(program, pixels)


def test_of_equal_scores_the_first_is_the_class():
    assert class_of([-5, 7, 7, 3]) == 1
