"""DRAM traffic, energy and the roofline: bounds that must hold for every layer, size and machine."""

import pytest

from squeezelab.codesign import sweep
from squeezelab.compression.factored import alone
from squeezelab.hardware import (
    ENERGY_TABLES,
    HOROWITZ_BY_WIDTH,
    PRESETS,
    accelerator,
    attainable,
    least_dram_words,
    loop_nest,
    ridge,
    roofline_cycles,
    simulate,
)
from squeezelab.hardware.report import bound_of
from squeezelab.networks import Network, alexnet, mobilenet, squeezenet, squeezenext


@pytest.mark.parametrize("machine", ["squeezelerator-16", "scalesim-16", "tpu-like"])
@pytest.mark.parametrize("net", [squeezenext(), alexnet(), mobilenet()], ids=lambda net: net.name)
def test_no_layer_moves_fewer_words_than_the_compulsory_or_the_lower_bound(net, machine):
    report = simulate(net, machine)
    for layer in net.mac_layers:
        words = report[layer.name].dram_words
        assert words >= layer.words
        assert words >= least_dram_words(loop_nest(layer), report.accelerator.buffer_words)


@pytest.mark.parametrize(
    "field, values", [("dram_gb_per_s", [1, 2, 4, 8, 16, 64, None]), ("buffer_bytes", [2**p for p in range(10, 22)])]
)
@pytest.mark.parametrize("net", [squeezenext(version=5), alexnet(), mobilenet()], ids=lambda net: net.name)
def test_more_bandwidth_or_buffer_never_costs_time(net, field, values):
    machine = accelerator("squeezelerator-16")
    reports = [simulate(net, machine.with_(**{field: value})) for value in values]
    for smaller, larger in zip(reports, reports[1:]):
        for a, b in zip(smaller.layers, larger.layers):
            assert b.cycles <= a.cycles and b.dram_words <= a.dram_words


def test_stalls_fill_up_to_the_time_of_dram():
    report = simulate(squeezenext(), "squeezelerator-16")
    for row in report.layers:
        if row.dataflow:
            on_the_array = row.compute_cycles + row.fill_cycles
            by_dram = row.dram_words / report.accelerator.words_per_cycle + report.accelerator.latency_cycles
            assert row.cycles == pytest.approx(max(on_the_array, by_dram), rel=1e-12)
            assert (row.stall_cycles > 0) == (by_dram > on_the_array)


@pytest.mark.parametrize(
    "compute, fill, stall, bound",
    [(9, 5, 4, "compute"), (4, 5, 4, "fill"), (4, 5, 6, "dram"), (6, 5, 6, "compute"), (4, 6, 6, "fill"), (0, 0, 0, "hidden")],
)
def test_the_bound_is_the_largest_of_the_three_parts_of_the_time(compute, fill, stall, bound):
    assert bound_of(compute, fill, stall) == bound


@pytest.mark.parametrize("machine", sorted(PRESETS))
def test_a_bound_means_the_same_for_a_layer_and_for_a_report(machine):
    """In a network of one layer the two are one; a layer that waits a little for DRAM is not bound by it."""
    waiting = 0
    for layer in (squeezenext().mac_layers + alexnet().mac_layers)[::5]:
        report = simulate(alone(layer), machine)
        row = report.layers[0]
        assert row.bound == report.bound
        parts = {"compute": row.compute_cycles, "fill": row.fill_cycles, "dram": row.stall_cycles}
        assert parts[row.bound] == max(parts.values())
        waiting += row.stall_cycles > 0 and row.bound != "dram"
    assert waiting or machine != "squeezelerator-16"
    pools = Network("pools", (3, 8, 8))
    pools.max_pool(pools.input, 2)
    assert simulate(pools, machine).bound == simulate(pools, machine).layers[0].bound == "hidden"


# Energy


