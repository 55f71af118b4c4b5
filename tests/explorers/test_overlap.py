"""Overlapping digits: what is recorded is what the shipped network draws, and what the figure says of it."""

import pytest
import torch
from support.figure_schema import tiles

from squeezelab.capsules import decoded, encoder, trained
from squeezelab.data import overlapping_digits
from squeezelab.explorers import explore
from squeezelab.explorers.overlap import ROWS, SETTINGS, Drawn


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
