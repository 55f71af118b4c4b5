"""Pools: windows over a map, and what shrinks a whole side to 1."""

from ..core.checks import check_choice, pair, whole
from .layers import Layer, check_map
from .shapes import map_size, shape_text, size_of


class Pool(Layer):
    """Maximum or average over a window; with `ceil` (Caffe's rounding) the last one may hang over the edge."""

    def __init__(self, name, x, op, kernel, stride, padding, ceil):
        self.op = op
        self.kernel = pair(kernel, "the kernel")
        self.stride = self.kernel if stride is None else pair(stride, "the stride")
        self.padding = pair(padding, "the padding", 0)
        self.ceil = bool(ceil)
        for axis in (0, 1):
            if 2 * self.padding[axis] > self.kernel[axis]:
                raise ValueError(f"padding {self.padding} is more than half of its kernel {self.kernel}")
        height, width = map_size(x.shape, self.kernel, self.stride, self.padding, ceil=self.ceil)
        Layer.__init__(self, name, (x,), (x.shape[0], height, width))  # (channels, rows, columns)


class AdaptivePool(Layer):
    """Maximum or average over as many windows as `size` (rows, columns) says.

    Window i of n over h rows reaches from i h / n, rounded down, to (i + 1) h / n, rounded up: windows differ in size
    and overlap where n does not divide h, and repeat rows where n exceeds it.
    """

    def __init__(self, name, x, op, size):
        self.op = op
        check_map(x)
        self.size = pair(size, "the size")
        Layer.__init__(self, name, (x,), (x.shape[0],) + self.size)  # (channels, rows, columns)


class GlobalAvgPool(Layer):
    """The mean of each channel: a map becomes a vector."""

    op = "global_avg_pool"

    def __init__(self, name, x):
        if len(x.shape) != 3:
            raise ValueError(f"it needs a map, not a vector of {size_of(x.shape)} features")
        Layer.__init__(self, name, (x,), (x.shape[0],))  # (channels,)


class Reduce(Layer):
    """The mean, maximum or sum over some sides (0: channels, 1: rows, 2: columns), each of which becomes 1."""

    OPS = ("mean", "max", "sum")

    def __init__(self, name, x, op, sides):
        check_choice("reduction", op, self.OPS)
        self.op = op
        sides = sides if isinstance(sides, (tuple, list)) else (sides,)
        self.sides = tuple([whole(side, "a side", 0) for side in sides])
        ranks = range(len(x.shape))
        if not self.sides or [side for side in self.sides if side not in ranks]:
            raise ValueError(f"{sides!r} are no sides of '{x.name}' ({shape_text(x.shape)}), which has {len(x.shape)}")
        Layer.__init__(self, name, (x,), tuple([1 if side in self.sides else x.shape[side] for side in ranks]))
