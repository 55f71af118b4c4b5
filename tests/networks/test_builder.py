"""Shapes and counts of single layers, against loops that visit every position, weight and value."""

import itertools
import random

import pytest

from squeezelab.networks import Network, build
from squeezelab.networks.shapes import window_steps

SEEDS = range(40)


def positions(size, kernel, stride, padding, dilation=1):
    """First rows of all windows that lie inside the padded side, one by one."""
    reach = dilation * (kernel - 1)
    return [p for p in range(-padding, size + padding, stride) if p + reach < size + padding]


def random_conv(seed):
    """A small convolution with unequal sides, strides, kernels, dilations and sometimes groups, and its network."""
    dice = random.Random(seed)
    groups = dice.choice([1, 1, 2, 3])
    net = Network("random", (groups * dice.randint(1, 3), dice.randint(3, 9), dice.randint(3, 9)))
    settings = {
        "kernel": (dice.randint(1, 3), dice.randint(1, 3)),
        "stride": (dice.randint(1, 3), dice.randint(1, 3)),
        "padding": (dice.randint(0, 2), dice.randint(0, 2)),
        "dilation": (1, 1) if dice.random() < 0.5 else (dice.randint(1, 2), 1),
    }
    channels = groups * dice.randint(1, 3)
    return net, net.conv(net.input, channels, groups=groups, bias=dice.random() < 0.5, **settings)


