"""A sweep is many simulations at once: every row equals the call it stands for."""

import random
import subprocess
import sys

import numpy as np
import pytest

from squeezelab.codesign import DesignTable, sweep, variants
from squeezelab.hardware import MODES, PRESETS, accelerator, simulate
from squeezelab.hardware.cost import DATAFLOWS
from squeezelab.networks import Network, alexnet, mobilenet, squeezenet, squeezenext

COUNTED = ("params", "macs", "cycles")
MEASURED = ("compute_cycles", "fill_cycles", "stall_cycles", "seconds", "utilisation", "effective_utilisation")
MEASURED += ("buffer_words", "dram_words", "intensity", "energy")
FORMATS = ("dense", "bitmask", "run_length", "csr", "nm")


def assert_row_equals(row, report):
    for name in COUNTED:
        assert row[name] == getattr(report, name), name
    for name in MEASURED:
        assert row[name] == pytest.approx(getattr(report, name), rel=1e-12, abs=1e-12), name
    for level, energy in report.energy_by_level.items():
        assert row["energy_" + level] == pytest.approx(energy, rel=1e-12)


def random_axes(dice):
    axes = {"rows": [dice.randint(1, 40) for _ in range(2)], "buffer_kb": [dice.choice([0.5, 8, 32, 128, 1024])]}
    axes["dram_gb_per_s"] = dice.choice([[0.7, None], [16, 3.3]])
    axes["latency_cycles"] = dice.choice([[0], [0, 137]])
    axes["registers"] = [dice.randint(1, 20), 8]
    axes["word_bits"] = [dice.choice([8, 16])]
    axes["clock_ghz"] = [dice.choice([0.2, 1.0])]
    if dice.random() < 0.5:
        axes["cols"] = [dice.randint(1, 40)]
    return axes


@pytest.mark.parametrize("seed", range(24))
def test_every_row_equals_simulate(seed):
    dice = random.Random(seed)
    network = dice.choice([squeezenext(version=5), squeezenet(), alexnet(), mobilenet(0.25)])
    machine = accelerator(dice.choice(sorted(PRESETS)))
    mode = dice.choice([mode for mode in MODES if mode != "skip" or machine.style == "broadcast"])
    settings = {
        "dataflow": dice.choice(DATAFLOWS[machine.style]),
        "sparsity_mode": mode,
        "weight_format": dice.choice(FORMATS),
        "other_layers": dice.choice(["hidden", "fused", "separate"]),
    }
    shares, batches = [0.0, dice.choice([0.25, 0.4, 0.9])], [1, dice.randint(2, 9)]
    table = sweep(network, machine, sparsity=shares, batch=batches, **settings, **random_axes(dice))
    for row in dice.sample(list(table), 12):
        fields = {name: row[name] for name in table.inputs if name not in ("network", "sparsity", "batch")}
        one = machine.with_(**{"cols": row["rows"], **fields})
        assert_row_equals(row, simulate(network, one, sparsity=row["sparsity"], batch=row["batch"], **settings))


def test_chunks_do_not_show(monkeypatch):
    axes = {"rows": range(1, 20), "buffer_kb": [16, 64], "sparsity": [0, 0.4]}
    whole = sweep(squeezenet("1.1"), "squeezelerator-16", **axes)
    monkeypatch.setattr(sys.modules["squeezelab.codesign.sweep"], "CHUNK", 7)
    assert sweep(squeezenet("1.1"), "squeezelerator-16", **axes).to_dict() == whole.to_dict()


def test_the_array_is_square_unless_columns_are_given():
    net = squeezenext()
    square = sweep(net, "squeezelerator-16", rows=[8, 32])
    assert square["cycles"].tolist() == sweep(net, "squeezelerator-16", rows=[8, 32], cols=None)["cycles"].tolist()
    for row in square:
        machine = accelerator("squeezelerator-16").with_(rows=row["rows"], cols=row["rows"])
        assert row["cycles"] == simulate(net, machine).cycles
    wide = sweep(net, "squeezelerator-16", rows=8, cols=[16, 32])
    assert wide["cols"].tolist() == [16, 32]
    machine = accelerator("squeezelerator-16").with_(rows=8, cols=32)
    assert wide["cycles"][1] == simulate(net, machine).cycles


