"""A page computes what the kernel computes: every explorer, over a grid of its controls, under MicroPython and CPython."""

import contextlib
import io

import pytest
from support.figure_schema import check_figure
from support.micropython import difference, grid, printed, run_cpython, run_micropython

from squeezelab import explorers


@pytest.mark.parametrize("name", explorers.names())
def test_micropython_and_cpython_draw_the_same_figure(name):
    calls = [(name, state) for state in grid(name)]
    for (_, state), ours, theirs in zip(calls, run_cpython(calls), run_micropython(calls)):
        assert difference(ours, theirs) is None, f"{name} {state}: {difference(ours, theirs)}"


@pytest.mark.parametrize("name", explorers.names())
def test_every_state_can_be_drawn(name):
    states = grid(name)
    for state, figure in zip(states, run_cpython([(name, state) for state in states])):
        if "error" not in figure:
            check_figure(figure)
        assert "error" not in figure or state, f"the start state of {name} is impossible: {figure['error']}"


def test_both_refuse_bad_values_with_the_same_sentence():
    calls = [("nothing", {}), ("layer_cost", {"channels": 0}), ("layer_cost", {"colour": "red"}), ("layer_cost", {"kind": 3})]
    ours, theirs = run_cpython(calls), run_micropython(calls)
    assert ours == theirs
    assert "there are layer_cost" in ours[0]["error"]
    assert "between 4 and 512" in ours[1]["error"]
    assert "it has kind, channels" in ours[2]["error"]
    assert "one of 'conv'" in ours[3]["error"]


MAPS = """
from squeezelab.hardware import least_dram_words, loop_nest, simulate
from squeezelab.networks import Network
net = Network("every map", (8, 12, 10))
with net.scope("up.0"):
    x = net.conv_transpose(net.input, 6, 4, (2, 3), 1, 1, groups=2)
x = net.prelu(net.group_norm(net.conv(x, 8, 4, padding="same", dilation=3), 4), 8)
x = net.norm(net.layer_norm(net.layer_norm(x), "map", bias=False), affine=False)
x = net.activation("mish", net.interpolate(net.pad(x, (1, 2, -3, 0, 0, 1)), factor=(1.7, 0.6)))
x = net.conv(net.crop(x, (1, 30, 2), (0, 19, 3)), 9, 1, stride=3)
x = net.multiply(net.multiply(x, net.reduce("sum", x, (1, 2))), net.reduce("max", net.slice(x, 0, 9, 2), 0))
x = net.pixel_unshuffle(net.pixel_shuffle(net.adaptive_avg_pool(x, (4, 7)), 3), 3)
x = net.max_pool(net.adaptive_max_pool(x, 2), 3, 2, ceil=True)
net.squeeze(net.linear(net.flatten(x), 1))
print(net)
for how in ("fused", "separate"):
    for machine in ("squeezelerator-16", "scalesim-16"):
        report = simulate(net, machine, other_layers=how, batch=2)
        print(machine, how, report.cycles, report.buffer_words, report.dram_words, report.bound)
print([round(least_dram_words(loop_nest(layer), 50)) for layer in net.mac_layers])
for name in ("a b", "a.", "", 3):
    try:
        net.relu(x, name=name)
    except ValueError as error:
        print(error)
"""


def test_every_kind_of_layer_costs_the_same_in_a_page():
    with contextlib.redirect_stdout(io.StringIO()) as ours:
        exec(MAPS, {})
    assert printed(MAPS).rstrip() == ours.getvalue().rstrip()
    assert len(ours.getvalue().splitlines()) > 25
