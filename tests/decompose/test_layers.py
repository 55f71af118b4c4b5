"""Factorised kernels in the place of their convolutions, in a torch model and in the network that describes it."""

import copy
import itertools
import pickle
import random

import pytest

from squeezelab.compression.factored import largest_rank
from squeezelab.networks import Network

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from squeezelab import decompose as lab  # noqa: E402
from squeezelab.bridge import from_torch, to_torch  # noqa: E402

torch.set_num_threads(1)

RANKS = {"svd": 3, "separable": 3, "tucker2": (4, 3), "cp": 5, "cp3": 5}


GEOMETRIES = [
    {},
    {"stride": 2, "padding": 1},
    {"stride": (2, 1), "padding": (0, 2), "dilation": (1, 2)},
    {"padding": "same", "dilation": 2},
    {"padding": "same", "padding_mode": "replicate", "bias": False},
    {"padding": "valid", "bias": False},
    {"padding": 1, "padding_mode": "reflect"},
    {"padding": (2, 1), "padding_mode": "circular", "stride": (1, 2)},
]


@pytest.mark.parametrize("method", lab.METHODS)
@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
@pytest.mark.parametrize("kernel", [(3, 3), (3, 5), (2, 4)])
def test_the_factors_equal_the_convolution_with_the_rebuilt_kernel(method, geometry, kernel):
    torch.manual_seed(0)
    conv = nn.Conv2d(6, 8, kernel, **geometry)
    factors = lab.factorise(conv.weight, method, RANKS[method])
    layers = lab.as_layers(conv, factors)
    x = torch.randn(2, 6, 11, 13)
    found = layers(x)
    conv.weight.data = factors.rebuild()
    torch.testing.assert_close(found, conv(x), rtol=1e-5, atol=1e-5)
    assert [layer.bias is not None for layer in layers] == [False] * (len(layers) - 1) + [conv.bias is not None]
    assert sum(layer.weight.numel() for layer in layers) == factors.params


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU())
        self.group = nn.Conv2d(8, 8, 3, padding=1, groups=2)
        self.head = nn.Conv2d(8, 4, 1)

    def forward(self, x):
        return self.head(self.group(x + self.body(x)))


def test_a_layer_deep_in_a_model_is_replaced_and_the_model_left_as_it_was():
    model = Block().eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    small = lab.decompose(model, "body.0", "separable", largest_rank("separable", (8, 8, 3, 3)))
    x = torch.randn(2, 8, 9, 9)
    torch.testing.assert_close(small(x), model(x), rtol=1e-4, atol=1e-5)
    assert [name for name, _ in small.body[0].named_children()] == ["vertical", "horizontal"]
    assert not small.body[0].training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_replaced_layers_keep_precision_and_frozen_weights():
    conv = nn.Conv2d(8, 8, 3, dtype=torch.float64).requires_grad_(False)
    small = lab.decompose(conv, "", "cp", 4)
    assert {weight.dtype for weight in small.parameters()} == {torch.float64}
    assert not any(weight.requires_grad for weight in small.parameters())


@pytest.mark.parametrize("bias", [True, False])
def test_a_linear_layer_becomes_two(bias):
    linear = nn.Linear(12, 7, bias=bias)
    small = lab.decompose(linear, "", "svd", 3)
    x = torch.randn(2, 12)
    expected = nn.functional.linear(x, lab.svd(linear.weight, 3).rebuild()[:, :, 0, 0], linear.bias)
    torch.testing.assert_close(small(x), expected, rtol=1e-5, atol=1e-5)
    with pytest.raises(ValueError, match="a matrix is for 'svd'"):
        lab.decompose(linear, "", "cp", 3)


def test_fine_tuning_reaches_every_factor():
    small = lab.decompose(Block(), "body.0", "cp", 4)
    small(torch.randn(2, 8, 9, 9)).sum().backward()
    assert all(weight.grad.abs().sum() > 0 for weight in small.body[0].parameters())


@pytest.mark.parametrize("method", lab.METHODS)
def test_network_and_model_get_the_same_layers(method):
    net = Network("one", (6, 11, 13))
    net.relu(net.conv(net.input, 8, (3, 5), stride=(2, 1), padding=(0, 2), dilation=(1, 2), name="conv"))
    small = lab.decompose(net, "conv", method, RANKS[method])
    layers = lab.decompose(nn.Conv2d(6, 8, (3, 5), (2, 1), (0, 2), (1, 2)), "", method, RANKS[method])
    x = torch.randn(1, 6, 11, 13)
    for name, layer in layers.named_children():
        x = layer(x)
        twin = small[f"conv.{name}"]
        assert twin.shape == tuple(x.shape[1:])
        assert twin.params == sum(weight.numel() for weight in layer.parameters())
    assert small.output.op == "relu" and small.output.shape == net.output.shape


def residual_network():
    net = Network("residual", (3, 16, 16))
    x = net.conv_norm_relu(net.input, 16, 3, stride=2, name="stem")
    with net.scope("s1.b1"):
        y = net.conv(x, 16, 3, padding=1, name="conv1")
        x = net.relu(net.add(x, y))
    net.linear(net.global_avg_pool(x), 10, name="fc")
    return net


