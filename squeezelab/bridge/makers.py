"""What torch module a layer becomes: `MAKERS` has a function of the layer for every op."""

from torch import nn

from ..core.checks import there_are
from .modules import (
    AdaptivePool,
    ChannelNorm,
    Concat,
    Crop,
    Elementwise,
    GlobalAvgPool,
    Pad,
    PaddedConv,
    Reduce,
    Shuffle,
    SiLU,
    Slice,
    Squeeze,
    Unflatten,
)
from .read_capsules import CAPSULE_MAKERS


def conv_module(layer):
    sizes = (layer.in_shape[0], layer.shape[0], layer.kernel)
    options = {"stride": layer.stride, "dilation": layer.dilation, "groups": layer.groups, "bias": layer.bias}
    if layer.padding == layer.padding_end:
        return nn.Conv2d(*sizes, padding=layer.padding, **options)
    if layer.stride == (1, 1):
        return nn.Conv2d(*sizes, padding="same", **options)
    rims = [rim for axis in (1, 0) for rim in (layer.padding[axis], layer.padding_end[axis])]
    return PaddedConv(rims, *sizes, **options)


def elementwise_module(layer):
    """The operand with fewer sides gets sides of 1 after its channels."""
    ranks = [len(shape) for shape in layer.in_shapes]
    return Elementwise(layer.op, tuple(max(ranks) - rank for rank in ranks))


def conv_transpose_module(layer):
    sides = (layer.kernel, layer.stride, layer.padding, layer.output_padding, layer.groups, layer.bias, layer.dilation)
    return nn.ConvTranspose2d(layer.in_shape[0], layer.shape[0], *sides)


def linear_module(layer):
    return nn.Linear(layer.in_shape[0], layer.shape[0], bias=layer.bias)


def norm_module(layer):
    kind = nn.BatchNorm2d if len(layer.shape) == 3 else nn.BatchNorm1d
    return kind(layer.shape[0], affine=layer.affine)


def group_norm_module(layer):
    return nn.GroupNorm(layer.groups, layer.shape[0], affine=layer.affine)


def layer_norm_module(layer):
    settings = {"elementwise_affine": layer.affine, "bias": layer.bias}
    if layer.over == "channels" and len(layer.shape) == 3:
        return ChannelNorm(layer.shape[0], **settings)
    return nn.LayerNorm(layer.shape, **settings)


def max_pool_module(layer):
    return nn.MaxPool2d(layer.kernel, layer.stride, layer.padding, ceil_mode=layer.ceil)


def avg_pool_module(layer):
    return nn.AvgPool2d(layer.kernel, layer.stride, layer.padding, ceil_mode=layer.ceil)


def interpolate_module(layer):
    corners = layer.align_corners if layer.mode in ("bilinear", "bicubic") else None
    return nn.Upsample(layer.shape[1:], mode=layer.mode, align_corners=corners)


# op: function of the layer that returns its module
MAKERS = {
    "conv": conv_module,
    "linear": linear_module,
    "conv_transpose": conv_transpose_module,
    "norm": norm_module,
    "group_norm": group_norm_module,
    "layer_norm": layer_norm_module,
    "prelu": lambda layer: nn.PReLU(layer.slopes),
    "relu": lambda layer: nn.ReLU(),
    "relu6": lambda layer: nn.ReLU6(),
    "sigmoid": lambda layer: nn.Sigmoid(),
    "tanh": lambda layer: nn.Tanh(),
    "hard_sigmoid": lambda layer: nn.Hardsigmoid(),
    "hard_swish": lambda layer: nn.Hardswish(),
    "hard_tanh": lambda layer: nn.Hardtanh(),
    "leaky_relu": lambda layer: nn.LeakyReLU(),
    "elu": lambda layer: nn.ELU(),
    "celu": lambda layer: nn.CELU(),
    "selu": lambda layer: nn.SELU(),
    "gelu": lambda layer: nn.GELU(),
    "silu": lambda layer: SiLU(),
    "mish": lambda layer: nn.Mish(),
    "softplus": lambda layer: nn.Softplus(),
    "softsign": lambda layer: nn.Softsign(),
    "log_sigmoid": lambda layer: nn.LogSigmoid(),
    "hard_shrink": lambda layer: nn.Hardshrink(),
    "soft_shrink": lambda layer: nn.Softshrink(),
    "tanh_shrink": lambda layer: nn.Tanhshrink(),
    "softmax": lambda layer: nn.Softmax(dim=1),
    "lrn": lambda layer: nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=2.0),  # Krizhevsky 2012, Sec. 3.3
    "dropout": lambda layer: nn.Dropout(),
    "max_pool": max_pool_module,
    "avg_pool": avg_pool_module,
    "adaptive_max_pool": lambda layer: AdaptivePool(layer.op, layer.size),
    "adaptive_avg_pool": lambda layer: AdaptivePool(layer.op, layer.size),
    "global_avg_pool": lambda layer: GlobalAvgPool(),
    **{op: lambda layer: Reduce(layer.op, layer.sides) for op in Reduce.FUNCTIONS},
    **{op: elementwise_module for op in Elementwise.FUNCTIONS},
    "concat": lambda layer: Concat(),
    "slice": lambda layer: Slice(layer.start, layer.stop, layer.step),
    "crop": lambda layer: Crop(layer.rows, layer.columns),
    "pad": lambda layer: Pad(layer.sides, layer.mode, layer.value),
    "interpolate": interpolate_module,
    "shuffle": lambda layer: Shuffle(layer.groups),
    "pixel_shuffle": lambda layer: nn.PixelShuffle(layer.factor),
    "pixel_unshuffle": lambda layer: nn.PixelUnshuffle(layer.factor),
    "flatten": lambda layer: nn.Flatten(),
    "unflatten": lambda layer: Unflatten(1, layer.shape),
    "squeeze": lambda layer: Squeeze(),
    **CAPSULE_MAKERS,
}


def module_of(layer):
    """A new module that computes what `layer` states; its parameters start as torch starts them."""
    if layer.op not in MAKERS:
        raise ValueError(f"'{layer.name}': torch has no counterpart of {layer.op!r} here; {there_are(MAKERS)}")
    return MAKERS[layer.op](layer)
