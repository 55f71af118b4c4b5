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
    assert none["conv1"].dram_words - one["conv1"].dram_words == net["conv1"].output_words / 2
    reader = names[1]  # over a norm, a ReLU and a pool that nobody named
    assert none[reader].dram_words - one[reader].dram_words == net[reader].input_words / 2
    saved = {row.name: row.dram_words - one[row.name].dram_words for row in none.layers}
    assert [name for name in saved if saved[name]] == ["conv1", *readers_of(net, "conv1")]


def readers_of(net, name):
    """Layers with MACs that read what a layer makes, as it is or after layers without MACs."""
    passed, found = {name}, []
    for layer in net.layers:
        if passed & set(layer.inputs):
            found += [layer.name] if layer.macs else []
            passed |= set() if layer.macs else {layer.name}
    return found


def fork():
    """Every layer whose widths may differ: a convolution on either side of a sum, a stack, a pool, a crop, a classifier."""
    net = Network("fork", (4, 8, 8))
    a = net.conv_norm_relu(net.input, 8, 3, name="a")
    b = net.conv(a, 8, 1, name="b")
    x = net.max_pool(net.concat([net.add(b, a, name="sum"), a], name="both"), 2, name="pool")
    net.linear(net.global_avg_pool(net.crop(x, (1, 3), name="crop"), name="mean"), 10, name="fc")
    return net


WIDTHS = {"weight_bits": {"a": 8, "b": 2, "fc": 4}, "activation_bits": {"input": 8, "a": 4, "b": 16, "crop": 2, "fc": 16}}


@pytest.mark.parametrize("treatment", ["hidden", "fused", "separate"])
def test_every_value_is_read_as_wide_as_it_was_made(treatment):
    """Compulsory bits of every layer, added up by hand: the maps fit the buffer. a and b write 4 and 16 bits, so that their sum
    and all that follows has 16, until the crop says 2. The first norm's scale and shift are words of the machine."""
    a, b, pooled, cropped = 4 * 512, 16 * 512, 16 * 16 * 16, 2 * 16 * 8
    arrays = {"a": 8 * 4 * 64 + 8 * 288 + a, "b": a + 2 * 64 + b, "fc": 2 * 16 + 4 * 160 + 16 * 10}
    passes = {"a_norm": 2 * a + 16 * 16, "a_relu": 2 * a, "sum": b + a + b, "pool": 16 * 1024 + pooled}
    passes |= {"mean": cropped + 2 * 16}
    beside = {"hidden": {}, "fused": {"sum": a}, "separate": passes}[treatment]
    report = simulate(fork().with_bits(**WIDTHS), "squeezelerator-16", other_layers=treatment)
    assert {row.name: 16 * row.dram_words for row in report.layers if row.dram_words} == arrays | beside


def test_a_network_brings_its_widths_along():
    net = fork()
    own = net.with_bits(**WIDTHS, sum_bits=32)
    for settings in ({}, {"other_layers": "separate", "batch": 3, "sparsity": 0.5, "weight_format": "csr"}):
        for machine in MACHINES:
            asked = simulate(net, machine, **WIDTHS, sum_bits=32, **settings).to_dict()
            assert simulate(own, machine, **settings).to_dict() == asked
            told = simulate(own, machine, weight_bits=8, activation_bits=8, **settings).to_dict()
            assert told == simulate(net, machine, weight_bits=8, activation_bits=8, sum_bits=32, **settings).to_dict()
    assert own.with_bits().bits == (None, None, None)


@pytest.mark.parametrize("other_layers", ["fused", "separate"])
def test_layers_beside_the_array_move_activations(other_layers):
    usual, half = [simulate(resnet(18), "squeezelerator-16", other_layers=other_layers, activation_bits=b) for b in (None, 8)]
    assert half["s1.b1.add"].dram_words == usual["s1.b1.add"].dram_words / 2
    weights = 2 * 64 if other_layers == "separate" else 0  # of a norm: scale and shift, of the machine's words
    assert half["conv1_norm"].dram_words == (usual["conv1_norm"].dram_words - weights) / 2 + weights


def test_sizes_are_whole_words_where_they_can_be():
    sizes = word_sizes(accelerator("scalesim-16"), 4, 8, 32)
    assert (sizes.weight, sizes.input, sizes.output, sizes.sum, sizes.weight_bits, sizes.index) == (0.5, 1, 1, 4, 4, 2)
    assert [type(size) for size in (sizes.input, sizes.output, sizes.sum)] == [int, int, int]
    assert tuple(word_sizes(accelerator("scalesim-16"))) == (1, 1, 1, 1, 8, 1)


def test_one_layer_may_read_and_write_different_widths():
    nest = loop_nest(one_conv()["c"])
    cost = layer_cost(nest, "scalesim-16", "os", 1, "none", "dense", activation_bits=8, input_bits=4)
    assert cost.dram_words == 864 + 4 * 36 / 2 + 720
    with pytest.raises(ValueError, match="input_bits must be a whole number of at least 1, not 0"):
        layer_cost(nest, "scalesim-16", "os", 1, "none", "dense", input_bits=0)


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


def test_a_sweep_of_networks_with_widths_of_their_own_equals_simulate():
    nets = [fork(), fork().with_bits(weight_bits=4, activation_bits=8), fork().with_bits(**WIDTHS)]
    table = sweep(nets, "squeezelerator-16", rows=[8, 16], other_layers="separate")
    for place, row in enumerate(table):
        machine = accelerator("squeezelerator-16").with_(rows=row["rows"], cols=row["rows"])
        report = simulate(nets[place // 2], machine, other_layers="separate")
        assert (row["cycles"], row["dram_words"]) == (report.cycles, report.dram_words)
    # None on an axis stands for what the network says; by layer it cannot be mixed with numbers
    rows = sweep(nets[:2], "squeezelerator-16", weight_bits=[None, 2])["dram_words"].tolist()
    assert rows == [simulate(net, "squeezelerator-16", weight_bits=bits).dram_words for net in nets[:2] for bits in (None, 2)]
    with pytest.raises(ValueError, match="the axis of weight_bits has None, but this network has bits of its own by layer"):
        sweep(nets[2], "squeezelerator-16", weight_bits=[None, 2])


def test_an_axis_of_one_width_beside_another_by_layer():
    net, weights = fork(), {"b": 4}
    table = sweep(net, "squeezelerator-16", weight_bits=weights, activation_bits=[4, 8])
    alone = [simulate(net, "squeezelerator-16", weight_bits=weights, activation_bits=bits).dram_words for bits in (4, 8)]
    assert table["dram_words"].tolist() == alone
