"""Errors of `squeezelab.explorers` teach: each names what is wrong and what would be right."""

import re

import pytest

from squeezelab.explorers import ahead, checked_values, explore, module, start_values
from squeezelab.explorers.kit.measured import measured
from squeezelab.explorers.kit.memo import Memo
from squeezelab.explorers.kit.zoo import square_machine, zoo_control, zoo_label, zoo_network

DOORS = [explore, ahead, checked_values]


@pytest.mark.parametrize("door", [*DOORS, lambda name, values: module(name), lambda name, values: start_values(name)])
@pytest.mark.parametrize("name", ["layercost", "", None, 3, ["roofline"]])
def test_an_unknown_explorer(door, name):
    with pytest.raises(ValueError, match=re.escape(f"there is no explorer {name!r}; there are layer_cost, roofline, dataflow")):
        door(name, {})


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("values", [[], "kernel=5", 3, [("kernel", 5)]])
def test_values_that_are_no_dict(door, values):
    words = f"the values of explorer 'layer_cost' are a dict {{control: value}}, not {values!r}"
    with pytest.raises(ValueError, match=re.escape(words)):
        door("layer_cost", values)


@pytest.mark.parametrize("door", DOORS)
def test_an_unknown_control(door):
    with pytest.raises(ValueError, match="explorer 'memory' has no control 'speed'; it has network, buffer_kb, batch, energy"):
        door("memory", {"speed": 1})


