"""The comparison of pruning methods: what a run is, that its controls are those that it says, and the order of the runs."""

import functools
import json
import sys
from collections import Counter

import pytest

torch = pytest.importorskip("torch")

import pruning  # noqa: E402
import pruning_runs  # noqa: E402
from record import Record  # noqa: E402

from squeezelab.prune import RECIPES  # noqa: E402
from squeezelab.recorded.results import RULE  # noqa: E402

RATE = 0.01
BEST = {(network, method, control): RATE for network, method, _, control in pruning.pilots()}
KEYS = pruning.keys_of(BEST)


@pytest.fixture(scope="module", autouse=True)
def small(tmp_path_factory):
    """Few images, and dense starts of one epoch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pruning_runs, "FOLDER", tmp_path_factory.mktemp("starts"))
        for name, value in {"TRAIN": 384, "HELD_OUT": 128, "TEST": 200}.items():
            patch.setattr(pruning_runs, name, value)
        starts = {name: start._replace(epochs=1) for name, start in pruning_runs.STARTS.items()}
        patch.setattr(pruning_runs, "STARTS", starts)
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        yield
        torch.set_num_threads(threads)
    pruning_runs.dense.cache_clear()
    pruning_runs.splits.cache_clear()


def run(method, kept, control=None, network="mini_vgg", epochs=0):
    return pruning_runs.ran(network, method, kept, control, epochs, RATE, 0)


def widths(pruned):
    return {group: len(places) for group, places in pruned.kept.items()}


@pytest.mark.parametrize("method", [*pruning.CHANNELS, "dense"])
def test_channels_fall_until_that_share_of_the_parameters_is_left(method):
    kept = 1.0 if method == "dense" else 0.2
    found = run(method, kept)
    assert kept - 0.02 <= found.network.params / found.units.network.params <= kept + 0.001


@pytest.mark.parametrize("method", pruning.WEIGHTS)
def test_weights_fall_until_that_share_of_them_is_left(method):
    kept = 0.5 if method == "two_four" else 0.1
    assert 1 - run(method, kept, network="lenet300").sparsity == pytest.approx(kept, abs=0.005)


def test_the_control_of_the_same_widths_has_those_of_its_method_and_other_channels():
    taylor, control = run("taylor", 0.2), run("taylor", 0.2, "same_widths")
    assert widths(taylor) == widths(control) and taylor.kept != control.kept and not control.recipe.fresh


def test_from_scratch_is_the_same_network_with_new_weights():
    found, scratch = run("l1_filter", 0.2), run("l1_filter", 0.2, "scratch")
    assert found.network.params == scratch.network.params and scratch.recipe.fresh
    old, new = found.before.state_dict(), scratch.before.state_dict()
    dense = pruning_runs.dense("mini_vgg", 0).state_dict()
    assert (
        torch.isin(old["conv1.weight"], dense["conv1.weight"]).all()
        and not torch.isin(new["conv1.weight"], dense["conv1.weight"]).any()
    )


def test_equal_macs_are_those_of_start_method_and_recovery():
    found, equal = run("slimming", 0.5, epochs=1), run("slimming", 0.5, "equal_macs", epochs=1)
    data = pruning_runs.splits("mini_vgg", 0)[0]
    start = pruning_runs.training_macs(found.dense, data)
    epoch = pruning_runs.training_macs(found.small, data)
    pull = start  # slimming trains the dense network for one epoch more
    assert found.training_macs == pull + epoch
    assert abs(equal.training_macs - (start + pull + epoch)) <= epoch / 2


def test_random_masks_have_the_densities_of_the_method_in_every_layer():
    snip, control = (run("snip", 0.1, each, "lenet300") for each in (None, "same_densities"))
    assert snip.units.counts(snip.kept) == control.units.counts(control.kept)
    assert any((snip.kept[layer] != control.kept[layer]).any() for layer in snip.kept)


def test_a_run_is_a_function_of_its_key():
    key = dict(zip(pruning.NAMES, ("mini_vgg", "taylor", 0.5, None, 1, RATE, 3)))
    rows = []
    for _ in range(2):
        pruning_runs.dense.cache_clear()  # the second time the start is read from its file
        rows.append(pruning_runs.measure(**key))
        rows[-1].pop("seconds")
    assert json.dumps(rows[0]) == json.dumps(rows[1]) and sum(rows[0]["right_by_class"]) == round(200 * rows[0]["accuracy"])


def test_a_rate_that_is_far_too_high_counts_as_no_digit_right_and_other_errors_are_errors():
    row = pruning_runs.held_out_accuracy("mini_vgg", "l1_filter", 0.5, None, 2, 1e14, 0)
    assert (row["accuracy"], row["training_accuracy"]) == (0.0, 0.0)
    with pytest.raises(ValueError, match="cannot bring the network down"):
        pruning_runs.held_out_accuracy("mini_vgg", "l1_filter", 0.0001, None, 1, RATE, 0)


NEVER_DENSE = {"lottery", "colt", "rigl", "set", "static", "aswl"}  # which this experiment is not about


def test_every_recipe_is_compared_and_every_kind_of_run_has_all_seeds():
    compared = {RECIPES[pruning_runs.OPTIONS.get(key["method"], (key["method"],))[0]] for key in KEYS}
    assert compared == {make for name, make in RECIPES.items() if name not in NEVER_DENSE}
    kinds = Counter(json.dumps(list(key.values())[:-1]) for key in KEYS)
    assert set(kinds.values()) == {len(pruning.SEEDS)} and list(KEYS[0])[-1] == "seed"


def test_the_first_seed_of_every_method_at_its_first_share_comes_before_any_second_seed():
    runs = [key for key in KEYS if key["epochs"]]  # after the dense starts
    first = [key["seed"] for key in runs].index(1)
    assert {key["method"] for key in runs[:first]} == {key["method"] for key in KEYS}
    assert all(key["kept"] in (1.0, 0.5, pruning.SHARES[key["network"]][0]) for key in runs[:first])


def test_what_starts_from_new_weights_trains_as_long_as_start_and_recovery_together():
    epochs = {(key["method"], key["control"]): key["epochs"] for key in KEYS if key["network"] == "mini_vgg" and key["epochs"]}
    assert epochs["taylor", None] == epochs["taylor", "same_widths"] == 8
    assert epochs["complexity_pa", None] == epochs["taylor", "scratch"] == 8 + 16


def test_the_best_rate_is_that_of_the_usual_epochs_on_held_out_images():
    def row(rate, accuracy, epochs=8, control=None):
        return dict(zip(pruning.NAMES, ("mini_vgg", "taylor", 0.2, control, epochs, rate, 100))) | {"accuracy": accuracy}

    rows = [row(0.003, 0.8), row(0.01, 0.9), row(0.03, 0.85), row(0.03, 0.95, 16), row(0.003, 0.7, 24, "scratch")]
    found = pruning.best_rates(rows)
    assert found == {("mini_vgg", "taylor", None): 0.01, ("mini_vgg", "taylor", "scratch"): 0.003}


def test_the_script_chooses_rates_compares_at_them_and_has_nothing_to_do_the_second_time(tmp_path, monkeypatch):
    few = [part.take(200) for part in pruning_runs.trained_vgg.splits()]
    monkeypatch.setattr(pruning_runs.trained_vgg, "splits", lambda: few)
    monkeypatch.setattr(pruning_runs, "FOLDER", tmp_path)  # starts of these digits
    for name, value in {
        "Record": functools.partial(Record, folder=tmp_path),
        "STARTS": {"lenet300": pruning_runs.STARTS["lenet300"]},
        "METHODS": {"lenet300": ["magnitude", "random_weights"]},
        "SHARES": {"lenet300": (0.1, 0.5, 0.02)},
        "CONTROLS": {"same_densities": ("lenet300", ["magnitude"])},
        "RATES": (0.001, 0.01),
        "WIDER": (0.0001, 0.1),
    }.items():
        monkeypatch.setattr(pruning, name, value)
    monkeypatch.setattr(sys, "argv", ["pruning.py"])
    pruning_runs.dense.cache_clear()
    pruning_runs.splits.cache_clear()
    pruning.main()
    first = {name: json.loads((tmp_path / f"{name}.json").read_text()) for name in ("pruning_rates", "pruning")}
    settings, rows = first["pruning"]["settings"], first["pruning"]["rows"]
    assert all(field in settings for field in RULE)
    rates = {tuple(kind): rate for *kind, rate in settings["rates"]}
    tried = {row["learning_rate"] for row in first["pruning_rates"]["rows"] if row["method"] == "magnitude"}
    assert set(rates.values()) <= {0.0001, 0.001, 0.01, 0.1} and len(tried) == 3  # of two, one is at the edge
    assert ("lenet300", "start", None) in rates
    assert all(row["learning_rate"] == rates["lenet300", row["method"], None] for row in rows if row["epochs"] == 8)
    monkeypatch.setattr(pruning_runs, "ran", None)  # whatever is measured again fails
    pruning.main()
    assert json.loads((tmp_path / "pruning.json").read_text())["rows"] == rows
    pruning_runs.dense.cache_clear()
    pruning_runs.splits.cache_clear()
