"""What zeros buy on one layer: against `layer_cost` itself."""

import itertools

import pytest
from support.figure_schema import tiles

from squeezelab.explorers import explore, sparse_hardware
from squeezelab.hardware import accelerator, format_factor, layer_cost


def test_a_rigid_array_saves_no_time_and_gating_saves_energy():
    for density in (0.1, 0.5):
        none = tiles(explore("sparse_hardware", {"mode": "none", "stored": "dense", "density": density}))
        gate = tiles(explore("sparse_hardware", {"mode": "gate", "stored": "dense", "density": density}))
        assert none["Faster"] == gate["Faster"] == 1
        assert none["Less energy"] == 1 < gate["Less energy"]


def test_a_gain_is_split_into_the_change_of_dataflow_and_the_zeros():
    """Against layer_cost itself: the layer without zeros in its faster flow, and in the flow that runs with zeros."""
    machine = accelerator(sparse_hardware.MACHINE)
    for layer, density in itertools.product([entry[0] for entry in sparse_hardware.LAYERS], (0.1, 0.35, 0.6, 0.9)):
        figure = explore("sparse_hardware", {"layer": layer, "density": density})
        nest = sparse_hardware.nest_of(layer)
        flow = ("ws", "os")[layer_cost(nest, machine, "hybrid", density, "skip", "bitmask")[0]]
        spent = sum(layer_cost(nest, machine, flow, density, "skip", "bitmask")[7:])
        without = sum(layer_cost(nest, machine, flow, 1, "none", "dense")[7:])
        best = sum(layer_cost(nest, machine, "hybrid", 1, "none", "dense")[7:])
        shown = tiles(figure)
        assert shown["Less energy"] == pytest.approx(best / spent)
        assert shown["of it by the zeros"] == pytest.approx(without / spent)
        assert ("by the change to" in figure["finding"]) == (best != without)


def test_in_one_dataflow_zeros_buy_at_most_one_over_the_density():
    machine = accelerator(sparse_hardware.MACHINE)
    choices = [
        [entry[0] for entry in table] for table in (sparse_hardware.LAYERS, sparse_hardware.MODES, sparse_hardware.FORMATS)
    ]
    for layer, mode, stored in itertools.product(*choices):
        nest = sparse_hardware.nest_of(layer)
        for flow, density in itertools.product(("ws", "os"), (0.1, 0.5, 0.95)):
            full, now = (
                layer_cost(nest, machine, flow, 1, "none", "dense"),
                layer_cost(nest, machine, flow, density, mode, stored),
            )
            for part in (slice(1, 4), slice(7, None)):
                assert sum(full[part]) <= sum(now[part]) / density


def test_the_start_state_says_what_zeros_buy_and_what_the_other_dataflow_does():
    figure = explore("sparse_hardware")
    assert "1.78× = 1.14× by the change to broadcast OS, 1.56× by the zeros" in figure["finding"]
    assert tiles(figure)["of it by the zeros"] < 1 / 0.6 < tiles(figure)["Less energy"]


def test_the_ring_lies_on_the_curve():
    for layer, mode in itertools.product([entry[0] for entry in sparse_hardware.LAYERS], ["skip", "nm", "lanes"]):
        marks = explore("sparse_hardware", {"layer": layer, "mode": mode, "density": 0.35})["charts"][0]["marks"]
        curve = next(mark for mark in marks if mark.get("name") == "time")
        rings = [mark for mark in marks if mark["type"] == "point"]
        assert rings[0]["y"][0] == curve["y"][curve["x"].index(0.35)]


@pytest.mark.parametrize(("stored", "loses"), [("bitmask", 0.95), ("csr", 0.55), ("run_length", 0.85), ("nm", 0.8)])
def test_a_format_that_loses_says_so(stored, loses):
    assert "loses" in explore("sparse_hardware", {"stored": stored, "density": loses})["problem"]
    lower = round(loses - 0.05, 2)
    assert "loses" not in (explore("sparse_hardware", {"stored": stored, "density": lower})["problem"] or "")
    assert format_factor(stored, loses, 16) > 1.005 > format_factor(stored, lower, 16)
