"""The array cycle by cycle, in closed form: it ends on `systolic_cost`, computes every product once, and moves as it should."""

import itertools

import pytest

from squeezelab.hardware import systolic_cost
from squeezelab.hardware.wavefront import Wavefront

SHAPES = list(itertools.product((1, 2, 5, 7), (1, 3, 4), (1, 2, 4, 5), (1, 2, 3, 4), (1, 2, 4), ("ws", "os", "is")))


@pytest.mark.parametrize("flow", ["ws", "os", "is"])
def test_counters_end_on_the_closed_form(flow):
    for shape in SHAPES:
        if shape[-1] != flow:
            continue
        wave, law = Wavefront(*shape), systolic_cost(*shape)
        end = wave.counters(wave.cycles - 1)
        assert (wave.cycles, len(wave.folds)) == (law.cycles, law.folds), shape
        assert (end["inputs"], end["weights"]) == (law.ifmap_reads, law.filter_reads), shape
        assert (end["written"], end["read_back"]) == (law.ofmap_writes, law.partial_sum_reads), shape


def test_every_product_is_computed_once_and_each_pe_does_one_at_a_time():
    for m, n, k, rows, cols, flow in SHAPES[::7]:
        wave = Wavefront(m, n, k, rows, cols, flow)
        met = []
        for cycle in range(wave.cycles):
            states = [wave.state(row, col, cycle) for row in range(rows) for col in range(cols)]
            working = [at for state, at in states if state == "computing"]
            assert len(working) == wave.active(cycle)
            met += [(at["m"], at["n"], at["k"]) for at in working]
            assert wave.counters(cycle)["macs"] == len(met)
        assert sorted(met) == list(itertools.product(range(m), range(n), range(k)))


@pytest.mark.parametrize("flow", ["ws", "is"])
def test_a_sum_meets_its_taps_on_the_way_down(flow):
    """The PE below works on the same sum one cycle later, with the next tap."""
    wave = Wavefront(5, 4, 3, 3, 4, flow)
    for cycle in range(wave.cycles - 1):
        for row, col in itertools.product(range(2), range(4)):
            state, at = wave.state(row, col, cycle)
            if state == "computing":
                later, below = wave.state(row + 1, col, cycle + 1)
                assert later == "computing" and below == at | {"k": at["k"] + 1}


def test_a_weight_stays_once_it_is_loaded():
    wave = Wavefront(6, 4, 4, 4, 4, "ws")
    for row, col in itertools.product(range(4), range(4)):
        held = [wave.state(row, col, cycle)[1] for cycle in range(3, wave.cycles)]
        assert {(at["k"], at["n"]) for at in held} == {(row, col)}


@pytest.mark.parametrize("flow", ["ws", "os", "is"])
def test_a_pe_waits_loads_computes_and_finishes_in_this_order(flow):
    order = ["waiting", "loading", "waiting", "computing", "finished"]
    for m, n, k, rows, cols, own in SHAPES[::5]:
        wave = Wavefront(m, n, k, rows, cols, flow)
        for row, col in itertools.product(range(rows), range(cols)):
            states = [wave.state(row, col, cycle)[0] for cycle in range(wave.fold_cycles)]
            met = [state for state, _ in itertools.groupby(states)]
            fold = wave.folds[0]
            if row >= fold.rows or col >= fold.cols:
                assert met == ["unused"]
            else:
                rest = iter(order)
                assert all(state in rest for state in met), (met, own)
                assert states.count("computing") == wave.steps
                assert states.count("loading") == (0 if flow == "os" else fold.rows - row)


def test_what_a_pe_works_on_is_counted_from_its_fold():
    """3 rows and 2 columns, outputs staying: the second fold down begins at output 3."""
    wave = Wavefront(5, 3, 4, 3, 2, "os")
    assert [(fold.top, fold.rows, fold.left, fold.cols) for fold in wave.folds] == [
        (0, 3, 0, 2),
        (3, 2, 0, 2),
        (0, 3, 2, 1),
        (3, 2, 2, 1),
    ]
    assert wave.fold_at(wave.fold_cycles) == (wave.folds[1], 0)
    assert wave.state(1, 1, wave.fold_cycles + 2) == ("computing", {"m": 4, "n": 1, "k": 0})
    assert wave.state(0, 0, wave.fold_cycles + wave.steps) == ("finished", {"m": 3, "n": 0})
    assert wave.state(2, 0, wave.fold_cycles) == ("unused", {})


def test_while_weights_load_the_lowest_row_comes_first():
    """2 x 2, weights staying: in cycle 0 row 0 passes the weights of row 1 on."""
    wave = Wavefront(2, 2, 2, 2, 2, "ws")
    assert [wave.state(0, 0, cycle) for cycle in (0, 1)] == [("loading", {"k": 1, "n": 0}), ("loading", {"k": 0, "n": 0})]
    assert [wave.state(1, 0, cycle)[0] for cycle in (0, 1)] == ["waiting", "loading"]


@pytest.mark.parametrize("flow", ["ws", "os", "is"])
def test_words_are_counted_as_they_pass_the_edge(flow):
    """Counters never fall, rise by no more than there are lanes at an edge in a cycle, and begin with the first words."""
    wave = Wavefront(5, 4, 6, 3, 2, flow)
    counted = [wave.counters(cycle) for cycle in range(wave.cycles)]
    for before, after in itertools.pairwise(counted):
        rises = {name: after[name] - before[name] for name in after}
        assert min(rises.values()) >= 0 and rises["macs"] <= 6
        assert max(rises[name] for name in ("inputs", "weights", "written", "read_back")) <= 3
    assert counted[0]["inputs"] == {"ws": 0, "os": 1, "is": 2}[flow]
    assert counted[0]["weights"] == {"ws": 2, "os": 1, "is": 0}[flow]


def test_an_unknown_dataflow_is_named():
    with pytest.raises(ValueError, match="unknown dataflow 'rs'; there are ws, os, is"):
        Wavefront(1, 1, 1, 1, 1, "rs")
