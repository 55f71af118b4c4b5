"""The board's figure: it says what the records say, counts by their intervals, and marks who must beat whom."""

import itertools

import pytest
from support.figure_schema import check_figure, tiles

from squeezelab.explorers import explore, module
from squeezelab.explorers.board import PINNED, drawn_board
from squeezelab.explorers.board_model import BETTER, UNTOLD, WORSE, Board, is_whole, must_be_beaten, shipped
from squeezelab.explorers.board_names import COSTS, KINDS, MEMBERS, is_control, member_name, short_name
from squeezelab.recorded import board_with, recorded, told_apart
from squeezelab.recorded.differences import Difference

BOARD = shipped()
PLACES = BOARD.places


def shown(kind, level, budget, **values):
    return explore("board", {"kind": kind, "level": level, "budget": budget, **values})


def test_every_member_has_a_name_of_its_own_and_short_enough_for_the_picture():
    for kind, budget in {(kind, budget) for kind, _, budget in PLACES}:
        members = BOARD.members(kind, budget)
        for name in (member_name, short_name):
            assert len({name(member) for member in members}) == len(members)
        assert max(len(short_name(member)) for member in members) <= 20
    known = {member for member, _, _ in MEMBERS}
    assert {row[1].partition("/")[0] for row in BOARD.rows} <= known


def test_controls_set_apart_are_those_that_choose_nothing():
    assert {member for member, _, _ in MEMBERS if is_control(member)} == {
        *("dense", "dense_small", "random_weights", "static", "random", "uniform")
    }
    assert short_name("static").startswith("(") and not short_name("rigl").startswith("(")


@pytest.mark.parametrize(("kind", "level", "budget"), PLACES)
def test_it_counts_who_is_ahead_by_the_rule(kind, level, budget):
    place, figure = BOARD.place(kind, level, budget), shown(kind, level, budget, pinned=PINNED[kind])
    pinned = PINNED[kind]
    counts = dict.fromkeys((BETTER, WORSE, UNTOLD), 0)
    for member in place.members:
        if member != pinned and not is_whole(member):
            gap = Difference(*place.difference(pinned, member), 5)
            counts[(BETTER if gap.mean > 0 else WORSE) if told_apart(gap) else UNTOLD] += 1
    found = tiles(figure)
    assert [found["Behind it"], found["Ahead of it"], found["Not told apart"]] == list(counts.values())
    assert len(figure["table"]["rows"]) == len(place.members)


@pytest.mark.parametrize(("kind", "level", "budget"), PLACES)
def test_every_member_but_the_pinned_one_has_its_interval_in_the_picture(kind, level, budget):
    figure = shown(kind, level, budget, pinned=PINNED[kind])
    bars = figure["charts"][1]["marks"][0]
    place = BOARD.place(kind, level, budget)
    assert sorted(bars["y"]) == sorted(short_name(member) for member in place.members if member != PINNED[kind])
    low, high = figure["charts"][1]["x"]["domain"]
    for member, start, end in zip([m for m in place.order if m != PINNED[kind]], bars["x0"], bars["x"]):
        mean, half = place.difference(member, PINNED[kind])
        assert start == pytest.approx(min(high, max(low, 100 * (mean - half)))) and end >= start


def test_a_method_is_asked_to_beat_drawn_controls_and_copies_of_its_own_layers():
    assert must_be_beaten("random_weights", "snip") and must_be_beaten("snip/same_densities", "snip")
    assert not must_be_beaten("snip/same_densities", "synflow") and not must_be_beaten("dense", "snip")
    assert not must_be_beaten("random_weights", "static"), "nobody asks a control"


@pytest.mark.parametrize(("kind", "level", "budget"), PLACES)
def test_a_problem_is_said_just_where_a_control_is_not_beaten(kind, level, budget):
    place, pinned = BOARD.place(kind, level, budget), PINNED[kind]
    unbeaten = [member for member in place.members if must_be_beaten(member, pinned) and place.word(pinned, member) != BETTER]
    problem = shown(kind, level, budget, pinned=pinned)["problem"]
    assert bool(unbeaten) == (problem is not None and "buys nothing here" in problem)


@pytest.mark.parametrize("cost", [cost for cost, _, _ in COSTS])
def test_a_cost_is_a_share_of_the_dense_networks_and_one_that_was_not_measured_is_said(cost):
    for kind in BOARD.kinds():
        level, budget = BOARD.levels(kind)[-1], BOARD.budgets(kind)[0]
        figure = shown(kind, level, budget, cost=cost, pinned=PINNED[kind])
        (low, high), whole = figure["charts"][0]["x"]["domain"], BOARD.dense(kind)[cost]
        if BOARD.place(kind, level, budget).price[PINNED[kind]][cost] is None:
            assert "were measured" in figure["problem"]
        else:
            share = BOARD.place(kind, level, budget).price[PINNED[kind]][cost] / whole
            assert low <= share <= high


def test_a_pinned_member_that_a_kind_has_not_is_said_and_another_pinned():
    figure = explore("board", {"kind": "weights", "pinned": "taylor"})
    assert "Taylor was not measured" in figure["problem"] and "NNrelief is pinned in its place" in figure["problem"]


def test_its_kinds_are_those_of_the_record_in_the_order_of_their_names():
    (kinds,) = [control for control in module("board").CONTROLS if control["name"] == "kind"]
    assert [option["value"] for option in kinds["options"]] == [kind for kind, _, _ in KINDS if kind in BOARD.kinds()]


def test_a_method_of_ones_own_is_drawn_and_pinned_beside_the_others():
    record = recorded("pruning")
    snip = [row for row in record["rows"] if (row["method"], row["kept"], row["control"]) == ("snip", 0.1, None)]
    own = board_with({"settings": record["settings"], "rows": [row | {"method": "mine"} for row in snip]})
    figure = check_figure(drawn_board(Board(own), "weights", 0.1, "epochs", "training", "mine"))
    assert "mine is ahead of" in figure["finding"] and figure["charts"][0]["legend"][0]["label"] == "mine"
    rows = {row[0].split(":")[0]: row[1:] for row in figure["table"]["rows"]}
    assert rows["mine"][0] == rows["SNIP"][0] and rows["SNIP"][2:5] == [0.0, 0.0, "cannot tell them apart"]


def test_words_of_a_pair_are_the_same_from_both_sides():
    place = BOARD.place(*PLACES[0])
    other = {BETTER: WORSE, WORSE: BETTER, UNTOLD: UNTOLD}
    for first, second in itertools.combinations(place.members, 2):
        assert place.word(first, second) == other[place.word(second, first)]
