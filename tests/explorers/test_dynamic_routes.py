"""Routes: MACs and differences that are shown are torch's, and the record says what the figure claims."""

import pytest
from support.figure_schema import tiles

torch = pytest.importorskip("torch")

from squeezelab.explorers import explore  # noqa: E402
from squeezelab.explorers.routes_model import DIGITS, HEADS, NAMES, ROWS, TESTED, WHOLE, WIDTH, route_of, row_of  # noqa: E402
from squeezelab.networks import mini_vgg  # noqa: E402
from squeezelab.prune.routes import macs_of  # noqa: E402

NET = mini_vgg(resolution=32)
SHARES = [row["heads"] for row in ROWS[:-1]]
EVERY = [row["heads"] for row in ROWS]
PAIRS = [(0, 1), (6, 10), (21, 22)]


@pytest.mark.parametrize("heads", EVERY)
def test_a_digit_costs_what_torch_counted_for_it(heads):
    for digit in range(len(DIGITS)):
        route = route_of(heads, digit)
        masks = {name: torch.tensor([route.runs[name]]).bool() for name in NAMES}
        assert route.macs == pytest.approx(row_of(heads)["digit_macs"][digit], abs=1)
        assert route.macs == pytest.approx(float(macs_of(NET, masks)) + HEADS)
    assert NET.macs == WHOLE


@pytest.mark.parametrize("heads", EVERY)
def test_a_route_agrees_with_how_often_its_filters_run(heads):
    for name in NAMES:
        for place, count in enumerate(row_of(heads)["often"][name]):
            here = [route_of(heads, digit).runs[name][place] for digit in range(len(DIGITS))]
            assert sum(here) <= count and len(here) - sum(here) <= TESTED - count


@pytest.mark.parametrize("heads", EVERY)
@pytest.mark.parametrize("pair", PAIRS)
def test_two_digits_differ_in_the_bits_of_their_routes(heads, pair):
    first, second = [int(row_of(heads)["runs"][digit], 16) for digit in pair]
    shown = tiles(explore("dynamic_routes", {"heads": heads, "first": pair[0], "second": pair[1]}))
    turned = tiles(explore("dynamic_routes", {"heads": heads, "first": pair[1], "second": pair[0]}))
    differ = "Filters in which A and B differ"
    assert shown[differ] == turned[differ] == bin(first ^ second).count("1")
    assert (shown["MACs for A"], shown["MACs for B"]) == (turned["MACs for B"], turned["MACs for A"])


@pytest.mark.parametrize("row", ROWS, ids=EVERY)
def test_the_bins_hold_all_test_digits_and_their_mean(row):
    assert sum(row["bins"]) == TESTED
    mean = sum((place + 0.5) * WIDTH * count for place, count in enumerate(row["bins"])) / TESTED
    assert mean == pytest.approx(row["macs"] / WHOLE, abs=WIDTH / 2)


def test_a_smaller_share_costs_less_and_none_costs_more_than_was_promised():
    assert [row_of(heads)["macs"] for heads in SHARES] == sorted([row_of(heads)["macs"] for heads in SHARES], reverse=True)
    assert all(row["macs"] < row["predicted_macs"] for row in ROWS)


def test_first_layers_have_one_route_for_all_and_the_last_one_as_many_as_digits_look_alike():
    for heads in SHARES:
        row = row_of(heads)
        assert row["distinct_masks"]["conv1"] == 1 and row["distinct_masks"]["conv4"] > 1000
        same, other = row["apart"]["conv4"]
        assert same < other
    assert row_of("released")["routes"] < 10


def test_the_digits_are_two_of_each_class_and_some_that_only_routes_mistake():
    labels = [digit["label"] for digit in DIGITS]
    assert labels[:20] == sorted(list(range(10)) * 2)
    assert all(route_of("0.7", digit).lost() for digit in range(20, len(DIGITS)))


def test_a_digit_beside_itself_takes_the_same_route():
    figure = explore("dynamic_routes", {"first": 3, "second": 3})
    assert tiles(figure)["Filters in which A and B differ"] == 0 and "are one digit" in figure["finding"]
