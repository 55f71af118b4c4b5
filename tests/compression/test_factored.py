"""A convolution replaced by its factors inside a `Network`: shapes, counts and geometry, without torch."""

import pytest

from squeezelab.compression.factored import METHODS, alone, check_rank, factored, largest_rank
from squeezelab.networks import Network, resnet

RANKS = {"svd": 3, "separable": 3, "tucker2": (4, 3), "cp": 5, "cp3": 5}


def one_layer(c_in, c_out, kernel=3, size=28, **geometry):
    net = Network("one", (c_in, size, size))
    net.conv(net.input, c_out, kernel, name="conv", **geometry)
    return net


@pytest.mark.parametrize(
    "method, rank, params, macs, strided",
    [
        ("svd", 16, 16 * (64 * 9 + 64), 16 * (64 * 9 + 64) * 784, 16 * (64 * 9 + 64) * 196),
        ("separable", 16, 6_144, 4_816_896, 1_806_336),
        ("tucker2", (16, 16), 4_352, 4_352 * 784, 1_455_104),
        ("cp", 16, 2_144, 1_680_896, 1_031_744),
        ("cp3", 16, 2_192, 2_192 * 784, 1_031_744),
    ],
)
def test_params_and_macs_of_the_books_table(method, rank, params, macs, strided):
    dense = one_layer(64, 64, padding=1, bias=False)
    small = factored(dense, "conv", method, rank)
    assert (dense.params, dense.macs) == (36_864, 28_901_376)
    assert (small.params, small.macs) == (params, macs)
    assert factored(one_layer(64, 64, padding=1, stride=2, bias=False), "conv", method, rank).macs == strided


@pytest.mark.parametrize("shape, rank, params", [((256, 128), 64, [24_960, 25_152, 73_728, 61_440]), ((512, 512), 256, None)])
def test_params_of_larger_kernels(shape, rank, params):
    params = params or [263_680, 264_448, 786_432, 851_968]
    net = one_layer(shape[1], shape[0], bias=False)
    assert [factored(net, "conv", method, rank).params for method in ("cp", "cp3", "separable", "tucker2")] == params


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("stride, padding, dilation", [(1, 0, 1), (2, 1, 1), ((2, 1), (0, 2), (1, 2)), ((1, 3), (2, 0), (2, 1))])
def test_the_map_keeps_its_shape_and_the_bias_its_place(method, stride, padding, dilation):
    net = one_layer(5, 6, (3, 5), 15, stride=stride, padding=padding, dilation=dilation)
    small = factored(net, "conv", method, RANKS[method])
    assert small.output.shape == net.output.shape
    assert [layer.bias for layer in small.layers] == [False] * (len(small) - 1) + [True]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kernel, stride, dilation", [((4, 4), 1, 1), ((2, 3), (2, 1), 1), ((4, 2), (1, 3), (3, 2))])
def test_even_kernels_that_pad_the_same_are_followed_by_their_factors(method, kernel, stride, dilation):
    net = one_layer(5, 6, kernel, 15, stride=stride, padding="same", dilation=dilation)
    small = factored(net, "conv", method, RANKS[method])
    assert small.output.shape == net.output.shape
    rows = [layer for layer in small.layers if layer.kernel[0] > 1]
    columns = [layer for layer in small.layers if layer.kernel[1] > 1]
    ends = {(layer.padding[0], layer.padding_end[0]) for layer in rows}
    assert ends == {(net["conv"].padding[0], net["conv"].padding_end[0])}
    assert {layer.padding_end[1] for layer in columns} == {net["conv"].padding_end[1]}


def test_the_macs_of_an_even_kernel_by_hand():
    """3 → 2 channels by 4 x 4 over 16 x 16 and 2 → 8 by 1 x 1: 256·(3·2·16 + 2·8)."""
    net = one_layer(3, 8, 4, 16, padding="same")
    assert net.macs == 98_304
    assert factored(net, "conv", "svd", 2).macs == 256 * (96 + 16) == 28_672


def test_strides_go_where_their_axis_goes():
    layers = factored(one_layer(8, 8, (3, 5), stride=(2, 3), padding=(1, 2), dilation=(4, 5)), "conv", "cp", 4).layers
    assert [(layer.kernel, layer.stride, layer.padding, layer.dilation, layer.groups) for layer in layers] == [
        ((1, 1), (1, 1), (0, 0), (1, 1), 1),
        ((3, 1), (2, 1), (1, 0), (4, 1), 4),
        ((1, 5), (1, 3), (0, 2), (1, 5), 4),
        ((1, 1), (1, 1), (0, 0), (1, 1), 1),
    ]


def test_a_layer_amid_a_residual_network_is_replaced():
    net = resnet(18)
    conv = next(layer for layer in net.mac_layers if layer.kind == "conv" and layer.in_shape[0] == 64)
    small = factored(net, conv.name, "tucker2", (16, 16))
    assert small.output.shape == net.output.shape
    assert net.params - small.params == conv.params - (64 * 16 + 16 * 16 * 9 + 16 * 64)
    kept = [layer.name for layer in small.layers if not layer.name.startswith(conv.name + ".")]
    assert kept == [layer.name for layer in net.layers if layer is not conv]
    assert all(source in [small.input, *small.layers] for layer in small.layers for source in layer.sources)


def test_a_fully_connected_layer_becomes_two_matrices():
    net = Network("fc", (300,))
    net.linear(net.input, 100, name="fc")
    small = factored(net, "fc", "svd", 20)
    assert small.params == 20 * (300 + 100) + 100
    assert [(layer.name, layer.shape, layer.bias) for layer in small.layers] == [
        ("fc.reduce", (20,), False),
        ("fc.expand", (100,), True),
    ]
    with pytest.raises(ValueError, match="exceeds 100"):
        factored(net, "fc", "svd", 101)


def test_the_network_itself_stays_as_it_is_and_both_can_grow():
    net = one_layer(8, 8)
    before = repr(net)
    small = factored(net, "conv", "cp", 4)
    assert repr(net) == before
    small.relu(small.conv(small.output, 4, 1))
    assert len(factored(small, "conv.reduce", "svd", 2)) == len(small) + 1


def test_factors_of_every_layer_can_be_named_again():
    net = Network("two", (8, 9, 9))
    net.conv(net.conv(net.input, 8, 3, name="one"), 8, 3, name="two")
    small = factored(factored(net, "one", "separable", 4), "two", "separable", 4)
    assert [layer.name for layer in small.layers] == ["one.vertical", "one.horizontal", "two.vertical", "two.horizontal"]


@pytest.mark.parametrize("method, most", [("svd", 6), ("separable", 15), ("tucker2", (6, 5)), ("cp", 45), ("cp3", 45)])
def test_the_largest_rank_is_taken_and_the_next_refused(method, most):
    assert largest_rank(method, (6, 5, 3, 3)) == most
    assert check_rank(method, most, (6, 5, 3, 3)) == most
    with pytest.raises(ValueError, match="exceeds"):
        check_rank(method, most + 1 if isinstance(most, int) else (6, 6), (6, 5, 3, 3))


def test_a_layer_alone_costs_what_it_costs_in_its_network():
    net = resnet(18, resolution=64)
    for layer in net.mac_layers:
        single = alone(layer)
        assert len(single) == 1 and single.output.kind == layer.kind
        assert (single.params, single.macs, single.output.words) == (layer.params, layer.macs, layer.words)
