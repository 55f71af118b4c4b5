"""The network that reads what is drawn: what is shipped, that everybody makes its integers, and what the figure says of them."""

import json

import pytest
import torch
from support.c_programs import compiled, compiler, scores_in_c
from support.figure_schema import tiles
from support.micropython import node, printed

from squeezelab.compression.integer_program import check_program
from squeezelab.compression.integer_run import class_of, run_program
from squeezelab.data import digits
from squeezelab.explorers import explore, module
from squeezelab.explorers.digit_model import DIGITS, FLOAT, MAPS, ROWS, WIDTHS, Seen, multiplications, text_at, weight_bytes
from squeezelab.explorers.kit.drawing import EMPTY, as_mnist
from squeezelab.quantize.export_c import export_c
from squeezelab.quantize.integers import Integers
from squeezelab.widgets import Explorer

THREE = DIGITS[3]["drawing"]
BOUND = 60_000  # bytes of the network at its widest, as issue 12 asks


def test_the_network_is_small_and_reads_what_it_should():
    assert weight_bytes(8) < BOUND and FLOAT["accuracy"] >= 0.97 and ROWS[8]["accuracy"] >= 0.97
    assert WIDTHS == [2, 3, 4, 5, 6, 8]


def program_of_bits(bits):
    """The program as the figure makes it of what is recorded."""
    return json.loads(text_at(bits))


@pytest.mark.parametrize("bits", WIDTHS)
def test_a_shipped_program_is_sound_and_as_wide_as_it_says(bits):
    program = check_program(program_of_bits(bits))
    assert {step["weight_bits"] for step in program["steps"] if "weight_bits" in step} == {bits}
    assert program["input"]["bits"] == bits and {step["bits"] for step in program["steps"][:-1]} == {bits}


@pytest.mark.parametrize("bits", WIDTHS)
def test_plain_python_makes_the_recorded_scores(bits):
    for row, scores in list(zip(DIGITS, ROWS[bits]["scores"], strict=True))[::3]:
        assert run_program(program_of_bits(bits), as_mnist(row["drawing"]))[-1] == scores


def test_torch_and_the_page_make_the_same_scores_of_test_digits():
    images = digits()[1].images[:200]
    pixels = (images * 255).round().int().flatten(1).tolist()
    for bits in WIDTHS:
        theirs = json.loads(node("run_integers.mjs", program=program_of_bits(bits), images=pixels).stdout)
        ours = Integers(program_of_bits(bits)).scores(images).tolist()
        assert [codes[-1] for codes in theirs] == ours


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_c_makes_the_same_scores_of_test_digits(bits, tmp_path):
    compiler()
    images = digits()[1].images[:500]
    export_c(program_of_bits(bits), tmp_path / "net", images[:2])
    pixels = (images * 255).round().int().flatten(1).tolist()
    scores = Integers(program_of_bits(bits)).scores(images).tolist()
    assert scores_in_c(compiled(tmp_path / "net"), pixels) == [[*each, class_of(each)] for each in scores]


def test_the_drawings_are_the_first_test_digits_of_their_class():
    test = digits()[1]
    for row in DIGITS:
        assert int(test.labels[row["place"]]) == row["label"] and not (test.labels[: row["place"]] == row["label"]).any()
    assert [class_of(scores) for scores in ROWS[8]["scores"]] == list(range(10))


def test_the_recorded_accuracy_is_that_of_the_program():
    test = digits()[1].take(1000)
    for bits in (4, 2):
        right = (Integers(program_of_bits(bits)).scores(test.images).argmax(1) == test.labels).float().mean()
        assert abs(float(right) - ROWS[bits]["accuracy"]) < 0.04


def test_the_figure_says_what_is_read_and_how_far_rounding_moved_it():
    figure = explore("draw_a_digit", {"digit": THREE, "bits": 4})
    now = Seen(THREE, 4, MAPS[0])
    shown = tiles(figure)
    assert shown["Read as"] == now.read == 3 and figure["finding"].startswith("In whole numbers of 4 bits this is read as a 3")
    ours, wide = now.real(4), now.real(8)
    assert shown["Scores away from 8 bits, mean"] == pytest.approx(sum(abs(a - b) for a, b in zip(ours, wide)) / 10)
    assert shown["Ahead of the next class by"] == pytest.approx(sorted(ours)[-1] - sorted(ours)[-2])
    assert shown["Test digits scored as in torch"] == len(DIGITS)
    assert tiles(explore("draw_a_digit", {"bits": 8}))["Scores away from 8 bits, mean"] == 0


def test_what_is_counted_is_what_the_shapes_say():
    assert multiplications() == 8 * 9 * 196 + 16 * 72 * 49 + 16 * 144 * 16 + 256 * 10
    assert weight_bytes(8) == 72 + 1152 + 2304 + 2560 + 4 * (8 + 16 + 16 + 10)
    assert weight_bytes(2) == (72 + 1152 + 2304 + 2560) // 4 + 200


def test_the_table_has_the_scores_of_every_width_as_they_are():
    table = explore("draw_a_digit", {"digit": THREE})["table"]
    for place, bits in enumerate(WIDTHS[::-1], 1):
        assert [row[place] for row in table["rows"][:10]] == ROWS[bits]["scores"][3]


def test_the_layer_chosen_is_the_one_drawn():
    for option in module("draw_a_digit").CONTROLS[2]["options"]:
        chart = explore("draw_a_digit", {"layer": option["value"]})["charts"][-1]
        assert option["label"] in chart["title"]
        codes = Seen(THREE, 4, int(option["value"])).codes
        assert chart["title"].split(" use ")[1].startswith(f"{len(set(codes))} of 16")


def test_nothing_drawn_is_read_all_the_same_and_said():
    figure = explore("draw_a_digit", {"digit": EMPTY})
    assert figure["problem"].startswith("Nothing is drawn, and the network reads a ")


def test_a_page_without_kernels_gives_the_same_figure():
    program = "from squeezelab.explorers import explore\nfrom squeezelab.explorers.kit.kernels import lend\nimport json\n"
    program += "lend(None)\nprint(json.dumps(explore('draw_a_digit')['table']['rows']))"
    theirs = json.loads(printed(program))
    assert theirs[:10] == explore("draw_a_digit")["table"]["rows"][:10]


def test_a_reader_is_told_which_digit_a_drawing_began_with():
    payload = Explorer("draw_a_digit")._repr_mimebundle_()[0]
    assert "Your digit: test digit 18, a 3" in payload["text/html"] and THREE not in payload["text/html"]
    assert "Your digit: drawn by hand" in Explorer("draw_a_digit", digit="f" * 784)._repr_mimebundle_()[0]["text/html"]


def test_codes_of_an_input_are_those_of_its_pixels():
    now = Seen(THREE, 2, MAPS[0])
    assert {now.program["input"]["table"][pixel] for pixel in now.pixels} <= set(range(-2, 2))
    assert torch.tensor(now.pixels).max() == 255
