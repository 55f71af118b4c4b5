"""The torch module of every layer of a `Network`: torch's own where it has one, else one of the few below.

They are modules, not function calls, so that each layer can be found in the model under its name, be hooked and be
read back by `from_torch`.
"""

import operator

from torch import cat, nn


class Elementwise(nn.Module):
    """Sum, difference or product of two tensors.

    ones: how many sides of 1 the second gets after its channels; None leaves it as it is. A gate of shape
        (batch, channels) on a map needs two.

    >>> import torch
    >>> Elementwise("multiply", ones=2)(torch.ones(1, 3, 4, 4), torch.rand(1, 3)).shape
    torch.Size([1, 3, 4, 4])
    """

    FUNCTIONS = {"add": operator.add, "subtract": operator.sub, "multiply": operator.mul}

    def __init__(self, op, ones=None):
        super().__init__()
        self.op = op
        self.ones = ones

    def forward(self, a, b):
        if self.ones is not None:
            b = b.flatten(1)[(..., *[None] * self.ones)]  # (batch, channels, 1, 1) on a map
        return self.FUNCTIONS[self.op](a, b)

    def extra_repr(self):
        return self.op


class Concat(nn.Module):
    """Maps stacked along their channels."""

    def forward(self, *maps):
        return cat(maps, 1)


class Slice(nn.Module):
    """Channels `start` to `stop` (not included)."""

    def __init__(self, start, stop):
        super().__init__()
        self.start = start
        self.stop = stop

    def forward(self, x):
        return x[:, self.start : self.stop]

    def extra_repr(self):
        return f"{self.start}, {self.stop}"


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


def conv(layer):
    sides = {"stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation}
    return nn.Conv2d(layer.in_shape[0], layer.shape[0], layer.kernel, groups=layer.groups, bias=layer.bias, **sides)


def linear(layer):
    return nn.Linear(layer.in_shape[0], layer.shape[0], bias=layer.bias)


def norm(layer):
    return nn.BatchNorm2d(layer.shape[0]) if len(layer.shape) == 3 else nn.BatchNorm1d(layer.shape[0])


def elementwise(layer):
    """A second operand of another shape is one value per channel."""
    a, b = layer.in_shapes
    return Elementwise(layer.op, None if a == b or len(a) == len(b) else len(a) - 1)


def max_pool(layer):
    return nn.MaxPool2d(layer.kernel, layer.stride, layer.padding, ceil_mode=layer.ceil)


def avg_pool(layer):
    return nn.AvgPool2d(layer.kernel, layer.stride, layer.padding, ceil_mode=layer.ceil)


# op: function of the layer that returns its module
MAKERS = {
    "conv": conv,
    "linear": linear,
    "norm": norm,
    "relu": lambda layer: nn.ReLU(),
    "relu6": lambda layer: nn.ReLU6(),
    "sigmoid": lambda layer: nn.Sigmoid(),
    "tanh": lambda layer: nn.Tanh(),
    "hard_sigmoid": lambda layer: nn.Hardsigmoid(),
    "hard_swish": lambda layer: nn.Hardswish(),
    "leaky_relu": lambda layer: nn.LeakyReLU(),
    "elu": lambda layer: nn.ELU(),
    "gelu": lambda layer: nn.GELU(),
    "softmax": lambda layer: nn.Softmax(dim=1),
    "lrn": lambda layer: nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=2.0),  # Krizhevsky 2012, Sec. 3.3
    "dropout": lambda layer: nn.Dropout(),
    "max_pool": max_pool,
    "avg_pool": avg_pool,
    "global_avg_pool": lambda layer: GlobalAvgPool(),
    "add": elementwise,
    "subtract": elementwise,
    "multiply": elementwise,
    "concat": lambda layer: Concat(),
    "slice": lambda layer: Slice(layer.start, layer.stop),
    "shuffle": lambda layer: Shuffle(layer.groups),
    "flatten": lambda layer: nn.Flatten(),
}


def module_of(layer):
    """A new module that computes what `layer` states; its parameters start as torch starts them."""
    if layer.op not in MAKERS:
        raise ValueError(f"'{layer.name}': torch has no counterpart of {layer.op!r} here; there are {', '.join(MAKERS)}")
    return MAKERS[layer.op](layer)
