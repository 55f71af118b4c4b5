"""Slicing: every share costs what `simulate` says of the thinned network, and the headline tells the stairs as they are."""

import pytest
from support.figure_schema import check_figure, tiles

from squeezelab.compression import thinned
from squeezelab.explorers import explore
from squeezelab.explorers.kit.zoo import square_machine
from squeezelab.explorers.slice_cost import FAMILIES, STEEP
from squeezelab.explorers.slice_model import PARTS, SHARES, Stairs
from squeezelab.hardware import simulate
from squeezelab.networks import build

DEEPER = [("resnet", 50, {"depth": 50}), ("squeezenext", 44, {"depths": (12, 12, 16, 2)})]
SHALLOW = [("mini_vgg", None, {}), ("mini_resnet", None, {}), ("resnet", 18, {}), ("squeezenext", 23, {})]


@pytest.mark.parametrize(("family", "depth", "options"), SHALLOW + DEEPER)
@pytest.mark.parametrize(("side", "dataflow", "sparsity"), [(16, "hybrid", 0), (8, "ws", 0.3), (32, "os", 0.7)])
def test_every_share_costs_what_its_thinned_network_costs(family, depth, options, side, dataflow, sparsity):
    stairs, network = Stairs(family, depth, side, dataflow, sparsity), build(family, **options)
    for kept in (4, 11, 33, 48, 63, 64):
        thin = thinned(network, 1 - kept / PARTS)
        report = simulate(thin, square_machine(side), dataflow=dataflow, sparsity=sparsity)
        assert stairs.at("cycles", kept) == pytest.approx(report.cycles, abs=1)  # a half may fall to either side
        assert stairs.at("busy", kept) == pytest.approx(report.utilisation, rel=1 / report.cycles)
        first = thin.mac_layers[0].macs
        assert stairs.at("macs", kept) == pytest.approx(first + (1 - sparsity) * (thin.macs - first), abs=0.51)
        waiting = sum(row.cycles for row in report.layers if row.stall_cycles > 0 and row.bound != "hidden")
        assert stairs.at("waiting", kept) == pytest.approx(waiting / report.cycles, rel=len(thin.mac_layers) / report.cycles)


def test_one_channel_in_64_is_worth_thirty_percent_of_the_cycles():
    """Of a 16 × 16 array a map of 49 channels takes four tiles a side, one of 48 takes three."""
    above, below = [tiles(explore("slice_cost", {"kept": kept})) for kept in (49, 48)]
    assert (above["Cycles"], below["Cycles"]) == (20308, 14244)
    assert below["MACs"] == thinned(build("mini_vgg"), 0.25).macs
    assert "40.6\u202f% of the MACs and 1.1\u202f% of the cycles" in explore("slice_cost", {"kept": 49})["problem"]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("array", [4, 16, 32])
def test_the_stairs_in_the_title_are_steep_and_no_other_step_is(family, array):
    for dataflow in ("hybrid", "os"):
        figure = check_figure(explore("slice_cost", {"family": family, "array": array, "dataflow": dataflow}))
        cycles = figure["charts"][0]["marks"][1]["y"]
        steep = [kept for kept, below, above in zip(SHARES, cycles, cycles[1:]) if above - below >= STEEP / PARTS]
        title = figure["charts"][0]["title"]
        named = [int(word.strip(",")) for word in title.split() if word.strip(",").isdigit()]
        assert named == steep


def test_a_weight_stationary_array_gains_nothing_from_single_zeros():
    dense, sparse = [tiles(explore("slice_cost", {"dataflow": "ws", "sparsity": share})) for share in (0, 0.9)]
    assert sparse["Cycles"] == dense["Cycles"] and sparse["MACs"] < 0.2 * dense["MACs"]


def test_the_formula_ends_on_the_cycles_of_the_layer():
    """9 taps, 3 tiles down and across, each loads 16 rows and streams 49 pixels."""
    formula = explore("slice_cost")["formula"].replace("\u202f", "")
    assert formula.endswith(f"= {9 * 3 * 3 * (49 + 16)} cycles")


def test_a_network_of_one_depth_says_so():
    figure = explore("slice_cost", {"family": "mini_resnet"})
    assert "one depth" in figure["disabled"]["depth"]
    assert "disabled" not in explore("slice_cost", {"family": "squeezenext"})
