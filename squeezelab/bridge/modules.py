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
