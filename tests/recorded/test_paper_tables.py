"""The published figures in the book's data, each with its confidence mark, beside ours."""

import json

import pytest
from support import ROOT

from squeezelab.hardware import simulate
from squeezelab.networks import alexnet, mobilenet, squeezenet, squeezenext

TABLES = json.loads((ROOT / "squeezelab/recorded/paper_tables.json").read_text())
NETS = {
    "AlexNet": alexnet(),
    "SqueezeNet v1.0": squeezenet("1.0"),
    "SqueezeNet v1.1": squeezenet("1.1", resolution=224),  # this input gives the table's 352 M MACs
    "1.0-SqNxt-23": squeezenext(),
    "1.0-SqNxt-23v2": squeezenext(version=2),
    "1.0-SqNxt-23v3": squeezenext(version=3),
    "1.0-SqNxt-23v4": squeezenext(version=4),
    "1.0-SqNxt-23v5": squeezenext(version=5),
    "MobileNet": mobilenet(),
    "2.0-SqNxt-23": squeezenext(2),
    "2.0-SqNxt-23v4": squeezenext(2, version=4),
    "2.0-SqNxt-23v5": squeezenext(2, version=5),
}
ROWS = {row["model"]: row for row in TABLES["hardware_simulation"]["rows"] if row["model"] in NETS}


def ratio(net, side, field):
    """Time or energy over that of 1.0-SqNxt-23v5 on the same array, with the 40 % of zeros that the paper assumes."""
    reports = [simulate(one, f"squeezelerator-{side}", sparsity=0.4) for one in (net, NETS["1.0-SqNxt-23v5"])]
    return getattr(reports[0], field) / getattr(reports[1], field)


def test_every_value_of_the_hardware_table_has_a_known_mark():
    assert set(ROWS) == set(NETS)
    cells = [cell for row in ROWS.values() for name, cell in row.items() if name != "model" and cell is not None]
    assert all(len(cell) == 2 and cell[1] in TABLES["marks"] for cell in cells)


@pytest.mark.parametrize("model", NETS)
def test_the_tables_macs_are_ours_and_one_operation_per_convolution_output(model):
    net, (published, mark) = NETS[model], ROWS[model]["macs_M"]
    counted = net.macs + sum(layer.output_words for layer in net.layers if layer.op == "conv")
    assert counted / 1e6 == pytest.approx(published, abs=0.6 if mark == "recalled+checked" else 1.1)


@pytest.mark.parametrize("model", NETS)
@pytest.mark.parametrize(
    "column, side, field", [("time_16x16", 16, "cycles"), ("time_8x8", 8, "cycles"), ("energy_ratio_16x16", 16, "energy")]
)
def test_time_and_energy_come_within_15_percent_of_the_table(model, column, side, field):
    if ROWS[model][column] is None:
        pytest.skip("not known")
    assert ratio(NETS[model], side, field) == pytest.approx(ROWS[model][column][0], rel=0.15)


def test_energy_at_8x8_does_not_reproduce():
    """The re-fetch rule is too harsh for a buffer of 32 kB: chapter 7 says so."""
    ours = ratio(NETS["AlexNet"], 8, "energy")
    assert ours / ROWS["AlexNet"]["energy_ratio_8x8"][0] == pytest.approx(1.7, abs=0.05)
