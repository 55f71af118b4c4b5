"""Errors of `squeezelab.hardware` teach: each names what is wrong and what would be right."""

import math

import pytest

from squeezelab.hardware import (
    ENERGY_TABLES,
    Accelerator,
    EnergyTable,
    accelerator,
    attainable,
    dram_words,
    format_factor,
    layer_cost,
    least_dram_words,
    loop_nest,
    ridge,
    roofline_cycles,
    simulate,
    systolic_cost,
    work_factor,
)
from squeezelab.networks import Layer, Network, squeezenet

NAN = math.nan
WHOLE = "must be a whole number of at least 1, not "
DENSITY = "the density, 1 - sparsity, must be a number above 0 and at most 1, not "
AMOUNT = " must be a number and never negative, not "
MACHINE = accelerator("squeezelerator-16")
SYSTOLIC = accelerator("scalesim-16")
NET = squeezenet()
NEST = loop_nest(NET["conv1"])


@pytest.fixture
def net():
    """A network on a map of 4 x 8 x 8."""
    return Network("small", (4, 8, 8))


MACHINES = [
    ({"rows": 0}, "accelerator 'mine': rows " + WHOLE + "0"),
    ({"cols": 8.5}, "accelerator 'mine': cols " + WHOLE + "8.5"),
    ({"cols": True}, "cols " + WHOLE + "True"),
    ({"registers": 0}, "registers " + WHOLE + "0"),
    ({"word_bits": -8}, "word_bits " + WHOLE + "-8"),
    ({"buffer_bytes": 0}, "buffer_bytes must be a positive number, not 0"),
    ({"buffer_bytes": NAN}, "buffer_bytes must be a positive number, not nan"),
    ({"buffer_bytes": "1k"}, "buffer_bytes must be a positive number, not '1k'"),
    ({"dram_gb_per_s": 0}, "dram_gb_per_s must be a positive number, not 0"),
    ({"clock_ghz": -1}, "clock_ghz must be a positive number, not -1"),
    ({"latency_cycles": -1}, "latency_cycles must be a positive number or 0, not -1"),
    ({"latency_cycles": None}, "latency_cycles must be a positive number or 0, not None"),
    ({"style": "mesh"}, "unknown array style 'mesh'; there are systolic, broadcast"),
    ({"energy": "5nm"}, "unknown energy table '5nm'; there are eyeriss65, horowitz45, zigzag-tpu"),
]


@pytest.mark.parametrize("fields, message", MACHINES, ids=[str(fields) for fields, _ in MACHINES])
def test_accelerators(fields, message):
    with pytest.raises(ValueError, match=message):
        Accelerator("mine", **({"rows": 8, "cols": 8} | fields))
    with pytest.raises(ValueError, match=message.replace("'mine'", "'scalesim-16'")):
        accelerator("scalesim-16").with_(**fields)


def test_an_accelerator_stays_as_it_is():
    with pytest.raises(AttributeError, match=r"use .with_\(rows=...\) for another one"):
        accelerator("scalesim-16").rows = 8
    with pytest.raises(ValueError, match="has no field 'row'; it has rows, cols"):
        accelerator("scalesim-16").with_(row=8)


