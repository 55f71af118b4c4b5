"""Narrow operands are words of another size: the same laws, counted in bits by hand."""

import pytest

from squeezelab.codesign import sweep
from squeezelab.hardware import FORMATS, accelerator, format_factor, layer_cost, loop_nest, simulate
from squeezelab.hardware.word_sizes import word_sizes
from squeezelab.networks import Network, resnet, squeezenext

MACHINES = ("squeezelerator-16", "scalesim-16")
BITS = {"weight_bits": 4, "activation_bits": 8, "sum_bits": 24}


def one_conv(groups=1):
    """4 → 36 channels, 3 x 2 over 6 x 6: M = 20, N = 36, K = 24 for each group."""
    net = Network("hand", (4 * groups, 6, 6))
    net.conv(net.input, 36 * groups, (3, 2), groups=groups, name="c")
    return net


# Per group (see test_systolic): words of weights, of inputs, and of sums that are not finished, written and read back; 720
# outputs leave. All in words of 8 bits on this machine: a weight is half a word, an activation one, a sum three.
BY_HAND = [("ws", 864, 1_440, 720 + 720), ("os", 1_728, 1_440, 0), ("is", 1_728, 480, 720 + 720)]


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("flow, weights, inputs, sums", BY_HAND)
def test_buffer_and_dram_words_of_one_convolution_worked_by_hand(flow, weights, inputs, sums, groups):
    row = simulate(one_conv(groups), "scalesim-16", dataflow=flow, **BITS)["c"]
    assert row.buffer_words == groups * (weights / 2 + inputs + 720 + 3 * sums)
    assert row.dram_words == groups * (864 / 2 + 4 * 36 + 720)
    prices = accelerator("scalesim-16").energy
    assert row.energy_by_level["buffer"] == row.buffer_words * prices.buffer
    assert row.energy_by_level["dram"] == row.dram_words * prices.dram


def test_sums_that_leave_the_layer_are_activations():
    """Weight stationary on 16 x 16, a layer of one tap and one input tile: nothing unfinished ever passes the buffer."""
    net = Network("pointwise", (16, 8, 8))
    net.conv(net.input, 16, 1, name="c")
    for machine in MACHINES:
        wide, usual = [simulate(net, machine, "ws", sum_bits=bits)["c"] for bits in (64, None)]
        assert (wide.buffer_words, wide.dram_words) == (usual.buffer_words, usual.dram_words)
    deep = Network("deep", (32, 8, 8))  # two input tiles: each sum is written once unfinished and read back once
    deep.conv(deep.input, 16, 1, name="c")
    wide, usual = [simulate(deep, "squeezelerator-16", "ws", sum_bits=bits)["c"] for bits in (64, None)]
    assert wide.buffer_words - usual.buffer_words == 3 * 2 * 16 * 64
    assert wide.dram_words == usual.dram_words


def test_results_that_meet_in_the_buffer_are_partial_sums_until_the_last():
    """8 → 6 channels, 4 x 4 with stride 2 on 5 x 6 in two groups: 2,880 results, 720 outputs, 2,160 added to another."""
    net = Network("up", (8, 5, 6))
    net.conv_transpose(net.input, 6, 4, 2, 1, groups=2, name="up")
    wide, usual = [simulate(net, "squeezelerator-16", "ws", sum_bits=bits)["up"] for bits in (32, None)]
    assert wide.buffer_words - usual.buffer_words == 2_160 + 2_160  # written unfinished, and read back


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("weight_format", FORMATS)
def test_the_words_of_the_machine_are_the_usual_ones(machine, weight_format):
    net, settings = squeezenext(version=5), {"sparsity": 0.4, "weight_format": weight_format}
    bits = accelerator(machine).word_bits
    usual = simulate(net, machine, **settings).to_dict()
    same = simulate(net, machine, weight_bits=bits, activation_bits=bits, sum_bits=bits, **settings).to_dict()
    assert usual.pop("settings") != same.pop("settings")
    assert same == usual


