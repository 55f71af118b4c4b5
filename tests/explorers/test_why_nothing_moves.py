"""Where a step of zeros moves nothing the figure says so, with the reason counted from the state."""

import pytest
from support.figure_schema import tiles

from squeezelab.explorers import explore
from squeezelab.explorers.kit import machines, zeros
from squeezelab.hardware import simulate
from squeezelab.networks import squeezenext

SHARES = [step / 20 for step in range(19)]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("squeezenext_cost", {}),
        ("squeezenext_cost", {"zeros": "nm"}),
        ("squeezenext_cost", {"zeros": "channels", "array": 32, "width": 0.5}),
        ("squeezenext_cost", {"dataflow": "os", "array": 9}),
        ("network_cost", {"family": "mobilenet"}),
        ("network_cost", {"family": "vgg"}),
        ("network_cost", {"family": "lenet300", "zeros": "channels", "accelerator": "tpu-like"}),
        ("network_cost", {"family": "alexnet", "zeros": "nm", "accelerator": "tpu-like"}),
        ("network_cost", {"family": "mini_vgg", "zeros": "channels", "accelerator": "gpu-like"}),
        ("network_cost", {"family": "squeezenet", "accelerator": "scalesim-16"}),
    ],
)
def test_the_finding_says_that_nothing_moves_exactly_where_a_step_moves_nothing(name, values):
    figures = [explore(name, values | {"sparsity": share}) for share in SHARES]
    cycles = [tiles(figure)["Cycles"] for figure in figures]
    for place, figure in enumerate(figures):
        around = cycles[max(place - 1, 0) : place + 2]
        assert ("moves nothing" in figure["finding"]) == (len(set(around)) == 1), f"{name} {values} at {SHARES[place]}: {around}"


def test_the_reason_is_counted_from_the_state():
    """v5 at 40 %: what is weight stationary, what conv1 takes, and what waits for its input planes."""
    report = simulate(squeezenext(version=5), "squeezelerator-16", sparsity=0.4)
    layers = [row for row in report.layers if row.bound != "hidden"]
    total = sum(row.cycles for row in layers)
    first, rest = layers[0], layers[1:]
    ws = sum(row.cycles for row in rest if row.dataflow == "ws")
    planes = sum(row.cycles for row in rest if row.dataflow == "os")
    shares = [round(100 * part / total) for part in (ws, first.cycles, planes)]
    finding = explore("squeezenext_cost")["finding"].replace("\u202f", " ")
    assert f"{shares[0]} % of the time is in broadcast WS layers, which cannot skip" in finding
    assert f"{shares[1]} % in conv1, which keeps all weights" in finding
    assert f"{shares[2]} % in broadcast OS layers that wait for their input planes" in finding


def test_each_machine_has_its_own_reason():
    reasons = {
        "lock step": ("network_cost", {"family": "resnet", "accelerator": "scalesim-16", "sparsity": 0.5}),
        "the pattern is the same, 3 of 4": ("squeezenext_cost", {"zeros": "nm", "sparsity": 0.4}),
        "all 4 of 4 weights stay": ("squeezenext_cost", {"zeros": "nm", "sparsity": 0.1}),
        "which cannot skip": ("squeezenext_cost", {"dataflow": "ws", "sparsity": 0.5}),
        "wait for DRAM": ("network_cost", {"family": "alexnet", "zeros": "nm", "accelerator": "tpu-like", "sparsity": 0.5}),
    }
    for words, (name, values) in reasons.items():
        assert words in explore(name, values)["finding"], (words, explore(name, values)["finding"])


def test_the_kinds_of_zeros_are_the_modes_of_the_machines():
    assert [value for value, _ in zeros.ZERO_KINDS] == ["random", "nm", "channels"]
    assert zeros.neighbours(0) == [0.05] and zeros.neighbours(0.9) == [0.85]
    assert zeros.neighbours(0.4) == [0.35, 0.45] and machines.ZERO_KINDS is zeros.ZERO_KINDS
