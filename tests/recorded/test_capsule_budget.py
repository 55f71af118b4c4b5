"""The record of the figure on a budget for capsules: what was measured determines it, and nothing stands in it twice."""

import json

import pytest

pytest.importorskip("torch")

import capsule_budget  # noqa: E402
import capsules_runs  # noqa: E402

from squeezelab.recorded import recorded, scores  # noqa: E402

SHIPPED = recorded("capsule_budget")
STATE = ("how", "size", "types", "iterations", "bits")


def test_made_again_from_what_was_measured_it_is_the_same():
    assert json.loads(json.dumps(capsule_budget.derived())) == SHIPPED


def test_every_point_is_the_score_of_one_side():
    known = [
        score for name in capsule_budget.SOURCES for score in scores(name, "bits" if name == "capsules_bits" else "side").values()
    ]
    for row in SHIPPED["rows"]:
        assert (row["accuracy"], row["error"]) in [(round(score.mean, 5), round(score.error, 5)) for score in known]
    keys = [tuple(row[name] for name in STATE) + (row.get("had"),) for row in SHIPPED["rows"]]
    assert len(set(keys)) == len(keys)


def test_all_were_tested_alike_on_as_many_seeds():
    for name in capsule_budget.SOURCES:
        settings = recorded(name)["settings"]
        assert (settings["seeds"], settings["test_size"]) == (SHIPPED["settings"]["seeds"], SHIPPED["settings"]["test_size"])
    assert SHIPPED["settings"]["shift"] == capsules_runs.SHIFT


def test_epochs_are_those_of_all_trainings_together():
    removed, scratch = (recorded(f"capsules_types{part}")["settings"] for part in ("", "_scratch"))
    for row in SHIPPED["rows"]:
        if row["how"] == "removed":
            assert (row["before"], row["epochs"]) == (removed["before"][0], removed["before"][0] + removed["epochs"])
        if row["how"] == "scratch":
            assert row["epochs"] == scratch["epochs"]
