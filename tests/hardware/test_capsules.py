"""Capsules on the array and on microcontrollers: their loops, their words, and that activations are not weights."""

import itertools

import numpy as np
import pytest

from squeezelab.codesign import sweep
from squeezelab.compression import bit_operations, densities, parameter_bytes, rescaled, thinned
from squeezelab.compression.channel_groups import channel_groups, sliced
from squeezelab.hardware import DEVICES, PRESETS, accelerator, capsule_latency, device_cost, loop_nest, roofline_cycles, simulate
from squeezelab.hardware.workload import Workload
from squeezelab.networks import Network, capsnet, capsule_classifier, dynamic_routing, mini_vgg
from squeezelab.networks.bits import operand_bits

COUNT, CAPSULES, DIM_IN, DIM = 6, 3, 4, 5


def routing(**options):
    net = Network("routing", (2 * DIM_IN, 3, 1))
    dynamic_routing(net, net.capsules(net.input, DIM_IN), CAPSULES, DIM, **options)
    return net


def visited(layer, batch):
    """(weights, inputs, outputs) that loops touch, and how often they multiply, for `batch` images."""
    weights, inputs, outputs, macs = set(), set(), set(), 0
    shared = getattr(layer, "shared", False)
    sides = [range(batch), range(CAPSULES), range(COUNT), range(DIM)] + ([range(DIM_IN)] if layer.op == "votes" else [])
    for b, j, i, d, *k in itertools.product(*sides):
        macs += 1
        if layer.op == "votes":
            weights.add((j, d, *k) if shared else (i, j, d, *k))
            inputs.add((b, i, *k))
            outputs.add((b, j, i, d))
        else:
            weights.add((b, j, i, d))  # the votes
            coupled = layer.op == "agreement" or len(layer.sources) == 2
            inputs |= {((b, j, i) if layer.op == "capsule_sum" else (b, j, d))} if coupled else set()
            outputs.add((b, j, d) if layer.op == "capsule_sum" else (b, j, i))
    return len(weights), len(inputs), len(outputs), macs


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("shared", [False, True])
def test_the_loops_touch_what_brute_force_touches(batch, shared):
    for layer in routing(shared=shared).mac_layers:
        nest = loop_nest(layer, batch)
        assert (nest.weights, nest.inputs, nest.outputs, nest.macs) == visited(layer, batch), layer.name


@pytest.mark.parametrize("machine", PRESETS)
def test_capsnet_is_simulated_everywhere_by_all_that_prices(machine):
    net = capsnet(decoder=(8,))
    report = simulate(net, machine, batch=2)
    table = sweep(net, machine, batch=[1, 2], progress=False)
    assert report.macs == 2 * net.macs and table["cycles"].tolist() == [simulate(net, machine).cycles, report.cycles]
    assert Workload(net, 2).run(accelerator(machine), "hybrid", 0).cycles == report.cycles
    for layer in net.mac_layers:
        row = report[layer.name]
        assert row.cycles >= roofline_cycles(row.macs, row.dram_words, machine) - 1e-6
        assert row.cycles > 0


def test_zeros_of_weights_are_none_of_votes():
    net = routing()
    report = simulate(net, "squeezelerator-16", "ws", 0.5, "nm", "bitmask")
    plain = simulate(net, "squeezelerator-16", "ws")
    for name in ("digits.sum1", "digits.agreement1", "digits.sum3"):
        assert report[name].cost == plain[name].cost
    thinned_votes = simulate(net, "squeezelerator-16", "ws", {"digits.votes": 0.5}, "nm")["digits.votes"]
    assert thinned_votes.compute_cycles == plain["digits.votes"].compute_cycles / 2
    with pytest.raises(ValueError, match=r"no layer 'digits.sum1' with weights in routing; there are digits.votes"):
        simulate(net, "squeezelerator-16", sparsity={"digits.sum1": 0.5})
    swept = sweep(net, "squeezelerator-16", sparsity=[0, 0.5], progress=False)
    assert swept["cycles"][1] == simulate(net, "squeezelerator-16", sparsity=0.5).cycles


