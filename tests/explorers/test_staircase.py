"""The staircase: its bars are `systolic_cost`, its headlines are true."""

import re

import pytest
from support.figure_schema import tiles

from squeezelab.explorers import explore
from squeezelab.explorers.kit.figures import careful_percent
from squeezelab.hardware import systolic_cost


def numbers(sentence):
    """The numbers of a sentence, its thin spaces taken out."""
    plain = re.sub("(?<=\\d)\u202f(?=\\d)", "", sentence)
    return [float(text) for text in re.findall(r"\d+\.?\d*", plain)]


@pytest.mark.parametrize("dataflow", ["ws", "os", "is"])
def test_the_bars_equal_systolic_cost(dataflow):
    bars = explore("staircase", {"dataflow": dataflow})["charts"][0]["marks"][1]
    assert bars["y"] == [systolic_cost(196, n, 576, 8, 8, dataflow).cycles for n in range(1, 129)]


def test_57_filters_cost_as_much_as_64_and_56_do_not():
    figure = explore("staircase")
    assert figure["finding"] == "57 filters cost as many cycles as 64; 56 save 12.5\u202f%."
    cycles = {row[0]: row[2] for row in figure["table"]["rows"]}
    assert (cycles[56], cycles[57], cycles[64]) == (109872, 125568, 125568)


@pytest.mark.parametrize("dataflow", ["ws", "os", "is"])
@pytest.mark.parametrize("side", [4, 8, 16, 32])
def test_every_staircase_headline_is_true(dataflow, side):
    for size in (7, 56):
        cost = [systolic_cost(size**2, n, 576, side, side, dataflow).cycles for n in range(1, 129)]
        for filters in range(1, 129, 3):
            values = {"filters": filters, "side": side, "dataflow": dataflow, "size": size}
            check_staircase(explore("staircase", values), cost, filters)


def check_staircase(figure, cost, n):
    same = [width for width in range(1, 129) if cost[width - 1] == cost[n - 1]]
    cheaper = [width for width in range(1, 129) if cost[width - 1] < cost[n - 1]]
    assert tiles(figure)["Free up to"] == same[-1]
    assert tiles(figure)["Next cheaper"] == (cheaper[-1] if cheaper else None)
    assert f"as many cycles as {same[-1]};" in figure["finding"] or same[-1] == n
    assert figure["finding"].endswith(saving(cost, n, cheaper[-1]) if cheaper else "no width is cheaper.")
    assert numbers(figure["formula"])[-1] == cost[n - 1]


def saving(cost, n, cheaper):
    return f"; {cheaper} {'saves' if cheaper == 1 else 'save'} {careful_percent(1 - cost[cheaper - 1] / cost[n - 1])}."
