"""Working ahead ends, changes no figure, and leaves nothing to build for what is one move away."""

import itertools

import pytest
from support import control_schema
from support.whole_networks import control

from squeezelab.explorers import ahead, explore, module, names, network_cost, squeezenext_cost
from squeezelab.hardware import workload

SHARES = [step / 20 for step in range(19)]


def all_ahead(name, values):
    """Works ahead until nothing is left to do; the number of pieces."""
    for pieces in range(1000):
        if not ahead(name, values):
            return pieces
    raise AssertionError(f"{name} never ends working ahead")


@pytest.mark.parametrize("name", names())
def test_working_ahead_ends_and_changes_no_figure(name):
    values = list(control_schema.states(module(name).CONTROLS))[::41][:4]
    before = [explore(name, state) for state in values]
    for state in values:
        all_ahead(name, state)
        assert all_ahead(name, state) == 0
    assert [explore(name, state) for state in values] == before


def fail(*arguments):
    raise AssertionError("this was to be known already")


@pytest.mark.parametrize("rivals", ["held", "moved"])
@pytest.mark.parametrize("kind", ["random", "nm", "channels"])
def test_squeezenext_cost_builds_nothing_for_what_is_one_move_away(kind, rivals, monkeypatch):
    start = {"zeros": kind, "rivals": rivals}
    all_ahead("squeezenext_cost", start)
    for name in ("squeezenext", "thinned"):
        monkeypatch.setattr(f"squeezelab.explorers.squeezenext_model.{name}", fail)
    monkeypatch.setattr(squeezenext_cost.rival_works, "make", fail)
    moves = [{"version": 1}, {"version": 3}, {"s1": 16}, {"s4": 9}, {"array": 31}, {"dataflow": "os"}]
    moves += [{"sparsity": share} for share in SHARES[1:-1:4]]
    moves += [{"width": width} for width in control(squeezenext_cost, "width")["values"]]
    for move in moves:
        explore("squeezenext_cost", start | move)


@pytest.mark.parametrize("family", ["mobilenet", "resnet", "mini_vgg"])
@pytest.mark.parametrize("kind", ["random", "channels"])
def test_network_cost_builds_nothing_for_what_is_one_move_away(family, kind, monkeypatch):
    start = {"family": family, "zeros": kind, "sparsity": 0.3}
    all_ahead("network_cost", start)
    monkeypatch.setattr("squeezelab.explorers.network_model.build", fail)
    for name in ("width", "depth", "resolution"):
        changes = dict(control(network_cost, name)["by"])[family]
        for value in changes.get("values", []):
            explore("network_cost", start | {name: value})


def test_a_block_more_prices_no_layer_anew(monkeypatch):
    for first in (2, 3):  # both orders of 3x1 and 1x3
        explore("squeezenext_cost", {"s1": first, "s2": 2, "s3": 2, "s4": 2})
    monkeypatch.setattr(workload, "nest_cost", fail)
    for stage, blocks in itertools.product((1, 2, 3, 4), (3, 9, 16)):
        explore("squeezenext_cost", {f"s{stage}": blocks})
