"""What a layer is to the array: its loops, what no schedule can leave out of them, and what dilation and scattering cost."""

import itertools
import random
from collections import OrderedDict

import pytest

from squeezelab.hardware import PRESETS, dram_words, layer_cost, least_dram_words, loop_nest, simulate
from squeezelab.hardware.simulate import shape_key
from squeezelab.networks import Network

ENDLESS = 10**9  # words on the chip


def random_layer(seed, transposed=False):
    """A small convolution with unequal sides; strides pass over the kernel, paddings over the map. None if it is none."""
    dice = random.Random(seed)
    groups = dice.choice([1, 1, 2])
    net = Network("random", (groups * dice.randint(1, 3), dice.randint(1, 6), dice.randint(1, 6)))
    kernel, stride, dilation = [(dice.randint(1, 3), dice.randint(1, top)) for top in (3, 4, 3)]
    stride, padding = stride[::-1], (dice.randint(0, 2), dice.randint(0, 2))
    channels = groups * dice.randint(1, 3)
    try:
        if transposed:
            return net.conv_transpose(net.input, channels, kernel, stride, padding, 0, dilation, groups)
        return net.conv(net.input, channels, kernel, stride, padding, dilation, groups)
    except ValueError:
        return None


def products(layer, order):
    """(weight, input, output) of all products that do not fall on padding, in the order of six loops."""
    scatters = layer.op == "conv_transpose"
    (c_in, h, w), (c_out, ho, wo) = layer.in_shape, layer.shape
    (small_h, small_w), (large_h, large_w) = ((h, w), (ho, wo)) if scatters else ((ho, wo), (h, w))
    per_group_in, per_group_out = c_in // layer.groups, c_out // layer.groups
    loops = [range(side) for side in (c_out, per_group_in, *layer.kernel, small_h, small_w)]
    for place in itertools.product(*[loops[i] for i in order]):
        co, ci, ky, kx, y, x = [place[order.index(i)] for i in range(6)]
        row = y * layer.stride[0] + ky * layer.dilation[0] - layer.padding[0]
        column = x * layer.stride[1] + kx * layer.dilation[1] - layer.padding[1]
        if 0 <= row < large_h and 0 <= column < large_w:
            channel = co // per_group_out * per_group_in + ci
            small, large = (y, x), (row, column)
            read, made = (small, large) if scatters else (large, small)
            yield ("weight", co, ci, ky, kx), ("input", channel, *read), ("output", co, *made)


def moved(layer, order, size):
    """Words that these loops move, with the least recently used ones leaving a buffer of `size` words."""
    buffer, words, begun = OrderedDict(), 0, set()
    for product in products(layer, order):
        for value in product:
            words += value not in buffer and not (value[0] == "output" and value not in begun)
            buffer[value] = True
            buffer.move_to_end(value)
        begun.add(product[2])
        while len(buffer) > size:
            words += buffer.popitem(last=False)[0][0] == "output"
    return words + sum(value[0] == "output" for value in buffer) + layer.output_words - len(begun)  # zeros are written, too


ANY = (0, 1, 2, 3, 4, 5)
ORDERS = [ANY, (4, 5, 0, 1, 2, 3), (1, 4, 5, 0, 2, 3), (0, 4, 5, 1, 2, 3), (1, 0, 2, 3, 4, 5), (1, 2, 3, 4, 5, 0)]


@pytest.mark.parametrize("transposed", [False, True], ids=["gathering", "scattering"])
def test_the_needed_words_are_those_that_a_product_touches(transposed):
    for layer in filter(None, [random_layer(seed, transposed) for seed in range(300)]):
        touched = list(products(layer, ANY))
        weights, inputs = [len({product[operand] for product in touched}) for operand in (0, 1)]
        nest = loop_nest(layer)
        assert (nest.needed.weights, nest.needed.inputs) == (weights, inputs), layer
        assert least_dram_words(nest, ENDLESS) == weights + inputs + layer.output_words
        assert nest.macs == layer.macs >= nest.needed.macs >= len(touched)


@pytest.mark.parametrize("transposed", [False, True], ids=["gathering", "scattering"])
def test_no_order_of_the_loops_moves_fewer_words_than_the_lower_bound(transposed):
    for seed in range(150):
        layer, size = random_layer(seed, transposed), random.Random(seed).choice([3, 4, 6, 8, 12, 16, 32])
        if layer:
            best = min(moved(layer, order, size) for order in ORDERS)
            assert least_dram_words(loop_nest(layer), size) <= best * (1 + 1e-12), (layer, size)


def test_a_stride_beyond_the_kernel_steps_over_inputs():
    """1x1 with stride 2 on 8 x 8: 16 of 64 pixels. The DRAM of `simulate` brings all of them, the bound does not."""
    net = Network("shortcut", (4, 8, 8))
    nest = loop_nest(net.conv(net.input, 8, 1, stride=2))
    assert least_dram_words(nest, ENDLESS) == 4 * 8 + 4 * 16 + 8 * 16
    assert dram_words(nest.weights, nest.inputs, nest.outputs, ENDLESS) == 4 * 8 + 4 * 64 + 8 * 16


