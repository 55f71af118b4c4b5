"""Ghost modules: counted and simulated as they are built, and their saving is the closed form."""

import itertools

import pytest
from support.figure_schema import check_figure, tiles

from squeezelab.explorers import explore, ghost
from squeezelab.hardware import simulate
from squeezelab.networks import Network, ghost_module

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
        low, high = (figure := check_figure(explore("ghost", state)))["charts"][0]["x"]["domain"]
        assert figure["charts"][1]["y"]["domain"] == [low, high]
        assert all(low <= value <= high for value in figure["charts"][0]["marks"][0]["x"])
