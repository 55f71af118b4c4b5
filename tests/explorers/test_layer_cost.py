"""What one layer costs: the explorer's numbers are the layer's own, and its headline is true."""

import pytest
from support import control_schema
from support.figure_schema import tiles

from squeezelab.explorers import explore, layer_cost, module
from squeezelab.explorers.kit.zoo import square_machine
from squeezelab.hardware import ridge


def states(name):
    """Control values worth testing."""
    return control_schema.states(module(name).CONTROLS)


def test_the_readout_is_the_layers_own_counts():
    for values in states("layer_cost"):
        layer = layer_cost.layer_of(values["kind"], values["channels"], values["size"], values["kernel"])
        shown = tiles(explore("layer_cost", values))
        assert (shown["Parameters"], shown["MACs"], shown["Words moved"]) == (layer.params, layer.macs, layer.words)


def test_the_harmonic_form_equals_the_ratio():
    for values in states("layer_cost"):
        layer = layer_cost.layer_of(values["kind"], values["channels"], values["size"], values["kernel"])
        assert 1 / sum(1 / reuse for reuse in layer_cost.reuses(layer)) == pytest.approx(layer.intensity)


def test_depthwise_has_one_ratio_whatever_its_channels():
    ratios = {tiles(explore("layer_cost", {"kind": "depthwise", "channels": c}))["Ratio"] for c in range(4, 513, 4)}
    assert len({round(ratio, 12) for ratio in ratios}) == 1 and max(ratios) < 4.5


def test_the_headline_of_layer_cost_says_on_which_side_of_the_ridge_it_lies():
    for values in states("layer_cost"):
        figure = explore("layer_cost", values)
        bound = tiles(figure)["Ratio"] < ridge(square_machine(values["side"]))
        assert ("memory keeps" in figure["finding"]) == bound == figure["charts"][1]["title"].startswith("Left")


def test_padding_share_counts_the_taps_outside_the_map():
    for size, kernel in [(1, 7), (2, 7), (7, 3), (5, 5), (9, 1)]:
        reach = kernel // 2
        inside = [0 <= at + tap - reach < size for at in range(size) for tap in range(kernel)]
        assert layer_cost.padding_share(size, kernel) == pytest.approx(1 - (sum(inside) / len(inside)) ** 2)