@pytest.mark.parametrize(
    "side, kernel, stride, padding, dilation, overlap",
    [
        (16, 3, 1, 1, 1, 9),
        (16, 3, 2, 1, 1, 9 / 4),
        (16, 3, 2, 2, 2, 9),  # taps two apart meet the pixels of every second row only, and each meets all three
        (16, 3, 3, 0, 2, 1),
        (15, (1, 3), (3, 1), 0, 1, 3),  # rows between are not read; a pixel that is lies in three windows
        (15, 1, 3, 0, 1, 1),
    ],
)
def test_the_overlap_of_windows_and_the_bound_that_it_gives(side, kernel, stride, padding, dilation, overlap):
    net = Network("one", (64, side, side))
    nest = loop_nest(net.conv(net.input, 64, kernel, stride, padding, dilation))
    assert nest.needed.overlap == pytest.approx(overlap)
    assert least_dram_words(nest, 16) == pytest.approx(2 * nest.macs / (overlap * 16) ** 0.5)


def test_the_bound_of_a_strided_convolution_by_hand():
    """64 → 64 channels, 3x3 with stride 2 on 16 x 16: 64·64·9·64 = 2,359,296 MACs; r = 9/4; 2 MACs / √(9/4 · 256) =
    4,718,592 / 24 = 196,608 words, above 36,864 + 16,384 + 4,096."""
    net = Network("strided", (64, 16, 16))
    assert least_dram_words(loop_nest(net.conv(net.input, 64, 3, 2, 1)), 256) == 196_608


# Dilation


@pytest.mark.parametrize("dilation, words, fill", [(1, 67_072, 1_168), (2, 76_800, 1_184), (4, 99_328, 1_216)])
def test_dilation_costs_the_rows_and_columns_that_it_reaches_over(dilation, words, fill):
    """16 → 16 channels on 32 x 32, outputs staying: 4 tiles x 2 passes of 8 filters load 16 planes of (15 + 2 d + 1)²
    words; 2,304 weights for each of 4 tiles and 16,384 outputs: 8·16·18² + 9,216 + 16,384 = 67,072 at d = 1. Fill: 8 times
    15 + 2 d + 1 rows and 8·16 results."""
    net = Network("dilated", (16, 32, 32))
    net.conv(net.input, 16, 3, padding=dilation, dilation=dilation, name="c")
    row = simulate(net, "squeezelerator-16", dataflow="os")["c"]
    assert (row.buffer_words, row.fill_cycles) == (words, fill)


def test_layers_that_differ_in_nothing_but_dilation_are_told_apart():
    net = Network("two", (16, 32, 32))
    x = net.conv(net.input, 16, 3, padding=1, name="near")
    net.conv(x, 16, 3, padding=4, dilation=4, name="far")
    report = simulate(net, "squeezelerator-16", dataflow="os", sparsity={"near": 0.0})
    assert (report["near"].buffer_words, report["far"].buffer_words) == (67_072, 99_328)
    assert shape_key(net["near"], 0) != shape_key(net["far"], 0)
    assert shape_key(net["near"], 0) == shape_key(net["near"], 0) != shape_key(net["near"], 0.5)


def test_sweeps_reach_as_far():
    sweep = pytest.importorskip("squeezelab.codesign.sweep").sweep
    net = Network("mixed", (16, 16, 16))
    x = net.conv(net.input, 16, 3, padding="same", dilation=3)
    x = net.conv_transpose(x, 8, 4, 2, 1, name="up")
    x = net.prelu(net.group_norm(net.interpolate(net.pad(x, (1, 1, 1, 1)), factor=2), 4), 8)
    net.conv(x, 4, 1, stride=3)
    for how in ("hidden", "fused", "separate"):
        table = sweep(net, "squeezelerator-16", rows=[4, 16], batch=[1, 3], other_layers=how)
        for row in table:
            machine = PRESETS["squeezelerator-16"].with_(rows=row["rows"], cols=row["rows"])
            one = simulate(net, machine, batch=row["batch"], other_layers=how)
            for field in ("macs", "cycles", "buffer_words", "dram_words"):
                assert row[field] == pytest.approx(getattr(one, field), rel=1e-12), field


# Transposed convolutions


def test_a_transposed_convolution_is_a_1x1_convolution_whose_results_are_added_in_the_buffer():
    """8 → 2 x 3 channels in two groups, 4x4 with stride 2 on 5 x 6: 3·16 results a pixel and group, 2,880 in all, for
    6·10·12 = 720 outputs: 2,160 of them are added to another."""
    net = Network("up", (8, 5, 6))
    up = net.conv_transpose(net.input, 6, 4, 2, 1, groups=2, name="up")
    nest = loop_nest(up)
    assert up.shape == (6, 10, 12)
    assert (nest.m, nest.n, nest.k, nest.groups) == (30, 48, 4, 2)
    assert nest.macs == up.macs == 8 * 3 * 16 * 30
    assert (nest.weights, nest.inputs, nest.outputs) == (up.weight_words, up.input_words, up.output_words)
    assert (nest.results, nest.merges) == (2_880, 2_160)
    twin = Network("twin", (8, 5, 6))
    pointwise = loop_nest(twin.conv(twin.input, 96, 1, groups=2))
    for machine in (PRESETS["squeezelerator-16"], PRESETS["scalesim-16"]):
        ours, plain = [layer_cost(each, machine, "hybrid", 1, "none", "dense") for each in (nest, pointwise)]
        assert (ours.compute_cycles, ours.fill_cycles) == (plain.compute_cycles, plain.fill_cycles)
        assert ours.buffer_words == plain.buffer_words + 2_160


@pytest.mark.parametrize("batch", [1, 4])
def test_a_transposed_convolution_that_leaves_gaps_adds_nothing(batch):
    net = Network("gaps", (2, 3, 3))
    nest = loop_nest(net.conv_transpose(net.input, 2, 1, 3), batch)
    assert (nest.results, nest.outputs, nest.merges) == (18 * batch, 2 * 49 * batch, 0)
