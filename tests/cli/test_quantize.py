"""`squeezelab quantize`: the report of `quantize`, in a table and as JSON, and what it refuses."""

import json

import pytest

pytest.importorskip("torch")
from squeezelab.cli import main  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.quantize import Integers, load_program, quantize  # noqa: E402
from squeezelab.training import reference  # noqa: E402

TRAIN, TEST = digits()


def asked(capsys, *words):
    """(status, standard output, standard error) of a command."""
    status = main(["quantize", *words])
    out, err = capsys.readouterr()
    return status, out, err


def test_json_is_the_report_of_quantize(capsys):
    words = "--model lenet300 --bits 4 --granularity channel --calibration mse --seed 0 --json".split()
    status, out, _ = asked(capsys, *words)
    wanted = quantize(reference("lenet300"), TRAIN, bits=4).report(TEST)
    found = json.loads(out)
    assert status == 0 and found["model"] == "lenet300" and found["bits"] == 4
    for name in ("accuracy", "integer_accuracy", "dense_accuracy", "bytes", "dense_bytes", "cycles", "energy", "granularity"):
        assert found[name] == wanted[name], name
    assert [row["layer"] for row in found["layers"]] == [row["layer"] for row in wanted["layers"]]


def test_the_table_has_a_line_a_layer(capsys):
    status, out, _ = asked(capsys, "--model", "lenet300", "--bits", "2", "--ends", "8", "--adaptive", "--bias-correction")
    assert status == 0
    lines = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line}
    assert [lines[name][0] for name in ("fc1", "fc2", "fc3")] == ["8", "2", "8"]
    assert "in integers" in out and "bytes" in lines


def test_a_training_is_counted_in_epochs(capsys):
    status, out, _ = asked(capsys, "--model", "lenet300", "--bits", "2", "--qat", "1", "--way", "ste", "--json")
    found = json.loads(out)
    assert status == 0 and (found["qat"], found["epochs"]) == ("ste", 1)


def test_what_is_saved_runs_again(tmp_path, capsys):
    status, _, _ = asked(capsys, "--model", "lenet300", "--bits", "3", "--save", str(tmp_path / "net"))
    scores = Integers(load_program(tmp_path / "net/program.json")).scores(TEST.images[:5])
    assert status == 0 and scores.tolist() == quantize(reference("lenet300"), TRAIN, 3).integers.scores(TEST.images[:5]).tolist()
    assert json.loads((tmp_path / "net/report.json").read_text())["bits"] == 3
    status, out, err = asked(capsys, "--model", "lenet300", "--save", str(tmp_path / "net"))
    assert (status, out) == (2, "") and "is there already" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--bits 9", "bits must be a whole number from 1 to 8, not 9"),
        ("--bits 0", "bits must be a whole number"),
        ("--granularity row", "unknown granularity 'row'; there are channel, tensor"),
        ("--calibration largest", "unknown calibration 'largest'"),
        ("--rounding up", "unknown rounding 'up'"),
        ("--qat 1 --way pact", "unknown way of training 'pact'"),
        ("--qat -1", "epochs must be"),
        ("--model alexnet", "unknown trained network 'alexnet'"),
        ("--accelerator tpu", "unknown accelerator 'tpu'"),
        ("--model squeezelab.networks:squeezenext", "'conv1' reading 1×28×28"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(words, says, capsys):
    status, out, err = asked(capsys, *words.split())
    assert (status, out) == (2, "") and err.count("\n") == 1
    assert says in err
