"""`simulate`: totals are sums of rows, rows are what was asked for, and settings do what they say."""

import json
import random

import pytest

from squeezelab.hardware import (
    DATAFLOWS,
    FORMATS,
    MODES,
    PRESETS,
    Accelerator,
    accelerator,
    loop_nest,
    simulate,
)
from squeezelab.hardware.accelerator import FIELDS
from squeezelab.networks import NETWORKS, Network, build, mobilenet, resnet, squeezenet, squeezenext

ADDED = ("compute_cycles", "fill_cycles", "stall_cycles", "issued_macs", "macs", "params", "buffer_words", "dram_words", "energy")


def random_network(dice):
    """A chain of odd layers: uneven kernels and strides, groups, one-pixel maps at the end."""
    groups = dice.choice([1, 2, 3])
    net = Network("odd", (dice.randint(1, 4), dice.randint(9, 20), dice.randint(9, 20)))
    x = net.conv(net.input, groups * dice.randint(1, 9), (dice.randint(1, 3), dice.randint(1, 3)), stride=dice.randint(1, 2))
    x = net.conv_norm_relu(x, groups * dice.randint(1, 5), (3, 1), groups=groups)
    x = net.max_pool(x, 2, ceil=dice.random() < 0.5)
    x = net.add(net.conv(x, 7, 1), net.conv(x, 7, (1, 3), padding="same", dilation=dice.randint(1, 2)))
    net.linear(net.linear(net.flatten(x), 11), dice.randint(1, 9))
    return net


def random_machine(dice):
    """Any rectangle, any buffer, fast and slow memories, odd words."""
    return Accelerator(
        "odd",
        rows=dice.randint(1, 33),
        cols=dice.randint(1, 33),
        registers=dice.randint(1, 20),
        buffer_bytes=dice.choice([64, 1000, 4096, 10**6]),
        word_bits=dice.choice([4, 8, 12, 16, 32]),
        dram_gb_per_s=dice.choice([None, 0.1, 3, 100]),
        clock_ghz=dice.choice([0.2, 1.0, 1.7]),
        latency_cycles=dice.choice([0, 1, 100]),
        style=dice.choice(["systolic", "broadcast"]),
        energy=dice.choice(["eyeriss65", "horowitz45", "zigzag-tpu"]),
    )


def random_settings(dice, machine):
    modes = [mode for mode in MODES if mode != "skip" or machine.style == "broadcast"]
    return {
        "dataflow": dice.choice(DATAFLOWS[machine.style]),
        "sparsity": dice.choice([0.0, 0.33, 0.9]),
        "sparsity_mode": dice.choice(modes),
        "weight_format": dice.choice(FORMATS),
        "batch": dice.choice([1, 1, 4]),
        "other_layers": dice.choice(["hidden", "fused", "separate"]),
    }


@pytest.mark.parametrize("seed", range(60))
def test_invariants_on_random_networks_and_machines(seed):
    dice = random.Random(seed)
    net, machine = random_network(dice), random_machine(dice)
    settings = random_settings(dice, machine)
    report = simulate(net, machine, **settings)
    for field in ADDED:
        assert getattr(report, field) == pytest.approx(sum(getattr(row, field) for row in report.layers), rel=1e-12)
    assert report.cycles == round(report.compute_cycles + report.fill_cycles + report.stall_cycles)
    assert report.macs == settings["batch"] * net.macs
    for row in report.layers:
        assert row.cycles == row.compute_cycles + row.fill_cycles + row.stall_cycles
        assert min(row.compute_cycles, row.fill_cycles, row.stall_cycles, row.dram_words) >= 0
        assert 0 <= row.utilisation <= 1 + 1e-12
        assert row.energy == pytest.approx(sum(row.energy_by_level.values()))
        assert row.bound in ("compute", "fill", "dram", "hidden")
    json.dumps(report.to_dict(), allow_nan=False)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("machine", PRESETS)
def test_issued_utilisation_never_passes_one(name, machine):
    report = simulate(build(name), machine, sparsity=0.4)
    assert 0 < report.utilisation <= 1
    assert all(row.utilisation <= 1 for row in report.layers)


@pytest.mark.parametrize("machine", ["squeezelerator-16", "scalesim-16"])
@pytest.mark.parametrize("seed", range(8))
def test_the_matrix_product_is_all_a_convolution_is(machine, seed):
    """One group's convolution and its 1x1 twin on a flattened map cost a systolic array the same."""
    dice = random.Random(seed)
    net = Network("conv", (dice.randint(1, 9), dice.randint(4, 12), dice.randint(4, 12)))
    nest = loop_nest(
        net.conv(net.input, dice.randint(1, 40), (dice.randint(1, 3), dice.randint(1, 3)), stride=dice.randint(1, 3))
    )
    twin = Network("twin", (nest.k, nest.m, 1))
    twin.conv(twin.input, nest.n, 1)
    systolic = accelerator(machine).with_(style="systolic", dram_gb_per_s=None, latency_cycles=0)
    for flow in ("ws", "os", "is"):
        assert simulate(net, systolic, flow).cycles == simulate(twin, systolic, flow).cycles


