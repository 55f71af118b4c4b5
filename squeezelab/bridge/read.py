"""Readers of what learns: convolutions, linear layers, norms, by the calls of torch that make them.

A reader gets the place it reads at (`at.net`, `at.name(op)`, `at.shape`: that of the result without its batch), then what
the call gets: a `View` for a tensor that depends on the input, a `Constant` for one that does not. `at.learnt` checks the
weights, so that none is counted twice, and none that is not there.

A reader names all that it may be given: what changes values only (an epsilon, a slope) is forgotten, what it does not know
is refused.
"""

from ..networks.shapes import shape_text
from .calls import Constant
from .views import View, layer_of


def conv(at, x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    channels, _, *kernel = at.learnable(weight, "weight", 4).shape
    sides = [spread(side) for side in (stride, padding, dilation)]
    if padding == "valid":
        sides[1] = 0
    elif padding == "same":
        sides[1] = "same"
    layer = layer_of(at, x)
    made = at.net.conv(layer, channels, tuple(kernel), *sides, groups, bias is not None, name=at.name("conv", weight))
    return View(at.learnt(made, weight, bias))


def conv_transpose(at, x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    _, channels, *kernel = at.learnable(weight, "weight", 4).shape
    sides = [spread(side) for side in (stride, padding, output_padding, dilation)]
    name, layer = at.name("conv_transpose", weight), layer_of(at, x)
    made = at.net.conv_transpose(layer, channels * groups, tuple(kernel), *sides, groups, bias is not None, name=name)
    return View(at.learnt(made, weight, bias))


def convolution(at, x, weight, bias, stride, padding, dilation, transposed, output_padding, groups, *backends):
    """The operator behind both; `backends` are switches of cuDNN."""
    if transposed:
        return conv_transpose(at, x, weight, bias, stride, padding, output_padding, groups, dilation)
    return conv(at, x, weight, bias, stride, padding, dilation, groups)


def spread(side):
    """A setting for both directions: torch takes (3,) for (3, 3)."""
    side = tuple(side) if isinstance(side, (tuple, list)) else side
    return side[0] if isinstance(side, tuple) and len(side) == 1 else side


def linear(at, x, weight, bias=None):
    """On a vector; on the channels of each pixel, which stand last, it is a convolution of 1×1."""
    features = at.learnable(weight, "weight", 2).shape[0]
    return product(at, x, features, weight, bias)


def matmul(at, x, weight):
    """A linear layer whose weight is (inputs, outputs)."""
    return product(at, x, at.learnable(weight, "second factor", 2).shape[1], weight, None)


def addmm(at, bias, x, weight, *, beta=1, alpha=1):
    return product(at, x, at.learnable(weight, "second factor", 2).shape[1], weight, bias)


def product(at, x, features, weight, bias):
    if x.channels_last:
        made = at.net.conv(x.layer, features, 1, bias=bias is not None, name=at.name("fc", weight))
        return View(at.learnt(made, weight, bias), [*x.sides[:-1], [(0, 1, features)] if features > 1 else []])
    made = at.net.linear(layer_of(at, x), features, bias is not None, name=at.name("fc", weight))
    return View(at.learnt(made, weight, bias))


def batch_norm(
    at, x, running_mean=None, running_var=None, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5, cudnn_enabled=True
):
    check_norm_channels(x, running_mean, weight)
    if weight is None and bias is None:
        return View(at.net.norm(layer_of(at, x), affine=False, name=at.name("norm")))
    return View(at.learnt(at.net.norm(layer_of(at, x), name=at.name("norm", weight)), weight, bias))


def native_batch_norm(at, x, weight, bias, running_mean, running_var, training=False, momentum=0.1, eps=1e-5):
    """The operator behind batch_norm, which also returns its statistics."""
    return batch_norm(at, x, running_mean, running_var, weight, bias)


def instance_norm(
    at,
    x,
    running_mean=None,
    running_var=None,
    weight=None,
    bias=None,
    use_input_stats=True,
    momentum=0.1,
    eps=1e-5,
    cudnn_enabled=True,
):
    check_norm_channels(x, running_mean, weight)
    return group_norm(at, x, x.shape[0], weight, bias)


def group_norm(at, x, num_groups, weight=None, bias=None, eps=1e-5, cudnn_enabled=True):
    made = at.net.group_norm(layer_of(at, x), num_groups, weight is not None, name=at.name("group_norm", weight))
    return View(at.learnt(made, weight, bias))


def layer_norm(at, x, normalized_shape, weight=None, bias=None, eps=1e-5, cudnn_enable=True):
    """Over all values of an input, or over the channels where they stand last."""
    settings = (weight is not None, bias is not None)
    if x.channels_last and len(normalized_shape) == 1:
        made = at.net.layer_norm(x.layer, "channels", *settings, name=at.name("layer_norm", weight))
        return View(at.learnt(made, weight, bias), x.sides)
    if tuple(normalized_shape) != x.shape:
        over = f"it normalises over the last sides ({shape_text(normalized_shape)}) of {shape_text(x.shape)}"
        raise ValueError(f"{over}, but the layer norm of a Network goes over the channels or over the whole map")
    over = "map" if len(x.shape) == 3 else "channels"
    made = at.net.layer_norm(layer_of(at, x), over, *settings, name=at.name("layer_norm", weight))
    return View(at.learnt(made, weight, bias))


def prelu(at, x, weight):
    slopes = at.learnable(weight, "weight", None).shape[0] if weight.shape else 1
    return View(at.learnt(at.net.prelu(layer_of(at, x), slopes, name=at.name("prelu", weight)), weight))


def check_norm_channels(x, *constants):
    """Raises if a norm was made for another number of channels: on the meta device nobody does."""
    for constant in constants:
        if isinstance(constant, Constant) and constant.shape[0] != x.shape[0]:
            raise ValueError(f"it has {constant.shape[0]} channels, but reads {x.shape[0]}")
