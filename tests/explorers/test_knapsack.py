"""The knapsack of channels: the best of all choices in its table, worth what was measured, and its network counted as it is."""

import itertools

import pytest
from support.figure_schema import tiles

from squeezelab.compression import Price, Widths
from squeezelab.explorers import explore
from squeezelab.explorers.knapsack_model import solution_of
from squeezelab.explorers.pruned_model import MACHINE, MEASURES, NETWORKS
from squeezelab.networks import build
from squeezelab.recorded import recorded

NAMES, MEASURED = [name for name, _ in NETWORKS], [name for name, _ in MEASURES]
CASES = list(itertools.product(NAMES, MEASURED, (0.35, 0.5, 0.7)))


def importances(network):
    (row,) = [row for row in recorded("importances")["rows"] if row["network"] == network]
    return {group["group"]: sorted(group["importances"], reverse=True) for group in row["groups"]}


@pytest.mark.parametrize(("network", "measure", "budget"), CASES)
def test_no_other_choice_in_the_table_is_worth_more(network, measure, budget):
    now = solution_of(network, measure, budget, 16, 1)
    offers, rest = now.offers()
    room = budget * now.costs.dense - rest
    sums = [(sum(v for v, _ in chosen), sum(c for _, c in chosen)) for chosen in itertools.product(*offers)]
    inside = [value for value, cost in sums if cost <= room * (1 + 1e-9)]
    assert now.fits == bool(inside)
    if inside:
        best, greedy = now.picks
        assert best.value * now.value == pytest.approx(max(inside)) and greedy.value <= best.value + 1e-12
        assert best.table <= budget * (1 + 1e-9) and greedy.table <= budget * (1 + 1e-9)


@pytest.mark.parametrize(("network", "measure", "budget"), CASES)
def test_what_is_measured_again_is_the_cost_of_the_network_of_these_widths(network, measure, budget):
    best = solution_of(network, measure, budget, 8, 1).picks[0]
    dense, price = build(network), Price(measure, MACHINE)
    layers = [sum(map(price.layer, net.mac_layers)) for net in (Widths(dense).network_of(best.widths), dense)]
    assert best.true == pytest.approx(layers[0] / layers[1])


@pytest.mark.parametrize("network", NAMES)
def test_the_value_is_the_sum_of_the_largest_measured_importances(network):
    best, worths = solution_of(network, "macs", 0.5, 8, 1).picks[0], importances(network)
    kept = sum(sum(each[: best.widths[group]]) for group, each in worths.items())
    assert best.value == pytest.approx(kept / sum(map(sum, worths.values())))


def test_a_table_made_at_its_own_widths_tells_the_truth():
    """Each layer stands in one table only, so that where the choice no longer changes the table's sum is the network's cost."""
    settled = 0
    for network, measure, budget in CASES:
        before, after = (solution_of(network, measure, budget, 8, number).picks[0] for number in (5, 6))
        if before.widths == after.widths:
            settled += 1
            assert after.true == pytest.approx(after.table)
    assert settled >= 4


def test_whole_neighbours_make_the_first_table_dear_so_that_its_network_costs_less():
    for network, measure, budget in CASES:
        best = solution_of(network, measure, budget, 8, 1).picks[0]
        assert best.true <= best.table


def test_greedy_leaves_almost_five_points_in_the_start_state_and_the_choices_differ():
    shown = explore("knapsack")
    left = tiles(shown)["Importance kept, knapsack"] - tiles(shown)["Importance kept, greedy"]
    assert left == pytest.approx(0.0465, abs=0.0005)
    assert shown["charts"][0]["title"] == "They differ in conv2 and conv4"


def test_a_second_table_lets_channels_return():
    first, second = (solution_of("mini_vgg", "params", 0.35, 8, number).picks[0].widths for number in (1, 2))
    assert first["conv2"] < second["conv2"] and first["conv3"] < second["conv3"]
