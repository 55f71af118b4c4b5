"""Degeneracy: the figure offers what was recorded, and the record is what `cp` does."""

import itertools

import pytest
from support import control_schema
from support.figure_schema import tiles

from squeezelab import decompose
from squeezelab.explorers import degeneracy, explore
from squeezelab.recorded.results import recorded
from squeezelab.training import reference


def degeneracy_row(tensor, of_rank, ridge, accelerate):
    key = {"tensor": tensor, "rank": of_rank, "ridge": ridge, "accelerate": accelerate}
    return next(row for row in recorded("degeneracy")["rows"] if key.items() <= row.items())


def test_the_warnings_are_those_of_the_package():
    from squeezelab.decompose.gauge import AMBER, RED

    assert (degeneracy.AMBER, degeneracy.RED) == (AMBER, RED)


def test_the_figure_offers_what_was_recorded():
    record = recorded("degeneracy")
    assert record["settings"]["sweeps"] == degeneracy.SWEEPS
    for tensor, _, name, of_rank in degeneracy.TENSORS:
        for (ridge, label, *_), accelerate in itertools.product(degeneracy.RIDGES, (False, True)):
            row = degeneracy_row(name, of_rank, 0 if ridge == "none" else float(label), accelerate)
            values = {"tensor": tensor, "ridge": ridge, "accelerate": accelerate, "sweeps": 100}
            at = degeneracy.SWEEPS.index(100)
            table = {line[0]: line[1:5] for line in explore("degeneracy", values)["table"]["rows"]}
            assert table[100] == [row[measure][at] for measure, _ in degeneracy.MEASURES]
    assert len(record["rows"]) == 24 == 2 * len(degeneracy.TENSORS) * len(degeneracy.RIDGES)


@pytest.mark.parametrize(("tensor", "of_rank"), [("border", 2), ("trained", 8)])
def test_the_record_is_what_cp_does(tensor, of_rank):
    kernel = (
        decompose.border_rank_tensor(decompose.gaussian_parts())
        if tensor == "border"
        else reference("mini_vgg").conv4.weight.detach().double()
    )
    for ridge, accelerate in itertools.product((0, 1e-2), (False, True)):
        row = degeneracy_row(tensor, of_rank, ridge, accelerate)
        made = decompose.cp(kernel, of_rank, sweeps=10, ridge=ridge, accelerate=accelerate)
        at = degeneracy.SWEEPS.index(10)
        found = [made.error, made.gauge.ratio, made.gauge.cosine, float(made.weights.max() / kernel.norm())]
        assert found == pytest.approx([row[measure][at] for measure, _ in degeneracy.MEASURES], rel=2e-3)


def test_a_trained_kernel_degenerates_without_acceleration_too_and_a_ridge_stops_it():
    for of_rank in (8, 32):
        plain, quick, ridged = [degeneracy_row("trained", of_rank, *run) for run in ((0, False), (0, True), (1e-3, True))]
        assert quick["ratios"][-1] > plain["ratios"][-1] > degeneracy.RED > degeneracy.AMBER > max(ridged["ratios"])
        assert ridged["errors"][-1] - quick["errors"][-1] < 0.0025


def test_the_border_rank_tensor_drifts_without_end_and_rests_with_a_ridge():
    plain, ridged = [degeneracy_row("border", 2, ridge, False) for ridge in (0, 1e-3)]
    assert plain["ratios"] == sorted(plain["ratios"]) and plain["errors"] == sorted(plain["errors"], reverse=True)
    assert plain["errors"][-1] < 0.6 * plain["errors"][-2]
    assert ridged["errors"][-3:] == pytest.approx([ridged["errors"][-1]] * 3, rel=1e-3)


def test_the_problem_appears_with_the_red_line():
    for values in control_schema.states(degeneracy.CONTROLS):
        figure = explore("degeneracy", values)
        assert bool(figure["problem"]) == (tiles(figure)["Ratio √Σλ² ÷ ‖Ŵ‖"] > degeneracy.RED)
        assert "lower by 0 " not in (figure["problem"] or "")
