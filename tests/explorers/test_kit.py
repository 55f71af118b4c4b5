"""What explorers share: a memo that stays bounded, a look-ahead that ends, charts that stack."""

import pytest

from squeezelab.explorers import NAMES, ahead, explore, module
from squeezelab.explorers.kit import ahead as walking
from squeezelab.explorers.kit import memo
from squeezelab.explorers.kit.ahead import look_ahead, one_move_away
from squeezelab.explorers.kit.charts import dots, line, stacked_bars, stacked_columns, time_chart
from squeezelab.explorers.kit.controls import choice, follow, offered_values, resolved_control, slider, stops, toggle
from squeezelab.explorers.kit.figures import careful_percent
from squeezelab.explorers.kit.memo import Memo, times_dropped

# Memo.


def counted(most):
    made = []
    return Memo(lambda *key: made.append(key) or key, most), made


def test_a_memo_makes_a_value_once_and_keeps_none_and_false():
    memo_of_none = Memo(lambda key: print(key), 4)
    assert memo_of_none(1) is memo_of_none(1) is None and (1,) in memo_of_none and (2,) not in memo_of_none
    remember, made = counted(10)
    assert [remember(1, 2), remember(1, 2), remember(2, 1)] == [(1, 2), (1, 2), (2, 1)] and made == [(1, 2), (2, 1)]


