"""Overlapping digits: what is recorded is what the shipped network draws, of capsules as they are and with a number moved, and
what the figure says of it."""

import pytest
import torch
from support.figure_schema import tiles

from squeezelab.capsules import decoded, encoder, trained
from squeezelab.data import overlapping_digits
from squeezelab.explorers import explore
from squeezelab.explorers.kit.measured import measured_later
from squeezelab.explorers.two_digits_model import GREYS, NUMBERS, ROWS, SETTINGS, STEPS, Drawn, unrolled

MOVED = measured_later("overlap_poses")


@pytest.fixture(scope="module")
def made():
    """(examples, lengths, poses) of the recorded pairs, by torch."""
    examples = overlapping_digits(len(ROWS), SETTINGS["seed"], "test", parts=True)
    with torch.no_grad():
        return examples, *encoder(trained(SETTINGS["network"]).eval())(examples.images[:, :1])


def test_the_pairs_are_the_first_ones_of_the_seed(made):
    assert [row["classes"][:2] for row in ROWS] == made[0].labels.tolist()
    assert [row["pair"] for row in ROWS] == list(range(len(ROWS)))


def test_lengths_and_drawings_are_those_of_the_shipped_network(made):
    examples, lengths, poses = made
    model = trained(SETTINGS["network"]).eval()
    for row in ROWS:
        assert row["lengths"] == pytest.approx(lengths[row["pair"]].tolist(), abs=2e-3)
        with torch.no_grad():
            drawn = decoded(model, poses[row["pair"]].expand(3, -1, -1), torch.tensor(row["classes"]))
        for image, letters in zip(drawn, row["drawn"], strict=True):
            ours = torch.tensor([int(letter, 16) for letter in letters]) / SETTINGS["greys"]
            assert float((ours - image).abs().max()) < 0.04


def test_the_third_capsule_is_of_a_class_that_is_not_there():
    for row in ROWS:
        others = [length for j, length in enumerate(row["lengths"]) if j not in row["classes"][:2]]
        assert row["classes"][2] not in row["classes"][:2] and row["lengths"][row["classes"][2]] == max(others)


def test_what_is_found_is_counted_from_the_lengths():
    for row in ROWS:
        two = sorted(range(10), key=lambda j: row["lengths"][j])[-2:]
        for capsule in range(3):
            shown = tiles(explore("overlap", {"pair": str(row["pair"]), "capsule": str(capsule)}))
            assert shown["Digits found, of two"] == len(set(two) & set(row["classes"][:2]))


def test_a_drawing_is_held_against_its_own_digit():
    assert Drawn(0, 1).beside() == 1 and Drawn(0, 0).beside() == 0
    errors = ROWS[0]["errors"][2]
    assert errors[Drawn(0, 2).beside()] == min(errors)


def changed_drawing(model, capsules, label, number, by):
    """What the decoder draws of a capsule with one number moved."""
    moved = capsules.clone()
    moved[label, number] += by
    with torch.no_grad():
        return decoded(model, moved[None], torch.tensor([label]))[0]


@pytest.mark.parametrize("row", MOVED["rows"][::3], ids=lambda row: f"{row['pair']}.{row['capsule']}")
def test_moved_numbers_are_drawn_as_the_shipped_network_draws_them(made, row):
    model, capsules = trained(SETTINGS["network"]).eval(), made[2][row["pair"]]
    label = ROWS[row["pair"]]["classes"][row["capsule"]]
    assert row["pose"] == pytest.approx(capsules[label].tolist(), abs=2e-3)
    before = changed_drawing(model, capsules, label, 0, 0)
    assert row["ink"] == pytest.approx(float(before.sum()), abs=0.5)
    for number in range(0, NUMBERS, 5):
        ends = []
        for step, by in enumerate(STEPS):
            after = changed_drawing(model, capsules, label, number, by)
            change, told = after - before, torch.tensor(unrolled(row["changes"][number][step])) / GREYS
            assert float((told - change).abs().max()) < 0.04
            assert row["come"][number][step] == pytest.approx(float(change.clamp(min=0).sum()), abs=0.5)
            assert row["gone"][number][step] == pytest.approx(float(-change.clamp(max=0).sum()), abs=0.5)
            ends.append(after)
        assert row["between_ends"][number] == pytest.approx(float((ends[-1] - ends[0]).abs().sum()), abs=1)


def test_the_figure_offers_the_steps_that_were_recorded():
    same = {name: value for name, value in SETTINGS.items() if name != "side"}
    assert MOVED["settings"] == same | {"steps": STEPS}
    assert [(row["pair"], row["capsule"]) for row in MOVED["rows"]] == [(pair, digit) for pair in range(6) for digit in (0, 1)]


def test_runs_of_unchanged_pixels_are_unrolled():
    assert unrolled("A0Cu") == [0, -15, 0, 0, 0, 15] and unrolled("ZA") == [0] * 27
    assert {len(unrolled(text)) for row in MOVED["rows"] for texts in row["changes"] for text in texts} == {36 * 36}


def test_a_moved_number_makes_the_capsule_longer_by_the_law_of_cosines():
    moved = Drawn(0, 1, 4, -0.3).moved
    pose = list(moved.row["pose"])
    assert float(torch.tensor(pose).norm()) == pytest.approx(ROWS[0]["lengths"][0], abs=1e-3)
    pose[4] -= 0.3
    assert moved.length() == pytest.approx(float(torch.tensor(pose).norm()))


def test_ink_that_comes_and_goes_is_told_and_drawn():
    shown = explore("overlap", {"pair": "0", "capsule": "1", "number": 0, "by": 0.3})
    row, change = MOVED["rows"][1], unrolled(MOVED["rows"][1]["changes"][0][3])
    assert tiles(shown)["Ink that comes"] == row["come"][0][3] and tiles(shown)["Ink that goes"] == row["gone"][0][3]
    assert sum(each for each in change if each > 0) / GREYS == pytest.approx(row["come"][0][3], rel=0.05)
    before, after = [sum(shown["charts"][place]["marks"][0]["value"]) for place in (1, 2)]
    assert after - before == pytest.approx(sum(change), abs=GREYS)


def test_a_capsule_that_is_left_is_held_against_its_digit():
    shown = explore("overlap", {"number": 7, "by": 0})
    assert "as it is" in shown["charts"][2]["title"] and "moved" not in shown["finding"]
    assert "number" in shown["disabled"] and "Ink that comes" not in tiles(shown)


def test_numbers_of_a_class_that_is_not_there_were_not_moved():
    shown = explore("overlap", {"capsule": "2", "number": 3, "by": 0.3})
    assert set(shown["disabled"]) == {"number", "by"}
    assert shown["charts"] == explore("overlap", {"capsule": "2"})["charts"]
