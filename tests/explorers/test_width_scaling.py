"""Width: every block costs what `simulate` says of it, and the closed forms are its counts."""

import pytest
from support.figure_schema import tiles

from squeezelab.explorers import explore
from squeezelab.explorers.kit.zoo import square_machine
from squeezelab.explorers.width_model import WIDTHS, Scaling
from squeezelab.hardware import simulate
from squeezelab.networks import Network, depthwise_separable_block, mgic_block, resnet_basic_block


def block(build, channels, size=14, **options):
    net = Network("block", (channels, size, size))
    build(net, net.input, channels, **options)
    return net


@pytest.mark.parametrize(("group", "size", "array"), [(8, 7, 32), (16, 14, 16), (32, 28, 8), (64, 14, 16)])
def test_every_width_costs_what_its_own_block_costs(group, size, array):
    scaling = Scaling(group, size, array)
    for channels in WIDTHS:
        own = {
            "basic": block(resnet_basic_block, channels, size),
            "mgic": block(mgic_block, channels, size, group_size=group, coarsest_size=group) if channels >= group else None,
            "separable": block(depthwise_separable_block, channels, size),
        }
        for kind, net in own.items():
            shown = scaling.at(kind, channels)
            assert (shown is None) == (net is None)
            if net:
                report = simulate(net, square_machine(array))
                assert (shown.params, shown.macs, shown.layers) == (net.params, net.macs, len(net.mac_layers))
                assert (shown.cycles, shown.words) == (report.cycles, pytest.approx(report.dram_words))
                assert shown.busy == pytest.approx(report.utilisation, rel=1e-4)


def test_the_straight_line_and_the_square_are_the_reference_integers():
    """MGIC with groups of 16: 620 c − 3776; the basic block: 18 c² + 4 c."""
    rows = explore("width_scaling")["table"]["rows"]
    assert [row[0] for row in rows] == WIDTHS
    assert [row[1] for row in rows] == [18 * c * c + 4 * c for c in WIDTHS]
    assert [row[2] for row in rows] == [620 * c - 3776 for c in WIDTHS]


def test_the_formula_ends_on_the_counted_parameters():
    for group in (8, 16, 32, 64):
        for channels in WIDTHS:
            figure = explore("width_scaling", {"group": group, "channels": channels})
            counted = {row[0]: row[2] for row in figure["table"]["rows"]}[channels]
            formula = figure["formula"].replace("\u202f", "")
            assert formula.endswith(f"= {counted}" if counted else f"from c = {group} on")


def test_the_width_at_which_mgic_is_the_larger_block_is_its_group():
    for group in (16, 32, 64):
        assert tiles(explore("width_scaling", {"group": group, "channels": group}))["Parameters, basic ÷ MGIC"] < 1
        assert tiles(explore("width_scaling", {"group": group, "channels": 2 * group}))["Parameters, basic ÷ MGIC"] > 1


def test_fewer_parameters_can_take_more_cycles():
    figure = explore("width_scaling", {"channels": 64, "group": 8, "array": 32})
    ratios = tiles(figure)
    assert ratios["Parameters, basic ÷ MGIC"] > 3.8 and ratios["Cycles, basic ÷ MGIC"] < 0.5
    assert "fewer parameters, but takes" in figure["finding"] and "yet slower" in figure["problem"]


def test_the_title_says_from_which_width_on_mgic_is_faster():
    for array in (8, 16, 32):
        figure = explore("width_scaling", {"array": array})
        cycles = {row[0]: row[6] for row in figure["table"]["rows"]}
        first = next(width for width in WIDTHS if all(cycles[wider] >= 1 for wider in WIDTHS if wider >= width))
        assert figure["charts"][1]["title"] == f"MGIC is faster from {first} channels on"
