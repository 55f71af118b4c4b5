"""What zero weights save: storage by counting bits, lanes by drawing them, cycles by skipping."""

import random

import pytest

from squeezelab.hardware import FORMATS, MODES, accelerator, format_factor, loop_nest, simulate, work_factor
from squeezelab.hardware.sparsity import slowest_lane
from squeezelab.networks import Network, alexnet, squeezenet, squeezenext

MACHINE = accelerator("squeezelerator-16")


def one_layer(k, columns=16):
    """A fully connected layer with k weights an output."""
    net = Network("one", (k,))
    return loop_nest(net.linear(net.input, columns))


@pytest.mark.parametrize("name, bits", [("bitmask", 16), ("run_length", 16), ("csr", 16), ("bitmask", 8), ("run_length", 8)])
@pytest.mark.parametrize("zeros", [0.1, 0.5, 0.9, 0.97])
def test_format_factors_equal_the_bits_of_random_weights(name, bits, zeros):
    dice = random.Random(1)
    count = 200_000
    nonzero = [dice.random() >= zeros for _ in range(count)]
    if name == "bitmask":
        stored = count + bits * sum(nonzero)
    elif name == "csr":
        stored = 2 * bits * sum(nonzero)
    else:
        stored, run = 0, 0
        for value in nonzero:
            if value or run == 15:  # a run has 4 bits; after 15 zeros one word is spent on a zero
                stored, run = stored + bits + 4, 0
            else:
                run += 1
    assert format_factor(name, 1 - zeros, bits) == pytest.approx(stored / (count * bits), rel=0.02)


def test_format_factors_at_known_densities():
    assert format_factor("dense", 0.3, 16) == 1
    assert format_factor("bitmask", 1 - 0.0625, 16) == 1  # pays above 6.25 % of zeros
    assert format_factor("csr", 0.5, 16) == 1  # pays above 50 %
    assert format_factor("nm", 0.5, 16) == 0.5625 and format_factor("nm", 0.5, 8) == 0.625


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_loses_by_more_than_it_can(name):
    for percent in range(100):
        assert 0 < format_factor(name, 1 - percent / 100, 16) <= 2


@pytest.mark.parametrize(
    "zeros, k, speed_up",
    [(0.8, 64, 3.42), (0.8, 1024, 4.50), (0.6, 1024, 2.34)],
)
def test_lanes_in_lock_step_are_as_slow_as_sampled(zeros, k, speed_up):
    factor = work_factor("lanes", 1 - zeros, one_layer(k), MACHINE)
    assert 1 / factor == pytest.approx(speed_up, rel=0.03)


@pytest.mark.parametrize("zeros, k, lanes", [(0.8, 256, 16), (0.5, 512, 4), (0.9, 512, 64)])
def test_lanes_equal_drawn_lanes(zeros, k, lanes):
    dice = random.Random(0)
    draws = 80
    busiest = [max(sum(dice.random() >= zeros for _ in range(k)) for _ in range(lanes)) for _ in range(draws)]
    factor = work_factor("lanes", 1 - zeros, one_layer(k), MACHINE.with_(cols=lanes))
    assert factor == pytest.approx(sum(busiest) / draws / k, rel=0.04)


def test_no_lane_works_on_more_than_all_of_its_weights():
    """Of one weight a lane at density 0.9, the busiest of 16 would have 0.9 + 1.766 * 0.3 by the formula."""
    assert work_factor("lanes", 0.9, one_layer(1), MACHINE) == 1
    assert work_factor("lanes", 0.5, one_layer(100), MACHINE) == pytest.approx(0.5 + 1.766 * 0.05)


def test_the_slowest_lane_rises_with_the_lanes():
    table = [slowest_lane(lanes) for lanes in range(1, 300)]
    assert table == sorted(table) and table[0] == 0
    assert [slowest_lane(n) for n in (4, 8, 16, 32, 64, 256)] == [1.029, 1.424, 1.766, 2.070, 2.344, 2.827]
    assert slowest_lane(10**6) == slowest_lane(4096)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("machine", ["squeezelerator-16", "scalesim-16"])
