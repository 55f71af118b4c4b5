"""Layers that a torch model may have beyond the book's own: shape, params and MACs as torch's, on the meta device."""

import itertools
import random

import pytest

from squeezelab.networks import Network, build

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

SHAPE = (6, 10, 7)


def measured(module, shape):
    """(shape of the output, params, MACs) of a torch module or function, by torch itself."""
    if isinstance(module, nn.Module):
        module = module.to("meta")
    with FlopCounterMode(display=False) as counter:
        made = module(torch.empty(1, *shape, device="meta"))
    params = sum(p.numel() for p in module.parameters()) if isinstance(module, nn.Module) else 0
    return tuple(made.shape[1:]), params, counter.get_total_flops() // 2


def ours(build_one, shape):
    net = Network("one", shape)
    build_one(net, net.input)
    return net.output.shape, net.params, net.macs


PAIRS = {
    "a decoder's doubling, in groups": (
        lambda n, x: n.conv_transpose(x, 9, 2, 2, groups=3),
        nn.ConvTranspose2d(6, 9, 2, 2, groups=3),
    ),
    "overlapping": (lambda n, x: n.conv_transpose(x, 4, 4, 2, 1, bias=False), nn.ConvTranspose2d(6, 4, 4, 2, 1, bias=False)),
    "with an odd end": (lambda n, x: n.conv_transpose(x, 4, 3, 2, 1, 1), nn.ConvTranspose2d(6, 4, 3, 2, 1, 1)),
    "same, even": (lambda n, x: n.conv(x, 4, (4, 2), padding="same"), nn.Conv2d(6, 4, (4, 2), padding="same")),
    "same, dilated": (
        lambda n, x: n.conv(x, 4, (2, 4), padding="same", dilation=(3, 2)),
        nn.Conv2d(6, 4, (2, 4), padding="same", dilation=(3, 2)),
    ),
    "rims": (lambda n, x: n.pad(x, (1, 2, 3, 0)), nn.ZeroPad2d((1, 2, 3, 0))),
    "rims and channels": (lambda n, x: n.pad(x, (0, 0, 0, 0, 2, 3)), lambda x: F.pad(x, (0, 0, 0, 0, 2, 3))),
    "cut": (lambda n, x: n.pad(x, (-1, -2, 1, -4)), lambda x: F.pad(x, (-1, -2, 1, -4))),
    "mirrored": (lambda n, x: n.pad(x, (6, 2, 9, 0), "reflect"), nn.ReflectionPad2d((6, 2, 9, 0))),
    "wrapped": (lambda n, x: n.pad(x, (7, 2, 10, 0), "circular"), nn.CircularPad2d((7, 2, 10, 0))),
    "every second pixel": (lambda n, x: n.crop(x, (0, 10, 2), (0, 7, 2)), lambda x: x[:, :, ::2, ::2]),
    "the middle": (lambda n, x: n.crop(x, (2, 8), (1, 6)), lambda x: x[:, :, 2:8, 1:6]),
    "every third channel": (lambda n, x: n.slice(x, 1, 6, 3), lambda x: x[:, 1:6:3]),
    "option A of a CIFAR ResNet": (
        lambda n, x: n.pad(n.crop(x, (0, 10, 2), (0, 7, 2)), (0, 0, 0, 0, 3, 3)),
        lambda x: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 3, 3)),
    ),
    "larger": (lambda n, x: n.interpolate(x, factor=2), nn.Upsample(scale_factor=2)),
    "by a fraction": (
        lambda n, x: n.interpolate(x, factor=(1.7, 0.6), mode="bilinear"),
        lambda x: F.interpolate(x, scale_factor=(1.7, 0.6)),
    ),
    "to a size": (lambda n, x: n.interpolate(x, (5, 31), mode="bicubic"), nn.Upsample((5, 31), mode="bicubic")),
    "channels to pixels": (
        lambda n, x: n.pixel_shuffle(n.conv(x, 18, 1), 3),
        nn.Sequential(nn.Conv2d(6, 18, 1), nn.PixelShuffle(3)),
    ),
    "pixels to channels": (
        lambda n, x: n.pixel_unshuffle(n.pad(x, (0, 1, 0, 0)), 2),
        nn.Sequential(nn.ZeroPad2d((0, 1, 0, 0)), nn.PixelUnshuffle(2)),
    ),
    "one slope": (lambda n, x: n.prelu(x), nn.PReLU()),
    "a slope each": (lambda n, x: n.prelu(x, 6), nn.PReLU(6)),
    "groups normed": (lambda n, x: n.group_norm(x, 3), nn.GroupNorm(3, 6)),
    "groups normed, nothing learnt": (lambda n, x: n.group_norm(x, 2, affine=False), nn.GroupNorm(2, 6, affine=False)),
    "a map normed": (lambda n, x: n.layer_norm(x, "map"), nn.LayerNorm(SHAPE)),
    "a map normed without shift": (lambda n, x: n.layer_norm(x, "map", bias=False), nn.LayerNorm(SHAPE, bias=False)),
    "batch norm, nothing learnt": (lambda n, x: n.norm(x, affine=False), nn.BatchNorm2d(6, affine=False)),
    "windows that differ": (lambda n, x: n.adaptive_avg_pool(x, (4, 3)), nn.AdaptiveAvgPool2d((4, 3))),
    "more windows than rows": (lambda n, x: n.adaptive_max_pool(x, (13, 2)), nn.AdaptiveMaxPool2d((13, 2))),
    "a spatial gate": (
        lambda n, x: n.multiply(x, n.conv(n.concat([n.reduce("mean", x, 0), n.reduce("max", x, 0)]), 1, 7, padding=3)),
        lambda x: (
            x * F.conv2d(torch.cat([x.mean(1, True), x.amax(1, True)], 1), torch.empty(1, 2, 7, 7, device="meta"), padding=3)
        ),
    ),
    "gates of rows and columns": (
        lambda n, x: n.multiply(n.reduce("mean", x, 2), n.reduce("sum", x, (0, 1))),
        lambda x: x.mean(3, True) * x.sum((1, 2), True),
    ),
    "a number": (
        lambda n, x: n.squeeze(n.linear(n.flatten(x), 1)),
        nn.Sequential(nn.Flatten(), nn.Linear(420, 1), nn.Flatten(0)),
    ),
}