BAD = [
    ("layer_cost", {"kind": "dilated"}, "kind is one of 'conv', 'grouped', 'depthwise', not 'dilated'"),
    ("layer_cost", {"kind": 3}, "kind is one of 'conv', 'grouped', 'depthwise', not 3"),
    ("layer_cost", {"channels": 0}, "channels must be a number between 4 and 512, not 0"),
    ("layer_cost", {"channels": "64"}, "channels must be a number between 4 and 512, not '64'"),
    ("layer_cost", {"channels": True}, "channels must be a number between 4 and 512, not True"),
    ("layer_cost", {"channels": float("nan")}, "channels must be a number between 4 and 512, not nan"),
    ("layer_cost", {"channels": None}, "channels must be a number between 4 and 512, not None"),
    ("layer_cost", {"kernel": 2}, "kernel is one of 1, 3, 5, 7, not 2"),
    ("layer_cost", {"kernel": True}, "kernel is one of 1, 3, 5, 7, not True"),
    ("layer_cost", {"kernel": [3]}, "kernel is one of 1, 3, 5, 7, not [3]"),
    ("roofline", {"network": "lenet"}, "network is one of 'squeezenext', 'squeezenext_v1'"),
    ("roofline", {"batch": 0}, "batch is one of 1, 2, 4, 8, 16, 32, 64, not 0"),
    ("staircase", {"filters": 129}, "filters must be a number between 1 and 128, not 129"),
    ("staircase", {"filters": 1.5}, "filters is a whole number, not 1.5"),
    ("memory", {"buffer_kb": 100}, "buffer_kb is one of 8, 16, 32, 64"),
    ("squeezenext_cost", {"version": 6}, "version is one of 1, 2, 3, 4, 5, not 6"),
    ("squeezenext_cost", {"width": 0.51}, "width is one of 0.5, 0.625"),
    ("squeezenext_cost", {"sparsity": 1.0}, "sparsity must be a number between 0 and 0.9, not 1.0"),
    ("squeezenext_cost", {"array": 0}, "array must be a number between 4 and 32, not 0"),
    ("squeezenext_cost", {"dataflow": "is"}, "dataflow is one of 'hybrid', 'ws', 'os', not 'is'"),
    ("dataflow", {"cycle": 0}, "cycle must be a number between 1 and 150, not 0"),
    ("dataflow", {"dataflow": "rs"}, "dataflow is one of 'ws', 'os', 'is', not 'rs'"),
    ("dataflow", {"side": 2.5}, "side is a whole number, not 2.5"),
    ("sparse_hardware", {"density": 0}, "density must be a number between 0.05 and 1, not 0"),
    ("sparse_hardware", {"mode": "wish"}, "mode is one of 'none', 'gate', 'skip', 'nm', 'lanes', not 'wish'"),
    ("block_composer", {"channels": 9.5}, "channels is a whole number, not 9.5"),
    ("block_composer", {"fused": "yes"}, "fused is one of False, True, not 'yes'"),
    ("block_composer", {"fused": 1}, "fused is one of False, True, not 1"),
    ("width_scaling", {"channels": 100}, "channels is one of 16, 32, 64"),
    ("width_scaling", {"group": 24}, "group is one of 8, 16, 32, 64, not 24"),
    ("width_scaling", {"measure": "energy"}, "measure is one of 'params', 'macs', 'words', 'cycles', not 'energy'"),
    ("ghost", {"ratio": 9}, "ratio must be a number between 2 and 8, not 9"),
    ("ghost", {"cheap": 2}, "cheap is one of 1, 3, 5, 7, not 2"),
    ("ghost", {"kernel": 5}, "kernel is one of 1, 3, not 5"),
    ("ghost", {"machine": "tpu-like"}, "machine is one of 'cpu-like', 'gpu-like', not 'tpu-like'"),
    ("rank", {"method": "tt"}, "method is one of 'svd', 'separable', 'tucker2', 'cp', 'cp3', not 'tt'"),
    ("rank", {"share": 0.3}, "share is one of 0.015625"),
    ("rank", {"channels": 128}, "channels is one of 16, 32, 64, not 128"),
    ("degeneracy", {"sweeps": 30}, "sweeps is one of 1, 2, 5, 10"),
    ("degeneracy", {"ridge": "1e-5"}, "ridge is one of 'none', '1e-4', '1e-3', '1e-2', not '1e-5'"),
    ("degeneracy", {"tensor": "random"}, "tensor is one of 'border', 'trained8', 'trained32', not 'random'"),
    ("kernel_slices", {"kernel": 1}, "kernel is one of 3, 5, 7, not 1"),
    ("kernel_slices", {"share": 1}, "share is one of 0.03125"),
    ("network_cost", {"family": "lenet"}, "family is one of 'squeezenext', 'mobilenet'"),
    ("network_cost", {"depth": 17}, "depth is one of 16, 18, 19, 23, 34, 44, 50, not 17"),
]


@pytest.mark.parametrize(("name", "values", "words"), BAD)
def test_a_bad_value_is_named_with_the_good_ones(name, values, words):
    for door in DOORS:
        with pytest.raises(ValueError, match=re.escape(f"explorer {name!r}: {words}")):
            door(name, values)


def test_a_number_of_another_library_is_a_number():
    numpy = pytest.importorskip("numpy")
    assert explore("layer_cost", {"channels": numpy.int64(64), "kernel": numpy.int32(3)}) == explore("layer_cost")
    assert checked_values("layer_cost", {"channels": 64.0})["channels"] == 64


@pytest.mark.parametrize("ask", [zoo_network, zoo_label])
def test_an_unknown_network_of_the_zoo(ask):
    with pytest.raises(ValueError, match="unknown network 'lenet'; there are alexnet, mobilenet"):
        ask("lenet")
    assert zoo_control("vgg")["value"] == "vgg"


def test_an_impossible_array():
    with pytest.raises(ValueError, match="rows must be a whole number of at least 1, not 0"):
        square_machine(0)


def test_an_unknown_record():
    with pytest.raises(ValueError, match="no recorded result 'rnak': there is no rnak.json, or no explorer names it"):
        measured("rnak")


def test_a_memo_too_small():
    with pytest.raises(ValueError, match="a memo keeps at least 2 values, not 1"):
        Memo(len, 1)
