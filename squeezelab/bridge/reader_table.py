"""Which reader reads what: functions, methods and operators by their names, our own modules and a reader's by their classes."""

from functools import partial

from . import modules, read, read_maps, read_shapes, read_values
from .read_capsules import CAPSULE_READERS
from .read_values import activation, elementwise, unchanged
from .views import View, layer_of

ACTIVATIONS = {
    "relu": "relu",
    "relu6": "relu6",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "hardsigmoid": "hard_sigmoid",
    "hardswish": "hard_swish",
    "leaky_relu": "leaky_relu",
    "rrelu": "leaky_relu",
    "elu": "elu",
    "celu": "celu",
    "selu": "selu",
    "gelu": "gelu",
    "mish": "mish",
    "softplus": "softplus",
    "softsign": "softsign",
    "logsigmoid": "log_sigmoid",
    "log_sigmoid": "log_sigmoid",
    "hardshrink": "hard_shrink",
    "softshrink": "soft_shrink",
    "tanhshrink": "tanh_shrink",
    **{name: "dropout" for name in ("dropout", "dropout1d", "dropout2d", "dropout3d", "feature_dropout")},
    **{name: "dropout" for name in ("alpha_dropout", "feature_alpha_dropout")},
}
ELEMENTWISE = {"add": "add", "sub": "subtract", "subtract": "subtract", "mul": "multiply", "multiply": "multiply"}
ELEMENTWISE.update({"radd": "add", "rsub": "subtract", "rmul": "multiply"})
SAME = ("contiguous", "clone", "detach", "data", "alias", "neg", "negative", "requires_grad_", "__deepcopy__", "identity")
SAME += ("to", "type", "type_as", "float", "double", "half", "bfloat16", "cpu", "cuda", "_to_copy", "lift_fresh")
RESHAPES = ("view", "reshape", "view_as", "reshape_as", "flatten", "ravel", "squeeze", "unsqueeze", "unflatten", "_unsafe_view")

# Name of a function, method or operator, without the _ and i of its in-place form: reader
CALLS = {
    "conv2d": read.conv,
    "conv_transpose2d": read.conv_transpose,
    "convolution": read.convolution,
    "linear": read.linear,
    **{name: read.matmul for name in ("matmul", "mm", "__matmul__")},
    "addmm": read.addmm,
    "batch_norm": read.batch_norm,
    "native_batch_norm": read.native_batch_norm,
    "instance_norm": read.instance_norm,
    "group_norm": read.group_norm,
    "layer_norm": read.layer_norm,
    "prelu": read.prelu,
    **{name: partial(activation, op) for name, op in ACTIVATIONS.items()},
    "local_response_norm": read_values.local_response_norm,
    **{name: partial(elementwise, op) for name, op in ELEMENTWISE.items()},
    **{name: read_values.quotient for name in ("div", "divide", "truediv", "true_divide")},
    **{name: read_values.reciprocal for name in ("rdiv", "rtruediv", "reciprocal")},
    "silu": read_values.silu,
    "glu": read_values.glu,
    **{name: read_values.clamp for name in ("clamp", "clip")},
    "clamp_min": read_values.clamp_min,
    "hardtanh": read_values.hardtanh,
    "threshold": read_values.threshold,
    **{name: read_values.softmax for name in ("softmax", "log_softmax", "softmin")},
    **{name: unchanged for name in SAME},
    "max_pool2d": read_maps.max_pool,
    "avg_pool2d": read_maps.avg_pool,
    "adaptive_avg_pool2d": partial(read_maps.adaptive_pool, "avg_pool"),
    "adaptive_max_pool2d": partial(read_maps.adaptive_pool, "max_pool"),
    **{name: partial(read_maps.reduce, op) for name, op in {"mean": "mean", "max": "max", "amax": "max", "sum": "sum"}.items()},
    **{name: read_maps.interpolate for name in ("interpolate", "upsample", "upsample_nearest", "upsample_bilinear")},
    "pad": read_maps.pad,
    "constant_pad_nd": lambda at, x, sides, value=0: read_maps.pad(at, x, sides, value=value),
    **{name: read_maps.concat for name in ("cat", "concat", "concatenate")},
    "channel_shuffle": read_maps.channel_shuffle,
    **{name: partial(read_maps.pixel_shuffle, name) for name in ("pixel_shuffle", "pixel_unshuffle")},
    **{name: read_shapes.reshape for name in RESHAPES},
    **{name: read_shapes.transpose for name in ("transpose", "swapaxes", "swapdims")},
    "permute": read_shapes.permute,
    **{name: read_shapes.movedim for name in ("movedim", "moveaxis")},
    **{name: read_shapes.expand for name in ("expand", "expand_as", "broadcast_to")},
    **{name: read_shapes.repeat for name in ("repeat", "tile")},
    "repeat_interleave": read_shapes.repeat_interleave,
    "getitem": read_shapes.index,
    "narrow": read_shapes.narrow,
    **{name: read_shapes.split for name in ("chunk", "split", "split_with_sizes", "tensor_split")},
}

# Readers that take parameters; with any other a parameter would go uncounted
LEARNING = (read.conv, read.conv_transpose, read.convolution, read.linear, read.matmul, read.addmm, read.prelu)
LEARNING += (read.batch_norm, read.native_batch_norm, read.instance_norm, read.group_norm, read.layer_norm)

# Our own modules, which to_torch makes: reader of the module as one call
OURS = {
    modules.PaddedConv: lambda at, m, x: read.conv(at, x, *at.weights(m), m.stride, "same", m.dilation, m.groups),
    modules.AdaptivePool: lambda at, m, x: record_op(at, m.op, x, m.size),
    modules.Concat: lambda at, m, *maps: View(at.net.concat([layer_of(at, x) for x in maps], name=at.name("concat"))),
    modules.Crop: lambda at, m, x: record_op(at, "crop", x, m.rows, m.columns),
    modules.Elementwise: lambda at, m, a, b: View(getattr(at.net, m.op)(layer_of(at, a), layer_of(at, b), name=at.name(m.op))),
    modules.GlobalAvgPool: lambda at, m, x: record_op(at, "global_avg_pool", x),
    modules.Pad: lambda at, m, x: record_op(at, "pad", x, m.sides, m.mode, m.value),
    modules.Reduce: lambda at, m, x: View(at.net.reduce(m.op, layer_of(at, x), m.sides, name=at.name(m.op))),
    modules.Shuffle: lambda at, m, x: record_op(at, "shuffle", x, m.groups),
    modules.SiLU: lambda at, m, x: read_values.activation("silu", at, x),
    modules.Slice: lambda at, m, x: record_op(at, "slice", x, m.start, m.stop, m.step),
    modules.Squeeze: lambda at, m, x: record_op(at, "squeeze", x),
    modules.Unflatten: lambda at, m, x: record_op(at, "unflatten", x, m.unflattened_size),
    **CAPSULE_READERS,
}


def record_op(at, op, x, *settings):
    """The layer of an op that a Network records by its own name."""
    return View(getattr(at.net, op)(layer_of(at, x), *settings, name=at.name(op)))


def call_reader(name):
    """The reader of a function, method or operator by its name, in place or not; None if there is none."""
    for choice in (name, name.rstrip("_"), name.strip("_"), name.strip("_").removeprefix("i")):
        if choice in CALLS:
            return CALLS[choice]
    return None
