"""What strangers hand in: numbers of other libraries, swapped arguments, sizes without sense. Answered, or refused in words."""

import doctest
import importlib
import json
import math
import pickle
import pkgutil
from copy import deepcopy
from fractions import Fraction

import numpy as np
import pytest

import squeezelab
from squeezelab.cli import main
from squeezelab.codesign.sweep import sweep
from squeezelab.explorers import explore
from squeezelab.hardware import (
    PRESETS,
    accelerator,
    simulate,
    systolic_cost,
)
from squeezelab.networks import (
    Network,
    mobilenet,
    resnet_basic_block,
    resnet_bottleneck_block,
    squeezenet,
    squeezenext,
    squeezenext_block,
    vgg,
)
from squeezelab.notebook.tables import Table
from squeezelab.widgets import Prediction

MACHINE = accelerator("squeezelerator-16")
NET = squeezenet("1.1", resolution=64)
MODULES = [module.name for module in pkgutil.walk_packages(squeezelab.__path__, "squeezelab.") if "__main__" not in module.name]
NEED_TORCH = tuple(f"squeezelab.{part}" for part in ("bridge", "data", "decompose", "training"))


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name):
    if name.startswith(NEED_TORCH):
        pytest.importorskip("torch")
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("half", [np.float64(0.5), np.float32(0.5), Fraction(1, 2)])
def test_numbers_of_other_libraries_are_numbers(half):
    assert squeezenext(width=half).params == squeezenext(width=0.5).params
    assert mobilenet(width=half).macs == mobilenet(width=0.5).macs
    assert accelerator("tpu-like").with_(clock_ghz=half).clock_ghz == 0.5
    assert simulate(NET, MACHINE, sparsity=half).cycles == simulate(NET, MACHINE, sparsity=0.5).cycles


def test_whole_numbers_of_numpy_count():
    assert mobilenet(width=np.int64(1)).params == 4_231_976
    assert vgg(16, resolution=np.int32(32)).params == vgg(resolution=32).params
    assert MACHINE.with_(rows=np.int16(8)).rows == 8


def in_net(record):
    """Records something in a network on a map of 4 x 8 x 8."""
    return record(Network("small", (4, 8, 8)))


WRONG = [
    (lambda: squeezenext(resolution=np.array([64, 32])), "the resolution must be a whole number of at least 1, not array"),
    (lambda: squeezenext(classes=int), "number of output features must be a whole number of at least 1, not <class 'int'>"),
    (lambda: squeezenext(resolution=10**30), r"the resolution must be less than 10\^15"),
    (lambda: squeezenext(projection=""), "unknown projection ''; there are serial, parallel"),
    (lambda: MACHINE.with_(rows=np.array([8, 16])), "rows must be a whole number of at least 1, not array"),
    (lambda: MACHINE.with_(buffer_bytes=np.True_), r"buffer_bytes must be a positive number, not (np\.)?True"),
    (
        lambda: in_net(lambda net: net.conv(np.zeros((4, 8, 8)), 4, 3)),
        "'conv1': it reads layers, as net.input or .*, not ndarray",
    ),
    (lambda: in_net(lambda net: net.relu(np.int64(3))), "'relu1': it reads layers, as net.input or"),
    (lambda: in_net(lambda net: net.scope(1)), "the prefix of a scope must be text, not 1"),
    (lambda: in_net(lambda net: net.activation(None, net.input)), "unknown activation None; there are relu"),
    (
        lambda: in_net(lambda net: resnet_basic_block(net.input, net, 8)),
        r"a block takes a network and .*, not Input and Network",
    ),
    (lambda: in_net(lambda net: resnet_basic_block(net, "input", 8)), "a block takes a network and .*, not Network and str"),
    (lambda: in_net(lambda net: resnet_bottleneck_block(net, net.input, "8")), "output channels must be a whole number"),
    (lambda: in_net(lambda net: squeezenext_block(net, net.input, None)), "output channels must be a whole number"),
    (lambda: sweep(NET, MACHINE, progress="bar"), "progress is True, False or a function called with .*, not 'bar'"),
    (lambda: sweep(NET, MACHINE, rows=np.array([])), "an axis of a sweep needs at least one value"),
    (lambda: Prediction("q", "ab", 0, "r"), "options of a prediction must be a list, not 'ab'"),
    (lambda: Prediction(None, ["a", "b"], 0, "r"), "question of a prediction must be text, not None"),
    (lambda: Prediction("q", ["a", "b"], True, "r"), "answer is the index of an option, 0 to 1, not True"),
    (lambda: Prediction("q", ["a", "b"], 0, "r", [1, math.inf]), "values of a prediction must be finite numbers, not inf"),
]