def test_votes_are_as_wide_as_they_were_made():
    net = routing()
    bits = operand_bits(net, (2, {"input": 8, "digits.votes": 4, "digits.couplings2": 7, "digits.squash1": 6}, 32))
    assert bits["digits.votes"] == (2, 8, 4, 32)
    assert bits["digits.sum2"][:2] == (4, 7) and bits["digits.agreement1"][:2] == (4, 6) and bits["digits.sum1"][:2] == (4, 4)
    assert operand_bits(net, (2, 8, 32))["digits.sum1"] == (8, 8, 8, 32)
    narrow = simulate(net, "squeezelerator-16", weight_bits=2)
    assert narrow["digits.sum2"].dram_words == simulate(net, "squeezelerator-16")["digits.sum2"].dram_words
    halved = simulate(net, "squeezelerator-16", activation_bits=8)["digits.sum2"].dram_words
    assert halved == simulate(net, "squeezelerator-16")["digits.sum2"].dram_words / 2
    with pytest.raises(ValueError, match="no layer 'digits.sum1' with weights"):
        net.with_bits(weight_bits={"digits.sum1": 8})


def test_bytes_and_bit_operations_know_no_weights_of_routing():
    net = capsnet(routing_bias=True)
    codes, biases, scales = 1_568 + 51_200 + 163_840, 32 + 64 + 160, 32 + 64 + 10
    assert parameter_bytes(net, 8) == codes + 4 * biases + 4 * scales
    assert bit_operations(net, 2, 8) == 16 * (net.macs - 102_400) + 64 * 102_400


@pytest.mark.parametrize("device", ["microcontroller", "gap-8"])
def test_routing_takes_the_most_of_a_microcontroller(device):
    """At its rate by Q7-CapsNets's kernels: a hundredth of the MACs of `mcu`, and yet the most of the cycles."""
    net = capsnet("mcu")
    latency = capsule_latency(net, device)
    assert latency.routing[0] > latency.primary[1] and latency.routing[0] < latency.routing[1]
    cost = device_cost(net, device, 8, 8)
    clock = DEVICES[device].clock_ghz * 1e9
    steps = [name for name in cost.layers if name.startswith("digits.")]
    assert np.isclose(latency.routing, [sum(cost.layers[name][end] for name in steps) / clock for end in (0, 1)]).all()
    assert latency.published == {"microcontroller": (0.11994, 0.09060), "gap-8": (0.00702, 0.03803)}[device]


def test_the_convolution_of_capsules_is_found_behind_norms_and_pools():
    net = capsule_classifier("mobilenet_v2")
    band = device_cost(net, "gap-8", 8, 8).layers["primary_pw"]
    clock = DEVICES["gap-8"].clock_ghz * 1e9
    assert capsule_latency(net, "gap-8").primary == (band[0] / clock, band[1] / clock)


def test_what_has_no_capsules_or_is_no_microcontroller_is_named():
    with pytest.raises(ValueError, match="has no capsules that are routed"):
        capsule_latency(mini_vgg(), "gap-8")
    with pytest.raises(ValueError, match="not on 'simd'; there are gap-8, microcontroller"):
        capsule_latency(capsnet(), "simd")


def test_capsules_keep_their_channels_and_what_comes_before_and_beside_may_lose_some():
    net = capsnet(decoder=(32,))
    assert [(group.name, group.size) for group in channel_groups(net)] == [("conv1", 32), ("decoder.fc1", 32)]
    small = sliced(net, {"conv1": range(8), "decoder.fc1": [3]})
    assert small["primary"].shape == (64, 4, 4) and small["decoder.fc2"].shape == (784,)
    assert small["primary"].params == 64 * (8 * 25 + 1)
    for other in (thinned(net, 0.75), rescaled(net, 0.25)):
        assert other["conv1"].shape[0] == 8 and other["decoder.sigmoid"].shape == (784,)
        assert other["digits.votes"].shape == net["digits.votes"].shape


def test_densities_by_layer_are_not_known_of_votes():
    with pytest.raises(ValueError, match=r"'digits.votes' \(votes\): what stays is known for convolutions and linear layers"):
        densities(capsnet(), 0.1)
