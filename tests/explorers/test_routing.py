"""Routing in the figure: the same as torch's on the same votes, near the network's own, and what softmaxes must add up to."""

import pytest
import torch
from support.figure_schema import tiles

from squeezelab.capsules import route, trained
from squeezelab.data import digits
from squeezelab.explorers import explore
from squeezelab.explorers.routing_model import CAPSULES, CLASSES, MOST, ROWS, SETTINGS, VALUES_EACH, course, iteration, votes_at

EVERY = sorted(ROWS)


def votes_in_torch(which):
    """(J, N, D)"""
    return torch.tensor(votes_at(which), dtype=torch.float64).transpose(1, 2)


@pytest.mark.parametrize("which", EVERY)
@pytest.mark.parametrize("number", [1, 2, 3, MOST])
def test_routing_in_the_page_is_that_of_torch(which, number):
    matrices = votes_in_torch(which).transpose(0, 1)[:, :, None]  # (N, J, 1, D): the vote of an input of one value, 1
    ones = torch.ones(1, CAPSULES, 1, dtype=torch.float64)
    ours = torch.tensor(iteration(which, "outputs", 1, number).lengths, dtype=torch.float64)
    for form in ("votes", "vote_free"):
        assert torch.allclose(route(ones, matrices, number, form)[0].norm(dim=-1), ours, atol=1e-5)


@pytest.mark.parametrize("which", EVERY)
def test_rounded_votes_hardly_change_what_the_network_says(which):
    image = digits()[1].images[ROWS[which]["place"]][None]
    with torch.no_grad():
        theirs = trained(SETTINGS["network"]).eval()(image)[0]
    assert theirs.tolist() == pytest.approx(ROWS[which]["lengths"], abs=2e-3)
    ours = iteration(which, "outputs", 1, 3)
    assert ours.lengths == pytest.approx(theirs.tolist(), abs=0.05) and ours.read == int(theirs.argmax())
    pixels = (image.flatten() * SETTINGS["greys"]).round().int().tolist()
    assert [int(letter, 16) for letter in ROWS[which]["pixels"]] == pixels


def test_the_digits_are_what_their_names_say():
    test = digits()[1].labels
    for which in EVERY:
        row = ROWS[which]
        assert row["label"] == int(test[row["place"]])
        read = max(range(CLASSES), key=lambda j: row["lengths"][j])
        assert (read == row["label"]) == (which != "wrong")
    leads = {which: sorted(ROWS[which]["lengths"])[-1] - sorted(ROWS[which]["lengths"])[-2] for which in EVERY}
    assert leads["close"] < leads["wrong"] and leads["close"] < leads["sure"]


@pytest.mark.parametrize("gain", [1, 10, 100])
def test_couplings_of_a_capsule_add_up_to_1_over_the_classes(gain):
    for each in course("close", "outputs", gain):
        assert [sum(column) for column in zip(*each.couplings)] == pytest.approx([1] * CAPSULES)
    for each in course("close", "inputs", gain):
        assert [sum(row) for row in each.couplings] == pytest.approx([1] * CLASSES)


def test_the_first_iteration_is_uniform_and_its_entropy_all_there_is():
    first = iteration("close", "outputs", 100, 1)
    assert {c for row in first.couplings for c in row} == {1 / CLASSES}
    assert first.entropy() == pytest.approx(1) and first.highest() == pytest.approx(0.1)


def test_entropy_and_agreement_are_those_of_the_votes():
    now = iteration("sure", "outputs", 1, 3)
    c = torch.tensor(now.couplings)
    assert now.entropy() == pytest.approx(float(-(c * c.log()).sum(0).mean() / torch.tensor(10.0).log()), rel=1e-5)
    s = torch.einsum("jn,jnd->jd", c.double(), votes_in_torch("sure"))
    v = s * s.norm(dim=-1, keepdim=True) / (1 + s.norm(dim=-1, keepdim=True) ** 2)
    agreed = torch.einsum("jnd,jd->jn", votes_in_torch("sure"), v).mean(1)
    assert [now.agreement(j) for j in range(CLASSES)] == pytest.approx(agreed.tolist(), abs=1e-6)


@pytest.mark.parametrize("which", EVERY)
def test_iterations_lengthen_the_longest_and_sharpen_the_couplings(which):
    every = course(which, "outputs", 1)
    longest = [each.longest for each in every]
    entropies = [each.entropy() for each in every]
    assert longest == sorted(longest) and entropies == sorted(entropies, reverse=True)


def test_with_the_wrong_softmax_every_capsule_is_short():
    for which in EVERY:
        assert iteration(which, "inputs", 1, 3).longest < 0.1 * iteration(which, "outputs", 1, 3).longest


def test_the_readout_is_the_iteration():
    shown, now = tiles(explore("routing", {"iterations": 5, "digit": "sure"})), iteration("sure", "outputs", 1, 5)
    assert shown["Length of its capsule"] == now.longest and shown["Read as"] == now.read
    assert shown["Products of numbers so far"] == 2 * 5 * CLASSES * CAPSULES * VALUES_EACH
    table = explore("routing", {"digit": "sure"})["table"]
    assert table["rows"][4][3:] == now.lengths