@pytest.mark.parametrize("ask, message", WRONG, ids=[message[:40] for _, message in WRONG])
def test_nonsense_is_refused_in_words(ask, message):
    with pytest.raises(ValueError, match=message):
        ask()


def test_a_single_number_of_numpy_is_an_axis_of_one():
    assert sweep(NET, MACHINE, batch=np.array(2), progress=False)["cycles"].tolist() == [simulate(NET, MACHINE, batch=2).cycles]


def test_a_table_shows_numbers_of_numpy_and_what_is_no_number():
    rows = [["numpy", np.int64(1169173)], ["none", math.nan], ["without end", math.inf]]
    lines = repr(Table(["a", "b"], rows)).splitlines()[1:]
    assert [line.split("  ")[-1].strip() for line in lines] == ["1\u202f169\u202f173", "–", "∞"]


@pytest.mark.parametrize("thing", [squeezenext(version=5), MACHINE, simulate(NET, MACHINE), systolic_cost(3, 4, 5, 2, 2, "ws")])
def test_copies_are_equal(thing):
    for copied in (pickle.loads(pickle.dumps(thing)), deepcopy(thing)):
        assert repr(copied) == repr(thing)


@pytest.mark.parametrize("machine", PRESETS)
@pytest.mark.parametrize("other", ["hidden", "fused", "separate"])
def test_a_report_is_json_without_nan_and_infinity(machine, other):
    report = simulate(NET, machine, sparsity=0.4, other_layers=other)
    assert json.loads(json.dumps(report.to_dict(), allow_nan=False)) == report.to_dict()


def test_the_command_line_shows_its_version(capsys):
    with pytest.raises(SystemExit) as leaving:
        main(["--version"])
    assert leaving.value.code == 0 and capsys.readouterr().out == f"squeezelab {squeezelab.__version__}\n"


def test_the_command_line_says_when_the_disk_is_full(capsys, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("squeezelab.cli.list_text", full)
    assert main(["list"]) == 1
    assert capsys.readouterr().err == "squeezelab: [Errno 28] No space left on device\n"


@pytest.mark.parametrize(
    "values, said",
    [
        ({"width": True}, "width is one of 0.5, "),
        ({"sparsity": True}, "sparsity lies between"),
        ({"array": 8.5}, "array is a whole number, not 8.5"),
        ({"sparsity": np.ones(2)}, "sparsity lies between"),
        ({"version": "5"}, "version is one of 1, 2, 3, 4, 5, not '5'"),
        (5, r"a dict \{control: value\}, not 5"),
    ],
)
def test_an_explorer_says_which_values_a_control_takes(values, said):
    with pytest.raises(ValueError, match=said):
        explore("squeezenext_cost", values)


def test_numpy_numbers_reach_an_explorer_as_plain_ones():
    numpy_values = {"sparsity": np.float64(0.5), "array": np.int64(8), "width": np.float32(1.5), "version": 5.0}
    figure = explore("squeezenext_cost", numpy_values)
    assert json.dumps(figure) == json.dumps(explore("squeezenext_cost", {"sparsity": 0.5, "array": 8, "width": 1.5}))
