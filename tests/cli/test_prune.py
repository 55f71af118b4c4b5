"""`squeezelab prune`: every recipe from the command line, budgets that hold after training, a model of one's own, refusals."""

import fcntl
import json
import os
import select
import signal
import struct
import subprocess
import sys
import termios

import pytest

torch = pytest.importorskip("torch")
from safetensors.torch import load_file  # noqa: E402

from squeezelab.cli import main  # noqa: E402
from squeezelab.prune import RECIPES, Plan  # noqa: E402
from squeezelab.training import reference  # noqa: E402

KEYS = {"recipe", "unit", "sparsity", "nonzero", "accuracy_before", "accuracy", "params", "macs", "stored_bytes", "training_macs"}
KEYS |= {"cycles", "energy", "seed"}
OWN = """
from torch import nn

def build():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 9, 3, 2), nn.BatchNorm2d(9), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(9, 10))
"""


def pruned(capsys, *words):
    try:
        status = main(["prune", *map(str, words)])
    except SystemExit as leaving:
        status = leaving.code
    return (status, *capsys.readouterr())


@pytest.fixture
def own(tmp_path, monkeypatch):
    (tmp_path / "of_ones_own.py").write_text(OWN, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return "of_ones_own:build"


@pytest.mark.parametrize("recipe", list(RECIPES))
def test_every_recipe_runs_on_a_model_of_ones_own(recipe, own, capsys):
    status, out, _ = pruned(capsys, "--recipe", recipe, "--model", own, "--epochs", 0, "--json")
    report = json.loads(out)
    assert status == 0 and KEYS <= set(report)
    assert {"dense_" + key for key in ("nonzero", "params", "macs", "stored_bytes", "cycles", "energy", "accuracy")} <= set(
        report
    )
    assert 0 < report["nonzero"] < report["dense_nonzero"] and report["recipe"] == recipe
    assert report["unit"] == RECIPES[recipe]().unit


@pytest.mark.parametrize(
    ("recipe", "measure"), [("smcp", "cycles"), ("smcp", "params"), ("l1_filter", "stored_bytes"), ("taylor", "energy")]
)
def test_a_budget_holds_after_training(recipe, measure, capsys):
    words = ["--recipe", recipe, "--model", "lenet300" if recipe == "l1_filter" else "mini_vgg", "--budget", f"{measure}=0.5"]
    status, out, err = pruned(capsys, *words, "--epochs", 1, "--json")
    report = json.loads(out)
    assert status == 0 and report[measure] <= 0.5 * report["dense_" + measure] and report["accuracy"] > 0.8
    assert report["budget"] == {measure: 0.5}


def test_what_is_saved_is_whole_and_loads_into_a_fresh_model(tmp_path, capsys):
    folder = tmp_path / "small"
    words = ["--recipe", "fpgm", "--model", "mini_resnet", "--sparsity", 0.4, "--epochs", 0, "--save", folder, "--json"]
    status, out, _ = pruned(capsys, *words)
    small = Plan.load(folder / "plan.json").apply(reference("mini_resnet"), (1, 28, 28))
    small.load_state_dict(load_file(folder / "model.safetensors"))
    assert json.loads((folder / "report.json").read_text("utf-8")) == json.loads(out)
    assert sum(value.numel() for value in small.parameters()) == json.loads(out)["params"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small"]
    assert pruned(capsys, *words)[0] == 2  # what is there is not overwritten


def test_the_table_says_what_was_read_of_the_paper(capsys):
    _, out, _ = pruned(capsys, "--recipe", "complexity", "--option", "mode=ma", "--sparsity", 0.3, "--epochs", 0)
    assert "(AFTER)" in out and "cycles" in out and "accuracy on the test digits: 98." in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--recipe", "best"], "unknown recipe 'best'; there are aswl, colt, complexity, fpgm"),
        (["--recipe", "smcp", "--model", "mini_net"], "unknown trained network 'mini_net'; there are lenet300"),
        (["--recipe", "smcp", "--sparsity", "1"], "the sparsity must be a share of the units"),
        (["--recipe", "smcp", "--budget", "cycles=0.01"], "cannot bring the network down to 1.0% of its 20533 cycles"),
        (["--recipe", "smcp", "--budget", "seconds=0.5"], "unknown measure 'seconds'; there are params, macs"),
        (["--recipe", "smcp", "--budget", "half"], "a budget is a measure and an amount"),
        (["--recipe", "smcp", "--option", "mode=pa"], "smcp has no option 'mode'; it takes cost, machine, gate"),
        (["--recipe", "smcp", "--option", "warm_up=9", "--epochs", "2"], "9 epochs of warm-up do not fit into 2 epochs"),
        (["--recipe", "two_four", "--sparsity", "0.9"], "two of four is a sparsity of 0.5"),
        (["--recipe", "l1_filter", "--accelerator", "tpu"], "unknown accelerator"),
        (["--recipe", "l1_filter", "--sparsity", "0.5", "--budget", "cycles=1"], "not allowed with"),
        (["--recipe", "slimming", "--model", "lenet300"], "'fc1' has no batch norm"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(words, said, capsys):
    status, out, err = pruned(capsys, *words)
    assert (status, out) == (2, "") and said in err and len(err.strip().splitlines()[-1:]) == 1


def hears_interrupts():
    """What runs in the background of a shell ignores them, and so would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupt_keeps_what_was_reached(tmp_path):
    """Ctrl-C in the middle of training: the report and the saved model are those of the steps that are done."""
    folder = tmp_path / "kept"
    words = ["prune", "--recipe", "l1_filter", "--epochs", "500", "--save", str(folder), "--json"]
    shown = {name: value for name, value in os.environ.items() if name not in ("CI", "TQDM_DISABLE")}  # both hide the bar
    terminal, stderr = os.openpty()  # a bar is shown where somebody watches
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))  # lines, columns
    process = subprocess.Popen(
        [sys.executable, "-m", "squeezelab", *words],
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=shown,
        preexec_fn=hears_interrupts,
    )
    os.close(stderr)
    seen = b""
    while b"loss=" not in seen:
        assert select.select([terminal], [], [], 120)[0], f"no bar, but {seen!r}"
        seen += os.read(terminal, 1000)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=300)
    os.close(terminal)
    report = json.loads(out)
    assert process.returncode == 0 and report["interrupted"] and (folder / "model.safetensors").exists()
