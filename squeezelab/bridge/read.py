"""How each torch call is read: the layer of a `Network` that it is.

A reader gets the place it reads at (`at.net`, `at.name(op)`, `at.shape`: that of the result), then what the call gets.
"""

from functools import partial

from torch import nn

from ..networks.shapes import shape_text
from .modules import Concat, Elementwise, GlobalAvgPool, Shuffle, Slice
from .views import View, index, layer_of, part, permute, reshape, split, transpose


def conv(at, module, x):
    if module.padding_mode != "zeros":
        raise ValueError(f"its padding_mode is {module.padding_mode!r}, but a Network pads with zeros")
    kernel, dilation, padding = module.kernel_size, module.dilation, module.padding
    if padding == "same" and any(reach * (side - 1) % 2 for reach, side in zip(dilation, kernel)):
        raise ValueError(f"padding='same' with the even kernel {kernel} pads one side more, but a Network pads both alike")
    padding = 0 if padding == "valid" else padding
    sides = (kernel, module.stride, padding, dilation, module.groups, module.bias is not None)
    return View(at.net.conv(layer_of(x), module.out_channels, *sides, name=at.name("conv")))


def linear(at, module, x):
    return View(at.net.linear(layer_of(x), module.out_features, module.bias is not None, name=at.name("fc")))


def norm(at, module, x):
    if not module.affine:
        raise ValueError("its affine is False, but the norm of a Network has a scale and a shift")
    if module.num_features != x.shape[0]:
        raise ValueError(f"it has {module.num_features} channels, but reads {x.shape[0]}")
    return View(at.net.norm(layer_of(x), name=at.name("norm")))


def activation(op, at, x, *_, **__):
    """Value by value, so that a gate of 1×1 stays one."""
    layer = x.layer if x.shape == tuple(x.layer.shape) + (1, 1) else layer_of(x)
    return View(at.net.activation(op, layer, name=at.name(op)), x.shape)


def silu(at, x, *_, **__):
    """x · sigmoid(x), which is how a Network counts it."""
    name = at.name("silu")
    gate = at.net.activation("sigmoid", layer_of(x), name=name + "_sigmoid")
    return View(at.net.multiply(layer_of(x), gate, name=name))


def softmax(at, x, dim=None, *_, **__):
    """Over the channels; log_softmax is counted as a softmax."""
    if dim is not None and dim % (len(x.shape) + 1) != 1:
        raise ValueError(f"its dim is {dim}, but the softmax of a Network goes over the channels, dim=1")
    return activation("softmax", at, x)


def same(at, x, *_, **__):
    """Nothing that costs anything: identity, contiguous, expand."""
    return x