@pytest.mark.parametrize("machine", ["squeezelerator-16", "scalesim-16", "tpu-like", "eyeriss-like"])
def test_energy_is_events_times_their_price(machine):
    report = simulate(squeezenet(), machine, sparsity=0.4)
    table = report.accelerator.energy
    levels = report.energy_by_level
    assert report.energy == pytest.approx(sum(levels.values()), rel=1e-12)
    assert report.energy == pytest.approx(sum(row.energy for row in report.layers), rel=1e-12)
    assert levels["dram"] == pytest.approx(report.dram_words * table.dram, rel=1e-12)
    assert levels["buffer"] == pytest.approx(report.buffer_words * table.buffer, rel=1e-12)
    assert levels["rf"] == pytest.approx(3 * levels["mac"] * table.rf / table.mac, rel=1e-12)
    assert (levels["noc"] > 0) == (report.accelerator.style == "systolic")


def test_the_squeezelerators_energy_in_eyeriss_units():
    """4 issued MACs (one MAC, three registers) + 6 buffer words + 200 DRAM words."""
    report = simulate(squeezenext(version=5), "squeezelerator-16", sparsity=0.4)
    assert report.energy == pytest.approx(4 * report.issued_macs + 6 * report.buffer_words + 200 * report.dram_words)


@pytest.mark.parametrize("table", sorted(ENERGY_TABLES))
@pytest.mark.parametrize("machine", ["squeezelerator-16", "scalesim-16"])
def test_register_accesses_are_a_field_of_the_table(machine, table):
    """3: two operands and the sum; 4: the sum read and written, as Eyeriss charges it. Nothing else changes."""
    at_3, net = ENERGY_TABLES[table], squeezenext(version=5)
    assert at_3.register_accesses == 3
    three, four = [
        simulate(net, accelerator(machine).with_(energy=prices), sparsity=0.4)
        for prices in (at_3, at_3.with_register_accesses(4))
    ]
    assert four.cycles == three.cycles
    assert four.energy_by_level["rf"] == pytest.approx(4 / 3 * three.energy_by_level["rf"])
    assert four.energy - three.energy == pytest.approx(three.energy_by_level["rf"] / 3)
    assert "4 register accesses" in four.accelerator.energy.name and "(4 a MAC)" in repr(four.accelerator.energy)


def test_register_accesses_reach_a_sweep_and_are_checked():
    at_4 = ENERGY_TABLES["eyeriss65"].with_register_accesses(4)
    sweep = pytest.importorskip("squeezelab.codesign.sweep").sweep
    table = sweep(squeezenext(), accelerator("squeezelerator-16").with_(energy=at_4), rows=[8, 16])
    machine = accelerator("squeezelerator-16").with_(energy=at_4)
    assert table["energy_rf"][1] == pytest.approx(simulate(squeezenext(), machine).energy_by_level["rf"])
    with pytest.raises(ValueError, match="'eyeriss65, -1 register accesses': register_accesses must be a number of at least 0"):
        at_3 = ENERGY_TABLES["eyeriss65"]
        at_3.with_register_accesses(-1)


@pytest.mark.parametrize("table", sorted(ENERGY_TABLES))
def test_in_every_table_farther_is_dearer_and_dram_by_far(table):
    prices = ENERGY_TABLES[table]
    assert prices.rf <= prices.noc <= prices.buffer < prices.dram
    assert prices.dram / prices.mac >= 200
    assert "[" in prices.source


# Roofline


def test_ridges_of_three_arrays():
    """At 1 GHz and 16 GB/s: 4, 16 and 64 MACs per byte."""
    for side, per_byte in ((8, 4), (16, 16), (32, 64)):
        machine = accelerator("squeezelerator-16").with_(rows=side, cols=side)
        assert ridge(machine) == 2 * per_byte
        assert attainable(ridge(machine), machine) == machine.pes
        assert attainable(ridge(machine) / 2, machine) == machine.pes / 2
        assert attainable(10 * ridge(machine), machine) == machine.pes


def test_less_than_one_mac_a_word_and_endless_reuse_have_their_roof():
    machine = accelerator("squeezelerator-16")
    assert attainable(0.5, machine) == 0.5 * machine.words_per_cycle == 4
    assert attainable(0, machine) == 0 and attainable(float("inf"), machine) == machine.pes
    assert roofline_cycles(0.5, 0.25, machine) == 0.25 / 8


