"""Bits for each layer: the choices are those that were measured, the knapsack's the best of its sum, costs the simulator's."""

import itertools

import pytest
from support.figure_schema import tiles

from squeezelab.compression.bit_choice import bytes_of_codes, summed_rise
from squeezelab.compression.code_bytes import parameter_bytes
from squeezelab.explorers import explore
from squeezelab.explorers.mixed_model import BITS, BUDGETS, MACHINE, NETWORKS, WAYS, choice_of, cost_of, layers_of
from squeezelab.hardware import simulate
from squeezelab.networks import build
from squeezelab.recorded import recorded

RECORD = recorded("mixed_precision")
CHOICES = [row for row in RECORD["rows"] if "way" in row]


def test_every_layer_and_every_choice_was_measured():
    for name, _ in NETWORKS:
        layers = {layer.name: layer.weight_words for layer in build(name).mac_layers}
        rows = [row for row in RECORD["rows"] if row["network"] == name and "layer" in row]
        assert {row["layer"]: row["weights"] for row in rows} == layers
        assert len({row["losses"][-1] for row in rows}) == 1, "at 8 bits all layers are the same network"
    keys = [(row["network"], row["budget"], row["way"]) for row in CHOICES]
    assert keys == list(itertools.product([name for name, _ in NETWORKS], BUDGETS, [way for way, _ in WAYS]))


def test_the_choices_of_the_page_are_those_that_were_measured():
    for row in CHOICES:
        now = choice_of(row["network"], row["budget"], row["way"])
        assert now.bits == row["bits"] and (now.loss, now.accuracy) == (row["loss"], row["accuracy"])
        assert now.added == pytest.approx(row["added_loss"], abs=1e-6)


@pytest.mark.parametrize("budget", [1.25, 2.5, 5])
def test_no_other_bits_within_the_budget_have_a_smaller_sum(budget):
    layers = layers_of("mini_vgg")
    room = budget * layers.weights / 8
    sums = []
    for bits in itertools.product(BITS, repeat=len(layers.names)):
        if sum(bytes_of_codes(size, each) for size, each in zip(layers.sizes, bits)) <= room:
            sums.append(summed_rise(layers.rises, bits))
    assert choice_of("mini_vgg", budget, "knapsack").rise == pytest.approx(min(sums))


def test_bytes_cycles_and_energy_are_those_of_the_network_with_these_words():
    now = choice_of("mini_resnet", 2.5, "knapsack")
    network, bits = build("mini_resnet"), dict(zip(now.layers.names, now.bits))
    assert now.bytes == parameter_bytes(network, bits)
    run, cost = (
        simulate(network, MACHINE, weight_bits=bits, activation_bits=8, sum_bits=32),
        cost_of("mini_resnet", tuple(now.bits)),
    )
    assert (cost.cycles, cost.energy) == (run.cycles, run.energy)


def test_rises_add_up_where_they_are_small_and_not_where_they_are_large():
    for name, _ in NETWORKS:
        few, many = (choice_of(name, budget, "knapsack") for budget in (1.25, 4))
        assert few.exceeds > 4 and abs(many.loss - many.added) < 0.003
        assert "the harm that they do one by one" in explore("mixed_precision", {"network": name, "budget": 1.25})["problem"] or (
            few.accuracy < 0.5
        )


def test_the_best_sum_is_not_the_best_network_where_rises_do_not_add_up():
    knapsack, greedy = (choice_of("mini_vgg", 1.5, way) for way in ("knapsack", "greedy"))
    assert knapsack.added < greedy.added and knapsack.loss > greedy.loss


def test_the_readout_is_the_record():
    row = CHOICES[0]
    shown = tiles(explore("mixed_precision", {key: row[key] for key in ("network", "budget", "way")}))
    assert (shown["Digits read"], shown["Loss, measured"]) == (row["accuracy"], row["loss"])


def test_what_was_measured_over_seeds_is_drawn_for_the_network_of_which_it_was():
    rows = {(row["way"], row["budget"]): row["accuracy"] for row in recorded("bits")["mixed"]}
    chart = explore("mixed_precision")["charts"][2]
    dots = [mark for mark in chart["marks"] if mark["type"] == "point" and len(mark["x"]) == 1]
    assert {(mark["x"][0], mark["y"][0]) for mark in dots} == {(budget, mean) for (_, budget), mean in rows.items()}
    other = explore("mixed_precision", {"network": "mini_resnet"})
    assert "cluttered" not in other["note"] and not [mark for mark in other["charts"][2]["marks"] if len(mark["x"]) == 1]
