"""The record of the figure on bits: the comparison determines it."""

import json

import pytest

pytest.importorskip("torch")

import bits  # noqa: E402

from squeezelab.recorded import recorded, scores  # noqa: E402

SHIPPED = recorded("bits")


def test_made_again_from_the_comparison_it_is_the_same():
    assert json.loads(json.dumps(bits.derived(recorded("quantization")))) == SHIPPED


def test_it_says_what_the_comparison_says():
    where = {"part": "calibrated", "network": "mini_vgg", "width": 1.0, "setting": None}
    found = scores("quantization", ("bits", "granularity", "calibration"), where=where)
    assert len(SHIPPED["rows"]) >= 25
    for row in SHIPPED["rows"]:
        score = found[row["bits"], row["granularity"], row["calibration"]]
        assert (row["accuracy"], row["error"]) == (pytest.approx(score.mean, abs=1e-5), pytest.approx(score.error, abs=1e-5))
