"""The explorers that simulate: their numbers are the package's, in every state, and their failures can be undone."""

import itertools

import pytest
from support import control_schema

from squeezelab.explorers import ahead, block_composer, dataflow, explore, module, names, sparse_hardware
from squeezelab.hardware import accelerator, format_factor, layer_cost, systolic_cost


def tiles(figure):
    return {row["label"]: row["value"] for row in figure["readout"]}


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("squeezenext_cost", {"array": 32, "dataflow": "os", "width": 0.5}),
        ("squeezenext_cost", {"array": 32}),
        ("dataflow", {"outputs": 1}),
        ("sparse_hardware", {"mode": "gate"}),
        ("sparse_hardware", {"stored": "csr"}),
        ("sparse_hardware", {"layer": "fc", "stored": "dense"}),
        ("block_composer", {"channels": 130}),
    ],
)
def test_the_failure_can_be_reached_and_undone(name, broken):
    assert explore(name)["problem"] is None
    assert explore(name, broken)["problem"]
    assert explore(name)["problem"] is None


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("squeezenext_cost", {"version": 6}),
        ("squeezenext_cost", {"width": 0.51}),
        ("squeezenext_cost", {"sparsity": 1.0}),
        ("squeezenext_cost", {"array": 0}),
        ("squeezenext_cost", {"dataflow": "is"}),
        ("dataflow", {"cycle": 0}),
        ("dataflow", {"dataflow": "rs"}),
        ("dataflow", {"side": 2.5}),
        ("sparse_hardware", {"density": 0}),
        ("sparse_hardware", {"mode": "wish"}),
        ("block_composer", {"channels": 9.5}),
        ("block_composer", {"fused": "yes"}),
    ],
)
def test_impossible_values_are_named(name, values):
    with pytest.raises(ValueError, match=next(iter(values))):
        explore(name, values)


# The stepped array (its laws: tests/hardware/test_wavefront.py).


def test_the_picture_shows_the_counters_of_the_last_cycle():
    cycles = explore("dataflow", {"filters": 9, "side": 3})["limits"]["cycle"][1]
    figure = explore("dataflow", {"filters": 9, "side": 3, "cycle": cycles})
    law = systolic_cost(6, 9, dataflow.TERMS, 3, 3, "ws")
    assert cycles == law.cycles
    assert tiles(figure)["Inputs read"] == law.ifmap_reads
    assert tiles(figure)["Sums written"] == law.ofmap_writes
    assert str(law.cycles) in figure["formula"]


def test_no_run_is_longer_than_the_slider():
    longest = next(control["max"] for control in dataflow.CONTROLS if control["name"] == "cycle")
    runs = [
        systolic_cost(m, n, dataflow.TERMS, side, side, flow).cycles
        for m, n, side, flow in itertools.product(range(1, 10), range(1, 10), range(2, 7), ("ws", "os", "is"))
    ]
    assert max(runs) == longest


def test_a_shorter_run_stops_at_its_end():
    assert "is done" in explore("dataflow", {"cycle": 150})["finding"]


# Working ahead.


def pieces_ahead(name, values):
    """Works ahead until nothing is left to do; the number of pieces."""
    for pieces in range(1000):
        if not ahead(name, values):
            return pieces
    raise AssertionError(f"{name} never ends working ahead")


@pytest.mark.parametrize("name", names())
def test_working_ahead_ends_and_changes_no_figure(name):
    values = list(control_schema.states(module(name).CONTROLS))[::41][:4]
    before = [explore(name, state) for state in values]
    for state in values:
        pieces_ahead(name, state)
        assert pieces_ahead(name, state) == 0
    assert [explore(name, state) for state in values] == before


# Sparse hardware.


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


# Blocks.


def test_blocks_have_the_weights_of_their_formulas():
    c = 128
    blocks = {block.name: block.fused.weight_words for block in block_composer.blocks_on(c, 28)[0]}
    assert blocks["ResNet basic"] == 18 * c * c
    assert blocks["SqueezeNext"] == 2.25 * c * c
    assert blocks["ResNet bottleneck"] == 17 * (c // 4) ** 2
    assert blocks["depthwise + 1×1"] == 9 * c + c * c
    assert blocks["Fire"] == 24576
    assert blocks["inverted residual"] == 6 * c * (2 * c + 9)


def test_words_are_those_of_the_reference_table():
    blocks = {block.name: (block.words, block.fused.dram_words) for block in block_composer.blocks_on(128, 28)[0]}
    assert blocks["SqueezeNext"] == (588_800, 237_568)
    assert blocks["depthwise + 1×1"] == (418_944, 218_240)


def test_the_cheapest_in_parameters_is_not_the_fastest():
    figure = explore("block_composer")
    rows = figure["table"]["rows"]
    assert min(rows, key=lambda row: row[1])[0] == "depthwise + 1×1"
    assert min(rows, key=lambda row: row[5])[0] == "ResNet bottleneck"
    assert "depthwise + 1×1" in figure["finding"] and "ResNet bottleneck" in figure["finding"]


def test_fusing_a_block_never_costs_anything():
    for channels, size in itertools.product((16, 64, 256), (7, 28)):
        apart, fused = (
            {row[0]: row for row in explore("block_composer", {"channels": channels, "size": size, "fused": on})["table"]["rows"]}
            for on in (False, True)
        )
        for name in apart:
            assert fused[name][3] <= apart[name][3] and fused[name][5] <= apart[name][5]


def test_a_block_that_cannot_be_built_is_left_out():
    figure = explore("block_composer", {"channels": 130})
    assert [row[0] for row in figure["table"]["rows"]] == ["ResNet basic", "depthwise + 1×1", "inverted residual"]
    assert "SqueezeNext" in figure["problem"]
