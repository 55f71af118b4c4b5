"""The record of the figure on pruning methods: the comparison determines it, and between measured points it reads rightly."""

import itertools
import json
import math

import pytest
from support import ROOT

pytest.importorskip("torch")

import pruning_families as families  # noqa: E402
from pruned_times import widths_of_rows  # noqa: E402

from squeezelab.recorded import difference, recorded, scores  # noqa: E402
from squeezelab.recorded.readings import places_around, widths_timed  # noqa: E402

SHIPPED, COMPARISON = recorded("pruning_families"), recorded("pruning")
TIMES = widths_timed()
METHODS = SHIPPED["settings"]["methods"]


def test_made_again_from_the_comparison_it_is_the_same():
    made = json.loads(json.dumps(families.derived(COMPARISON, TIMES)))
    assert list(made) == list(SHIPPED)
    for name, value in made.items():
        assert value == SHIPPED[name] or close(value, SHIPPED[name]), name


def close(one, other):
    """Equal but for the last digit, which another processor may round otherwise."""
    if isinstance(one, dict):
        return list(one) == list(other) and all(close(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(itertools.starmap(close, zip(one, other)))
    return one == other or isinstance(one, float) and one == pytest.approx(other, abs=1.5e-5)


def test_every_network_of_the_comparison_was_timed():
    assert {tuple(widths) for widths in widths_of_rows(COMPARISON["rows"])} == set(TIMES)


@pytest.mark.parametrize("kept", SHIPPED["settings"]["shares"])
def test_at_equal_parameters_it_says_what_the_comparison_says(kept):
    where = {"network": "mini_vgg", "kept": kept, "control": None}
    found = scores("pruning", "method", where=where)
    (equal,) = [row for row in SHIPPED["equal"] if (row["axis"], row["share"]) == ("params", kept)]
    for method, mean, error in zip(METHODS, equal["means"], equal["errors"]):
        assert (mean, error) == (pytest.approx(found[method].mean, abs=1e-5), pytest.approx(found[method].error, abs=1e-5))
    pairs = list(itertools.combinations(METHODS, 2))
    for place in (0, 17, 40, 65):
        exact = difference("pruning", "method", *pairs[place], where=where)
        assert equal["halves"][place] == pytest.approx(exact.half, abs=1e-5)


def test_a_reading_lies_on_the_line_over_the_logarithm_and_nowhere_beyond_the_points():
    costs = [0.1, 0.3, 1.0]
    for level in (0.1, 0.15, 0.3, 0.7):
        weights = places_around(costs, level)
        assert sum(weights.values()) == pytest.approx(1)
        assert sum(weight * math.log(costs[place]) for place, weight in weights.items()) == pytest.approx(math.log(level))
    assert places_around(costs, 1.02) == {2: 1.0} and places_around(costs, 1.1) == {}
    assert places_around(costs, 0.09) == {} and places_around([0.4, 0.1, 1.0], 0.2) == {1: 0.5, 0: 0.5}


def test_a_page_ships_no_more_than_it_needs():
    assert (ROOT / "squeezelab/recorded/pruning_families.json").stat().st_size <= 40_000
