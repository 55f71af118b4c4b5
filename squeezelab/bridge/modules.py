"""The torch module of every layer of a `Network`: torch's own where it has one, else one of the few below.

They are modules, not function calls, so that each layer can be found in the model under its name, be hooked and be
read back by `from_torch`.
"""

import operator

from torch import amax, cat, mean, nn
from torch import sum as total
from torch.nn import functional


class Elementwise(nn.Module):
    """Sum, difference or product of two tensors.

    ones: how many sides of 1 each gets after its own: a gate of shape (batch, channels) on a map needs two.

    >>> import torch
    >>> Elementwise("multiply", ones=(0, 2))(torch.ones(1, 3, 4, 4), torch.rand(1, 3)).shape
    torch.Size([1, 3, 4, 4])
    """

    FUNCTIONS = {"add": operator.add, "subtract": operator.sub, "multiply": operator.mul}

    def __init__(self, op, ones=(0, 0)):
        super().__init__()
        self.op = op
        self.ones = ones

    def forward(self, *pair):
        pair = [x[(..., *[None] * ones)] if ones else x for x, ones in zip(pair, self.ones)]
        return self.FUNCTIONS[self.op](*pair)

    def extra_repr(self):
        return self.op


class Concat(nn.Module):
    """Maps stacked along their channels."""

    def forward(self, *maps):
        return cat(maps, 1)


class Slice(nn.Module):
    """Channels `start` to `stop` (not included), every `step`-th."""

    def __init__(self, start, stop, step=1):
        super().__init__()
        self.start = start
        self.stop = stop
        self.step = step

    def forward(self, x):
        return x[:, self.start : self.stop : self.step]

    def extra_repr(self):
        return f"{self.start}, {self.stop}" + (f", {self.step}" if self.step > 1 else "")


class Crop(nn.Module):
    """Rows and columns of a map, each (start, stop, step)."""

    def __init__(self, rows, columns):
        super().__init__()
        self.rows = rows
        self.columns = columns

    def forward(self, x):
        return x[:, :, slice(*self.rows), slice(*self.columns)]

    def extra_repr(self):
        return f"{self.rows}, {self.columns}"


class Pad(nn.Module):
    """A rim around a map, in torch's order of sides: (left, right, top, bottom, channels before, channels after)."""

    def __init__(self, sides, mode="constant", value=0):
        super().__init__()
        self.sides = sides
        self.mode = mode
        self.value = value

    def forward(self, x):
        return functional.pad(x, self.sides, self.mode, self.value if self.mode == "constant" else None)

    def extra_repr(self):
        return f"{self.sides}, {self.mode!r}"


class Shuffle(nn.Module):
    """The channel shuffle of ShuffleNet."""

    def __init__(self, groups):
        super().__init__()
        self.groups = groups

    def forward(self, x):
        x = x.unflatten(1, (self.groups, -1))  # (batch, groups, channels / groups, height, width)
        return x.transpose(1, 2).flatten(1, 2)

    def extra_repr(self):
        return str(self.groups)


class GlobalAvgPool(nn.Module):
    """The mean of each channel: (batch, channels, height, width) → (batch, channels)."""

    def forward(self, x):
        return x.mean((2, 3))


class Reduce(nn.Module):
    """The mean, maximum or sum over some sides (0: channels), each of which becomes 1."""

    FUNCTIONS = {"mean": mean, "max": amax, "sum": total}

    def __init__(self, op, sides):
        super().__init__()
        self.op = op
        self.sides = sides

    def forward(self, x):
        return self.FUNCTIONS[self.op](x, [side + 1 for side in self.sides], keepdim=True)

    def extra_repr(self):
        return f"{self.op}, {self.sides}"


class AdaptivePool(nn.Module):
    """As many windows as `size` says, whether they divide the map or not."""

    FUNCTIONS = {"adaptive_avg_pool": functional.adaptive_avg_pool2d, "adaptive_max_pool": functional.adaptive_max_pool2d}

    def __init__(self, op, size):
        super().__init__()
        self.op = op
        self.size = size

    def forward(self, x):
        return self.FUNCTIONS[self.op](x, self.size)

    def extra_repr(self):
        return f"{self.op}, {self.size}"


