"""The command line says in one line what it cannot do, and leaves with a status that tells why."""

import pytest

import squeezelab
from squeezelab.cli import main


def test_what_is_no_request_leaves_with_2(capsys):
    with pytest.raises(SystemExit) as leaving:
        main(["cost", "vgg", "--colour", "red"])
    assert leaving.value.code == 2
    assert capsys.readouterr().err == "squeezelab: unrecognized arguments: --colour red\n"


def test_a_request_that_makes_no_sense_is_refused_with_2(capsys):
    assert main(["cost", "vgg", "--weight-bits", "0"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err == "squeezelab: weight_bits must be a whole number of at least 1, not 0\n"


def test_it_shows_its_version(capsys):
    with pytest.raises(SystemExit) as leaving:
        main(["--version"])
    assert leaving.value.code == 0 and capsys.readouterr().out == f"squeezelab {squeezelab.__version__}\n"


def test_it_says_when_the_disk_is_full(capsys, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("squeezelab.cli.list_text", full)
    assert main(["list"]) == 1
    assert capsys.readouterr().err == "squeezelab: [Errno 28] No space left on device\n"
