"""Qm.n as it is drawn: bits that add up to the code, stairs that are the codes', and the trap of a sum shifted like a product."""

import random

import pytest
from support.figure_schema import tiles

from squeezelab.compression import fraction_bits, shifted
from squeezelab.explorers import explore, module, start_values
from squeezelab.explorers.kit.controls import offered_values
from squeezelab.explorers.qformat_charts import convention, places_of
from squeezelab.explorers.qformat_model import PLACES, Row, State

CONTROLS = module("fixed_point").CONTROLS


def some_states(count, seed=0):
    dice = random.Random(seed)
    for _ in range(count):
        yield {control["name"]: dice.choice(offered_values(control)) for control in CONTROLS}


def state_of(op, x, n, bits, rounding, y, n_y, n_out):
    return State(x, n, y, n_y, bits, n_out, op, rounding)


def bits_of(figure, name):
    """{place: bit} of a row of the first picture."""
    (cells,) = [mark for mark in figure["charts"][0]["marks"] if mark["type"] == "cell"]
    found = [cell for cell in zip(cells["x"], cells["y"], cells["text"]) if cell[1] == name]
    return {int(place.replace("−", "-")): int(bit) for place, _, bit in found}


def worth(bits):
    """In two's complement: the first bit counts below 0."""
    first = max(bits)
    return sum((-1 if place == first else 1) * bit * 2.0**place for place, bit in bits.items())


@pytest.mark.parametrize("values", list(some_states(80)))
def test_the_bits_that_are_drawn_add_up_to_what_they_stand_for(values):
    state, figure = state_of(**values), explore("fixed_point", values)
    for row in state.rows():
        assert worth(bits_of(figure, row.name)) == row.value
    last = bits_of(figure, state.rows()[-1].name)
    assert len(last) == values["bits"] and worth(last) == tiles(figure)["Stored number"] == state.value


@pytest.mark.parametrize("values", list(some_states(80, seed=1)))
def test_what_lies_beyond_the_range_is_red_exactly_where_something_overflows(values):
    state, figure = state_of(**values), explore("fixed_point", values)
    (cells,) = [mark for mark in figure["charts"][0]["marks"] if mark["type"] == "cell"]
    if state.alone:
        return
    made = [role for role, row in zip(cells["role"], cells["y"]) if row == state.rows()[2].name]
    if "failure" in made:
        assert state.result.overflows, "a bit above the last one that is stored differs from the sign"
    assert (cells["role"][-1] == "failure") == state.result.overflows


def test_a_number_that_fits_is_off_by_half_a_step_at_most():
    for values in some_states(300, seed=2):
        state = state_of(**values | {"op": "store"})
        if not state.result.overflows:
            assert abs(state.error) <= state.format.scale / 2


def test_the_readout_says_the_rules():
    for x, plain, virtual in ((0.8, 7, 7), (0.25, 7, 9), (2.0, 6, 6), (0.05, 7, 11)):
        shown = tiles(explore("fixed_point", {"x": x}))
        assert (shown["Bits behind the point, plain rule"], shown["with virtual bits"]) == (plain, virtual)
        assert (fraction_bits(x), fraction_bits(x, virtual=True)) == (plain, virtual)


def test_the_start_state():
    shown = tiles(explore("fixed_point"))
    assert (shown["Code"], shown["Stored number"], shown["Largest number"]) == (102, 0.796875, 127 / 128)


def test_the_table_and_the_dots_are_the_states_of_the_slider():
    for op in ("store", "product", "sum", "wrong"):
        own = {"op": op, "y": -0.35, "x": 0.6}
        rows = explore("fixed_point", own)["table"]["rows"]
        for n, row in zip(PLACES, rows):
            shown = tiles(explore("fixed_point", own | ({"n": n} if op == "store" else {"n_out": n})))
            assert [row[3], row[4]] == [shown["Code"], shown["Stored number"]]


def test_a_sum_in_one_more_bit_before_the_point_fits():
    assert explore("fixed_point", {"op": "sum", "n_out": 6})["problem"] is None
    assert "becomes it. With 6 bits" in explore("fixed_point", {"op": "sum"})["problem"]


def test_shifted_like_a_product_a_sum_is_wrong_in_every_format():
    errors = [abs(row[5]) for row in explore("fixed_point", {"op": "wrong"})["table"]["rows"]]
    assert min(errors) > 1.3, "of a sum of 1.4"


def test_without_a_bit_behind_the_point_a_sum_is_as_a_product_shifted_right():
    """The trap has nothing to catch where one of both has no bit behind the point, and the other one as many as the result."""
    values = start_values("fixed_point") | {"x": 3.0, "y": 2.0, "n": 0, "n_y": 0, "n_out": 0}
    assert state_of(**values | {"op": "wrong"}).value == state_of(**values | {"op": "sum"}).value == 5


@pytest.mark.parametrize("name", ["truncate", "arithmetic", "round"])
@pytest.mark.parametrize("low", [-64, -3, -2, 0, 5])
def test_the_stairs_of_a_shift_are_those_of_the_shift(name, low):
    curve = convention(name, low, low + 5, None)
    for part in range(low * 64 + 1, (low + 5) * 64):
        exact = part / 64
        on_a_jump = exact in curve["x"]
        drawn = [y for x, y in zip(curve["x"], curve["y"]) if x <= exact][-1]
        assert drawn == shifted(part, 6, name) or on_a_jump


def test_places_run_from_the_highest_to_the_lowest_with_the_point_among_them():
    rows = [Row("a", "inputs", 5, 2, 4), Row("b", "weights", 5, 4, 3)]
    assert places_of(rows) == ([1, 0, None, -1, -2, -3, -4], ["1", "0", ".", "−1", "−2", "−3", "−4"])
    assert places_of([Row("a", "inputs", 5, 9, 4)])[1] == ["−6", "−7", "−8", "−9"]
