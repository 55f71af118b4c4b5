"""A network under the roofline: every layer lies where `simulate` puts it."""

import pytest
from support import control_schema
from support.figure_schema import tiles

from squeezelab.explorers import explore, module
from squeezelab.explorers.kit.zoo import ZOO, square_machine, zoo_network
from squeezelab.hardware import ridge, simulate


def states(name):
    """Control values worth testing."""
    return control_schema.states(module(name).CONTROLS)


def test_every_layer_lies_under_the_roof():
    for values in states("roofline"):
        machine = square_machine(values["side"], dram_gb_per_s=values["bandwidth"])
        marks = explore("roofline", values)["charts"][0]["marks"]
        for ratio, speed in zip(marks[-1]["x"], marks[-1]["y"], strict=True):
            assert speed <= min(machine.pes, ratio * machine.words_per_cycle) * (1 + 1e-9)


def test_the_roofline_counts_every_layer_left_of_the_ridge():
    for values in states("roofline"):
        machine = square_machine(values["side"], dram_gb_per_s=values["bandwidth"])
        report = simulate(zoo_network(values["network"]), machine, batch=values["batch"])
        rows = [row for row in report.layers if row.macs]
        left = [row for row in rows if row.macs / once(row.layer, values["batch"]) < ridge(machine)]
        shown = tiles(explore("roofline", values))
        assert shown["Left of the ridge"] == len(left)
        assert shown["Their time"] == pytest.approx(sum(row.cycles for row in left) / sum(row.cycles for row in rows))


def once(layer, batch):
    """Compulsory words."""
    return layer.weight_words + batch * (layer.input_words + layer.output_words)


def test_the_time_chart_adds_up_to_the_report():
    for network in [entry[0] for entry in ZOO]:
        figure = explore("roofline", {"network": network})
        assert sum(figure["charts"][1]["marks"][-1]["x"]) == pytest.approx(tiles(figure)["Time"], rel=1e-6)


def test_squeezenext_on_the_squeezelerator():
    finding = explore("roofline", {"network": "squeezenext"})["finding"]
    assert finding.startswith("49 of SqueezeNext v5's 112 layers lie left of the ridge at 32 MACs per word and take 35.3")
