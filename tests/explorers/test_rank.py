"""Rank: computed numbers are the package's, measured ones the record's, and no others."""

import itertools

import pytest
from support.figure_schema import tiles

from squeezelab.compression.factored import METHODS as ALL_METHODS
from squeezelab.compression.factored import factored
from squeezelab.compression.rank_choice import factored_weights, rank_within
from squeezelab.explorers import explore, kernel_slices, rank
from squeezelab.explorers.kit.zoo import square_machine
from squeezelab.explorers.rank_model import METHODS, SHARES, SIDE
from squeezelab.hardware import simulate
from squeezelab.networks import Network
from squeezelab.recorded.results import recorded

LAYERS = list(itertools.product(ALL_METHODS, (3, 5, 7), (16, 32, 64)))


def rank_row(method, kernel, channels):
    key = {"method": method, "kernel": kernel, "channels": channels}
    return next(row for row in recorded("rank")["rows"] if key.items() <= row.items())


def dense_layer(kernel, channels, size):
    net = Network("layer", (channels, size, size))
    net.conv(net.input, channels, kernel, padding="same", bias=False, name="dense")
    return net


def test_every_method_is_offered():
    assert [value for value, _ in METHODS] == list(ALL_METHODS) == list(rank.WEIGHTS)


@pytest.mark.parametrize(("method", "kernel", "channels"), LAYERS[::4])
def test_the_table_of_ranks_is_what_simulate_says(method, kernel, channels):
    machine, size = square_machine(SIDE), 14
    rows = explore("rank", {"method": method, "kernel": kernel, "channels": channels, "size": size})["table"]["rows"]
    dense = dense_layer(kernel, channels, size)
    for name, weights, macs, words, cycles, ratio, *_ in rows:
        net = dense if name == "dense" else factored(dense, "dense", method, int(name.replace("\u202f", "")))
        report = simulate(net, machine)
        assert (weights, macs, cycles) == (report.params, report.macs, report.cycles)
        assert words == pytest.approx(report.dram_words)
        assert ratio == pytest.approx(cycles / rows[0][4])


@pytest.mark.parametrize(("method", "kernel", "channels"), LAYERS)
def test_only_measured_ranks_are_shown_as_measured(method, kernel, channels):
    figure, row = explore("rank", {"method": method, "kernel": kernel, "channels": channels}), rank_row(method, kernel, channels)
    for mark in figure["charts"][0]["marks"]:
        if mark["type"] in ("line", "point"):
            assert mark["x"] == row["ranks"]
            assert mark["y"] in (row["errors"], row["accuracies"])
    shown = [line[-2:] for line in figure["table"]["rows"][1:] if line[-1] is not None]
    assert shown == [list(pair) for pair in zip(row["errors"], row["accuracies"], strict=True)]


def test_every_share_up_to_the_dense_layers_own_was_measured():
    for (method, kernel, channels), share in itertools.product(LAYERS, SHARES):
        values = {"method": method, "kernel": kernel, "channels": channels, "share": share}
        shown = tiles(explore("rank", values))
        assert (shown["Error of the kernel, measured"] is None) == (shown["Weights, dense ÷ factored"] < 1) == (share == 2), (
            values
        )


def test_k_squared_to_2k_holds_for_a_whole_layer_only_at_one_rank():
    """A separable layer has 2K weights in place of K² at R = T = S; at any other rank it has more or fewer."""
    for kernel, channels in itertools.product((3, 5, 7), (16, 32, 64)):
        shape = (channels, channels, kernel, kernel)
        dense = channels * channels * kernel * kernel
        assert factored_weights("separable", channels, shape) * kernel == 2 * dense
        formula = explore("rank", {"method": "separable", "kernel": kernel, "channels": channels})["formula"]
        assert f"K² → 2K, {kernel * kernel} → {2 * kernel} weights" in formula
        assert f"at most 2K ÷ K² of the weights up to R = {channels}," in formula


def test_the_formula_counts_the_weights_of_the_layer():
    k, s, t = 3, 64, 64
    by_hand = {
        "svd": lambda r: r * (s * k * k + t),
        "separable": lambda r: k * r * (s + t),
        "tucker2": lambda r: r * s + r * r * k * k + r * t,
        "cp": lambda r: r * (s + 2 * k + t),
        "cp3": lambda r: r * (s + k * k + t),
    }
    for method in ALL_METHODS:
        figure = explore("rank", {"method": method})
        weights = by_hand[method](tiles(figure)["Rank"])
        assert tiles(figure)["Weights"] == weights
        assert f"= {weights} at" in figure["formula"].replace("\u202f", "")


def test_fewer_macs_can_take_more_cycles():
    """CP-4 with a quarter of the MACs is slower than the dense layer; separable with as many is not."""
    cp, separable = [explore("rank", {"method": method, "share": 1 / 4}) for method in ("cp", "separable")]
    assert "vertical" in cp["problem"] and separable["problem"] is None
    assert tiles(cp)["MACs"] < tiles(separable)["MACs"] and tiles(cp)["Cycles"] > 2 * tiles(separable)["Cycles"]


PICTURES = list(itertools.product(ALL_METHODS, (3, 5, 7), kernel_slices.SHARES))


def test_the_two_records_tell_of_the_same_kernel():
    for method, kernel, share in PICTURES:
        values = {"method": method, "kernel": kernel, "share": share}
        shown, row = tiles(explore("kernel_slices", values)), rank_row(method, kernel, kernel_slices.CHANNELS)
        assert shown["Rank"] == rank_within(method, share * 64 * 64 * kernel**2, (64, 64, kernel, kernel))
        assert shown["Error of the whole kernel"] == pytest.approx(row["errors"][row["ranks"].index(shown["Rank"])], abs=2e-3)
