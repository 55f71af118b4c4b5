"""Which reader reads what: functions and methods by their names, modules by their classes."""

from functools import partial

from torch import nn

from .modules import Concat, Elementwise, GlobalAvgPool, Shuffle, Slice
from .read import (
    activation,
    adaptive_pool,
    avg_pool,
    channel_shuffle,
    clamp,
    concat,
    constant,
    conv,
    elementwise,
    global_pool,
    linear,
    max_pool,
    mean,
    norm,
    quotient,
    same,
    silu,
    softmax,
)
from .views import View, index, layer_of, part, permute, reshape, split, transpose

ACTIVATIONS = {
    "relu": "relu",
    "relu6": "relu6",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "hardsigmoid": "hard_sigmoid",
    "hardswish": "hard_swish",
    "leaky_relu": "leaky_relu",
    "elu": "elu",
    "gelu": "gelu",
    "local_response_norm": "lrn",
    "dropout": "dropout",
    "dropout2d": "dropout",
}
ELEMENTWISE = {"add": "add", "sub": "subtract", "subtract": "subtract", "mul": "multiply", "multiply": "multiply"}

# Name of a function or of a tensor's method, without the _ and i of its in-place form: reader
CALLS = {
    **{name: partial(activation, op) for name, op in ACTIVATIONS.items()},
    **{name: partial(elementwise, op) for name, op in ELEMENTWISE.items()},
    **{name: same for name in ("contiguous", "clone", "detach", "neg", "expand", "expand_as", "stochastic_depth")},
    **{name: same for name in ("to", "type_as", "float", "double", "half", "bfloat16", "cpu", "cuda")},
    **{name: constant for name in ("zeros_like", "ones_like", "rand_like", "randn_like")},
    **{name: clamp for name in ("clamp", "clip")},
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
    **{name: quotient for name in ("div", "divide", "truediv")},
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
    GlobalAvgPool: lambda at, m, x: global_pool(at, layer_of(x)),
}
# Modules without settings that matter here: reader of their function
PLAIN = {
    nn.ReLU: CALLS["relu"],
    nn.ReLU6: CALLS["relu6"],
    nn.Sigmoid: CALLS["sigmoid"],
    nn.Tanh: CALLS["tanh"],
    nn.Hardsigmoid: CALLS["hardsigmoid"],
    nn.Hardswish: CALLS["hardswish"],
    nn.LeakyReLU: CALLS["leaky_relu"],
    nn.ELU: CALLS["elu"],
    nn.GELU: CALLS["gelu"],
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
    return CALLS.get(name) or CALLS.get(name.removeprefix("i"))
