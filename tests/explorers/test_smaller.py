"""The explorers about smaller networks: their numbers are the package's, in every state, and their failures can be undone."""

import itertools

import pytest
from support.figure_schema import check_figure

from squeezelab.explorers import ahead, explore, ghost
from squeezelab.explorers.kit.zoo import square_machine
from squeezelab.explorers.width_model import WIDTHS, Scaling
from squeezelab.hardware import simulate
from squeezelab.networks import Network, depthwise_separable_block, ghost_module, mgic_block, resnet_basic_block


def tiles(figure):
    return {row["label"]: row["value"] for row in figure["readout"]}


def drawn(name, values):
    return check_figure(explore(name, values))


BROKEN = [
    ("width_scaling", {"group": 64, "channels": 64}, "1.31× the parameters"),
    ("width_scaling", {"group": 64, "channels": 32}, "begins at 64 channels"),
    ("width_scaling", {"group": 8, "channels": 64, "size": 7}, "yet slower"),
    ("ghost", {"machine": "gpu-like"}, "of the 4096 lanes work"),
    ("ghost", {"channels": 16}, "cycles for DRAM"),
    ("ghost", {"channels": 16, "cheap": 7, "ratio": 8}, "the dear one"),
]


@pytest.mark.parametrize(("name", "values", "words"), BROKEN)
def test_the_failure_can_be_reached_and_undone(name, values, words):
    assert explore(name)["problem"] is None
    assert words in explore(name, values)["problem"]
    assert explore(name)["problem"] is None


BAD = [
    ("width_scaling", {"channels": 100}),
    ("width_scaling", {"group": 24}),
    ("width_scaling", {"measure": "energy"}),
    ("ghost", {"ratio": 9}),
    ("ghost", {"cheap": 2}),
    ("ghost", {"kernel": 5}),
    ("ghost", {"machine": "tpu-like"}),
]


@pytest.mark.parametrize(("name", "values"), BAD)
def test_impossible_values_are_named(name, values):
    with pytest.raises(ValueError, match=next(iter(values))):
        explore(name, values)


# width_scaling


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


@pytest.mark.parametrize(("name", "values"), [("width_scaling", {"group": 32, "size": 28}), ("ghost", {"kernel": 3})])
def test_what_is_computed_ahead_changes_no_answer(name, values):
    before = explore(name, values)
    while ahead(name):
        pass
    assert explore(name, values) == before


# ghost

MACHINES = ["cpu-like", "gpu-like"]


def ghost_states():
    """Every shape of module, as the controls have it."""
    for cheap, channels, kernel in itertools.product((1, 3, 5, 7), (16, 32, 64, 128, 256, 512), (1, 3)):
        yield {"cheap": cheap, "channels": channels, "kernel": kernel}


def plain_layer(channels, kernel):
    net = Network("plain", (channels, ghost.SIZE, ghost.SIZE))
    net.conv_norm_relu(net.input, channels, kernel)
    return net


def counts(net):
    """The columns of the table: parameters, MACs, words, cycles on both machines."""
    words = sum(layer.words for layer in net.mac_layers)
    return [net.params, net.macs, words, *(simulate(net, machine).cycles for machine in MACHINES)]


def test_the_table_counts_and_simulates_the_modules_themselves():
    for state in list(ghost_states())[::7]:
        channels, kernel = state["channels"], state["kernel"]
        rows = explore("ghost", state)["table"]["rows"]
        assert rows[0][1:] == pytest.approx(counts(plain_layer(channels, kernel)), abs=1)
        for ratio, row in zip(range(2, 9), rows[1:], strict=True):
            net = Network("ghost", (channels, ghost.SIZE, ghost.SIZE))
            ghost_module(net, net.input, channels, ratio, kernel, state["cheap"])
            assert row[0] == f"s = {ratio}" and row[1:] == pytest.approx(counts(net), abs=1)


def test_the_saving_is_the_closed_form_and_stays_below_the_promise():
    """s S k² / (S k² + (s − 1) d²) where s divides the channels, less than that elsewhere, and less than s everywhere."""
    for state, ratio in itertools.product(ghost_states(), range(2, 9)):
        work, extra = state["channels"] * state["kernel"] ** 2, (ratio - 1) * state["cheap"] ** 2
        saved = tiles(explore("ghost", state | {"ratio": ratio}))["MACs, plain ÷ Ghost"]
        law = ratio * work / (work + extra)
        assert saved == pytest.approx(law) if state["channels"] % ratio == 0 else saved < law
        assert saved < ratio


def test_for_the_usual_kernels_the_saving_is_2_s_over_s_plus_9():
    for channels in (16, 32, 64, 128, 256, 512):
        saved = tiles(explore("ghost", {"channels": channels}))["MACs, plain ÷ Ghost"]
        assert saved == pytest.approx(2 * channels / (channels + 9))


def test_the_formula_has_the_weights_of_both():
    for ratio in (2, 3, 8):
        net = Network("ghost", (128, ghost.SIZE, ghost.SIZE))
        ghost_module(net, net.input, 128, ratio)
        weights = sum(layer.weight_words for layer in net.mac_layers)
        formula = explore("ghost", {"ratio": ratio})["formula"].replace("\u202f", "")
        assert "k² = 16384;" in formula and f"d² = {weights}\n" in formula


def test_the_1x1_module_is_faster_on_few_lanes_and_slower_on_many():
    """The cheap part leaves a large array empty, whatever the ratio: the reason for G-Ghost."""
    for channels, ratio in itertools.product((64, 128, 256), range(2, 9)):
        ratios = tiles(explore("ghost", {"channels": channels, "ratio": ratio}))
        assert ratios["Cycles, CPU-like, plain ÷ Ghost"] > 1.3 and ratios["Cycles, GPU-like, plain ÷ Ghost"] < 1


def test_the_1x1_module_of_ratio_2_moves_more_words_than_what_it_replaces():
    for channels in (16, 32, 64, 128, 256, 512):
        assert tiles(explore("ghost", {"channels": channels}))["Words moved, plain ÷ Ghost"] < 1


def test_every_bar_and_curve_lies_on_its_axis():
    for state in ghost_states():
        low, high = (figure := drawn("ghost", state))["charts"][0]["x"]["domain"]
        assert figure["charts"][1]["y"]["domain"] == [low, high]
        assert all(low <= value <= high for value in figure["charts"][0]["marks"][0]["x"])