@pytest.mark.parametrize("layer, method", [("s1.b1.conv1", method) for method in lab.METHODS] + [("stem", "cp"), ("fc", "svd")])
def test_a_trained_network_and_its_description_stay_twins(layer, method):
    net = residual_network()
    model = lab.decompose(to_torch(net), layer, method, RANKS[method])
    small = lab.decompose(net, layer, method, RANKS[method])
    read = from_torch(model, net.input_shape)
    assert (read.params, read.macs) == (small.params, small.macs)
    assert [(one.name, one.shape) for one in read.layers] == [(one.name, one.shape) for one in small.layers]
    to_torch(small).load_state_dict(model.state_dict())


def test_params_and_macs_are_those_of_the_factored_network():
    result = lab.cp(lab.trained_like_kernel(64, 64), 16, sweeps=1)
    assert (result.params, result.macs((28, 28)), result.macs(28, stride=2)) == (2_144, 1_680_896, 1_031_744)
    assert result.dense_params == 36_864


@pytest.mark.parametrize("method", ["separable", "tucker2", "cp", "cp3"])
def test_pointwise_kernels_are_left_to_svd(method):
    with pytest.raises(ValueError, match="use 'svd'"):
        lab.decompose(Block(), "head", method, RANKS[method])
    assert lab.decompose(Block(), "head", "svd", 2).head.reduce.out_channels == 2


@pytest.mark.parametrize("number_format", [torch.float16, torch.bfloat16, torch.float64])
def test_layers_keep_their_number_format(number_format):
    conv = nn.Conv2d(6, 8, 3, padding=1).to(number_format)
    small = lab.decompose(conv, "", "separable", largest_rank("separable", (8, 6, 3, 3)))
    x = torch.randn(1, 6, 7, 7).to(number_format)
    assert {weight.dtype for weight in small.parameters()} == {number_format}
    assert float((small(x) - conv(x)).detach().norm() / conv(x).detach().norm()) < 8 * torch.finfo(number_format).eps


def test_a_weight_that_is_computed_is_factorised_as_it_comes_out():
    conv = nn.utils.parametrizations.weight_norm(nn.Conv2d(6, 8, 3))
    x = torch.randn(1, 6, 7, 7)
    torch.testing.assert_close(lab.decompose(nn.Sequential(conv), "0", "svd", 8)(x), conv(x), rtol=1e-4, atol=1e-5)


def test_factors_inside_a_graph_module_are_copied_pickled_exported_and_factorised_again():
    net = residual_network()
    model = lab.decompose(to_torch(net).eval(), "s1.b1.conv1", "tucker2", (5, 4))
    x = torch.randn(2, *net.input_shape)
    others = [copy.deepcopy(model), pickle.loads(pickle.dumps(model)), torch.export.export(model, (x,)).module()]
    for other in others:
        torch.testing.assert_close(other(x), model(x))
    again = lab.decompose(model, "s1.b1.conv1.core", "separable", largest_rank("separable", (5, 4, 3, 3)))
    torch.testing.assert_close(again(x), model(x), rtol=1e-4, atol=1e-5)
    assert "s1.b1.conv1.core.vertical.weight" in again.state_dict()


def random_convolution(number):
    """A convolution of random shape and geometry, in double precision, and an input that it fits."""
    draw = random.Random(number)
    side = lambda: draw.choice([1, 1, 2, 3, 5, 7])  # noqa: E731 (draws anew each time)
    kernel = draw.choice([(3, 3), (5, 5), (1, 7), (7, 1), (2, 3), (3, 1)])
    geometry = {name: (draw.randint(low, 2), draw.randint(low, 2)) for name, low in LOWEST.items()}
    torch.manual_seed(number)
    conv = nn.Conv2d(side(), side(), kernel, bias=draw.random() < 0.5, dtype=torch.float64, **geometry)
    return conv, torch.randn(2, conv.in_channels, 15, 14, dtype=torch.float64)


LOWEST = {"stride": 1, "padding": 0, "dilation": 1}


def tap_by_tap(conv, kernel, x):
    """The convolution as its definition has it: one matrix product for every tap, no conv2d."""
    rows, columns = conv.padding
    x = nn.functional.pad(x, (columns, columns, rows, rows))
    reach = [d * (k - 1) for d, k in zip(conv.dilation, conv.kernel_size)]
    total = 0
    for k, l in itertools.product(*map(range, conv.kernel_size)):  # noqa: E741 (the book's letter)
        down, right = k * conv.dilation[0], l * conv.dilation[1]
        seen = x[
            :, :, down : x.shape[2] - reach[0] + down : conv.stride[0], right : x.shape[3] - reach[1] + right : conv.stride[1]
        ]
        total = total + torch.einsum("ts,bshw->bthw", kernel[:, :, k, l], seen)
    return total if conv.bias is None else total + conv.bias[:, None, None]


@pytest.mark.parametrize("method", lab.METHODS)
@pytest.mark.parametrize("number", range(12))
def test_factors_of_random_convolutions_equal_the_sum_over_taps(method, number):
    conv, x = random_convolution(number)
    most = largest_rank(method, tuple(conv.weight.shape))
    for rank in {1, most}:
        factors = lab.factorise(conv.weight, method, rank)
        torch.testing.assert_close(lab.as_layers(conv, factors)(x), tap_by_tap(conv, factors.rebuild(), x))
        if rank == most and method in ("svd", "separable", "tucker2"):
            torch.testing.assert_close(lab.as_layers(conv, factors)(x), conv(x))