def test_width_times_depth_times_array_makes_one_table():
    depths = [(6, 6, 8, 1), (2, 4, 14, 1)]
    nets = variants("squeezenext", width=[0.5, 1, 2], depths=depths, version=5)
    table = sweep(nets, "squeezelerator-16", sparsity=0.4, rows=[8, 16], buffer_kb=[32, 128])
    assert len(table) == 3 * 2 * 2 * 2
    row = table[-1]
    assert (row["width"], row["depths"], row["rows"], row["buffer_bytes"]) == (2, (2, 4, 14, 1), 16, 128 * 1024)
    assert row["cycles"] == simulate(squeezenext(2, version=5), "squeezelerator-16", sparsity=0.4).cycles
    assert row["params"] == 3222912
    assert repr(table).splitlines()[1].split()[:3] == ["network", "width", "depths"]


def test_sparsity_by_layer_holds_for_all_designs():
    net = squeezenet()
    table = sweep(net, "squeezelerator-16", sparsity={"conv10": 0.9}, rows=[8, 16])
    assert table["cycles"][1] == simulate(net, "squeezelerator-16", sparsity={"conv10": 0.9}).cycles


def test_memory_without_a_limit_never_stalls():
    table = sweep(alexnet(), "squeezelerator-16", dram_gb_per_s=[1, None], latency_cycles=0)
    assert table["stall_cycles"][0] > 0 and table["stall_cycles"][1] == 0


def test_a_network_without_macs_costs_nothing_and_divides_by_nothing():
    net = Network("pooling", (3, 8, 8))
    net.max_pool(net.input, 2)
    table = sweep(net, "squeezelerator-16", rows=[4, 8])
    assert table["cycles"].tolist() == [0, 0] and table["utilisation"].tolist() == [0.0, 0.0]


def test_progress_counts_to_the_end():
    seen = []
    nets = [squeezenet(), alexnet()]
    sweep(nets, "squeezelerator-16", rows=[8, 16, 32], progress=lambda done, total: seen.append((done, total)))
    assert seen == [(3, 6), (6, 6)]


def test_a_sweep_that_is_interrupted_ends_its_progress_line(capsys, monkeypatch):
    monkeypatch.setattr("squeezelab.notebook.progress.PATIENCE", 0)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["squeezelab.codesign.sweep"], "CHUNK", 1)
    monkeypatch.setattr(sys.modules["squeezelab.codesign.sweep"], "store", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sweep(squeezenet(), "squeezelerator-16", rows=[8, 16])
    monkeypatch.undo()
    monkeypatch.setattr("squeezelab.notebook.progress.PATIENCE", 0)
    sweep(squeezenet(), "squeezelerator-16", rows=[8, 16])
    assert capsys.readouterr().err.endswith("designs, 0 s left \n")


def test_it_needs_numpy_and_nothing_else():
    code = (
        "import sys, squeezelab.codesign.sweep; print(sorted({'torch', 'matplotlib', 'IPython', 'anywidget'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


# The table


def table_of(**columns):
    return DesignTable({name: np.array(values) for name, values in columns.items()})


def test_pareto_equals_the_definition():
    dice = np.random.default_rng(0)
    table = table_of(a=dice.integers(0, 9, 80), b=dice.integers(0, 9, 80), c=dice.integers(0, 9, 80))
    points = np.stack([table["a"], table["b"], table["c"]], axis=1)
    beaten = [any((other <= p).all() and (other < p).any() for other in points) for p in points]
    expected = sorted(map(tuple, points[~np.array(beaten)].tolist()))
    assert [(row["a"], row["b"], row["c"]) for row in table.pareto("a", "b", "c")] == expected


def test_rows_columns_and_parts_of_a_table():
    table = table_of(a=[3, 1, 2], b=[0.5, 0.25, 1.0])
    assert len(table) == 3 and table[1] == {"a": 1, "b": 0.25}
    assert table["a"].tolist() == [3, 1, 2]
    assert table[table["a"] > 1].to_dict() == {"a": [3, 2], "b": [0.5, 1.0]}
    assert table.sorted_by("a")["b"].tolist() == [0.25, 1.0, 0.5]
    assert repr(table).splitlines()[:2] == ["3 designs; columns: a, b", "a  b   "]


def test_a_printed_sweep_shows_what_varies_and_the_main_results():
    head = repr(sweep(squeezenet(), "squeezelerator-16", rows=[8, 16])).splitlines()[1]
    assert head.split() == ["rows", "params", "cycles", "utilisation", "dram_words", "intensity", "energy"]


def test_a_long_table_prints_its_ends():
    text = repr(table_of(a=np.arange(1000)))
    assert "… 988 more rows …" in text and text.count("\n") == 14
