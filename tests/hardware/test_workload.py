"""A network as its distinct shapes: priced once each, the totals are those of `simulate`."""

import pytest

from squeezelab.hardware import PRESETS, accelerator, loop_nest, simulate, workload
from squeezelab.hardware.loops import nest_of
from squeezelab.hardware.workload import Workload, row_of
from squeezelab.networks import Network, alexnet, mini_vgg, mobilenet, squeezenet, squeezenext

NETS = [squeezenext(version=5), squeezenet(), alexnet(), mobilenet()]


@pytest.mark.parametrize("machine", sorted(PRESETS))
@pytest.mark.parametrize("network", NETS, ids=lambda network: network.name)
def test_a_workload_costs_what_its_network_costs(network, machine):
    run = Workload(network).run(accelerator(machine), "hybrid", 0.3)
    report = simulate(network, machine, sparsity=0.3)
    assert run.cycles == report.cycles
    assert run.dram_words == report.dram_words
    for field in ("compute_cycles", "fill_cycles", "stall_cycles", "utilisation"):
        assert getattr(run, field) == pytest.approx(getattr(report, field), rel=1e-5), field
    bound = sum(row.cycles for row in report.layers if row.stall_cycles > 0)
    assert run.dram_bound == pytest.approx(bound / (run.compute_cycles + run.fill_cycles + run.stall_cycles))
    assert run.energy_by_level() == pytest.approx(report.energy_by_level)


@pytest.mark.parametrize("batch", [1, 4])
def test_shapes_stand_for_their_layers(batch):
    """The first layer is dense, so that it is a shape of its own; each other layer goes by what it costs."""
    net = squeezenext(version=5)
    work = Workload(net, batch)
    assert (len(work.names), len(work.nests)) == (112, 32) and sum(work.counts) == 112
    assert (work.params, work.macs) == (net.params, batch * net.macs)
    run, report = (
        work.run(accelerator("scalesim-16"), "ws", 0.5, "nm"),
        simulate(net, "scalesim-16", "ws", 0.5, "nm", batch=batch),
    )
    for name, place in zip(work.names, work.which, strict=True):
        assert run.costs[place] == report[name].cost
        assert run.intensities()[place] == report[name].intensity
        assert work.kinds[place] == net[name].kind
    assert [work.firsts[place] for place in work.which][:2] == work.names[:2]


def test_the_first_layer_shares_its_shape_with_no_other():
    net = Network("twins", (8, 8, 8))
    net.conv(net.conv(net.conv(net.input, 8, 3, padding=1), 8, 3, padding=1), 8, 3, padding=1)
    work = Workload(net)
    assert (work.which, work.counts) == ([0, 1, 1], [1, 2])


def test_rows_put_together_are_the_network():
    net, work = squeezenet(), Workload()
    for layer in net.mac_layers:
        work.put(layer.name, *row_of(layer, 2))
    whole = Workload(net, 2)
    assert (work.names, work.which, work.counts, work.kinds, work.macs) == (
        whole.names,
        whole.which,
        whole.counts,
        whole.kinds,
        2 * net.macs,
    )
    for nest, name in zip(work.nests, whole.firsts, strict=True):
        assert vars(nest) | {"_needed": None} == vars(loop_nest(net[name], 2)) | {"_needed": None}


def test_a_price_is_asked_for_once_and_kept_within_bounds(monkeypatch):
    asked, price = [], workload.nest_cost

    def counted(nest, *settings):
        asked.append(nest)
        return price(nest, *settings)

    monkeypatch.setattr(workload, "nest_cost", counted)
    monkeypatch.setattr(workload, "MOST_PRICES", 30)
    workload._prices.clear()
    monkeypatch.setattr(workload, "_count", [0])
    work, machine = Workload(squeezenext(version=5)), accelerator("squeezelerator-16")
    work.run(machine, "hybrid", 0.4)
    assert len(asked) == 32
    work.run(machine, "hybrid", 0.4)
    assert len(asked) == 64  # more than may be kept: all were let go
    monkeypatch.setattr(workload, "MOST_PRICES", 100)
    work.run(machine, "hybrid", 0.4)
    work.run(machine, "hybrid", 0.4, "skip")
    work.run(machine.with_(name="the same"), "hybrid", 0.4)
    assert len(asked) == 64
    work.run(machine.with_(rows=8), "hybrid", 0.4)
    assert len(asked) == 96
    workload._prices.clear()


def test_nests_are_made_once_and_kept_within_bounds(monkeypatch):
    net, made = squeezenext(version=5), []
    monkeypatch.setattr(workload, "MOST_NESTS", 40)
    monkeypatch.setattr(workload, "_nests", {})
    monkeypatch.setattr(workload, "nest_of", lambda *facts: made.append(facts) or nest_of(*facts))
    works = [Workload(net), Workload(net)]
    assert len(made) == len(workload._nests) == 32
    assert works[0].shapes == works[1].shapes and works[0].nests == works[1].nests
    Workload(squeezenet())
    assert len(workload._nests) <= 40 and len(made) > 40
    again = Workload(net)
    assert (again.which, again.counts) == (works[0].which, works[0].counts)
    test_a_workload_costs_what_its_network_costs(net, "squeezelerator-16")


def test_the_batch_of_a_workload_is_checked():
    with pytest.raises(ValueError, match="the batch must be a whole number of at least 1, not 0"):
        Workload(squeezenet(), 0)


def test_a_workload_has_the_widths_of_its_network():
    widths = {"weight_bits": {"conv2": 2}, "activation_bits": {"input": 8, "conv1": 4, "conv2": 8}, "sum_bits": 32}
    for net in (mini_vgg().with_bits(**widths), mini_vgg().with_bits(4, 8, 32), squeezenext().with_bits(weight_bits=2)):
        for name in ("squeezelerator-16", "scalesim-16"):
            run = Workload(net).run(accelerator(name), "hybrid", 0)
            report = simulate(net, name)
            assert (run.cycles, run.dram_words) == (report.cycles, report.dram_words)
            assert run.energy_by_level() == pytest.approx(report.energy_by_level)