class ChannelNorm(nn.LayerNorm):
    """Layer norm over the channels of each pixel of a map."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)  # (batch, height, width, channels) and back


class PaddedConv(nn.Conv2d):
    """A convolution with more zeros after the map than before it, which torch has at stride 1 only."""

    def __init__(self, rims, *arguments, **options):
        super().__init__(*arguments, **options)
        self.rims = rims

    def forward(self, x):
        return super().forward(functional.pad(x, self.rims))


class SiLU(nn.SiLU):
    """x · sigmoid(x) as one layer."""


class Unflatten(nn.Unflatten):
    """A vector read as a map."""


class Squeeze(nn.Module):
    """A single value of each input as a number: (batch, 1) → (batch,)."""

    def forward(self, x):
        return x.reshape(x.shape[0])


def conv(layer):
    sizes = (layer.in_shape[0], layer.shape[0], layer.kernel)
    options = {"stride": layer.stride, "dilation": layer.dilation, "groups": layer.groups, "bias": layer.bias}
    if layer.padding == layer.padding_end:
        return nn.Conv2d(*sizes, padding=layer.padding, **options)
    if layer.stride == (1, 1):
        return nn.Conv2d(*sizes, padding="same", **options)
    rims = [rim for axis in (1, 0) for rim in (layer.padding[axis], layer.padding_end[axis])]
    return PaddedConv(rims, *sizes, **options)


def elementwise(layer):
    """The operand with fewer sides gets sides of 1 after its channels."""
    ranks = [len(shape) for shape in layer.in_shapes]
    return Elementwise(layer.op, tuple(max(ranks) - rank for rank in ranks))


def conv_transpose(layer):
    sides = (layer.kernel, layer.stride, layer.padding, layer.output_padding, layer.groups, layer.bias, layer.dilation)
    return nn.ConvTranspose2d(layer.in_shape[0], layer.shape[0], *sides)


def linear(layer):
    return nn.Linear(layer.in_shape[0], layer.shape[0], bias=layer.bias)


def norm(layer):
    kind = nn.BatchNorm2d if len(layer.shape) == 3 else nn.BatchNorm1d
    return kind(layer.shape[0], affine=layer.affine)


def group_norm(layer):
    return nn.GroupNorm(layer.groups, layer.shape[0], affine=layer.affine)


def layer_norm(layer):
    settings = {"elementwise_affine": layer.affine, "bias": layer.bias}
    if layer.over == "channels" and len(layer.shape) == 3:
        return ChannelNorm(layer.shape[0], **settings)
    return nn.LayerNorm(layer.shape, **settings)


def max_pool(layer):
    return nn.MaxPool2d(layer.kernel, layer.stride, layer.padding, ceil_mode=layer.ceil)


def avg_pool(layer):
    return nn.AvgPool2d(layer.kernel, layer.stride, layer.padding, ceil_mode=layer.ceil)


def interpolate(layer):
    corners = layer.align_corners if layer.mode in ("bilinear", "bicubic") else None
    return nn.Upsample(layer.shape[1:], mode=layer.mode, align_corners=corners)


# op: function of the layer that returns its module
MAKERS = {
    "conv": conv,
    "linear": linear,
    "conv_transpose": conv_transpose,
    "norm": norm,
    "group_norm": group_norm,
    "layer_norm": layer_norm,
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
    "max_pool": max_pool,
    "avg_pool": avg_pool,
    "adaptive_max_pool": lambda layer: AdaptivePool(layer.op, layer.size),
    "adaptive_avg_pool": lambda layer: AdaptivePool(layer.op, layer.size),
    "global_avg_pool": lambda layer: GlobalAvgPool(),
    **{op: lambda layer: Reduce(layer.op, layer.sides) for op in Reduce.FUNCTIONS},
    **{op: elementwise for op in Elementwise.FUNCTIONS},
    "concat": lambda layer: Concat(),
    "slice": lambda layer: Slice(layer.start, layer.stop, layer.step),
    "crop": lambda layer: Crop(layer.rows, layer.columns),
    "pad": lambda layer: Pad(layer.sides, layer.mode, layer.value),
    "interpolate": interpolate,
    "shuffle": lambda layer: Shuffle(layer.groups),
    "pixel_shuffle": lambda layer: nn.PixelShuffle(layer.factor),
    "pixel_unshuffle": lambda layer: nn.PixelUnshuffle(layer.factor),
    "flatten": lambda layer: nn.Flatten(),
    "unflatten": lambda layer: Unflatten(1, layer.shape),
    "squeeze": lambda layer: Squeeze(),
}


def module_of(layer):
    """A new module that computes what `layer` states; its parameters start as torch starts them."""
    if layer.op not in MAKERS:
        raise ValueError(f"'{layer.name}': torch has no counterpart of {layer.op!r} here; there are {', '.join(MAKERS)}")
    return MAKERS[layer.op](layer)