def test_blocks_of_one_shape_cost_the_same():
    report = simulate(squeezenext(version=5), "squeezelerator-16", sparsity=0.4)
    assert report["s3.b4.expand"].cycles == report["s3.b6.expand"].cycles
    assert report["s3.b4.expand"].cost is report["s3.b6.expand"].cost


# Batch


@pytest.mark.parametrize("machine", ["squeezelerator-16", "scalesim-16", "tpu-like"])
def test_a_batch_costs_at_most_as_much_as_one_by_one(machine):
    machine = accelerator(machine).with_(buffer_bytes=10**9)
    one, eight = (simulate(mobilenet(), machine, batch=batch) for batch in (1, 8))
    assert eight.macs == 8 * one.macs
    assert one.cycles < eight.cycles <= 8 * one.cycles
    assert eight.dram_words < 8 * one.dram_words  # weights are read once


def test_batch_lifts_the_ratio_of_a_fully_connected_layer():
    net = Network("fc", (1024,))
    net.linear(net.input, 1000)
    machine = accelerator("squeezelerator-16").with_(buffer_bytes=10**8)
    assert simulate(net, machine).intensity == pytest.approx(1.0, abs=0.005)
    assert simulate(net, machine, batch=64).intensity == pytest.approx(56.8, abs=0.05)


# Layers beside the array


def test_other_layers_are_hidden_fused_or_separate():
    net = resnet(18)
    hidden, fused, separate = (simulate(net, "squeezelerator-16", other_layers=how) for how in ("hidden", "fused", "separate"))
    assert hidden.dram_words < fused.dram_words < separate.dram_words
    assert hidden.cycles < fused.cycles < separate.cycles
    sums = [layer.output_words for layer in net.layers if layer.op == "add"]
    assert fused.dram_words - hidden.dram_words == sum(sums)  # each reads its second operand again
    others = [layer for layer in net.layers if not layer.macs and layer.op not in ("concat", "flatten", "dropout")]
    assert separate.dram_words - hidden.dram_words == sum(layer.words for layer in others)


def test_a_separate_layer_takes_the_time_of_its_words():
    report = simulate(resnet(18), "squeezelerator-16", other_layers="separate", batch=2)
    row, layer = report["s1.b1.add"], resnet(18)["s1.b1.add"]
    assert row.dram_words == 2 * layer.words
    assert row.cycles == row.dram_words / 8 + 100
    assert (row.bound, row.dataflow, row.macs) == ("dram", "", 0)
    assert simulate(resnet(18), "squeezelerator-16")["s1.b1.add"].bound == "hidden"


def test_renaming_addresses_is_free():
    report = simulate(squeezenet(), "squeezelerator-16", other_layers="separate")
    assert report["fire2.concat"].cycles == 0 and report["drop9"].cycles == 0
    assert report["pool1"].cycles > 0


# Accelerators and reports


@pytest.mark.parametrize("name", PRESETS)
def test_presets_know_where_their_values_come_from(name):
    machine = accelerator(name)
    text = repr(machine)
    assert text.startswith(f"Accelerator '{name}'")
    assert machine.pes == machine.rows * machine.cols
    assert set(machine.sources) <= {line.split()[0] for line in text.splitlines()[1:]}
    assert all(machine.source(field) == "assumed" for field in FIELDS if field not in machine.sources)


def test_changing_a_field_makes_another_machine_and_says_so():
    machine = accelerator("squeezelerator-16")
    other = machine.with_(rows=8, word_bits=8)
    assert (machine.rows, other.rows, other.cols, other.pes) == (16, 8, 16, 128)
    assert other.words_per_cycle == 2 * machine.words_per_cycle and other.buffer_words == 2 * machine.buffer_words
    assert other.source("rows") == "chosen by the reader" and machine.source("rows") != other.source("rows")
    assert other.source("registers") == machine.source("registers")


def test_numbers_from_numpy_are_numbers():
    np = pytest.importorskip("numpy")
    machine = Accelerator("numpy", np.int64(8), np.int32(8), buffer_bytes=np.int64(4096), dram_gb_per_s=np.float64(2))
    assert type(machine.rows) is int
    report = simulate(squeezenet(), machine, batch=np.int64(2), sparsity=np.float64(0.5))
    json.dumps(report.to_dict())


def test_time_follows_the_clock():
    machine = accelerator("scalesim-16")
    slow = machine.with_(clock_ghz=0.5)
    report = simulate(squeezenet(), slow)
    assert report.seconds == report.cycles / 0.5e9
    assert report.cycles == simulate(squeezenet(), machine).cycles


def test_a_report_reads_as_a_table():
    report = simulate(squeezenet(), "squeezelerator-16", sparsity=0.4)
    lines = repr(report).splitlines()
    assert lines[0].startswith("SqueezeNet-1.0 on squeezelerator-16 (16x16, hybrid): 3,377,718 cycles")
    assert len(lines) == 1 + 1 + 26 + 1
    assert report["fire2.expand3x3"].name == "fire2.expand3x3"
    long = repr(simulate(squeezenext(), "squeezelerator-16"))
    assert "64 more rows" in long and len(long.splitlines()) < 60
