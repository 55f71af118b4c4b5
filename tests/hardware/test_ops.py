"""Ops and the array: one table says what loops each has, and what has no loops says what it moves."""

import pytest

from squeezelab.hardware import LoopNest, loop_nest, simulate
from squeezelab.hardware.loops import NESTS
from squeezelab.hardware.workload import Workload
from squeezelab.networks import Network
from squeezelab.networks.layers import Layer


def test_every_op_with_macs_enters_in_one_table(monkeypatch):
    class Pairs(Layer):
        op = "pairs"
        macs = 64
        weight_words = 64

    net = Network("capsules", (8,))
    pairs = net.record(lambda name, x: Pairs(name, (x,), (8,)), "pairs", None, net.input)
    assert net.mac_layers == [pairs]
    with pytest.raises(
        ValueError,
        match="'pairs1' cannot be simulated: its 64 MACs are a 'pairs'; loops are known of .* conv, ",
    ):
        simulate(net, "squeezelerator-16")
    monkeypatch.setitem(NESTS, "pairs", NESTS["linear"])
    twin = Network("twin", (8,))
    twin.linear(twin.input, 8)
    assert simulate(net, "squeezelerator-16").cycles == simulate(twin, "squeezelerator-16").cycles


def test_a_new_op_is_one_entry_and_one_reader(monkeypatch):
    """Pairs of capsules: 32 of 8 values, each times a matrix of its own for each of 10 capsules of 16 values. As groups:
    32 products of a vector of 8 and a matrix of 8 x 160."""

    class Pairs(Layer):
        op = "pairs"
        macs = weight_words = 32 * 8 * 160

    def pairs_loops(layer):
        return pairs_nest, layer.in_shape[0] // 8, layer.shape[0] // layer.in_shape[0] * 8

    def pairs_nest(batch, capsules, values):
        return LoopNest(batch, groups=capsules, ci=8, co=values)

    net = Network("capsules", (256,))
    for _ in range(2):
        net.record(lambda name, x: Pairs(name, (x,), (5120,)), "pairs", None, net.input)
    monkeypatch.setitem(NESTS, "pairs", pairs_loops)
    for machine in ("squeezelerator-16", "scalesim-16"):
        report = simulate(net, machine, batch=3, weight_bits=8)
        assert report["pairs1"].cost is report["pairs2"].cost  # one shape
        assert report["pairs1"].macs == loop_nest(net["pairs1"], 3).macs == 3 * 40_960
        assert report["pairs1"].dram_words == 40_960 * 8 / report.accelerator.word_bits + 3 * (256 + 5120)
        assert Workload(net, 3).run(report.accelerator, "hybrid", 0).cycles > 0


# What has no MACs says what it moves


def test_layers_beside_the_array_move_their_words():
    """On 4 x 6 x 6: 144 words."""
    net = Network("beside", (4, 6, 6))
    x = net.input
    expected = {
        net.pad(x, (1, 0, 2, 0)): 144 + 4 * 8 * 7,
        net.pad(x, (-1, 0, -2, 0)): 2 * 4 * 4 * 5,
        net.pad(x, (0, 0, 0, 0, 0, 4)): 144 + 288,
        net.interpolate(x, factor=2): 144 + 4 * 144,
        net.shuffle(x, 2): 288,
        net.pixel_shuffle(x, 2): 288,
        net.pixel_unshuffle(x, 3): 288,
        net.group_norm(x, 2): 288 + 8,
        net.group_norm(x, 4, affine=False): 288,
        net.layer_norm(x): 288 + 8,
        net.layer_norm(x, "map"): 288 + 288,
        net.norm(x, affine=False): 288 + 8,
        net.prelu(x, 4): 288 + 4,
        net.activation("mish", x): 288,
        net.adaptive_avg_pool(x, (4, 5)): 144 + 80,
        net.reduce("max", x, 0): 144 + 36,
        net.multiply(x, net.reduce("mean", x, 0)): 288 + 36,
        net.crop(x, (0, 6, 2)): 0,
        net.slice(x, 1, 3): 0,
        net.squeeze(net.reduce("mean", x, (0, 1, 2))): 0,
    }
    separate = simulate(net, "squeezelerator-16", other_layers="separate")
    assert {layer: separate[layer.name].dram_words for layer in expected} == expected
    fused = simulate(net, "squeezelerator-16", other_layers="fused")
    assert {row.name: row.dram_words for row in fused.layers if row.dram_words} == {"multiply1": 36}