@pytest.mark.parametrize("machine", MACHINES)
def test_half_the_bits_of_everything_are_a_machine_of_half_as_many_words_to_move(machine):
    """With 8 bits for 16, all words and their energies halve, and the array takes as long as before."""
    machine = accelerator(machine).with_(word_bits=16, buffer_bytes=10**8)
    usual, half = [
        simulate(resnet(18), machine, weight_bits=bits, activation_bits=bits, sum_bits=bits, other_layers="separate")
        for bits in (None, 8)
    ]
    for a, b in zip(usual.layers, half.layers, strict=True):
        assert (b.buffer_words, b.dram_words) == (a.buffer_words / 2, a.dram_words / 2)
        assert (b.compute_cycles, b.fill_cycles) == (a.compute_cycles, a.fill_cycles)
        assert b.stall_cycles <= a.stall_cycles
        for level, share in {"mac": 1, "rf": 1, "noc": 1, "buffer": 0.5, "dram": 0.5}.items():
            assert b.energy_by_level[level] == pytest.approx(share * a.energy_by_level[level])


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_pays_for_its_marks_beside_narrow_weights(name):
    """Bits of one weight of 4 at half density: what is stored of it, and what says where it was."""
    bits = {"dense": 4, "bitmask": 1 + 2, "csr": 2 + 8, "nm": 2 + 1}
    nest, machine = loop_nest(one_conv()["c"]), accelerator("squeezelerator-16")
    cost = layer_cost(nest, machine, "os", 0.5, "none", name, weight_bits=4)
    stored = (cost.dram_words - nest.inputs - nest.outputs) * 16 / nest.weights
    assert stored == pytest.approx(4 * format_factor(name, 0.5, 4, word_bits=16))
    assert name == "run_length" or stored == pytest.approx(bits[name])


def test_layers_may_differ():
    net = squeezenext(version=5)
    names = [layer.name for layer in net.mac_layers]
    all_of_them = simulate(net, "squeezelerator-16", weight_bits=dict.fromkeys(names, 4))
    assert all_of_them.dram_words == simulate(net, "squeezelerator-16", weight_bits=4).dram_words
    one, none = simulate(net, "squeezelerator-16", activation_bits={"conv1": 8}), simulate(net, "squeezelerator-16")
    assert none["conv1"].dram_words - one["conv1"].dram_words == (net["conv1"].input_words + net["conv1"].output_words) / 2
    assert none.dram_words - one.dram_words == none["conv1"].dram_words - one["conv1"].dram_words


@pytest.mark.parametrize("other_layers", ["fused", "separate"])
def test_layers_beside_the_array_move_activations(other_layers):
    usual, half = [simulate(resnet(18), "squeezelerator-16", other_layers=other_layers, activation_bits=b) for b in (None, 8)]
    assert half["s1.b1.add"].dram_words == usual["s1.b1.add"].dram_words / 2
    weights = 2 * 64 if other_layers == "separate" else 0  # of a norm: scale and shift, of the machine's words
    assert half["conv1_norm"].dram_words == (usual["conv1_norm"].dram_words - weights) / 2 + weights


def test_sizes_are_whole_words_where_they_can_be():
    sizes = word_sizes(accelerator("scalesim-16"), 4, 8, 32)
    assert (sizes.weight, sizes.activation, sizes.sum, sizes.weight_bits, sizes.index) == (0.5, 1, 4, 4, 2)
    assert [type(size) for size in (sizes.activation, sizes.sum)] == [int, int]
    assert tuple(word_sizes(accelerator("scalesim-16"))) == (1, 1, 1, 8, 1)


def test_a_sweep_over_bits_equals_simulate():
    net, machine = squeezenext(version=5), accelerator("squeezelerator-16")
    table = sweep(net, machine, sparsity=0.4, weight_format="csr", weight_bits=[None, 4], sum_bits=32, word_bits=[8, 16])
    assert table.inputs == ("network", "word_bits", "sparsity", "batch", "weight_bits", "sum_bits")
    for row in table:
        one = machine.with_(word_bits=row["word_bits"])
        report = simulate(net, one, sparsity=0.4, weight_format="csr", weight_bits=row["weight_bits"], sum_bits=32)
        for field in ("cycles", "buffer_words", "dram_words", "energy"):
            assert row[field] == pytest.approx(getattr(report, field), rel=1e-12), field
    by_layer = sweep(net, machine, rows=[8, 16], activation_bits={"conv1": 8})
    assert by_layer["dram_words"][1] == simulate(net, machine, activation_bits={"conv1": 8}).dram_words
