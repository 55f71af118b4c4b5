"""Masks that move: what the record says of them, update by update, and what must hold whatever the training did."""

import math

import pytest
from support.figure_schema import tiles

from squeezelab.compression import counts_at
from squeezelab.explorers import explore
from squeezelab.explorers.rigl_model import (
    COUNTS,
    INPUTS,
    LAYERS,
    METHODS,
    MOMENTS,
    ROWS,
    SETTINGS,
    falling,
    first_map,
    is_middle,
    is_pale,
    maps_of,
    row_of,
    share_of,
)
from squeezelab.networks import lenet300

MOVING = ("set", "rigl")
LAST_UPDATE = max(step for step in MOMENTS if falling(step))


def test_every_map_has_as_many_weights_and_the_counts_are_those_of_erk():
    assert counts_at(lenet300(), SETTINGS["share"], "erk") == COUNTS
    for method, _ in METHODS:
        assert {sum(squares) for squares in maps_of(method)} == {COUNTS["fc1"]}
        assert min(min(squares) for squares in maps_of(method)) >= 0
    assert [row["counts"] for row in ROWS] == [COUNTS] * 3 and INPUTS == {"fc1": 784, "fc2": 300, "fc3": 100}


@pytest.mark.parametrize("method", MOVING)
def test_the_share_that_moves_falls_as_a_cosine_and_is_0_from_three_quarters_on(method):
    for moment in row_of(method)["moments"]:
        share = falling(moment["step"])
        for layer in LAYERS:
            new = moment["layers"][layer]["new"]
            assert new <= int(share * COUNTS[layer])  # what fell may have grown again
            assert share < 0.05 or new > 0.5 * share * COUNTS[layer]
    assert falling(0) == SETTINGS["alpha"] and falling(LAST_UPDATE) > 0 == falling(math.ceil(0.75 * MOMENTS[-1]))


@pytest.mark.parametrize("method", MOVING)
def test_small_weights_fall_and_only_rigl_grows_where_gradients_are_large(method):
    for moment in row_of(method)["moments"][1:-6]:
        fc1 = moment["layers"]["fc1"]
        assert fc1["fell"] < 0.5
        assert fc1["grew"] > 10 if method == "rigl" else fc1["grew"] < 2


def test_static_masks_never_move():
    assert all(squares == first_map() for squares in maps_of("static"))
    moments = row_of("static")["moments"]
    assert all(here["new"] == 0 and here["first"] == COUNTS[name] for each in moments for name, here in each["layers"].items())
    assert all(each["accuracy"][0] == each["accuracy"][1] for each in moments)


def test_rigl_moves_weights_to_the_middle_of_the_digits_and_draws_do_not():
    first, drawn, by_gradient = first_map(), maps_of("set")[-1], maps_of("rigl")[-1]
    assert share_of(first, is_middle) == pytest.approx(64 / 196, abs=0.02)
    assert share_of(drawn, is_middle) < share_of(first, is_middle) + 0.03
    assert share_of(by_gradient, is_middle) > 0.6
    assert share_of(by_gradient, is_pale) < share_of(drawn, is_pale) < share_of(first, is_pale)


@pytest.mark.parametrize("layer", LAYERS)
def test_the_readout_is_the_record(layer):
    for method, step in (("static", 0), ("set", 316), ("rigl", MOMENTS[-1])):
        shown = tiles(explore("rigl_timeline", {"method": method, "layer": layer, "step": step}))
        moment = row_of(method)["moments"][MOMENTS.index(step)]
        here = moment["layers"][layer]
        assert shown["New in this update"] == here["new"] and shown["Inputs without a weight"] == here["unread"]
        assert shown["First weights still there"] == here["first"] / COUNTS[layer]
        assert [shown["Read before the update"], shown["Read after it"]] == moment["accuracy"]
        assert shown["Mean |g| of what grew"] == here.get("grew")


def test_the_map_of_changes_adds_up_to_nothing():
    (mark,) = explore("rigl_timeline", {"shown": "change", "method": "rigl"})["charts"][0]["marks"]
    assert sum(mark["value"]) == 0 and max(mark["value"]) > 20 > -10 > min(mark["value"])


def test_costs_are_those_of_the_formula_and_a_gradient_of_all_weights_is_dear():
    static, drawn, rigl = (row_of(method)["training_macs"] for method, _ in METHODS)
    assert static == drawn < rigl < 1.3 * static
    assert len({row["executed_training_macs"] for row in ROWS}) == 1  # zeros are multiplied all the same