SHARE = "a share of zeros from 0 up to, not including, 1, not "
SIMULATIONS = [
    ({"network": "squeezenext"}, r"needs a Network, not the name 'squeezenext': build it first, as in build\('squeezenext'\)"),
    ({"network": None}, r"needs a Network \(as squeezenext\(\) or build\('resnet'\) make one\), not None"),
    ({"network": squeezenet}, "needs a Network"),
    ({"network": Network("empty", (3, 8, 8))}, "empty has no layers yet"),
    ({"machine": None}, "unknown accelerator None; there are cpu-like, eyeriss-like, gpu-like, scalesim-16"),
    ({"machine": "tpu"}, "unknown accelerator 'tpu'"),
    ({"machine": ["tpu-like"]}, "unknown accelerator"),
    ({"dataflow": "is"}, "unknown dataflow 'is'; there are hybrid, ws, os"),
    ({"dataflow": "rs", "machine": "scalesim-16"}, "unknown dataflow 'rs'; there are hybrid, ws, os, is"),
    ({"sparsity": 1}, SHARE + "1"),
    ({"sparsity": -0.1}, SHARE + "-0.1"),
    ({"sparsity": NAN}, SHARE + "nan"),
    ({"sparsity": "0.4"}, SHARE + "'0.4'"),
    ({"sparsity": True}, SHARE + "True"),
    ({"sparsity": {"conv1": 1.5}}, "the sparsity of 'conv1' must be " + SHARE + "1.5"),
    ({"sparsity": {"pool1": 0.5}}, "no layer 'pool1' with weights in SqueezeNet-1.0; there are conv1, fire2.squeeze"),
    ({"sparsity_mode": "hope"}, "unknown sparsity mode 'hope'; there are none, gate, skip, nm, lanes"),
    ({"sparsity_mode": "skip", "machine": "scalesim-16"}, "cannot skip single zeros; use gate, nm, lanes or none"),
    ({"weight_format": "zip"}, "unknown weight format 'zip'; there are dense, bitmask"),
    ({"batch": 0}, "the batch " + WHOLE + "0"),
    ({"batch": 1.5}, "the batch " + WHOLE + "1.5"),
    ({"batch": True}, "the batch " + WHOLE + "True"),
    ({"weight_bits": 0}, "weight_bits " + WHOLE + "0"),
    ({"activation_bits": 7.5}, "activation_bits " + WHOLE + "7.5"),
    ({"sum_bits": "32"}, "sum_bits " + WHOLE + "'32'"),
    ({"weight_bits": {"conv1": True}}, "the weight_bits of 'conv1' " + WHOLE + "True"),
    ({"weight_bits": {"pool1": 8}}, "no layer 'pool1' with weights in SqueezeNet-1.0; there are conv1, fire2.squeeze"),
    ({"activation_bits": {"conv0": 8}}, "no layer 'conv0' in SqueezeNet-1.0; there are input, conv1, conv1_relu, pool1"),
    ({"other_layers": "free"}, "unknown treatment of other layers 'free'; there are hidden, fused, separate"),
]


@pytest.mark.parametrize("changed, message", SIMULATIONS, ids=[message[:40] for _, message in SIMULATIONS])
def test_simulations(changed, message):
    with pytest.raises(ValueError, match=message):
        simulate(**({"network": squeezenet(), "machine": "squeezelerator-16"} | changed))


def test_a_layer_that_cannot_be_simulated_is_named(net):
    class Looks(Layer):
        """Something with MACs that is neither a convolution nor linear."""

        op = "looks"
        macs = 99

    net.record(lambda name, x: Looks(name, (x,), (10,)), "looks", "caps.looks", net.input)
    with pytest.raises(ValueError, match="'caps.looks' cannot be simulated: its 99 MACs are a 'looks'"):
        simulate(net, "squeezelerator-16")
    with pytest.raises(ValueError, match="'pool1' cannot run on the array: .* but 'max_pool'"):
        loop_nest(squeezenet()["pool1"])
    with pytest.raises(KeyError, match="no layer 'conv0' in this report; it has conv1"):
        simulate(squeezenet(), "squeezelerator-16")["conv0"]


def test_closed_forms_check_their_sizes():
    for position, name in enumerate(("m", "n", "k", "rows", "cols")):
        for wrong in (0, -1, 1.5, True, "8", None):
            sizes = [8] * 5
            sizes[position] = wrong
            with pytest.raises(ValueError, match=f"{name} must be a whole number"):
                systolic_cost(*sizes, "ws")
    with pytest.raises(ValueError, match="unknown dataflow 'hybrid'; there are ws, os, is"):
        systolic_cost(1, 1, 1, 8, 8, "hybrid")


def table(mac=1, buffer=6, name="mine", **more):
    return EnergyTable(name, "pJ", mac, 1, 1, buffer, 200, "", **more)


def cost(nest=NEST, machine=MACHINE, dataflow="hybrid", density=1, mode="none", weight_format="dense", **bits):
    return layer_cost(nest, machine, dataflow, density, mode, weight_format, **bits)


