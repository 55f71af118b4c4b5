"""`squeezelab export-c`: what it writes is what `quantize` gives, compiles, and appears whole or not at all."""

import json
import os

import pytest

torch = pytest.importorskip("torch")
from support.c_programs import compiled, said, scores_in_c  # noqa: E402

from squeezelab.cli import main  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.quantize import quantize  # noqa: E402
from squeezelab.training import reference  # noqa: E402

FILES = ["kernels.c", "kernels.h", "main.c", "network.c", "network.h", "vectors.h", "weights.h"]
OWN = """
from torch import nn

def build():
    return nn.Sequential(nn.Conv2d(1, 4, 5, 3), nn.ReLU(), nn.Flatten(), nn.Linear(256, 10))

def unlike():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.Softmax(1))

def wide():
    return nn.Conv2d(3, 4, 5)
"""


def exported(capsys, *words):
    try:
        status = main(["export-c", *map(str, words)])
    except SystemExit as leaving:
        status = leaving.code
    return (status, *capsys.readouterr())


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    (tmp_path / "exported_net.py").write_text(OWN, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))


def test_the_command_is_quantize_with_its_defaults(tmp_path, capsys):
    status, out, err = exported(capsys, "lenet300", "net", "--bits", 4)
    assert (status, err) == (0, "") and "flash: 271" in out and "./a.out --test" in out
    program = compiled(tmp_path / "net")
    assert said(program, "--test") == (0, "8 of 8 images have their scores\n", "")
    train, test = digits()
    expected = quantize(reference("lenet300"), train, bits=4).integers.scores(test.images[:100])
    pixels = (test.images[:100] * 255).round().int().flatten(1).tolist()
    assert [scores[:-1] for scores in scores_in_c(program, pixels)] == expected.tolist()


def test_a_trained_capsnet_is_written_with_the_bytes_of_its_votes(tmp_path, capsys):
    status, out, err = exported(capsys, "capsnet_tiny", "net")
    assert (status, err) == (0, "") and "capsules.c" in out and "flash: 219\u202f120 bytes" in out
    assert "10 x 128 x 16 = 20480 bytes" in (tmp_path / "net/network.h").read_text("utf-8")
    assert said(compiled(tmp_path / "net"), "--test") == (0, "8 of 8 images have their scores\n", "")


def test_a_network_of_ones_own_is_written_as_it_was_asked_for(tmp_path, capsys):
    words = ["--granularity", "tensor", "--calibration", "minmax", "--rounding", "single", "--json"]
    status, out, _ = exported(capsys, "exported_net:build", "deep/er/net", *words)
    report = json.loads(out)
    assert status == 0 and report["files"] == FILES == sorted(os.listdir("deep/er/net")) and os.listdir("deep/er") == ["net"]
    assert report["ram_bytes"] == 784 + 256 + 2 * 64 and report["flash_bytes"] == 256 + 100 + 2560 + 12 * 14
    assert "#define SINGLE_ROUNDING 1" in (tmp_path / "deep/er/net/network.h").read_text("utf-8")
    assert said(compiled(tmp_path / "deep/er/net"), "--test")[0] == 0


def test_an_empty_folder_is_taken_and_a_full_one_is_not(capsys):
    os.mkdir("net")
    assert exported(capsys, "lenet300", "net")[0] == 0
    before = {name: os.stat(f"net/{name}").st_mtime_ns for name in os.listdir("net")}
    status, out, err = exported(capsys, "mini_vgg", "net")
    assert (status, out) == (2, "") and "net is there already: C is written to a new or an empty folder" in err
    assert {name: os.stat(f"net/{name}").st_mtime_ns for name in os.listdir("net")} == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mini_net"], "unknown trained network 'mini_net'; there are lenet300"),
        (["capsnet_huge"], "there are lenet300, mini_resnet, mini_squeezenext, mini_vgg, capsnet_tiny, capsnet_mcu"),
        (["no_such_module:build"], "cannot import 'no_such_module'"),
        (["exported_net:nothing"], "exported_net has no 'nothing'; it has build"),
        (["exported_net:unlike"], "softmax"),
        (["exported_net:wide"], "reading 1×28×28"),
        (["lenet300", "--bits", "0"], "whole number"),
        (["lenet300", "--bits", "9"], "from 1 to 8, not 9"),
        (["lenet300", "--bits", "many"], "invalid int value"),
        (["lenet300", "--granularity", "layer"], "unknown granularity 'layer'; there are"),
        (["lenet300", "--calibration", "best"], "unknown calibration 'best'; there are"),
        (["lenet300", "--rounding", "up"], "unknown rounding 'up'; there are"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line_and_leaves_nothing(words, said, capsys):
    model, *options = words
    status, out, err = exported(capsys, model, "net", *options)
    assert (status, out) == (2, "") and said in err and len(err.strip().splitlines()) == 1
    assert not [name for name in os.listdir() if name.startswith("net")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_made_is_told(capsys):
    os.mkdir("closed", 0o500)
    status, out, err = exported(capsys, "lenet300", "closed/net")
    assert (status, out) == (1, "") and "ermission" in err


def test_a_file_in_the_way_is_told(capsys):
    status, out, err = exported(capsys, "lenet300", "exported_net.py/net")
    assert (status, out) == (1, "") and "exported_net.py" in err
