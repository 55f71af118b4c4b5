"""COLT's two masks: what is kept adds up, round by round; bounds hold; pictures and counts are the record's."""

import math

import pytest
from support.figure_schema import tiles

from squeezelab.explorers import explore
from squeezelab.explorers.overlap_charts import FATES
from squeezelab.explorers.overlap_model import (
    COLT,
    DROP,
    LAYERS,
    LOTTERY,
    ROUNDS,
    SETTINGS,
    SIZES,
    colt_lefts,
    fates_of,
    lottery_lefts,
    map_at,
    promised_lefts,
    round_of,
    rounds_to,
)
from squeezelab.networks import lenet300

NUMBERS = range(1, ROUNDS + 1)


@pytest.mark.parametrize("layer", ["both", *LAYERS])
def test_what_both_keep_lies_between_agreement_and_nothing_falling_twice(layer):
    for number in NUMBERS:
        now = round_of(number, layer)
        most, _, least = now.bounds()
        assert least <= now.share(now.both) <= most
        assert sum(now.parts()) == now.before and min(now.parts()) >= 0
        if number > 1:
            assert now.before == round_of(number - 1, layer).after


@pytest.mark.parametrize("number", NUMBERS[:-1])
def test_each_model_drops_its_share_of_what_was_left_and_the_next_mask_is_what_both_keep(number):
    now = round_of(number, "both")
    assert now.share(now.one) == now.share(now.other) == pytest.approx(1 - DROP, abs=1 / now.before)
    assert now.bounds() == pytest.approx((0.85, 0.7225, 0.70), abs=2 / now.before)
    assert now.after == now.both
    assert now.both == sum(round_of(number, layer).both for layer in LAYERS)


def test_both_chains_end_at_the_sparsity_and_the_lottery_s_rounds_are_the_formula_s():
    assert {layer.name: layer.weight_words for layer in lenet300().mac_layers} == SIZES
    goal = 1 - SETTINGS["sparsity"]
    assert colt_lefts()[-1] == pytest.approx(goal, abs=1e-5) and lottery_lefts()[-1] == pytest.approx(goal)
    assert rounds_to(lottery_lefts(), goal) == len(LOTTERY) == math.ceil(math.log(goal) / math.log(1 - DROP)) == 29
    assert rounds_to(colt_lefts(), goal) == ROUNDS and rounds_to(colt_lefts(), goal / 2) is None
    assert all(promised >= 0.7225**number for number, promised in zip(NUMBERS, promised_lefts()))


@pytest.mark.parametrize("piece", ["1", "4", "fc2"])
def test_a_weight_falls_once_and_for_all(piece):
    words = [fate for fate, _, _ in FATES]
    gone = 0
    for number in NUMBERS:
        fates = [fate for row in fates_of(piece, number) for fate in row]
        assert len(fates) == 784 and set(fates) <= set(words)
        assert fates.count("gone before") == gone
        gone = len(fates) - fates.count("kept by both")


def test_the_neurons_drawn_keep_about_what_the_layer_keeps():
    for number in (1, 3, 6):
        kept = sum(row.count("kept by both") for piece in "1234" for row in fates_of(piece, number)) / (4 * 784)
        assert kept == pytest.approx(round_of(number, "fc1").after / SIZES["fc1"], abs=0.05)


@pytest.mark.parametrize("number", [1, 9, ROUNDS])
def test_the_map_adds_up_to_the_layer(number):
    rows, most = map_at(number)
    cell = SIZES["fc1"] / len(rows) ** 2
    total = sum(share for row in rows for share in row) * cell
    assert total == pytest.approx(round_of(number, "fc1").after, abs=len(rows) ** 2 * most * cell / 63 / 2)
    assert max(max(row) for row in rows) == pytest.approx(most) and len(rows) == 28 // SETTINGS["cell"]


def test_the_readout_is_the_record_and_names_the_lottery_s_round_with_as_few_weights():
    for number in (1, 7, ROUNDS):
        shown, now = tiles(explore("ticket_overlap", {"round": number})), round_of(number, "both")
        assert shown["Kept by both, of those left"] == now.both / now.before
        assert shown["The ticket reads, trained"] == COLT["rounds"][number - 1]["accuracy"]
        later = shown["The lottery has as few after"]
        assert lottery_lefts()[later - 1] <= colt_lefts()[number - 1] + 5e-6 < lottery_lefts()[later - 2]
        assert shown["Its ticket reads"] == LOTTERY[later - 1]["accuracy"]


def test_a_layer_s_models_that_keep_unlike_shares_are_not_called_alike():
    assert "the models keep" in explore("ticket_overlap", {"round": 18, "layer": "fc1"})["finding"]
    assert "each model keeps" in explore("ticket_overlap", {"round": 3})["finding"]