def visited(conv):
    """Every (weight, input, output) triple of a convolution; inputs in the padding count, too."""
    (c_in, h, w), (c_out, _, _) = conv.in_shape, conv.shape
    per_group_in, per_group_out = c_in // conv.groups, c_out // conv.groups
    ys = positions(h, conv.kernel[0], conv.stride[0], conv.padding[0], conv.dilation[0])
    xs = positions(w, conv.kernel[1], conv.stride[1], conv.padding[1], conv.dilation[1])
    for co, ci, ky, kx in itertools.product(range(c_out), range(per_group_in), range(conv.kernel[0]), range(conv.kernel[1])):
        channel = (co // per_group_out) * per_group_in + ci
        for y, x in itertools.product(ys, xs):
            place = (channel, y + ky * conv.dilation[0], x + kx * conv.dilation[1])
            yield (co, ci, ky, kx), place, (co, y, x)


@pytest.mark.parametrize("seed", SEEDS)
def test_convolutions_count_what_a_loop_nest_visits(seed):
    _, conv = random_conv(seed)
    triples = list(visited(conv))
    assert conv.macs == len(triples)
    assert conv.weight_words == len({weight for weight, _, _ in triples})
    assert conv.output_words == len({output for _, _, output in triples})
    assert conv.params == conv.weight_words + conv.bias * conv.shape[0]
    _, h, w = conv.in_shape
    touched = {place for _, place, _ in triples if 0 <= place[1] < h and 0 <= place[2] < w}
    assert len(touched) <= conv.input_words  # a stride can step over values: they are still counted as read
    if conv.stride == (1, 1):
        assert len(touched) == conv.input_words


@pytest.mark.parametrize("seed", SEEDS)
def test_pooling_rounds_up_only_while_its_window_begins_inside(seed):
    dice = random.Random(seed)
    size, kernel, stride = dice.randint(3, 30), dice.randint(1, 3), dice.randint(1, 4)
    padding = dice.randint(0, kernel // 2)
    begins = [p for p in range(-padding, size, stride)]
    full = [p for p in begins if p + kernel <= size + padding]
    last = full[-1] + stride
    covered = full[-1] + kernel >= size + padding
    expected = len(full) + (0 if covered or last >= size else 1)
    assert window_steps(size, kernel, stride, padding) == len(full)
    assert window_steps(size, kernel, stride, padding, ceil=True) == expected


@pytest.mark.parametrize("resolution, floor, ceil", [(227, 56, 56), (225, 55, 56), (228, 56, 56), (230, 56, 57)])
def test_where_caffes_rounding_matters(resolution, floor, ceil):
    net = Network("stem", (3, resolution, resolution))
    x = net.conv(net.input, 64, 3, stride=2)
    assert net.max_pool(x, 3, 2).shape[1] == floor
    assert net.max_pool(x, 3, 2, ceil=True).shape[1] == ceil


def test_one_pixel_maps():
    net = Network("pixel", (8, 1, 1))
    conv = net.conv(net.input, 4, 3, padding=1)
    assert conv.shape == (4, 1, 1) and conv.macs == 8 * 4 * 9
    assert net.max_pool(conv, 1).shape == (4, 1, 1)
    assert net.global_avg_pool(conv).shape == (4,)


def test_words_of_layers_without_macs():
    net = Network("small", (4, 6, 5))
    a = net.conv(net.input, 8, 1, name="a")
    b = net.conv(net.input, 8, 1, name="b")
    size = 8 * 6 * 5
    assert (net.add(a, b).words_read, net.add(a, b).words_written) == (2 * size, size)
    assert net.concat([a, b]).shape == (16, 6, 5)
    assert net.slice(a, 2, 5).shape == (3, 6, 5)
    assert net.shuffle(a, 4).words == 2 * size
    assert net.flatten(a).shape == (size,)
    assert net.norm(a).params == 16
    gate = net.conv(net.max_pool(a, (6, 5)), 8, 1)
    assert net.multiply(a, gate).shape == a.shape


def test_a_linear_layer_is_a_matrix():
    net = Network("vector", (12,))
    layer = net.linear(net.input, 7)
    assert (layer.params, layer.macs, layer.words) == (12 * 7 + 7, 84, 84 + 12 + 7)
    assert net.linear(layer, 3, bias=False).params == 21


def test_the_same_network_twice_has_the_same_names_and_table():
    def make():
        net = Network("twice", (3, 16, 16))
        with net.scope("a"):
            with net.scope("b"):
                x = net.conv_norm_relu(net.input, 4, 3)
            x = net.conv(x, 4, 1)
        net.linear(net.flatten(x), 2)
        return net

    assert [layer.name for layer in make().layers] == [
        "a.b.conv1",
        "a.b.conv1_norm",
        "a.b.conv1_relu",
        "a.conv1",
        "flatten1",
        "fc1",
    ]
    assert repr(make()) == repr(make())
    assert make()["a.conv1"].inputs == ("a.b.conv1_relu",)


# The compute-to-IO ratio (hardware.md's table is recomputed here with C = 128 on 28 x 28)


def net128():
    return Network("c128", (128, 28, 28))


def pair(net, x):
    return net.conv(net.conv(x, 128, (1, 3), padding="same"), 128, (3, 1), padding="same")


def separable(net, x):
    return net.conv(net.conv(x, 128, 3, padding=1, groups=128), 128, 1)


@pytest.mark.parametrize(
    "build, macs, weights, words, fused",
    [
        (lambda net, x: net.conv(x, 128, 3, padding=1), 115_605_504, 147_456, 348_160, 348_160),
        (lambda net, x: net.conv(x, 128, 1), 12_845_056, 16_384, 217_088, 217_088),
        (lambda net, x: net.conv(x, 128, 3, padding=1, groups=128), 903_168, 1_152, 201_856, 201_856),
        (pair, 77_070_336, 98_304, 499_712, 299_008),
        (separable, 13_748_224, 17_536, 418_944, 218_240),
    ],
    ids=["dense", "pointwise", "depthwise", "pair", "separable"],
)
def test_words_and_macs_at_128_channels(build, macs, weights, words, fused):
    net = net128()
    build(net, net.input)
    assert net.macs == macs
    assert sum(layer.weight_words for layer in net.layers) == weights
    assert sum(layer.words for layer in net.layers) == words
    assert net.layers[0].input_words + net.output.output_words + weights == fused


def test_words_of_a_squeezenext_block_and_of_a_fire_module():
    from squeezelab.networks import fire_module, squeezenext_block

    net = net128()
    squeezenext_block(net, net.input, 128)
    assert sum(layer.words for layer in net.mac_layers) == 588_800
    net = net128()
    fire_module(net, net.input, 32, 64, 64)
    again = net["squeeze"].output_words  # both expands read the squeeze's map; the table counts it once
    assert sum(layer.words for layer in net.mac_layers) - again == 275_456


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ratio_is_three_reuses_in_parallel(seed):
    dice = random.Random(seed)
    groups, stride, kernel = dice.choice([1, 2, 4]), dice.randint(1, 3), dice.choice([1, 3, 5])
    side = dice.randint(3, 9)
    net = Network("one", (groups * dice.randint(1, 9), stride * side, stride * side))
    conv = net.conv(net.input, groups * dice.randint(1, 9), kernel, stride, kernel // 2, groups=groups)
    k2, ho = kernel**2, conv.shape[1]
    if net.input_shape[1] != stride * ho:
        pytest.skip("the form is exact only where the input is stride times the output")
    parts = 1 / ho**2 + groups * stride**2 / (conv.shape[0] * k2) + groups / (net.input_shape[0] * k2)
    assert 1 / conv.intensity == pytest.approx(parts, rel=1e-12)


@pytest.mark.parametrize("channels", [8, 64, 1024])
def test_depthwise_never_exceeds_4_5_macs_a_word(channels):
    net = Network("depthwise", (channels, 512, 512))
    assert 4.49 < net.conv(net.input, channels, 3, padding=1, groups=channels).intensity < 4.5
    assert 1.79 < net.conv(net.input, channels, 3, stride=2, padding=1, groups=channels).intensity < 1.8


def test_sizes_may_be_numbers_of_other_libraries():
    """numpy's and torch's whole numbers, scalars or arrays of none or one, count as Python's."""
    np, torch = pytest.importorskip("numpy"), pytest.importorskip("torch")
    for kind in (np.int32, np.int64, np.array, torch.tensor):
        net = Network("kinds", (kind(4), kind(8), kind(8)))
        x = net.conv_norm_relu(net.input, kind(8), (kind(3), kind(3)), kind(1), groups=kind(2))
        x = net.interpolate(net.conv_transpose(x, kind(6), kind(2), kind(2)), factor=kind(2))
        x = net.max_pool(net.pad(x, [kind(1)] * 4), kind(2), kind(2))
        net.linear(net.flatten(net.slice(x, kind(0), kind(2))), kind(3))
        values = [value for layer in net.layers for value in (*layer.shape, layer.params, layer.macs, layer.words)]
        assert {type(value) for value in values} == {int}
        assert (net.params, net.macs) == (8 * 2 * 9 + 16 + 8 * 6 * 4 + 6 + 2 * 17 * 17 * 3 + 3, 64 * 144 + 64 * 192 + 1734)
        assert build("resnet", depth=kind(18)).name == "ResNet-18"
        assert build("squeezenext", version=kind(5)).params == 930_016