def test_depthwise_reaches_14_percent_of_the_peak():
    net = Network("depthwise", (128, 28, 28))
    layer = net.conv(net.input, 128, 3, padding=1, groups=128)
    machine = accelerator("squeezelerator-16")
    assert attainable(layer.intensity, machine) / machine.pes == pytest.approx(0.14, abs=0.0005)
    assert roofline_cycles(layer.macs, layer.words, machine) == pytest.approx(25_232)


@pytest.mark.parametrize("net", [squeezenext(), squeezenet(), mobilenet()], ids=lambda net: net.name)
def test_no_layer_beats_its_roof(net):
    report = simulate(net, "squeezelerator-16")
    for layer in net.mac_layers:
        assert report[layer.name].cycles >= roofline_cycles(layer.macs, layer.words, report.accelerator)


def test_no_tile_beats_the_lower_bound():
    """A tile of u pixels by z channels keeps its sums on the chip: inputs are read ⌈N/z⌉ times, weights ⌈P/u⌉ times."""
    net = Network("dense", (128, 28, 28))
    nest = loop_nest(net.conv(net.input, 128, 3, padding=1))
    for words in (1024, 4096, 16384):
        tiles = [
            nest.inputs * -(-nest.co // z) + nest.weights * -(-nest.m // (words // z)) + nest.outputs
            for z in range(1, nest.co + 1)
        ]
        assert 0.4 * min(tiles) < least_dram_words(nest, words) <= min(tiles)
    assert least_dram_words(nest, 4096) == pytest.approx(2 * nest.macs / (9 * 4096) ** 0.5)


def test_a_mac_by_width_meets_the_source_at_8_and_nearly_at_32_bits():
    """Horowitz: .2 and .03 pJ for int8 [recalled], 3.1 and .1 for int32 [2nd]; the 16-bit table interpolated .9."""
    at = HOROWITZ_BY_WIDTH.mac_at
    assert at(8, 8, 8) == pytest.approx(0.23)
    assert at(32, 32, 32) == pytest.approx(3.2, rel=0.05)
    assert at(16, 16, 16) == pytest.approx(ENERGY_TABLES["horowitz45"].mac, rel=0.05)
    assert at(2, 4, 32) == pytest.approx(0.2 / 8 + 0.12)
    assert "a pair of bits" in repr(HOROWITZ_BY_WIDTH) and "[inferred]" in HOROWITZ_BY_WIDTH.source
    assert HOROWITZ_BY_WIDTH.with_register_accesses(4).mac_at(8, 8, 8) == at(8, 8, 8)


def test_only_the_table_that_knows_widths_charges_by_them():
    net, bits = squeezenext(version=5), {"weight_bits": {"conv1": 4}, "activation_bits": {"input": 8}, "sum_bits": 32}
    machine = accelerator("squeezelerator-16").with_(energy=ENERGY_TABLES["horowitz45"])
    usual, same = simulate(net, machine), simulate(net, machine, **bits)
    by_width = simulate(net, machine.with_(energy=HOROWITZ_BY_WIDTH), **bits)
    assert usual.energy_by_level["mac"] == same.energy_by_level["mac"]
    for name, bit_pairs in (("conv1", 4 * 8), (net.mac_layers[1].name, 16 * 16)):
        row = by_width[name]
        assert row.energy_by_level["mac"] == pytest.approx(row.issued_macs * (0.2 / 64 * bit_pairs + 0.12))
    rows = sweep(net, machine.with_(energy=HOROWITZ_BY_WIDTH), weight_bits=[2, 4, None], activation_bits=8)
    for row in rows:
        report = simulate(net, machine.with_(energy=HOROWITZ_BY_WIDTH), weight_bits=row["weight_bits"], activation_bits=8)
        assert row["energy_mac"] == pytest.approx(report.energy_by_level["mac"])
