"""`squeezelab cost package.module:name` costs a reader's own network; torch is needed for torch's modules only."""

import sys

import pytest

from squeezelab.cli import main
from squeezelab.cli.own_network import own_network
from squeezelab.hardware import simulate
from squeezelab.networks import squeezenet

SOURCE = """
from squeezelab.networks import Network, squeezenet

network = squeezenet(resolution=64)
number = 3

def small():
    return squeezenet(resolution=64)

def broken():
    raise RuntimeError("two\\nlines")

def wrong():
    return "a word"

class Holder:
    small = small
"""


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    """A folder with a reader's files, in which the command runs, and no torch."""
    (tmp_path / "reader_networks.py").write_text(SOURCE)
    (tmp_path / "reader_torch.py").write_text("import torch\n")
    (tmp_path / "reader_broken.py").write_text("1 / 0\n")
    (tmp_path / "reader_script.py").write_text("raise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("reader_networks", "reader_torch", "reader_broken", "reader_script"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)


@pytest.mark.parametrize("name", ["network", "small", "squeezenet", "Holder.small"])
def test_a_network_or_its_function_needs_no_torch(name):
    assert own_network(f"reader_networks:{name}").params == squeezenet().params


def test_the_command_costs_it(capsys):
    assert main(["cost", "reader_networks:small", "--input", "3,64,64"]) == 0
    assert f"{simulate(squeezenet(resolution=64), 'squeezelerator-16').cycles:,} cycles" in capsys.readouterr().out


BAD = [
    (["nowhere_at_all:x"], "cannot import 'nowhere_at_all': ModuleNotFoundError"),
    (["reader_broken:x"], "cannot import 'reader_broken': ZeroDivisionError: division by zero"),
    (["reader_script:x"], "cannot import 'reader_script': SystemExit: 3"),
    (["./nets/mine.py:x"], "'./nets/mine.py' is a file; write it as Python imports it, nets.mine:name"),
    (["reader_networks", "--input", "3,64,64"], "--input is for your own modules; write reader_networks:name"),
    (["reader_torch:x"], "install torch: pip install 'squeezelab[torch]'"),
    (["reader_networks:absent"], "reader_networks has no 'absent'; it has Holder, Network, broken, small, squeezenet, wrong"),
    (["reader_networks:"], "reader_networks has no ''"),
    (["reader_networks:number"], "is of type int; it must be an nn.Module, a Network or return one"),
    (["reader_networks:broken"], "reader_networks:broken() fails: RuntimeError: two lines"),
    (["reader_networks:wrong"], "is no Network, and torch cannot be imported"),
    (["reader_networks:small", "--input", "3,2,2"], "is a Network on an input of (3, 64, 64), not (3, 2, 2)"),
    (["reader_networks:small", "--input", "three"], "an input is channels, height, width, as 3,224,224, not 'three'"),
    (["reader_networks:small", "--width", "2"], "--width is for the networks of the book"),
    (["vgg", "--input", "3,2,2"], "--input is for your own modules; vgg takes --resolution"),
]


@pytest.mark.parametrize("words, message", BAD, ids=[" ".join(words) for words, _ in BAD])
def test_nonsense_is_refused_in_one_line(capsys, words, message):
    try:
        status = main(["cost", *words])
    except SystemExit as leaving:
        status = leaving.code
    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert err.startswith("squeezelab: ") and err.count("\n") == 1 and message in err
