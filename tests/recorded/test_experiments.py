"""Experiments: a record says how it came about, goes on where it stopped, and is never half written."""

import json
import platform

import pytest
from support import ROOT

torch = pytest.importorskip("torch")

from record import Record  # noqa: E402

from squeezelab.recorded.results import spread_of  # noqa: E402

RESULTS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((ROOT / "squeezelab/recorded").glob("*.json"))}
MEASURED = [name for name in RESULTS if name != "paper_tables"]  # which are published, not measured
KEYS = [{"net": name, "seed": seed} for name in ("a", "b") for seed in (0, 1)]


def test_a_record_goes_on_where_it_was_interrupted(tmp_path):
    calls = []

    def measure(net, seed):
        calls.append((net, seed))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return {"x": len(calls)}

    with pytest.raises(KeyboardInterrupt):
        Record("trial", {"epochs": 3}, folder=tmp_path).run(KEYS, measure)
    rows = Record("trial", {"epochs": 3}, folder=tmp_path).run(KEYS, measure)
    assert calls == [("a", 0), ("a", 1), ("b", 0), ("b", 0), ("b", 1)]
    assert [(row["net"], row["seed"], row["x"]) for row in rows] == [("a", 0, 1), ("a", 1, 2), ("b", 0, 4), ("b", 1, 5)]
    stored = json.loads((tmp_path / "trial.json").read_text())
    assert stored["rows"] == rows and stored["command"] == "python experiments/trial.py"
    assert stored["versions"]["processor"].startswith(platform.machine())
    assert [path.name for path in tmp_path.iterdir()] == ["trial.json"]


def test_other_settings_are_refused_unless_it_starts_anew(tmp_path):
    Record("trial", {"epochs": 3}, folder=tmp_path).run(KEYS[:1], lambda net, seed: {"x": 1})
    before = (tmp_path / "trial.json").read_text()
    with pytest.raises(SystemExit, match="measured with other settings: use --fresh"):
        Record("trial", {"epochs": 4}, folder=tmp_path)
    assert (tmp_path / "trial.json").read_text() == before
    rows = Record("trial", {"epochs": 4}, fresh=True, folder=tmp_path).run(KEYS[:1], lambda net, seed: {"x": 2})
    assert [row["x"] for row in rows] == [2]


def test_rows_stand_in_the_order_of_the_keys_whatever_was_measured_first(tmp_path):
    Record("trial", {}, folder=tmp_path).run(KEYS[2:], lambda net, seed: {"x": 0})
    rows = Record("trial", {}, folder=tmp_path).run(KEYS, lambda net, seed: {"x": 0})
    assert [{"net": row["net"], "seed": row["seed"]} for row in rows] == KEYS


def test_the_noise_is_measured_on_two_threads_once_and_kept(tmp_path):
    threads = []

    def measure(net, seed):
        threads.append(torch.get_num_threads())
        return {"accuracy": len(threads) / 10, "right": "AA=="}

    before = torch.get_num_threads()
    for _ in range(2):  # a second start measures nothing again
        record = Record("trial", {}, folder=tmp_path)
        record.run(KEYS[:2], measure)
        record.noise(KEYS[:1], measure)
    assert threads == [before, before, 2] and torch.get_num_threads() == before
    stored = json.loads((tmp_path / "trial.json").read_text())
    assert stored["noise"] == [{"net": "a", "seed": 0, "threads": 2, "accuracy": 0.3}] and len(stored["rows"]) == 2


def test_the_best_rate_is_that_of_the_usual_epochs():
    from cluttered import EPOCHS, best_rates

    def row(rate, accuracy, epochs=EPOCHS):
        return {"block": "a", "learning_rate": rate, "epochs": epochs, "seed": 0, "accuracy": accuracy}

    assert best_rates([row(0.01, 0.8), row(0.1, 0.9), row(0.3, 0.7), row(0.03, 0.95, 2 * EPOCHS)]) == {"a": 0.1}


def test_no_validation_digit_is_a_training_digit_and_none_is_a_test_digit():
    from cluttered import TEST_SEED, TRAIN, VALIDATION, drawn

    from squeezelab.data.composed import draw

    _, rows, _ = draw(TRAIN + VALIDATION, 3, "train")
    assert len(set(rows.tolist())) == TRAIN + VALIDATION
    training, validation = drawn(3)
    assert (len(training), len(validation)) == (TRAIN, VALIDATION) and TEST_SEED > 1000


def test_the_spread_is_half_the_range():
    rows = [{"net": "a", "x": value} for value in (0.5, 0.7, 0.9)]
    assert spread_of(rows, "net", "x")["a"] == (pytest.approx(0.7), pytest.approx(0.2))


@pytest.mark.parametrize("name", MEASURED)
def test_every_record_names_its_command_and_date(name):
    record = RESULTS[name]
    script = record["command"].removeprefix("python ").split()[0]
    assert (ROOT / script).is_file() and record["date"] and record["rows"]


@pytest.mark.parametrize("name", [name for name in MEASURED if "versions" in RESULTS[name]])
def test_every_record_is_complete_in_its_seeds(name):
    record = RESULTS[name]
    assert record["versions"]["torch"] and record["versions"]["python"]
    if any("seed" in row for row in record["rows"]):
        seeds = record["settings"]["seeds"]
        kinds = [json.dumps({key: row[key] for key in list(row)[: list(row).index("seed")]}) for row in record["rows"]]
        assert all(kinds.count(kind) == len(seeds) for kind in set(kinds))


def test_the_shipped_weights_are_those_that_were_recorded():
    from squeezelab.data import digits
    from squeezelab.training import REFERENCES, evaluate, reference

    for name in REFERENCES:
        rows = [row for row in RESULTS["references"]["rows"] if row["network"] == name]
        assert evaluate(reference(name), digits()[1]).accuracy == pytest.approx(rows[0]["accuracy"], abs=5e-4)


def test_the_references_are_good_and_small():
    from squeezelab.training.references import FOLDER

    accuracies = {row["network"]: row["accuracy"] for row in RESULTS["references"]["rows"] if row["seed"] == 0}
    assert accuracies["mini_vgg"] >= 0.98 and min(accuracies.values()) > 0.95
    assert sum(path.stat().st_size for path in FOLDER.glob("*.safetensors")) <= 1_000_000
