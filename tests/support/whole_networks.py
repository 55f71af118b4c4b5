"""What the tests of whole networks share: what `simulate` says of zeros, and whether a figure shows a report."""

import pytest

from squeezelab.compression import thinned
from squeezelab.hardware import ridge, simulate
from support.figure_schema import tiles


def control(explorer, name):
    return next(each for each in explorer.CONTROLS if each["name"] == name)


def simulated(network, machine, dataflow, kind, share):
    """What `simulate` says of zeros of a kind."""
    if kind == "channels":
        return simulate(thinned(network, share), machine, dataflow=dataflow)
    return simulate(network, machine, dataflow=dataflow, sparsity=share, sparsity_mode="nm" if kind == "nm" else None)


def check_layers(figure, report):
    """The three charts of layers and the tiles show the report."""
    rows = [row for row in report.layers if row.bound != "hidden"]
    cycles, busy, ratios = figure["charts"][:3]
    for chart in (cycles, busy, ratios):
        assert chart["x"]["domain"] == [row.name for row in rows]
    stacks = [sum(parts) for parts in zip(*[mark["y"] for mark in cycles["marks"] if mark.get("stack")], strict=True)]
    assert stacks == pytest.approx([row.cycles for row in rows], abs=0.51)
    assert busy["marks"][0]["role"] == [row.dataflow for row in rows]
    assert busy["marks"][0]["y"] == pytest.approx([row.utilisation for row in rows], abs=5.1e-4)
    assert ratios["marks"][0]["y"] == pytest.approx([row.intensity for row in rows], rel=1e-12)
    limit = ridge(report.accelerator)
    assert [mark["y"] for mark in ratios["marks"][1:]] == ([limit] if limit else [])
    below = [value == "dram" for value in ratios["marks"][0]["role"]]
    assert below == [row.intensity < limit for row in rows]
    shown = tiles(figure)
    assert (shown["Cycles"], shown["Parameters"], shown["MACs"]) == (report.cycles, report.params, report.macs)
    assert shown["MAC slots in use"] == pytest.approx(report.utilisation, rel=1 / report.cycles)  # rounded
    assert shown["MACs per DRAM word"] == pytest.approx(report.intensity)
    waiting = sum(row.cycles for row in rows if row.stall_cycles > 0)
    assert shown["Time in layers that wait"] == pytest.approx(waiting / sum(row.cycles for row in rows))
