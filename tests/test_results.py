"""Recorded results: each says where it comes from, and is found from the clone or from the repository."""

import json
import runpy

import pytest
from conftest import ROOT
from project import repository

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


def test_without_a_clone_results_come_from_the_repository(monkeypatch, tmp_path):
    asked = []

    def answer(address, timeout):
        asked.append(address)
        return (ROOT / "book/results/scalesim_sample.json").open("rb")

    monkeypatch.setattr(results, "FOLDER", tmp_path / "none")
    monkeypatch.setattr(results, "urlopen", answer)
    assert results.recorded("scalesim_sample")["program"] == "SCALE-Sim 3.0.0"
    raw = repository().replace("github.com", "raw.githubusercontent.com")
    assert asked == [raw + "/main/book/results/scalesim_sample.json"]