def max_pool(at, x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    if dilation not in (1, (1, 1)) or return_indices:
        raise ValueError("a Network pools without dilation and without indices")
    return View(at.net.max_pool(layer_of(x), kernel_size, stride or None, padding, ceil_mode, name=at.name("max_pool")))


def avg_pool(at, x, kernel_size, stride=None, padding=0, ceil_mode=False, *_, **__):
    return View(at.net.avg_pool(layer_of(x), kernel_size, stride or None, padding, ceil_mode, name=at.name("avg_pool")))


def adaptive_pool(op, at, x, *_, **__):
    """Windows of one size, or none at all where the map has the size already."""
    (height, width), (rows, columns) = layer_of(x).shape[1:], at.shape[1:]
    if (height, width) == (rows, columns):
        return x
    if height % rows or width % columns:
        raise ValueError(f"{height}×{width} does not divide into {rows}×{columns} windows of one size")
    if op == "avg_pool" and rows == columns == 1:
        return global_pool(at, x)
    pool = at.net.max_pool if op == "max_pool" else at.net.avg_pool
    return View(pool(layer_of(x), (height // rows, width // columns), name=at.name(op)))


def global_pool(at, x):
    """A map of 1×1; where all that follows is its flattening, the two are one global_avg_pool."""
    if len(at.shape) == 1 or only_flattened(at.node):
        return View(at.net.global_avg_pool(layer_of(x), name=at.name("global_avg_pool")), at.shape)
    return View(at.net.avg_pool(layer_of(x), x.shape[1:], name=at.name("avg_pool")))


def only_flattened(node):
    """Whether all users of a node make vectors of its maps, perhaps one side at a time."""
    ranks = [(len(getattr(user.meta["value"], "shape", "map?")), user) for user in node.users]
    return bool(ranks) and all(rank == 2 or rank == 3 and only_flattened(user) for rank, user in ranks)


def mean(at, x, dim=None, keepdim=False):
    sides = {side % 4 for side in ([dim] if isinstance(dim, int) else dim or ())}
    if len(x.shape) != 3 or sides != {2, 3}:
        raise ValueError("a Network has the mean over height and width only, as x.mean((2, 3))")
    return global_pool(at, x)


def elementwise(op, at, a, b, **options):
    """A constant is folded into its neighbours, as compilers do; the smaller operand is one value per channel."""
    if not isinstance(a, View) or not isinstance(b, View):
        return a if isinstance(a, View) else b
    if options.get("alpha", 1) != 1:
        raise ValueError("its alpha is not 1, but a Network adds unscaled")
    if op != "subtract" and a.shape != b.shape and at.shape == b.shape:
        a, b = b, a
    if b.shape not in (a.shape, a.shape[:1] + (1, 1)):
        raise ValueError(
            f"it broadcasts {shape_text(b.shape)} over {shape_text(a.shape)}; a Network broadcasts one value per channel only"
        )
    second = b.layer if b.shape == tuple(b.layer.shape) + (1, 1) else layer_of(b)
    return View(getattr(at.net, op)(layer_of(a), second, name=at.name(op)))


def concat(at, maps, dim=0, **options):
    dim = options.get("axis", dim)
    if dim % (len(maps[0].shape) + 1) != 1:
        raise ValueError(f"it stacks along dim={dim}, but a Network along the channels, dim=1")
    if len(maps) == 1:
        return maps[0]
    return View(at.net.concat([layer_of(x) for x in maps], name=at.name("concat")))


def channel_shuffle(at, x, groups):
    return View(at.net.shuffle(layer_of(x), groups, name=at.name("shuffle")))


ACTIVATIONS = {
    "relu": "relu",
    "relu6": "relu6",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "hardsigmoid": "hard_sigmoid",
    "hardswish": "hard_swish",
    "local_response_norm": "lrn",
    "dropout": "dropout",
    "dropout2d": "dropout",
}
ELEMENTWISE = {"add": "add", "sub": "subtract", "subtract": "subtract", "mul": "multiply", "multiply": "multiply"}

# Name of a function or of a tensor's method, without the _ and i of its in-place form: reader
CALLS = {
    **{name: partial(activation, op) for name, op in ACTIVATIONS.items()},
    **{name: partial(elementwise, op) for name, op in ELEMENTWISE.items()},
    **{name: same for name in ("contiguous", "clone", "detach", "float", "expand", "expand_as", "stochastic_depth")},
    **{name: reshape for name in ("view", "reshape", "flatten", "squeeze", "unsqueeze", "unflatten")},
    **{name: split for name in ("chunk", "split", "tensor_split")},
    **{name: transpose for name in ("transpose", "swapaxes", "swapdims")},
    **{name: concat for name in ("cat", "concat", "concatenate")},
    **{name: softmax for name in ("softmax", "log_softmax")},
    "permute": permute,
    "getitem": index,
    "silu": silu,
    "mean": mean,
    "max_pool2d": max_pool,
    "avg_pool2d": avg_pool,
    "adaptive_avg_pool2d": partial(adaptive_pool, "avg_pool"),
    "adaptive_max_pool2d": partial(adaptive_pool, "max_pool"),
    "channel_shuffle": channel_shuffle,
}


def pool_arguments(pool):
    return pool.kernel_size, pool.stride, pool.padding


# Class of a module: reader, which gets the place, the module and the module's inputs
MODULES = {
    nn.Conv2d: conv,
    nn.Linear: linear,
    nn.BatchNorm1d: norm,
    nn.BatchNorm2d: norm,
    nn.MaxPool2d: lambda at, m, x: max_pool(at, x, *pool_arguments(m), m.dilation, m.ceil_mode, m.return_indices),
    nn.AvgPool2d: lambda at, m, x: avg_pool(at, x, *pool_arguments(m), m.ceil_mode),
    nn.Softmax: lambda at, m, x: softmax(at, x, m.dim),
    nn.LogSoftmax: lambda at, m, x: softmax(at, x, m.dim),
    nn.ChannelShuffle: lambda at, m, x: channel_shuffle(at, x, m.groups),
    Elementwise: lambda at, m, a, b: elementwise(m.op, at, a, View(b.layer, b.shape + (1,) * (m.ones or 0))),
    Concat: lambda at, m, *maps: concat(at, maps, 1),
    Slice: lambda at, m, x: part(at, x, m.start, m.stop),
    Shuffle: lambda at, m, x: channel_shuffle(at, x, m.groups),
    GlobalAvgPool: lambda at, m, x: global_pool(at, x),
}
# Modules without settings that matter here: reader of their function
PLAIN = {
    nn.ReLU: CALLS["relu"],
    nn.ReLU6: CALLS["relu6"],
    nn.Sigmoid: CALLS["sigmoid"],
    nn.Tanh: CALLS["tanh"],
    nn.Hardsigmoid: CALLS["hardsigmoid"],
    nn.Hardswish: CALLS["hardswish"],
    nn.SiLU: silu,
    nn.LocalResponseNorm: CALLS["local_response_norm"],
    nn.Dropout: CALLS["dropout"],
    nn.Dropout2d: CALLS["dropout2d"],
    nn.AdaptiveAvgPool2d: CALLS["adaptive_avg_pool2d"],
    nn.AdaptiveMaxPool2d: CALLS["adaptive_max_pool2d"],
    nn.Flatten: reshape,
    nn.Unflatten: reshape,
    nn.Identity: same,
}


def module_reader(module):
    """The reader of a module, which may be of a derived class that keeps `forward`; None if there is none."""
    for kind in type(module).__mro__:
        if kind in PLAIN and type(module).forward is kind.forward:
            return lambda at, *inputs: PLAIN[kind](at, *inputs)
        if kind in MODULES and type(module).forward is kind.forward:
            return lambda at, *inputs: MODULES[kind](at, module, *inputs)
    return None


def call_reader(name):
    """The reader of a function or method by its name, in place or not; None if there is none."""
    name = name.rstrip("_")
    if name in ("truediv", "itruediv", "div"):
        return quotient
    return CALLS.get(name) or CALLS.get(name.removeprefix("i"))


def quotient(at, a, b, **_):
    """By a constant only, which is folded as every constant."""
    if isinstance(a, View) and isinstance(b, View):
        raise ValueError("it divides one layer by another, which no layer of a Network does")
    return elementwise("multiply", at, a, b)
