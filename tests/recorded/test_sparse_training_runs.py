"""The board's experiment: what a run is, that budgets are kept, that chains go on, and which runs there are."""

import functools
import json
import sys
from collections import Counter

import pytest

torch = pytest.importorskip("torch")

import pruning_runs  # noqa: E402
import sparse_cases  # noqa: E402
import sparse_runs  # noqa: E402
import sparse_training  # noqa: E402
from record import Record  # noqa: E402

from squeezelab.recorded.results import RULE  # noqa: E402

RATE = 0.01
NAMES = {sparse_training.name_of(kind) for kind in sparse_training.kinds()}
KEYS = sparse_training.keys_of(dict.fromkeys(NAMES, RATE))


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    """Few images, trainings of two epochs, dense starts of one."""
    splits = pruning_runs.splits.__wrapped__
    sizes = {"TRAIN": 384, "HELD_OUT": 128, "TEST": 200}

    @functools.cache
    def few(network, seed):
        return [part.take(count) for part, count in zip(splits(network, seed), sizes.values())]

    for name, value in sizes.items():
        monkeypatch.setattr(pruning_runs, name, value)
    monkeypatch.setattr(pruning_runs, "splits", few)
    monkeypatch.setattr(pruning_runs, "FOLDER", tmp_path / "starts")
    monkeypatch.setattr(sparse_runs, "FOLDER", tmp_path / "chains")
    starts = {name: start._replace(epochs=1) for name, start in pruning_runs.STARTS.items()}
    monkeypatch.setattr(pruning_runs, "STARTS", starts)
    monkeypatch.setattr(sparse_cases, "EPOCHS", dict.fromkeys(sparse_cases.EPOCHS, 2))
    monkeypatch.setattr(sparse_cases, "RECOVERY", 1)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    pruning_runs.dense.cache_clear()
    yield
    pruning_runs.dense.cache_clear()
    torch.set_num_threads(threads)


def key(network, method, kept=0.1, setting=None, control=None, budget="epochs", seed=0, **more):
    return sparse_training.key_of((network, method, kept, setting, control, budget), RATE, seed, **more)


def row_of(*kind, **more):
    return sparse_runs.measure(**key(*kind, **more))


DENSE_EPOCH = 384 * (3 * 266_200 - 235_200)


@pytest.mark.parametrize("method", [*sparse_training.NEW, *sparse_training.AGAIN])
def test_equal_epochs_are_those_of_start_and_recovery_together(method):
    row = row_of("lenet300", method)
    assert row["images_seen"] + (384 if row["start_macs"] else 0) == 2 * 384
    assert row["start_macs"] == (DENSE_EPOCH if method in sparse_cases.FROM_DENSE else 0)
    assert row["nonzero"] / 266_200 == pytest.approx(0.1, abs=0.002)
    assert {"accuracy", "right", "stored_bytes", "cycles", "systolic_cycles", "macs", "training_accuracy"} <= set(row)


@pytest.mark.parametrize("method", [*sparse_training.NEW, *sparse_training.AGAIN, *sparse_cases.CHAINS])
def test_the_other_budget_is_spent_up_to_less_than_an_epoch(method, monkeypatch):
    monkeypatch.setattr(sparse_cases, "BUDGET", 3)
    row = row_of("lenet300", method, budget="macs")
    spent = row["start_macs"] + row["training_macs"]
    last = row["training_macs"] / row["epochs"] if method not in sparse_cases.CHAINS else DENSE_EPOCH / 5
    scoring = 0.02 * DENSE_EPOCH if method in ("snip", "synflow", "gradual") else 0  # once, whatever the epochs; a ramp's steps
    coarse = 2 if method == "gradual" else 1.3  # in three steps an epoch its ramp is dearer than in six
    assert 3 * DENSE_EPOCH - coarse * last <= spent <= 3 * DENSE_EPOCH + scoring


def test_updates_of_rigl_are_counted_as_they_happen():
    assert [sparse_cases.updates(steps) for steps in (79, 1000, 7900)] == [20, 15, 60]


def test_a_chain_of_tickets_goes_on_from_the_share_before_and_counts_all_of_it(monkeypatch):
    monkeypatch.setattr(sparse_cases, "ROUND", 1)
    larger, row = row_of("lenet300", "lottery", 0.2), row_of("lenet300", "lottery", 0.1)
    masks = [torch.load(sparse_runs.FOLDER / f"lottery-{share}-{RATE}-0.pt", weights_only=True) for share in (0.2, 0.1)]
    outer, inner = (each["kept"] for each in masks)
    assert not any(bool((inner[name] & ~outer[name]).any()) for name in outer)
    assert (larger["rounds"], row["rounds"]) == (8, 8 + 4)
    assert larger["images_seen"] == 384 * (8 + 2) and row["images_seen"] == 384 * (12 + 2)  # a ticket has two epochs
    assert row["executed_training_macs"] == pytest.approx(14 * DENSE_EPOCH)
    rounds = sum(0.8**done for done in range(8))
    assert masks[0]["spent"] == pytest.approx(DENSE_EPOCH * rounds, rel=0.02)
    assert row["training_macs"] > masks[1]["spent"] > masks[0]["spent"]


def test_a_chain_whose_masks_are_lost_is_measured_again_to_the_same_row(monkeypatch):
    monkeypatch.setattr(sparse_cases, "ROUND", 1)
    row_of("lenet300", "colt", 0.2)
    row = row_of("lenet300", "colt", 0.1)
    for file in sparse_runs.FOLDER.iterdir():
        file.unlink()
    again = row_of("lenet300", "colt", 0.1)
    assert json.dumps(row | {"seconds": 0}) == json.dumps(again | {"seconds": 0})


