"""Factorised kernels in the place of their convolutions, in a torch model and in the network that describes it."""

import pytest

from squeezelab.networks import Network
from squeezelab.networks.factored import largest_rank

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
    {"padding": "valid", "bias": False},
    {"padding": 1, "padding_mode": "reflect"},
    {"padding": (2, 1), "padding_mode": "circular", "stride": (1, 2)},
]


@pytest.mark.parametrize("method", lab.METHODS)
@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
@pytest.mark.parametrize("kernel", [(3, 3), (3, 5)])
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


def test_layers_that_cannot_be_replaced_say_why():
    with pytest.raises(KeyError, match="body.0, group, head"):
        lab.decompose(Block(), "conv9", "cp", 4)
    with pytest.raises(ValueError, match="2 groups"):
        lab.decompose(Block(), "group", "cp", 4)
    with pytest.raises(ValueError, match="BatchNorm2d"):
        lab.decompose(Block(), "body.1", "cp", 4)
    with pytest.raises(ValueError, match="'body.0': the rank of 'cp' is 99"):
        lab.decompose(Block(), "body.0", "cp", 99)
    with pytest.raises(ValueError, match="unknown method 'pca'; there are svd, separable"):
        lab.decompose(Block(), "body.0", "pca", 4)
    with pytest.raises(ValueError, match="pads one side more"):
        lab.decompose(nn.Conv2d(4, 4, (2, 3), padding="same"), "", "separable", 2)


def test_a_shared_module_is_not_torn_apart():
    model = nn.Sequential()
    conv = nn.Conv2d(4, 4, 3)
    model.add_module("one", conv)
    model.add_module("two", conv)
    with pytest.raises(ValueError, match="'one' is the same module as 'two'"):
        lab.decompose(model, "one", "cp", 2)