@pytest.mark.parametrize("most", [2, 3, 10, 25])
def test_a_memo_stays_bounded_and_keeps_the_newest_half(most):
    remember, made = counted(most)
    for number in range(10 * most):
        remember(number)
        assert len(remember) <= most
        for back in range(min(most // 2, number + 1)):
            assert (number - back,) in remember
    assert len(made) == 10 * most


def test_what_is_asked_for_again_and_again_is_never_dropped():
    remember, made = counted(10)
    for number in range(100):
        remember("often")
        remember(number)
    assert made.count(("often",)) == 1


def test_what_could_not_be_made_is_tried_again():
    def fail(key):
        raise ValueError(f"no {key}")

    never = Memo(fail, 4)
    for _ in range(2):
        with pytest.raises(ValueError, match="no 7"):
            never(7)
    assert len(never) == 0


def test_dropping_is_counted():
    remember, _ = counted(4)
    before = times_dropped()
    for number in range(4):
        remember(number)
    assert times_dropped() == before
    remember(4)
    assert times_dropped() == before + 1


def test_every_memo_of_an_explorer_is_bounded_by_a_few_thousand():
    kept = [value for name in NAMES for value in vars(module(name)).values() if isinstance(value, Memo)]
    assert len(kept) > 8 and max(each.most for each in kept) <= 2000


# Working ahead.

VERSIONS = [("a", "first"), ("b", "second")]
CONTROLS = [
    choice("version", "Version", VERSIONS, "a"),
    follow(stops("depth", "Depth", [2, 4, 6], 2), "version", [("b", {"values": [4, 6], "value": 6})]),
    slider("side", "Side", 1, 5, 3, step=2),
    toggle("fused", "Fused"),
]
START = {"version": "a", "depth": 2, "side": 3, "fused": False}


def walked(name, moved, values=START):
    seen = []
    for _ in range(100):
        if not look_ahead(name, CONTROLS, moved, lambda **state: seen.append(state), values):
            return seen
    raise AssertionError("it never ends")


def test_neighbours_differ_in_one_control_and_in_what_follows_it_nearest_first():
    states = list(one_move_away(CONTROLS, ["version", "side", "fused"], START))
    assert states == [
        START | {"side": 1},
        START | {"side": 5},
        START | {"version": "b", "depth": 6},
        START | {"fused": True},
    ]
    assert [state["depth"] for state in one_move_away(CONTROLS, ["depth"], START | {"version": "b", "depth": 6})] == [4]


def test_each_neighbour_is_computed_once_also_after_a_move_there_and_back(monkeypatch):
    monkeypatch.setattr(walking, "_walks", {})
    moved = ["side", "fused"]
    assert len(walked("toy", moved)) == 3
    assert walked("toy", moved) == []
    there = walked("toy", moved, START | {"side": 5})
    assert [(state["side"], state["fused"]) for state in there] == [(3, False), (5, True)]
    assert walked("toy", moved) == []


def test_a_new_walk_computes_anew_what_a_memo_may_have_dropped(monkeypatch):
    monkeypatch.setattr(walking, "_walks", {})
    assert len(walked("toy that drops", ["side"])) == 2
    monkeypatch.setattr(memo, "_dropped", [times_dropped() + 1])
    assert walked("toy that drops", ["side"]) == [], "not within one walk: it would never end"
    assert START in walked("toy that drops", ["side"], START | {"side": 5})


def test_a_neighbour_that_cannot_be_is_left_to_the_reader():
    def refuse(**state):
        raise ValueError("no such state")

    assert look_ahead("toy that refuses", CONTROLS, ["fused"], refuse, START)
    assert not look_ahead("toy that refuses", CONTROLS, ["fused"], refuse, START)


@pytest.mark.parametrize("name", NAMES)
def test_controls_to_work_ahead_of_are_there(name):
    assert set(getattr(module(name), "AHEAD", ())) <= {control["name"] for control in module(name).CONTROLS}


def test_an_explorer_that_builds_nothing_has_nothing_to_work_ahead():
    assert not hasattr(module("staircase"), "AHEAD") and not ahead("staircase")


def test_what_was_computed_ahead_is_all_that_a_move_needs(monkeypatch):
    monkeypatch.setattr(walking, "_walks", {})
    explore("roofline")
    while ahead("roofline"):
        pass
    monkeypatch.setattr(module("roofline").zoo_work, "make", None)
    for network in offered_values(module("roofline").CONTROLS[0]):
        explore("roofline", {"network": network})


# Controls.


def test_offered_lists_what_the_checks_allow():
    for name in NAMES:
        for control in module(name).CONTROLS:
            for value in offered_values(control)[:3] + offered_values(control)[-3:]:
                assert explore(name, {control["name"]: value})["charts"]


def test_a_control_is_as_its_leader_has_it():
    assert resolved_control(CONTROLS[1], START | {"version": "b"})["value"] == 6
    assert resolved_control(CONTROLS[1], START) == CONTROLS[1] and resolved_control(CONTROLS[2], START) is CONTROLS[2]


# Words and charts.


def test_close_to_all_is_not_all():
    assert careful_percent(0.99999) == "nearly 100\u202f%" and careful_percent(1.0) == "100\u202f%"
    assert careful_percent(0.00001) == "less than 0.1\u202f%" and careful_percent(0.0) == "0\u202f%"


def test_bars_lie_end_to_end():
    first, second = stacked_bars(["a", "b"], [("compute", [1, 2], ["x", "y"]), ("stall", [3, 0], ["u", "v"])])
    assert (first["x0"], first["x"], second["x0"], second["x"]) == ([0, 0], [1, 2], [1, 2], [4, 2])
    assert [mark["role"] for mark in stacked_columns([("idle", [1], "once"), ("dram", [2], "again")])] == ["idle", "dram"]


def test_time_is_split_into_what_it_is_spent_on():
    chart = time_chart("Time", "One.", ["a"], [[5], [2], [1]], lambda place, cycles, doing: f"{place}: {cycles} {doing}", 0.5)
    assert [mark["label"] for mark in chart["marks"]] == [
        ["0: 5 computing"],
        ["0: 2 filling and draining"],
        ["0: 1 waiting for DRAM"],
    ]
    assert [entry["role"] for entry in chart["legend"]] == [mark["role"] for mark in chart["marks"]]


def test_dots_lie_on_their_line():
    joined = line([1, 2], [3, 4], "stall", "error", ["one", "two"])
    marked = dots(joined, [True, False])
    assert (marked["x"], marked["y"], marked["label"]) == (joined["x"], joined["y"], joined["label"])
    assert marked["emphasis"] == [True, False] and "dashed" not in joined
