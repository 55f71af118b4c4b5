"""The command on a reader's torch module: what it prints goes to stderr, and it is read as it is evaluated."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from squeezelab.bridge import from_torch  # noqa: E402
from squeezelab.cli import main  # noqa: E402
from squeezelab.cli.own_network import own_network  # noqa: E402

LOUD = """
import atexit, os, subprocess, sys
from sys import stdout
from torch import nn

print("import")
stdout.write("import, held\\n")
atexit.register(lambda: print("exit"))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        print("builder")
        sys.__stdout__.write("builder, below\\n")
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        print("forward")
        os.write(1, b"forward, by its number\\n")
        subprocess.run([sys.executable, "-c", "print('child')"])
        return self.conv(x)
"""
PRINTED = ["import", "import, held", "builder", "builder, below", "forward", "forward, by its number", "child", "exit"]

MODES = """
import torch
from torch import nn

class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.aux, self.head = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 16, 1), nn.Conv2d(8, 16, 1)

    def forward(self, x):
        x = self.body(x)
        return self.head(x) + self.aux(x) if self.training else self.head(x)

class Partly(Heads):
    def __init__(self):
        super().__init__()
        self.body.eval()

instance = Partly()
description = __import__("squeezelab.networks", fromlist=["mini_vgg"]).mini_vgg

class Failing(nn.Module):
    def forward(self, x):
        raise KeyError("two\\nlines")

class Leaving(nn.Module):
    def forward(self, x):
        raise SystemExit(0)
"""


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    (tmp_path / "reader_loud.py").write_text(LOUD)
    (tmp_path / "reader_here_loud.py").write_text(LOUD.replace('atexit.register(lambda: print("exit"))', ""))
    (tmp_path / "reader_modes.py").write_text(MODES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("reader_here_loud", "reader_modes"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def command(*words):
    done = subprocess.run([sys.executable, "-m", "squeezelab", "cost", *words], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("words", [["--json"], []])
def test_what_a_module_prints_goes_to_stderr_and_the_answer_alone_to_stdout(words):
    status, out, err = command("reader_loud:Net", "--input", "3,8,8", *words)
    assert status == 0
    assert set(PRINTED) <= set(err.splitlines()) and not set(PRINTED) & set(out.splitlines())
    if words:
        report = json.loads(out)
        assert (report["params"], report["macs"]) == (224, 224 * 36 - 8 * 36)
    else:
        assert out.startswith("Net on squeezelerator-16")


def test_prints_go_to_stderr_in_a_process_that_goes_on(capfd):
    assert main(["cost", "reader_here_loud:Net", "--input", "3,8,8", "--json"]) == 0
    print("after")
    out, err = capfd.readouterr()
    assert json.loads(out.removesuffix("after\n"))["params"] == 224
    assert set(PRINTED) - {"exit"} <= set(err.splitlines())


def test_an_error_leaves_stdout_empty_and_names_itself_in_one_line(capfd):
    assert main(["cost", "reader_here_loud:Net", "--input", "4,8,8", "--json"]) == 2
    out, err = capfd.readouterr()
    assert out == "" and "Traceback" not in err
    assert err.splitlines()[-1].startswith("squeezelab: ")


@pytest.mark.parametrize("name", ["Failing", "Leaving"])
def test_a_forward_that_fails_or_leaves_is_an_error(capsys, name):
    assert main(["cost", f"reader_modes:{name}", "--input", "3,8,8", "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("squeezelab: ") and err.count("\n") == 1 and "Traceback" not in err


def params(capsys, *words):
    assert main(["cost", *words, "--input", "3,8,8", "--json"]) == 0
    return json.loads(capsys.readouterr().out)["params"]


@pytest.mark.parametrize("name", ["Heads", "instance"])
def test_a_module_is_read_as_it_is_evaluated_or_as_it_trains(capsys, name):
    assert params(capsys, f"reader_modes:{name}") == 224 + 144
    assert params(capsys, f"reader_modes:{name}", "--train") == 224 + 144 + 144


def test_the_modes_of_a_readers_module_stay_as_they_were():
    own_network("reader_modes:instance", (3, 8, 8))
    instance = sys.modules["reader_modes"].instance
    assert instance.training and not instance.body.training and instance.head.training
    assert own_network("reader_modes:instance", (3, 8, 8), train=True).params == from_torch(instance, (3, 8, 8)).params


@pytest.mark.parametrize(
    "words, message",
    [
        (["vgg", "--train"], "--train is for your own modules"),
        (["reader_modes:description", "--train"], "reader_modes:description is a Network, which is the same"),
        (["reader_modes:Heads"], "say what it reads, as in --input 3,224,224"),
    ],
)
def test_modes_that_make_no_sense_are_refused(capsys, words, message):
    assert main(["cost", *words]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and message in err


def test_an_instance_on_a_vector_of_features_is_costed_too(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "reader_here", SimpleNamespace(net=nn.Linear(4, 2)))
    assert main(["cost", "reader_here:net", "--input", "4", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["params"] == 10
