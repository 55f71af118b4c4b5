"""What strangers hand in: numbers of other libraries, swapped arguments, sizes without sense. Answered, or refused in words."""

import json
import math
import pickle
from copy import deepcopy
from fractions import Fraction

import numpy as np
import pytest

from squeezelab.codesign.sweep import sweep
from squeezelab.explorers import explore
from squeezelab.hardware import (
    PRESETS,
    accelerator,
    simulate,
    systolic_cost,
)
from squeezelab.networks import (
    mobilenet,
    squeezenet,
    squeezenext,
    vgg,
)
from squeezelab.notebook.tables import Table

MACHINE = accelerator("squeezelerator-16")
NET = squeezenet("1.1", resolution=64)


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


WRONG = [
    (lambda: MACHINE.with_(rows=np.array([8, 16])), "rows must be a whole number of at least 1, not array"),
    (lambda: MACHINE.with_(buffer_bytes=np.True_), r"buffer_bytes must be a positive number, not (np\.)?True"),
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


@pytest.mark.parametrize(
    "values, said",
    [
        ({"width": True}, "width is one of 0.5, "),
        ({"sparsity": True}, "sparsity must be a number between"),
        ({"array": 8.5}, "array is a whole number, not 8.5"),
        ({"sparsity": np.ones(2)}, "sparsity must be a number between"),
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
