"""`LayerCost` and what is said of it: sums, shares, ties between flows, and the table that is printed."""

import pytest

from squeezelab.hardware import LayerCost, LoopNest, accelerator, loop_nest, simulate, work_factor
from squeezelab.hardware.cost import COST_FIELDS, ENERGY_LEVELS, HIDDEN, beside_cost, divided, nest_cost
from squeezelab.hardware.flow_cost import FLOW_FIELDS, FlowCost, chosen
from squeezelab.hardware.report import LayerReport, bound_of
from squeezelab.hardware.report_table import report_table
from squeezelab.hardware.word_sizes import word_sizes
from squeezelab.networks import Network, squeezenext

MACHINE = accelerator("squeezelerator-16")
COST = LayerCost(**{field: place for place, field in enumerate(COST_FIELDS)})  # flow 0, compute 1, fill 2, stall 3, ...


def test_what_a_cost_adds_up():
    assert (COST.array_cycles, COST.cycles, COST.dataflow) == (1 + 2, 1 + 2 + 3, "ws")
    assert COST.energy == 7 + 8 + 9 + 10 + 11
    assert COST.energy_by_level() == dict(zip(ENERGY_LEVELS, (7, 8, 9, 10, 11), strict=True))
    assert COST.utilisation(2) == 4 / (6 * 2)  # issued MACs over slots
    assert divided(0, 0) == 0.0 and divided(1, 4) == 0.25


def test_a_hidden_layer_is_charged_with_nothing():
    assert HIDDEN.flow is None and HIDDEN.dataflow == "" and HIDDEN.utilisation(256) == 0
    assert (HIDDEN.cycles, HIDDEN.energy, HIDDEN.buffer_words, HIDDEN.dram_words, HIDDEN.issued_macs) == (0, 0, 0, 0, 0)


def test_a_pass_beside_the_array_takes_the_time_of_its_words_and_nothing_else():
    cost = beside_cost(80, MACHINE)
    assert (cost.dataflow, cost.stall_cycles, cost.cycles) == ("", 80 / 8 + 100, 80 / 8 + 100)
    assert (cost.buffer_words, cost.dram_words, cost.issued_macs) == (80, 80, 0)
    assert cost.energy_by_level() == {"mac": 0, "rf": 0, "noc": 0, "buffer": 480, "dram": 16_000}


def test_of_two_flows_equally_fast_the_first_is_taken():
    """16 x 16 by 16 x 16 on 16 x 16: one fold each; weights or inputs staying take 16 + 46 cycles, outputs 16 + 30."""
    net = Network("square", (16, 4, 4))
    net.conv(net.input, 16, 1, name="c")
    cycles = {flow: simulate(net, "scalesim-16", flow)["c"].cycles for flow in ("ws", "os", "is")}
    assert cycles == {"ws": 62, "os": 46, "is": 62}
    assert simulate(net, "scalesim-16")["c"].dataflow == "os"
    ws, inputs = [FlowCost(*[flow] + [1] * (len(FLOW_FIELDS) - 1)) for flow in (0, 2)]
    assert chosen(ws.array_cycles <= inputs.array_cycles, ws, inputs) is ws
    assert chosen(False, ws, inputs) is inputs


def test_a_tie_on_the_broadcast_array_goes_to_weight_stationary():
    """1 → 1 channels, 1x1 on a 1-row array of 1 column and register: F = 1, load 1 hides behind nothing."""
    machine = MACHINE.with_(rows=1, cols=1, registers=1, dram_gb_per_s=None, latency_cycles=0)
    net = Network("one", (1, 2, 1))
    net.conv(net.input, 1, 1, name="c")
    rows = {flow: simulate(net, machine, flow)["c"].cycles for flow in ("ws", "os")}
    assert rows == {"ws": 2 + 1, "os": 2 + 2 * (1 + 1)}
    assert simulate(net, machine)["c"].dataflow == "ws"


