"""The stepped array as the explorer shows it."""

import itertools

from support.figure_schema import tiles

from squeezelab.explorers import dataflow, explore
from squeezelab.hardware import systolic_cost


def test_the_picture_shows_the_counters_of_the_last_cycle():
    cycles = explore("dataflow", {"filters": 9, "side": 3})["limits"]["cycle"][1]
    figure = explore("dataflow", {"filters": 9, "side": 3, "cycle": cycles})
    law = systolic_cost(6, 9, dataflow.TERMS, 3, 3, "ws")
    assert cycles == law.cycles
    assert tiles(figure)["Inputs read"] == law.ifmap_reads
    assert tiles(figure)["Sums written"] == law.ofmap_writes
    assert str(law.cycles) in figure["formula"]


def test_no_run_is_longer_than_the_slider():
    longest = next(control["max"] for control in dataflow.CONTROLS if control["name"] == "cycle")
    runs = [
        systolic_cost(m, n, dataflow.TERMS, side, side, flow).cycles
        for m, n, side, flow in itertools.product(range(1, 10), range(1, 10), range(2, 7), ("ws", "os", "is"))
    ]
    assert max(runs) == longest


def test_a_shorter_run_stops_at_its_end():
    assert "is done" in explore("dataflow", {"cycle": 150})["finding"]
