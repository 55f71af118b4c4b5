"""Rules that spread a cut over layers: each meets the same budget, by as little as it can, and spends where its paper says."""

import itertools
import random

import pytest
from support.figure_schema import tiles

from squeezelab.compression import Price, Widths, drawn_widths, peak_words
from squeezelab.compression.thinned import kept_of
from squeezelab.explorers import explore
from squeezelab.explorers.layer_budgets_model import DRAWN, METHODS, cut_by, even_numbers, path_of, sensitivities, shares_of
from squeezelab.explorers.pruned_model import MACHINE, MEASURES, NETWORKS, costs_of_network
from squeezelab.networks import build

NAMES, RULES, MEASURED = ([name for name, _ in some] for some in (NETWORKS, METHODS, MEASURES))


@pytest.mark.parametrize("network", NAMES)
def test_every_rule_meets_the_budget_or_is_at_its_floor(network):
    for method, measure, share in itertools.product(RULES, MEASURED, (0.1, 0.25, 0.5, 0.9)):
        cut = cut_by(network, method, measure, share)
        least = (
            min(costs_of_network(network, measure).share(step) for step in path_of(network, method or "pa"))
            if not cut.meets
            else 0
        )
        assert cut.cost <= share * (1 + 1e-9) or method == "knapsack" or cut.cost == pytest.approx(least)


@pytest.mark.parametrize("network", NAMES)
def test_of_a_path_the_first_widths_within_the_budget_are_taken(network):
    for method, measure, share in itertools.product(RULES[:-1], ("params", "macs"), (0.25, 0.5, 0.9)):
        costs, cut = costs_of_network(network, measure), cut_by(network, method, measure, share)
        first = next(step for step in path_of(network, method) if costs.share(step) <= share * (1 + 1e-9))
        assert cut.widths == first


def test_what_is_left_is_counted_on_the_network_itself():
    for network, method in itertools.product(NAMES, RULES):
        cut, dense = cut_by(network, method, "macs", 0.5), build(network)
        small = Widths(dense).network_of(cut.widths)
        assert cut.after["memory"] == peak_words(small) / peak_words(dense)
        assert cut.after["macs"] == pytest.approx(small.macs / dense.macs)
        price = Price("cycles", MACHINE)
        assert cut.after["cycles"] == pytest.approx(price.network(small) / price.network(dense))


def test_the_first_draws_of_mini_vgg_are_where_the_complexity_is():
    shown = {mode: [round(part, 3) for part in shares_of("mini_vgg", mode).values()] for mode in DRAWN}
    assert shown == {"pa": [0.002, 0.077, 0.307, 0.614], "fa": [0.03, 0.242, 0.242, 0.485], "ma": [0.5, 0.25, 0.125, 0.125]}


@pytest.mark.parametrize("mode", DRAWN)
def test_even_numbers_draw_what_chance_draws_on_average(mode):
    network, seeds = build("mini_vgg"), range(30)
    even = drawn_widths(network, mode, 0.5, even_numbers())
    chance = [drawn_widths(network, mode, 0.5, random.Random(seed).random) for seed in seeds]
    for group, count in even.items():
        assert count == pytest.approx(sum(one[group] for one in chance) / len(seeds), abs=2.5)


def test_a_path_loses_a_filter_a_step_and_ends_at_the_floor_of_a_tenth():
    for network, mode in itertools.product(NAMES, DRAWN):
        path, full = path_of(network, mode), Widths(build(network)).full
        totals = [sum(step.values()) for step in path]
        assert totals == list(range(sum(full.values()), totals[-1] - 1, -1))
        assert path[-1] == {name: -(-size // 10) for name, size in full.items()}


def test_uniform_takes_the_same_share_of_each_group_and_sensitivity_spares_the_first():
    uniform, full = cut_by("mini_vgg", "uniform", "macs", 0.5).widths, Widths(build("mini_vgg")).full
    assert any(uniform == {name: kept_of(size, step / 64) for name, size in full.items()} for step in range(64))
    lost = sensitivities("mini_vgg")
    assert max(lost, key=lost.get) == "conv1" and sum(lost.values()) == pytest.approx(1)
    assert cut_by("mini_vgg", "sensitivity", "macs", 0.5).widths["conv1"] == 15


def test_at_half_of_the_macs_pa_leaves_the_memory_and_ma_cuts_it_to_a_third():
    left = {method: cut_by("mini_vgg", method, "macs", 0.5).after for method in RULES}
    assert left["pa"]["memory"] == 1 and left["ma"]["memory"] < 0.36
    assert left["ma"]["params"] > left["fa"]["params"] > left["pa"]["params"]


def test_the_readout_is_the_row_of_the_table():
    figure = explore("layer_budgets", {"method": "fa", "share": 0.3})
    row = figure["table"]["rows"][1]
    assert list(tiles(figure).values())[:4] == row[-4:]
