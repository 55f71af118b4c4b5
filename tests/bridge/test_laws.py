"""`from_torch` takes back what `to_torch` made, for networks of whatever ops in whatever order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

from squeezelab.bridge import from_torch, to_torch  # noqa: E402
from squeezelab.networks import Network  # noqa: E402
from squeezelab.networks.activations import Activation  # noqa: E402
from squeezelab.networks.maps import Interpolate  # noqa: E402

SMALL = st.integers(1, 3)


def divisor(draw, number):
    return draw(st.sampled_from([each for each in range(1, number + 1) if number % each == 0]))


def conv(draw, net, x):
    groups = divisor(draw, x.shape[0])
    kernel = draw(SMALL), draw(SMALL)
    padding = "same" if draw(st.booleans()) else tuple((side + 1) // 2 for side in kernel)
    sides = draw(SMALL), padding, draw(st.integers(1, 2) if padding == "same" else st.just(1))
    return net.conv(x, groups * draw(SMALL), kernel, *sides, groups, draw(st.booleans()))


def conv_transpose(draw, net, x):
    groups, stride = divisor(draw, x.shape[0]), draw(SMALL)
    kernel = draw(SMALL), draw(SMALL)
    rest = draw(st.integers(0, stride - 1))
    return net.conv_transpose(x, groups * draw(SMALL), kernel, stride, 0, rest, 1, groups, draw(st.booleans()))


def pool(draw, net, x):
    make = draw(st.sampled_from([net.max_pool, net.avg_pool]))
    kernel = [draw(st.integers(1, min(3, side))) for side in x.shape[1:]]
    return make(x, kernel, draw(SMALL), [side // 2 for side in kernel], draw(st.booleans()))


def adaptive_pool(draw, net, x):
    return draw(st.sampled_from([net.adaptive_max_pool, net.adaptive_avg_pool]))(x, (draw(SMALL), draw(SMALL)))


def norm_of_a_map(draw, net, x):
    affine = draw(st.booleans())
    if draw(st.booleans()):
        return net.group_norm(x, divisor(draw, x.shape[0]), affine)
    return net.layer_norm(x, draw(st.sampled_from(["channels", "map"])), affine, draw(st.booleans()))


def interpolate(draw, net, x):
    mode = draw(st.sampled_from(Interpolate.MODES))
    return net.interpolate(x, (draw(SMALL), draw(SMALL)), mode=mode, align_corners=mode == "bilinear" and draw(st.booleans()))


def pad(draw, net, x):
    return net.pad(x, [draw(st.integers(0, 2)) for _ in range(draw(st.sampled_from([4, 6])))])


def crop(draw, net, x):
    return net.crop(x, *[(0, draw(st.integers(1, side)), draw(st.integers(1, 2))) for side in x.shape[1:]])


def part(draw, net, x):
    start = draw(st.integers(0, x.shape[0] - 1))
    return net.slice(x, start, draw(st.integers(start + 1, x.shape[0])), draw(st.integers(1, 2)))


def pixels(draw, net, x):
    side = draw(SMALL)
    return net.pixel_shuffle(net.concat([x] * side**2) if side > 1 else x, side)


def reduce(draw, net, x):
    return net.reduce(draw(st.sampled_from(["mean", "max", "sum"])), x, draw(st.sampled_from([0, 1, 2, (1, 2)])))


def join(draw, net, x):
    """With a layer of the same shape, be it x itself."""
    like = [layer for layer in (net.input, *net.layers) if layer.shape == x.shape]
    join = draw(st.sampled_from([net.add, net.subtract, net.multiply, lambda a, b: net.concat([a, b])]))
    return join(x, draw(st.sampled_from(like)))


ANYWHERE = [
    join,
    part,
    lambda draw, net, x: net.activation(draw(st.sampled_from(Activation.OPS)), x),
    lambda draw, net, x: net.prelu(x, draw(st.sampled_from([1, x.shape[0]]))),
    lambda draw, net, x: net.norm(x, draw(st.booleans())),
]
ON_MAPS = [conv, conv, conv_transpose, pool, adaptive_pool, norm_of_a_map, interpolate, pad, crop, pixels, reduce]
ON_MAPS += [
    lambda draw, net, x: net.shuffle(x, divisor(draw, x.shape[0])),
    lambda draw, net, x: net.flatten(x),
    lambda draw, net, x: net.global_avg_pool(x),
]
ON_VECTORS = [
    lambda draw, net, x: net.linear(x, draw(st.integers(1, 6)), draw(st.booleans())),
    lambda draw, net, x: net.unflatten(x, (x.shape[0], 1, 1)),
]


@st.composite
def networks(draw):
    net = Network("random", (draw(st.integers(1, 6)), draw(st.integers(2, 7)), draw(st.integers(2, 7))))
    x = net.input
    for _ in range(draw(st.integers(1, 8))):
        x = draw(st.sampled_from(ANYWHERE + (ON_MAPS if len(x.shape) == 3 else ON_VECTORS)))(draw, net, x)
    return net


def told(net):
    """What a network states of its layers, in their order."""
    fields = ("name", "op", "inputs", "shape", "params", "macs", "words")
    return [tuple(getattr(layer, field) for field in fields) for layer in net.layers]


@given(networks())
@settings(max_examples=100, derandomize=True, deadline=None)
@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_from_torch_takes_back_what_to_torch_made(net):
    assert told(from_torch(to_torch(net), net.input_shape)) == told(net)
