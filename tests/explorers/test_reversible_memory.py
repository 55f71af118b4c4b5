"""Blocks that are undone: the figure has the closed forms and the record, and says where undoing no longer holds."""

import math

import pytest
from support.figure_schema import tiles

from squeezelab.compression import inverse_growth, peak_stack_bytes, stack_saved_bytes
from squeezelab.explorers import explore
from squeezelab.explorers.reversible_model import (
    BOUND,
    DEPTHS,
    GAINS,
    MOMENTA,
    SETTINGS,
    STACKS,
    between,
    ending,
    error_rows,
    off_by,
    rows_of,
    trained_errors,
)

SIZES = (SETTINGS["batch"], SETTINGS["capsules"], SETTINGS["dim"])
CARRIES = ("float32", "float64")


def test_torch_kept_what_the_closed_forms_say_to_the_byte():
    for row in rows_of("bytes"):
        asked = (row["mode"], row["depth"], *SIZES, 1, 8 if row["carry"] == "float64" else 4)
        assert (row["saved"], row["peak"]) == (stack_saved_bytes(*asked), peak_stack_bytes(*asked))
    assert len(rows_of("bytes")) == 5 * len(DEPTHS)


def test_momentum_alone_saves_nothing_and_a_reversible_stack_keeps_the_same_at_any_depth():
    for depth in (1, 37, 100):
        shown = tiles(explore("reversible_memory", {"depth": depth}))
        assert shown["Kept, momentum and autograd"] == shown["Kept, residual"] == depth * 700_416
        assert shown["Kept, reversible"] == 65_536 and shown["With the graph of the block at work"] == 765_952
    assert tiles(explore("reversible_memory", {"carry": "float64"}))["Kept, reversible"] == 2 * 65_536


def test_errors_are_those_of_the_record_and_lie_between_its_depths():
    row = error_rows(0.9, 1.0, "float32")
    for place, depth in enumerate(DEPTHS[:6]):
        shown = tiles(explore("reversible_memory", {"depth": depth}))
        assert shown["Capsules undone are off by"] == pytest.approx(1e6 * max(row["inverse"][place][1], 1e-8))
        assert shown["The gradient is off by"] == pytest.approx(1e6 * max(row["gradient"][place][1], 1e-8))
    low, high = row["inverse"][3][1], row["inverse"][4][1]
    assert between(row["inverse"], 12) == pytest.approx(math.sqrt(low * high))
    assert between([[0, 1e-6, 0]] * 4 + [[None, None, None]] * 4, 20) == math.inf


@pytest.mark.parametrize("carry", CARRIES)
@pytest.mark.parametrize("gain", GAINS)
def test_seeds_agree_on_the_size_of_an_error_and_deeper_is_never_better(carry, gain):
    for momentum in MOMENTA:
        for name in ("inverse", "gradient"):
            medians = [ending(median) for _, median, _ in error_rows(momentum, gain, carry)[name]]
            assert all(2 * after >= before for before, after in zip(medians, medians[1:]))
            assert all(
                ending(least) <= ending(median) <= ending(most) for least, median, most in error_rows(momentum, gain, carry)[name]
            )


def test_without_stretching_the_error_grows_as_the_momentum_says_and_with_it_faster():
    grown = {gain: [ending(each[1]) for each in error_rows(0.7, gain, "float32")["inverse"]] for gain in GAINS}
    at, law = DEPTHS.index(32), inverse_growth(0.7, 32) / inverse_growth(0.7, 16)
    assert grown[0.25][at] / grown[0.25][at - 1] == pytest.approx(law, rel=0.6)
    assert grown[2.5][at - 1] > 100 * grown[0.25][at - 1]


def test_sums_in_float64_hold_where_float32_lose():
    lost, held = (error_rows(0.9, 2.5, carry)["inverse"][DEPTHS.index(16)][1] for carry in CARRIES)
    assert lost > 10 * BOUND and held < BOUND


def test_trained_stacks_are_undone_within_the_bound():
    for depth in {row["depth"] for row in rows_of("trained")}:
        for carry in CARRIES:
            assert trained_errors(depth, carry, "inverse") < BOUND and trained_errors(depth, carry, "gradient") < BOUND


def test_the_headline_is_that_of_the_stack():
    found = {stack: explore("reversible_memory", {"stack": stack})["finding"] for stack, _ in STACKS}
    assert found["autograd"].startswith("Momentum alone saves nothing") and "twice as much" in found["residual"]
    assert "at any depth" in found["reversible"]
    small = explore("reversible_memory", {"depth": 1, "batch": 256, "carry": "float64", "capsules": 8, "dim": 16})
    assert small["readout"][2]["value"] < small["readout"][0]["value"]


def test_words_for_errors():
    assert [off_by(error) for error in (0.0, 1e-8, 2.5e-6, 0.0099, 0.5, 2.0, math.inf)] == [
        "less than 0.01 millionths",
        "0.01 millionths",
        "2.5 millionths",
        "9\u202f900 millionths",
        "50\u202f%",
        "more than all",
        "more than all",
    ]
