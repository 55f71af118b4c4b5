"""A network may say how wide its values are; whoever changes its layers hands that on."""

import contextlib
import io

import pytest
from support.micropython import printed

from squeezelab.compression import factored, sliced, thinned
from squeezelab.networks import Network, mini_resnet, mini_vgg, squeezenet
from squeezelab.networks.bits import made_bits, operand_bits

WIDTHS = {"weight_bits": {"conv1": 8, "conv2": 2}, "activation_bits": {"input": 8, "conv1": 4}, "sum_bits": 32}


def test_what_nobody_names_is_as_wide_as_what_it_reads():
    made = made_bits(squeezenet(), {"input": 8, "fire2.squeeze": 4, "fire2.expand1x1": 2, "fire2.expand3x3": 8})
    assert [made[name] for name in ("input", "conv1", "pool1")] == [8, None, None]  # a layer with weights: the machine's
    assert [made["fire2." + name] for name in ("squeeze_relu", "expand1x1_relu", "concat")] == [4, 2, 8]
    assert made["fire3.squeeze"] is None


def test_operands_of_the_layers_with_weights():
    found = operand_bits(mini_vgg(), (WIDTHS["weight_bits"], WIDTHS["activation_bits"], 32))
    assert (found["conv1"], found["conv2"], found["conv3"]) == ((8, 8, 4, 32), (2, 4, None, 32), (None, None, None, 32))
    assert set(operand_bits(mini_vgg(), (4, 8, None)).values()) == {(4, 8, 8, None)}


def test_bits_may_be_said_at_once_and_the_layers_later():
    net = Network("mine", (3, 8, 8), weight_bits={"c": 4}, activation_bits=8)
    net.conv(net.input, 8, 3, name="c")
    assert net.bits == ({"c": 4}, 8, None)


def test_a_network_with_other_bits_shares_its_layers_and_goes_its_own_way():
    net = mini_vgg()
    small = net.with_bits(**WIDTHS)
    assert small.layers == net.layers and (small.params, small.macs, small["conv1"]) == (net.params, net.macs, net["conv1"])
    small.relu(small.output, name="more")
    assert len(small) == len(net) + 1 and small.input is net.input
    assert net.bits == (None, None, None) and small.bits == tuple(WIDTHS.values())
    assert small.with_bits(weight_bits=3).bits == (3, None, None)


def test_changed_networks_keep_their_bits():
    net = mini_resnet().with_bits(4, 8, 32)
    assert [changed.bits for changed in (sliced(net, {}), thinned(net, 0.5))] == [(4, 8, 32)] * 2
    small = factored(mini_vgg().with_bits(**WIDTHS), "conv2", "cp3", 4)
    assert small.weight_bits == {"conv1": 8, "conv2.reduce": 2, "conv2.spatial": 2, "conv2.expand": 2}
    assert small.activation_bits == WIDTHS["activation_bits"]


def test_a_table_has_columns_for_the_bits_that_are_said():
    assert "bits" not in repr(mini_vgg())
    text = repr(mini_vgg().with_bits(**WIDTHS))
    assert text.splitlines()[1].endswith("weight bits  output bits  sum bits")
    assert [line.split()[-3:] for line in text.splitlines()[2:3]] == [["8", "4", "32"]]
    assert "output" not in repr(mini_vgg().with_bits(weight_bits=4)).splitlines()[1].split("written")[1]


@pytest.mark.parametrize(
    "bits, message",
    [
        ({"weight_bits": 0}, "weight_bits must be a whole number of at least 1, not 0"),
        ({"weight_bits": 65}, "weight_bits must be a whole number from 1 to 64, not 65"),
        ({"activation_bits": {"conv1": 2.5}}, "the activation_bits of 'conv1' must be a whole number of at least 1, not 2.5"),
        ({"sum_bits": True}, "sum_bits must be a whole number of at least 1, not True"),
        ({"weight_bits": {"pool1": 4}}, "no layer 'pool1' with weights in mini-VGG-1.0; there are conv1, conv2"),
        ({"activation_bits": {"conv9": 4}}, "no layer 'conv9' in mini-VGG-1.0; there are input, conv1"),
    ],
)
def test_bits_that_cannot_be(bits, message):
    with pytest.raises(ValueError, match=message):
        mini_vgg().with_bits(**bits)


def test_names_are_asked_for_when_the_network_runs():
    from squeezelab.hardware import simulate
    from squeezelab.hardware.workload import Workload

    net = Network("mine", (3, 8, 8), weight_bits={"d": 4})
    net.conv(net.input, 8, 3, name="c")
    for run in (lambda: simulate(net, "squeezelerator-16"), lambda: Workload(net)):
        with pytest.raises(ValueError, match="no layer 'd' with weights in mine; there are c"):
            run()


PROGRAM = """
from squeezelab.compression import factored, peak_bytes, sliced, weight_bytes
from squeezelab.hardware import HOROWITZ_BY_WIDTH, accelerator, simulate
from squeezelab.hardware.workload import Workload
from squeezelab.networks import mini_resnet
net = mini_resnet().with_bits({"stem": 8, "s2.b1.conv1": 3}, {"input": 8, "stem": 4, "s2.b1.add": 5}, 32)
machine = accelerator("squeezelerator-16").with_(energy=HOROWITZ_BY_WIDTH)
print(net)
print(peak_bytes(net), weight_bytes(net), peak_bytes(net.with_bits()))
for how in ("hidden", "fused", "separate"):
    report = simulate(net, machine, other_layers=how)
    print(how, report.cycles, report.buffer_words, report.dram_words, round(report.energy))
print(Workload(net).run(machine, "hybrid", 0).cycles)
print(sorted(sliced(net, {}).weight_bits), sorted(factored(net, "stem", "svd", 2).activation_bits))
for bits in ({"no": 8}, {"conv1": 99}, 0):
    try:
        net.with_bits(activation_bits=bits)
    except ValueError as error:
        print(error)
"""


def test_bits_are_the_same_in_a_page():
    with contextlib.redirect_stdout(io.StringIO()) as ours:
        exec(PROGRAM, {})
    assert printed(PROGRAM).rstrip() == ours.getvalue().rstrip()
    assert len(ours.getvalue().splitlines()) > 15
