"""The CapsNet that reads drawn digits: one program in Python, torch, JavaScript and C, and figures that say what it says."""

import json

import pytest

torch = pytest.importorskip("torch")
from support.c_programs import compiled, compiler, scores_in_c  # noqa: E402
from support.micropython import node, printed  # noqa: E402

from squeezelab.capsules import trained  # noqa: E402
from squeezelab.compression.integer_codes import weight_codes  # noqa: E402
from squeezelab.compression.integer_program import check_program  # noqa: E402
from squeezelab.compression.integer_run import class_of  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.explorers import explore, module  # noqa: E402
from squeezelab.explorers.drawn_capsules_model import (  # noqa: E402
    FLOAT,
    ITERATIONS,
    ROW,
    UNIFORM,
    WEIGHTS,
    Felt,
    multiplied,
    pixels_of,
    whole_program,
)
from squeezelab.explorers.kit.drawing import EMPTY  # noqa: E402
from squeezelab.explorers.kit.drawn_digits import DIGITS  # noqa: E402
from squeezelab.networks import capsnet  # noqa: E402
from squeezelab.quantize import Integers, quantize  # noqa: E402
from squeezelab.quantize.export_c import export_c  # noqa: E402

FIVE = DIGITS[5]["drawing"]


@pytest.fixture(scope="module")
def program():
    return check_program(json.loads(whole_program()))


@pytest.fixture(scope="module")
def integers(program):
    """The program in torch, which takes weights as lists."""
    steps = [step | ({"weights": weight_codes(step)} if "packed" in step else {}) for step in program["steps"]]
    return Integers(program | {"steps": steps})


def tiles(figure):
    return {row["label"]: row["value"] for row in figure["readout"]}


def test_the_program_is_what_quantize_makes_of_the_shipped_network(integers):
    made = quantize(trained("tiny"), digits()[0], seed=0)
    images = digits()[1].images[:100]
    assert torch.equal(integers.scores(images), made.integers.scores(images))


def test_javascript_makes_the_recorded_lengths(program):
    pixels = [pixels_of(row["drawing"]) for row in DIGITS]
    theirs = json.loads(node("run_integers.mjs", program=program, images=pixels).stdout)
    assert [codes[-1] for codes in theirs] == ROW["scores"]


def test_c_makes_the_recorded_lengths(program, tmp_path):
    compiler()
    export_c(program, tmp_path / "net")
    pixels = [pixels_of(row["drawing"]) for row in DIGITS]
    assert scores_in_c(compiled(tmp_path / "net"), pixels) == [[*each, class_of(each)] for each in ROW["scores"]]


def test_the_recorded_accuracy_is_that_of_the_program(integers):
    test = digits()[1].take(1000)
    right = (integers.scores(test.images).argmax(1) == test.labels).float().mean()
    assert abs(float(right) - ROW["accuracy"]) < 0.02 and abs(FLOAT["accuracy"] - ROW["accuracy"]) < 0.002


def test_lengths_after_the_last_iteration_are_the_scores_of_the_program():
    for row in DIGITS:
        now = Felt(row["drawing"], ITERATIONS, "longest")
        scale = ROW["program"]["steps"][-1]["scale"]
        assert now.lengths == [score * scale for score in now.scores] and now.as_recorded()


def test_the_first_iteration_couples_all_alike_and_later_ones_add_up_to_about_one():
    now = Felt(FIVE, ITERATIONS, "longest")
    assert set(now.couplings_after(1, 3)) == {UNIFORM}
    for number in range(2, ITERATIONS + 1):
        columns = zip(*(now.couplings_after(number, j) for j in range(10)))
        assert all(sum(column) == pytest.approx(1, abs=10 / 256) for column in columns)


def test_a_pose_is_as_long_as_its_length_says():
    for iterations in range(1, ITERATIONS + 1):
        now = Felt(FIVE, iterations, "8")
        assert sum(value * value for value in now.pose()) ** 0.5 == pytest.approx(now.lengths[8], abs=2**-14)


def test_what_is_counted_is_what_the_network_says():
    network = capsnet("tiny")
    assert multiplied() == network.macs and WEIGHTS == network.params - 32 - 64  # without biases
    assert tiles(explore("drawn_capsules"))["Votes"] == 128 * 10 * 16


def test_the_figure_says_which_capsule_is_longest_and_what_routing_did():
    figure = explore("drawn_capsules", {"digit": FIVE})
    assert figure["finding"].startswith("The capsule of 5 is the longest, 0.75; next comes that of 6, 0.37")
    assert tiles(figure)["Lengths, beside torch's"] == "the same"
    first = explore("drawn_capsules", {"digit": FIVE, "iterations": 1})
    assert "every primary capsule counts alike, 0.1" in first["finding"] and first["problem"] is None


def test_the_capsule_that_is_chosen_is_the_one_drawn():
    for option in module("drawn_capsules").CONTROLS[2]["options"][1:]:
        charts = explore("drawn_capsules", {"capsule": option["value"]})["charts"]
        assert charts[2]["title"].startswith(f"The pose of {option['value']} ")
        assert f"to {option['value']} is" in charts[3]["title"]


def test_the_table_has_the_whole_numbers_as_they_are():
    assert [row[1] for row in explore("drawn_capsules", {"digit": FIVE})["table"]["rows"]] == ROW["scores"][5]


def test_nothing_drawn_makes_no_capsule_long():
    figure = explore("drawn_capsules", {"digit": EMPTY})
    assert figure["problem"].startswith("Nothing is drawn") and tiles(figure)["Length of its capsule"] < 0.5


def test_importing_the_figure_asks_for_no_weights():
    """A page has the weights only once a reader turns to the figure."""
    program = "from squeezelab.explorers.kit import measured\nasked, kept = [], measured.contents\n"
    program += "measured._contents.make = lambda name: asked.append(name) or kept(name)\n"
    program += "import squeezelab.explorers.drawn_capsules\nprint(sorted(asked))"
    assert printed(program).strip() == "['drawn_capsules', 'drawn_digits']"


def test_a_page_without_kernels_gives_the_same_lengths():
    program = "from squeezelab.explorers import explore\nfrom squeezelab.explorers.kit.kernels import lend\nimport json\n"
    program += "lend(None)\nprint(json.dumps(explore('drawn_capsules')['table']['rows']))"
    assert [row[1] for row in json.loads(printed(program))] == ROW["scores"][5]