@pytest.mark.parametrize("case", [name for name in PAIRS if name not in ("a number", "a spatial gate")])
def test_a_layer_is_what_torch_says(case):
    make, module = PAIRS[case]
    assert ours(make, SHAPE) == measured(module, SHAPE)


def test_a_spatial_gate_has_its_convolution_and_no_more():
    make, function = PAIRS["a spatial gate"]
    shape, _, macs = measured(function, SHAPE)
    assert ours(make, SHAPE) == (shape, 2 * 49 + 1, macs)


def test_one_value_for_each_input_is_a_number():
    make, module = PAIRS["a number"]
    assert measured(module, SHAPE)[1:] == ours(make, SHAPE)[1:]
    assert ours(make, SHAPE)[0] == ()


@pytest.mark.parametrize("seed", range(80))
def test_random_transposed_convolutions_are_torchs_or_refused_as_by_torch(seed):
    dice = random.Random(seed)
    groups = dice.choice([1, 1, 2, 3])
    net = Network("random", (groups * dice.randint(1, 3), dice.randint(1, 6), dice.randint(1, 6)))
    channels = groups * dice.randint(1, 3)
    kernel, stride, dilation = [(dice.randint(1, 4), dice.randint(1, 3)) for _ in range(3)]
    padding, end = (dice.randint(0, 1), dice.randint(0, 2)), (dice.randint(0, 1), 0)
    module = nn.ConvTranspose2d(net.input_shape[0], channels, kernel, stride, padding, end, groups, dilation=dilation)
    settings = (channels, kernel, stride, padding, end, dilation, groups)
    try:
        made = module(torch.zeros(1, *net.input_shape))  # on the meta device torch does not check the output padding
    except RuntimeError:
        made = torch.zeros(0)
    if made.numel():
        layer = net.conv_transpose(net.input, *settings)
        assert (layer.shape, net.params, net.macs) == measured(module, net.input_shape)
    else:
        with pytest.raises(ValueError, match="padding of"):
            net.conv_transpose(net.input, *settings)


@pytest.mark.parametrize("kernel, stride, padding", list(itertools.product((1, 2, 3, 5), (1, 2, 3), (0, 1, 2))))
def test_pools_that_hang_over_the_edge_are_torchs(kernel, stride, padding):
    for size in range(1, 9):
        net = Network("pool", (2, size, 9))
        try:
            expected = measured(nn.MaxPool2d(kernel, stride, padding, ceil_mode=True), net.input_shape)[0]
        except RuntimeError:
            with pytest.raises(ValueError, match="pool"):
                net.max_pool(net.input, kernel, stride, padding, ceil=True)
        else:
            assert net.max_pool(net.input, kernel, stride, padding, ceil=True).shape == expected


def test_squeezenet_on_28_pixels():
    assert build("squeezenet", resolution=28)["pool8"].shape == (512, 1, 1)


@pytest.mark.parametrize("kernel, stride, dilation", list(itertools.product((1, 2, 3, 4, 5, 6), (1, 2, 3), (1, 2, 3))))
def test_same_is_size_over_stride_rounded_up_with_one_more_at_the_end(kernel, stride, dilation):
    net = Network("same", (2, 17, 24))
    conv = net.conv(net.input, 4, kernel, stride, "same", dilation)
    assert conv.shape == (4, -(-17 // stride), -(-24 // stride))
    before, after = conv.padding[0], conv.padding_end[0]
    assert before + after == dilation * (kernel - 1) and after - before in (0, 1)
    if stride == 1:
        assert conv.shape == measured(nn.Conv2d(2, 4, kernel, padding="same", dilation=dilation), net.input_shape)[0]
