"""Pruning methods side by side: the figure says what the comparison measured, and tells apart what its intervals tell apart."""

import itertools

import pytest
from support.figure_schema import tiles

from squeezelab.explorers import explore
from squeezelab.explorers.pruning_families import AXES
from squeezelab.explorers.pruning_families_model import (
    KEYS,
    SHARES,
    change_of,
    cheapest_of_the_best,
    pairs,
    point_at,
    points_of,
    standing_of,
)
from squeezelab.recorded import difference, recorded, told_apart

LEVELS = [axis for axis, _ in AXES if axis != "training"]
STATES = list(itertools.product(LEVELS, SHARES))


def where(kept):
    return {"network": "mini_vgg", "control": None, "kept": kept}


def test_its_methods_and_shares_are_those_of_the_record():
    settings = recorded("pruning_families")["settings"]
    assert settings["methods"] == KEYS and settings["shares"] == SHARES
    assert {(row["axis"], row["share"]) for row in recorded("pruning_families")["equal"]} == set(STATES)


@pytest.mark.parametrize("share", SHARES)
def test_at_equal_parameters_pairs_are_told_apart_as_by_the_rule(share):
    now = standing_of("params", share)
    for first, second in (KEYS[:2], KEYS[2:4], KEYS[5:7], ("uniform", "taylor"), ("smcp", "fpgm")):
        exact = difference("pruning", "method", first, second, where=where(share))
        mean, half = now.difference(first, second)
        assert (mean, half) == (pytest.approx(exact.mean, abs=2e-5), pytest.approx(exact.half, abs=1e-5))
        assert now.tells(first, second) == told_apart(exact) * (1 if exact.mean > 0 else -1) == -now.tells(second, first)


@pytest.mark.parametrize(("axis", "share"), STATES)
def test_a_pair_changes_places_only_beyond_both_intervals(axis, share):
    before, now, change = standing_of("params", share), standing_of(axis, share), change_of(axis, share)
    for ahead, after in change.turned:
        for standing, sign in ((before, 1), (now, -1)):
            mean, half = standing.difference(ahead, after)
            assert sign * mean > half
    assert axis != "params" or (change.turned, change.lost, change.before) == ([], 0, change.told)
    assert change.told == sum(now.tells(first, second) != 0 for first, second in pairs())


@pytest.mark.parametrize(("axis", "share"), STATES)
def test_who_has_no_network_that_cheap_is_missing_and_no_other(axis, share):
    now = standing_of(axis, share)
    for method in KEYS:
        if axis != "params" and share >= point_at(method, SHARES[-1])["shares"][axis] * 1.2:  # means, of five seeds
            assert method not in now.missing
        if method not in now.missing:
            reached = [row["accuracy"] for row in points_of(method)]
            assert min(reached) - 0.01 <= now.score[method][0] <= max(reached) + 0.01


def test_the_cheapest_of_the_best_is_not_told_apart_from_the_best():
    for share in SHARES:
        best, cheapest = cheapest_of_the_best(share)
        now = standing_of("params", share)
        assert now.order[0] == best and now.tells(best, cheapest) == 0
        costs = [point_at(method, share)["shares"]["training"] for method in KEYS if now.tells(best, method) == 0]
        assert point_at(cheapest, share)["shares"]["training"] == min(costs)


def test_the_training_is_counted_from_the_dense_start_on():
    rows = [row for row in recorded("pruning")["rows"] if row["network"] == "mini_vgg" and row["epochs"] and not row["control"]]
    (dense,) = {row["start_macs"] + row["training_macs"] for row in rows if row["method"] == "dense"}
    some = [row for row in rows if row["method"] == "smcp" and row["kept"] == 0.2]
    spent = [(row["start_macs"] + row["training_macs"]) / dense for row in some]
    assert point_at("smcp", 0.2)["shares"]["training"] == pytest.approx(sum(spent) / len(spent), abs=1e-5)
    assert all(row["start_macs"] == 0 for row in rows if row["method"].startswith("complexity"))


def test_the_numbers_below_are_those_of_the_table():
    figure = explore("pruning_families", {"axis": "cycles", "share": 0.5, "first": "fpgm", "second": "uniform"})
    rows = {row[0]: row for row in figure["table"]["rows"]}
    shown = list(tiles(figure).values())
    assert shown[:4] == [rows["FPGM"][4], rows["FPGM"][3], rows["random per layer"][4], rows["random per layer"][3]]