def test_the_control_of_aswl_has_the_densities_that_it_learnt():
    own = row_of("lenet300_bn", "aswl", 0.2, 0.2)
    drawn = row_of("lenet300_bn", "aswl", 0.2, 0.2, "same_densities", rate_of_aswl=RATE)
    assert drawn["nonzero"] == pytest.approx(own["nonzero"], rel=1e-3) and drawn["left"].keys() == own["left"].keys()
    assert all(drawn["left"][name] == pytest.approx(own["left"][name], rel=0.01) for name in own["left"])
    assert drawn["left"] != own["attention"] and set(own["attention"]) == set(own["left"])


def test_a_row_of_neq_says_who_rested_and_what_that_saved():
    row = row_of("mini_vgg", "neq", 1.0, 0.1)
    assert len(row["frozen"]) == 2 and not any(row["frozen"][0].values()) and any(row["frozen"][1].values())
    assert row["saved"] == pytest.approx(1 - row["training_macs"] / row["executed_training_macs"]) and row["saved"] > 0
    dense = row_of("mini_vgg", "dense", 1.0, 2)
    assert dense["training_macs"] == row["executed_training_macs"] and dense["macs"] == row["macs"]


def test_a_row_of_ftwt_has_promise_and_count_of_its_macs():
    row = row_of("mini_vgg", "ftwt", 1.0, 0.8)
    assert row["macs"] < row_of("mini_vgg", "dense", 1.0, 1)["macs"] and row["predicted_macs"] > 0
    assert set(row["distinct_masks"]) == {"conv1", "conv2", "conv3", "conv4"} and row["cycles"] is None
    assert row["start_macs"] > 0 and row["training_macs"] > row["start_macs"]  # its heads


@pytest.mark.parametrize("kind", [("lenet300", "rigl"), ("mini_vgg", "neq", 1.0, 0.03), ("lenet300_bn", "aswl", 0.1, 0.1)])
def test_a_run_is_a_function_of_its_key(kind):
    rows = [row_of(*kind) | {"seconds": 0} for _ in range(2)]
    assert json.dumps(rows[0]) == json.dumps(rows[1])


def test_a_rate_that_is_far_too_high_counts_as_no_digit_right():
    row = sparse_runs.held_out_accuracy(**key("lenet300", "static") | {"learning_rate": 1e14})
    assert row["accuracy"] == 0.0


def test_every_kind_of_run_has_all_seeds_and_every_family_both_budgets():
    kinds = Counter(json.dumps([key[name] for name in sparse_training.NAMES if name != "seed"]) for key in KEYS)
    assert set(kinds.values()) == {len(sparse_training.SEEDS)}
    budgets = {}
    for each in KEYS:
        budgets.setdefault((each["method"], each["kept"]), set()).add(each["budget"])
    there = {(method, kept) for method in sparse_training.AGAIN for kept in sparse_training.MEASURED_THERE}
    for method in (*sparse_training.NEW, *sparse_training.AGAIN, *sparse_cases.CHAINS):
        for kept in sparse_cases.SHARES:
            assert budgets[method, kept] == ({"macs"} if (method, kept) in there else {"epochs", "macs"})
    assert all(sum(each["method"] == method for each in KEYS) >= 3 * 5 for method in ("aswl", "neq", "ftwt"))


def test_the_script_chooses_rates_measures_at_them_and_has_nothing_to_do_the_second_time(tmp_path, monkeypatch):
    for name, value in {
        "Record": functools.partial(Record, folder=tmp_path),
        "SEEDS": (0, 1, 2, 3, 4),
        "RATES": (0.003, 0.01),
        "WIDER": {0.003: 0.001, 0.01: 0.03},
        "NEW": ("static",),
        "AGAIN": ("magnitude",),
        "CHAINS": {"lottery": 0.2},
        "KNOBS": {"two_four": (1,), "aswl": (0.1,), "neq": (0.03, 0.1), "ftwt": (0.9, 0.8)},
        "DENSE_EPOCHS": (1,),
        "SHARES": (0.2,),
    }.items():
        monkeypatch.setattr(sparse_training, name, value)
    kinds, pilots = sparse_training.kinds(), sparse_training.pilots()
    plain = [kind for kind in kinds if kind[0] != "mini_vgg" and kind[2] in (0.1, 0.25, 1.0)]
    monkeypatch.setattr(sparse_training, "kinds", lambda: plain)
    monkeypatch.setattr(sparse_training, "pilots", lambda: [kind for kind in pilots if kind[0] != "mini_vgg"])
    monkeypatch.setattr(sys, "argv", ["sparse_training.py"])
    sparse_training.main()
    first = {name: json.loads((tmp_path / f"{name}.json").read_text()) for name in ("sparse_training_rates", "sparse_training")}
    settings, rows = first["sparse_training"]["settings"], first["sparse_training"]["rows"]
    assert all(field in settings for field in RULE) and len(rows) == 5 * len(plain)
    rates = {tuple(kind): rate for *kind, rate in settings["rates"]}
    tried = {row["learning_rate"] for row in first["sparse_training_rates"]["rows"] if row["method"] == "static"}
    assert len(tried) == 3  # of two, one is at the edge
    assert all(row["learning_rate"] == rates[row["network"], row["method"], row["control"]] for row in rows)
    monkeypatch.setattr(sparse_runs, "model_and_row", None)  # whatever is measured again fails
    sparse_training.main()
    assert json.loads((tmp_path / "sparse_training.json").read_text())["rows"] == rows
