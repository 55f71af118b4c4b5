"""Errors of `squeezelab.codesign` teach: each names what is wrong and what would be right."""

import numpy as np
import pytest

from squeezelab.codesign import DesignTable, sweep, variants
from squeezelab.networks import alexnet, squeezenet

WHOLE = "must be a whole number of at least 1, not "


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"rows": []}, "at least one value"),
        ({"rows": [8, 0]}, "rows must be a whole number"),
        ({"rows": [8.5]}, "rows must be a whole number"),
        ({"buffer_kb": [0]}, "buffer_kb must be a positive number"),
        ({"buffer_kb": ["8"]}, "buffer_kb must be a positive number"),
        ({"buffer_kb": 8, "buffer_bytes": 8192}, "not both"),
        ({"buffers": [8]}, "nothing to sweep is called 'buffers'"),
        ({"sparsity": [0.5, 1.0]}, "share of zeros"),
        ({"sparsity": [0.5, {"conv1": 0.5}]}, "an axis of sparsity takes numbers; .* the same for all"),
        ({"batch": [1, 0]}, "the batch must be a whole number"),
        ({"dataflow": "is"}, "unknown dataflow 'is'; there are hybrid, ws, os"),
        ({"weight_format": "zip"}, "unknown weight format"),
        ({"batch": 10**9}, "2\\^53"),
        ({"rows": np.array([])}, "an axis of a sweep needs at least one value"),
        ({"progress": "bar"}, "progress is True, False or a function called with .*, not 'bar'"),
        ({"machine": "tpu"}, "unknown accelerator 'tpu'; there are cpu-like, "),
        ({"sparsity_mode": "hope"}, "unknown sparsity mode 'hope'; there are none, gate, skip, nm, lanes"),
        ({"other_layers": "free"}, "unknown treatment of other layers 'free'; there are hidden, fused, separate"),
        ({"sparsity": {"pool1": 0.5}}, "no layer 'pool1' with weights in AlexNet; there are conv1, "),
        ({"weight_bits": [4, 0]}, "weight_bits " + WHOLE + "0"),
        ({"activation_bits": 7.5}, "activation_bits " + WHOLE + "7.5"),
        ({"sum_bits": {"conv1": "32"}}, "the sum_bits of 'conv1' " + WHOLE + "'32'"),
        ({"weight_bits": [8, {"conv1": 8}]}, "an axis of weight_bits takes numbers; .* the same for all"),
    ],
)
def test_bad_designs_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        sweep(**({"networks": alexnet(), "machine": "squeezelerator-16"} | arguments))


def test_bad_networks_and_columns_are_named():
    with pytest.raises(ValueError, match="needs a Network, not the name 'squeezenext'"):
        sweep("squeezenext", "squeezelerator-16")
    with pytest.raises(ValueError, match="at least one network"):
        sweep([], "squeezelerator-16")
    with pytest.raises(ValueError, match="unknown network 'squeezenxt'"):
        variants("squeezenxt", width=[1])
    with pytest.raises(KeyError, match="no column 'time'"):
        sweep(squeezenet(), "squeezelerator-16")["time"]
    with pytest.raises(ValueError, match="name the columns"):
        sweep(squeezenet(), "squeezelerator-16").pareto()
    with pytest.raises(KeyError, match="no column 'b'; there are a"):
        DesignTable({"a": np.arange(3)}).sorted_by("b")
    with pytest.raises(ValueError, match="an axis of a sweep needs at least one value"):
        variants("squeezenext", width=[])