def test_a_fully_connected_layer_is_one_pixel_and_one_tap():
    assert LoopNest(ci=8, co=8).is_fc and not LoopNest(ci=8, co=8, h=2, ho=2).is_fc and not LoopNest(kw=2, w=1).is_fc
    plain = LoopNest()
    ones = ("batch", "groups", "ci", "co", "kh", "kw", "stride_h", "stride_w", "ho", "wo", "reach_h", "reach_w", "c_in", "taps")
    assert [getattr(plain, field) for field in ones] == [1] * len(ones)
    assert (plain.m, plain.n, plain.k, plain.weights, plain.macs, plain.inputs, plain.outputs, plain.merges) == (1,) * 7 + (0,)
    assert plain.windows == ((1, 1, 1, 1, 0, 1), (1, 1, 1, 1, 0, 1))


@pytest.mark.parametrize(
    "mode, density, active, issued", [("gate", 0.25, 0.25, 1), ("skip", 0.25, 0.25, 0.25), ("none", 0.25, 1, 1)]
)
def test_energy_of_macs_goes_by_those_that_are_worked_on(mode, density, active, issued):
    nest = loop_nest(squeezenext()["conv1"])
    cost = nest_cost(nest, MACHINE, "os", density, mode, "dense", word_sizes(MACHINE))
    assert cost.issued_macs == issued * nest.macs == work_factor(mode, density, nest, MACHINE) * nest.macs
    assert (cost.energy_mac, cost.energy_rf, cost.energy_noc) == (active * nest.macs, 3 * active * nest.macs, 0)


def test_stalls_are_what_the_dram_takes_longer():
    nest = loop_nest(squeezenext()["conv1"])
    cost = nest_cost(nest, MACHINE, "os", 1, "none", "dense", word_sizes(MACHINE))
    slow = MACHINE.with_(dram_gb_per_s=0.1)
    waiting = nest_cost(nest, slow, "os", 1, "none", "dense", word_sizes(slow))
    assert cost.stall_cycles == 0
    assert waiting.cycles == pytest.approx(waiting.dram_words / 0.05 + 100)


def test_what_took_the_most_of_the_time_names_the_first_at_a_tie():
    assert [bound_of(*parts) for parts in ((1, 1, 1), (0, 1, 1), (0, 0, 1), (1, 0, 0), (0, 0, 0))] == [
        "compute",
        "fill",
        "dram",
        "compute",
        "hidden",
    ]


def test_a_row_says_its_flow_or_else_why_it_takes_no_time():
    report = simulate(squeezenext(version=5), "squeezelerator-16", batch=2)
    row = report["conv1"]
    assert repr(row) == f"LayerReport('conv1', os, {round(row.cycles):,} cycles, {row.bound})"
    assert repr(report["conv1_norm"]) == "LayerReport('conv1_norm', hidden, 0 cycles, hidden)"
    assert LayerReport(row.layer, 3, COST, 256).macs == 3 * row.layer.macs
    assert row.effective_utilisation == row.macs / (row.cycles * 256)


def test_a_long_table_has_as_many_rows_from_its_end_as_from_its_beginning():
    report = simulate(squeezenext(version=5), "squeezelerator-16", sparsity=0.4)
    names = [layer.name for layer in squeezenext(version=5).mac_layers]
    lines = report_table(report, longest=10).splitlines()
    assert [line.split()[0] for line in lines[2:7]] == names[:5] and "102 more rows" in lines[7]
    assert [line.split()[0] for line in lines[8:13]] == names[-5:] and lines[13].startswith("and 266 layers")
    assert len(lines) == 14
    assert len(report_table(report, longest=112).splitlines()) == len(report_table(report, None).splitlines()) == 115
    cells = lines[2].split("  ")
    row = report["conv1"]
    assert f"{row.energy / 1e6:.2f}" in [cell.strip() for cell in cells]
    assert f"{100 * row.utilisation:.1f} %" in [cell.strip() for cell in cells]
    assert f"{report.energy / 1e6:,.1f} M MAC energies" in lines[0] and "(16x16, hybrid)" in lines[0]
