"""A method of one's own gets the runs of all others: its shares, seeds, epochs, and a learning rate of its own."""

import json

import pytest

pytest.importorskip("torch")

import own_method  # noqa: E402
import pruning_runs  # noqa: E402

from squeezelab.prune import RECIPES  # noqa: E402
from squeezelab.recorded.own_board import NEEDED  # noqa: E402

MINE = "from squeezelab.prune import RECIPES\n\ndef fallen():\n    return RECIPES['magnitude']()\n\nnothing = 3\n"


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A recipe in a file, few digits, and dense starts of one epoch."""
    few = [part.take(200) for part in pruning_runs.trained_vgg.splits()]
    monkeypatch.setattr(pruning_runs.trained_vgg, "splits", lambda: few)
    monkeypatch.setattr(pruning_runs, "TEST", 200)
    monkeypatch.setattr(pruning_runs, "FOLDER", tmp_path / "starts")
    starts = {name: start._replace(epochs=1) for name, start in pruning_runs.STARTS.items()}
    for module in (pruning_runs, own_method):
        monkeypatch.setattr(module, "STARTS", starts)
    for name, value in {"EPOCHS": 1, "SEEDS": (0, 1), "RATES": (0.001, 0.01), "WIDER": (0.0001, 0.1)}.items():
        monkeypatch.setattr(own_method, name, value)
    monkeypatch.setattr(own_method, "LEVELS", {"weights": (0.5, 0.1), "channels": (0.5,)})
    pruning_runs.splits.cache_clear()
    (tmp_path / "mine.py").write_text(MINE, "utf-8")
    yield tmp_path / "mine.py"
    RECIPES.pop("mine", None)
    pruning_runs.splits.cache_clear()
    pruning_runs.dense.cache_clear()


def test_it_has_a_row_for_each_share_and_seed_with_all_that_the_board_needs(mine):
    rows = own_method.measured("mine", own_method.recipe_at(f"{mine}:fallen"), mine.parent)
    assert [(row["kept"], row["seed"]) for row in rows] == [(0.5, 0), (0.5, 1), (0.1, 0), (0.1, 1)]
    assert all(set(NEEDED) <= set(row) and row["method"] == "mine" and row["network"] == "lenet300" for row in rows)
    rates = json.loads((mine.parent / "mine_rates.json").read_text("utf-8"))["rows"]
    assert max(rates, key=lambda row: row["accuracy"])["learning_rate"] == rows[0]["learning_rate"]
    assert {row["seed"] for row in rates} == {100} and len(rates) >= 3, "one edge or the other is the best of two"
    assert json.loads((mine.parent / "mine.json").read_text("utf-8"))["command"] == "python experiments/own_method.py"


def test_channels_fall_from_mini_vgg_and_what_starts_anew_trains_as_long_as_start_and_recovery():
    (key,) = own_method.runs_of("mine", RECIPES["complexity"](), 0.01, [0.5], [3])
    assert (key["network"], key["epochs"], key["seed"]) == ("mini_vgg", 24, 3)
    assert own_method.runs_of("mine", RECIPES["magnitude"](), 0.01, [0.5], [3])[0]["epochs"] == 8


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("no_such.py:fallen", "there is no file 'no_such.py': write FILE.py:NAME"),
        ("{}", "has no function '' that gives a squeezelab.prune.Recipe"),
        ("{}:nothing", "has no function 'nothing' that gives a squeezelab.prune.Recipe"),
    ],
)
def test_what_gives_no_recipe_is_named(mine, address, words):
    with pytest.raises(SystemExit, match=words):
        own_method.recipe_at(address.format(mine))
