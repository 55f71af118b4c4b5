"""A page computes what the kernel computes: every explorer, over a grid of its controls, under MicroPython and CPython."""

import pytest
from figure_schema import check_figure
from micropython import difference, grid, run_cpython, run_micropython

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
