"""Recorded results: each says where it comes from, and is part of the package."""

import json
import runpy

import pytest
from conftest import ROOT

from squeezelab import results


def test_an_unknown_result_lists_those_there_are():
    with pytest.raises(ValueError, match="scalesim_sample"):
        results.recorded("no_such")


def test_the_scalesim_sample_is_what_its_script_writes(tmp_path):
    script = runpy.run_path(str(ROOT / "experiments/scalesim_sample.py"))
    script["main"].__globals__["SAMPLE"] = tmp_path / "sample.json"
    script["main"]()
    assert json.loads((tmp_path / "sample.json").read_text("utf-8")) == results.recorded("scalesim_sample")


def test_the_sample_has_every_layer_under_every_dataflow():
    rows = results.recorded("scalesim_sample")["rows"]
    assert len(rows) == 63 == len({(layer, flow) for layer, flow, *_ in rows})