FUNCTIONS = [
    (lambda: loop_nest("conv1"), r"a loop nest is made of a layer, as net\['conv1'\], not of str"),
    (lambda: loop_nest(NET["conv1"], 1.5), "the batch " + WHOLE + "1.5"),
    (lambda: cost(nest=NET["conv1"]), r"that of a loop nest, as loop_nest\(net\['conv1'\]\) makes one, not of Conv"),
    (lambda: cost(machine="tpu"), "unknown accelerator 'tpu'; there are cpu-like, "),
    (lambda: cost(dataflow="is"), "unknown dataflow 'is'; there are hybrid, ws, os"),
    (lambda: cost(density=0), DENSITY + "0"),
    (lambda: cost(mode="hope"), "unknown sparsity mode 'hope'; there are none, gate, skip, nm, lanes"),
    (lambda: cost(machine=SYSTOLIC, mode="skip"), "cannot skip single zeros; use gate, nm, lanes or none"),
    (lambda: cost(weight_format="zip"), "unknown weight format 'zip'; there are dense, bitmask, run_length, csr, nm"),
    (lambda: cost(weight_bits=0), "weight_bits " + WHOLE + "0"),
    (lambda: cost(activation_bits=2.5), "activation_bits " + WHOLE + "2.5"),
    (lambda: cost(sum_bits=-8), "sum_bits " + WHOLE + "-8"),
    (lambda: format_factor("csr", 0, 16), DENSITY + "0"),
    (lambda: format_factor("zip", 0.5, 16), "unknown weight format 'zip'; there are dense, bitmask, run_length, csr, nm"),
    (lambda: format_factor("bitmask", 0.5, 0), "weight_bits " + WHOLE + "0"),
    (lambda: format_factor("csr", 0.5, 8, word_bits=0), "word_bits " + WHOLE + "0"),
    (lambda: work_factor("skip", 1.5, NEST, MACHINE), DENSITY + "1.5"),
    (lambda: work_factor("lanes", NAN, NEST, MACHINE), DENSITY + "nan"),
    (lambda: work_factor("hope", 0.5, NEST, MACHINE), "unknown sparsity mode 'hope'; there are none, gate, skip, nm, lanes"),
    (lambda: dram_words(10, 10, 10, 0), "buffer_words must be a number above 0, not 0"),
    (lambda: dram_words(-1, 10, 10, 8), "weights must be a number of at least 0, not -1"),
    (lambda: dram_words(10, "10", 10, 8), "inputs must be a number of at least 0, not '10'"),
    (lambda: dram_words(10, 10, NAN, 8), "outputs must be a number of at least 0, not nan"),
    (lambda: least_dram_words(NEST, -4), "buffer_words must be a number above 0, not -4"),
    (lambda: ridge("tpu"), "unknown accelerator 'tpu'; there are cpu-like, .*, or an Accelerator of your own"),
    (lambda: attainable(-1, MACHINE), "a compute-to-IO ratio" + AMOUNT + "-1"),
    (lambda: attainable("high", MACHINE), "a compute-to-IO ratio" + AMOUNT + "'high'"),
    (lambda: roofline_cycles(-1, 1, MACHINE), "the work" + AMOUNT + "-1"),
    (lambda: roofline_cycles(1, NAN, MACHINE), "the traffic" + AMOUNT + "nan"),
    (lambda: MACHINE.source("row"), "unknown field 'row'; there are rows, cols"),
    (lambda: MACHINE.with_(name=7), "an accelerator's name must be text, not 7"),
    (lambda: Accelerator("mine", 8, 8, sources="a book"), "sources is a dict of field: where its value comes from, not 'a book'"),
    (lambda: table(buffer=-6), "energy table 'mine': buffer must be a number of at least 0, not -6"),
    (lambda: table(mac="1"), "energy table 'mine': mac must be a number of at least 0, not '1'"),
    (lambda: table(name=3), "an energy table's name must be text, not 3"),
    (
        lambda: ENERGY_TABLES["eyeriss65"].with_register_accesses(-1),
        "'eyeriss65, -1 register accesses': register_accesses must be a number of at least 0, not -1",
    ),
]


@pytest.mark.parametrize("ask, message", FUNCTIONS, ids=[message[:40] for _, message in FUNCTIONS])
def test_every_public_function(ask, message):
    with pytest.raises(ValueError, match=message):
        ask()


def test_arrays_pass_since_their_values_were_checked_where_they_came_in():
    np = pytest.importorskip("numpy")
    assert dram_words(np.array([100.0]), 1000, 10, np.array([50.0])).tolist() == [4110]
    assert work_factor("skip", np.array([0.5]), NEST, MACHINE).tolist() == [0.5]