def test_without_zeros_no_mode_changes_anything(machine, mode):
    if mode == "skip" and machine == "scalesim-16":
        pytest.skip("a systolic array cannot skip")
    dense = simulate(squeezenet(), machine, sparsity_mode="none").to_dict()
    report = simulate(squeezenet(), machine, sparsity=0.0, sparsity_mode=mode).to_dict()
    for name in ("cycles", "energy", "dram_words", "buffer_words", "utilisation"):
        assert report[name] == dense[name]


def test_more_zeros_never_cost_more():
    for machine, mode in (("squeezelerator-16", "skip"), ("squeezelerator-16", "lanes"), ("scalesim-16", "gate")):
        reports = [simulate(alexnet(), machine, sparsity=z / 20, sparsity_mode=mode, weight_format="csr") for z in range(20)]
        for fewer, more in zip(reports, reports[1:]):
            assert more.cycles <= fewer.cycles and more.energy <= fewer.energy and more.dram_words <= fewer.dram_words


def test_gating_saves_energy_but_no_cycle():
    dense, gated = (simulate(squeezenet(), "scalesim-16", sparsity=z, sparsity_mode="gate") for z in (0, 0.5))
    assert gated.cycles == dense.cycles and gated.buffer_words == dense.buffer_words
    first = dense["conv1"].energy_by_level["mac"]
    rest = dense.energy_by_level["mac"] - first
    assert gated.energy_by_level["mac"] == pytest.approx(first + rest / 2)


def test_skipping_works_on_the_density_exactly_while_outputs_stay():
    dense, sparse = (simulate(squeezenet(), MACHINE, "os", sparsity=z) for z in (0, 0.75))
    for a, b in zip(dense.layers[1:], sparse.layers[1:]):
        assert b.compute_cycles == a.compute_cycles / 4
    ws = [simulate(squeezenet(), MACHINE, "ws", sparsity=z).compute_cycles for z in (0, 0.75)]
    assert ws[0] == ws[1]


@pytest.mark.parametrize("zeros, kept", [(0.0, 4), (0.25, 3), (0.3, 3), (0.5, 2), (0.74, 2), (0.75, 1), (0.99, 1)])
def test_n_of_four_keeps_whole_weights(zeros, kept):
    assert work_factor("nm", 1 - zeros, one_layer(64), MACHINE) == kept / 4


@pytest.mark.parametrize("machine", ["squeezelerator-16", "scalesim-16"])
def test_n_of_four_shortens_every_flow_and_hybrid_takes_the_fastest(machine):
    """2 of 4 halve the work; 60 % of random zeros are used as 50 %, since the pattern keeps a whole number."""
    net = squeezenet()
    for flow in ("ws", "os"):
        dense, half = [simulate(net, machine, flow, sparsity=z, sparsity_mode="nm") for z in (0, 0.5)]
        for a, b in zip(dense.layers[1:], half.layers[1:]):
            assert b.compute_cycles == a.compute_cycles / 2 and b.issued_macs == a.issued_macs / 2
            assert b.fill_cycles >= a.fill_cycles  # what no longer hides behind the work is waited for
    runs = [simulate(net, machine, flow, sparsity=0.5, sparsity_mode="nm") for flow in ("hybrid", "ws", "os")]
    for row, ws, os in zip(*[run.layers for run in runs]):
        array = [each.compute_cycles + each.fill_cycles for each in (row, ws, os)]
        assert array[0] <= min(array[1:]) or row.kind == "fc"
    at_60 = simulate(net, machine, sparsity=0.6, sparsity_mode="nm")
    assert (at_60.cycles, at_60.dram_words) == (runs[0].cycles, runs[0].dram_words)


def test_one_number_leaves_the_first_layer_dense_and_a_dict_says_all():
    net = squeezenext(version=5)
    others = {layer.name: 0.4 for layer in net.mac_layers[1:]}
    assert simulate(net, MACHINE, sparsity=0.4).cycles == simulate(net, MACHINE, sparsity=others).cycles
    first = simulate(net, MACHINE, sparsity={"conv1": 0.4})
    dense = simulate(net, MACHINE)
    assert first["conv1"].cycles < dense["conv1"].cycles
    assert first.cycles - first["conv1"].cycles == pytest.approx(dense.cycles - dense["conv1"].cycles)


def test_effective_utilisation_can_pass_one_when_zeros_are_skipped():
    report = simulate(squeezenet(), "squeezelerator-8", sparsity=0.4)
    assert report.effective_utilisation == pytest.approx(1.09, abs=0.005)
    assert report.utilisation < 1
