"""What combines and rearranges maps: sums, stacks, slices, rims, larger and smaller maps. None of it has MACs or params."""

import math

from ..core.checks import TOO_LARGE, pair, plain, whole
from .layers import Layer, check_channels, check_groups, check_map
from .shapes import shape_text, size_of


class Elementwise(Layer):
    """Sum, difference or product of two layers. A side of 1 is repeated: (channels, 1, 1) and (1, height, width) are gates
    of a map; a vector as the second is one value per channel."""

    def __init__(self, name, op, a, b):
        self.op = op
        shape = broadcast(a.shape, b.shape)
        if shape is None:
            raise ValueError(
                f"'{a.name}' is {shape_text(a.shape)}, but '{b.name}' is {shape_text(b.shape)}; both must have the same shape, "
                "or the second one value per channel, or sides that differ must be 1"
            )
        Layer.__init__(self, name, (a, b), shape)


def broadcast(a, b):
    """The shape of what combines two shapes, None if they do not fit.

    >>> broadcast((8, 4, 4), (1, 4, 4)), broadcast((8, 4, 4), (8,)), broadcast((8, 4, 4), (4,))
    ((8, 4, 4), (8, 4, 4), None)
    """
    if a == b:
        return a
    b = tuple(b) + (1,) * (len(a) - len(b))
    if len(a) < len(b) or [1 for one, other in zip(a, b) if one != other and one != 1 and other != 1]:
        return None
    return tuple([max(one, other) for one, other in zip(a, b)])


class Concat(Layer):
    """Maps of one size stacked along their channels."""

    op = "concat"

    def __init__(self, name, sources):
        if not isinstance(sources, (list, tuple)):
            raise ValueError(f"it needs a list of layers, not {sources!r}")
        sources = tuple(sources)
        if len(sources) < 2:
            raise ValueError(f"it needs at least two layers, not {len(sources)}")
        channels = 0
        for source in sources:
            if source.shape[1:] != sources[0].shape[1:]:
                raise ValueError(
                    f"'{sources[0].name}' is {shape_text(sources[0].shape)}, but '{source.name}' is "
                    f"{shape_text(source.shape)}; all but the channels must agree"
                )
            channels += source.shape[0]
        Layer.__init__(self, name, sources, (channels,) + tuple(sources[0].shape[1:]))


class Slice(Layer):
    """Every `step`-th of the channels `start` to `stop` (not included); nothing else is read."""

    op = "slice"

    def __init__(self, name, x, start, stop, step=1):
        check_channels(x)
        self.start, self.stop, self.step = part((start, stop, step), x.shape[0], f"channels of '{x.name}'")
        count = len(range(self.start, self.stop, self.step))
        Layer.__init__(self, name, (x,), (count,) + tuple(x.shape[1:]))

    @property
    def input_words(self):
        return self.output_words


class Crop(Layer):
    """Some rows and columns of a map, each (start, stop) or (start, stop, step); nothing else is read."""

    op = "crop"

    def __init__(self, name, x, rows=None, columns=None):
        check_map(x)
        self.rows = part(rows or (0, x.shape[1]), x.shape[1], f"rows of '{x.name}'")
        self.columns = part(columns or (0, x.shape[2]), x.shape[2], f"columns of '{x.name}'")
        Layer.__init__(self, name, (x,), (x.shape[0], len(range(*self.rows)), len(range(*self.columns))))

    @property
    def input_words(self):
        return self.output_words


def part(chosen, count, what):
    """(start, stop, step) of a range within `count`."""
    if not isinstance(chosen, (tuple, list)) or len(chosen) not in (2, 3):
        raise ValueError(f"{what} are chosen by (start, stop) or (start, stop, step), not {chosen!r}")
    start, stop = whole(chosen[0], "start", 0), whole(chosen[1], "stop")
    if not start < stop <= count:
        raise ValueError(f"{start}:{stop} is not a range within the {count} {what}")
    return start, stop, whole(chosen[2], "step") if len(chosen) == 3 else 1


class Pad(Layer):
    """A rim of zeros (or of `value`, or copied from the map) around a map; what is negative cuts off.

    sides: (left, right, top, bottom), or with two more for channels before and after, in torch's order.
    mode: "constant", "reflect", "replicate" or "circular".
    """

    MODES = ("constant", "reflect", "replicate", "circular")
    op = "pad"

    def __init__(self, name, x, sides, mode="constant", value=0):
        check_map(x)
        if mode not in self.MODES:
            raise ValueError(f"unknown mode of padding {mode!r}; there are {', '.join(self.MODES)}")
        if not isinstance(sides, (tuple, list)) or len(sides) not in (4, 6):
            raise ValueError(f"pad takes (left, right, top, bottom), perhaps with (before, after) for channels, not {sides!r}")
        self.sides = tuple([whole(side, "a side of the padding", 1 - TOO_LARGE) for side in sides])
        self.mode = mode
        self.value = plain(value)
        shape = [self.kept(x.shape, axis, 1 - TOO_LARGE, TOO_LARGE) for axis in (0, 1, 2)]
        if min(shape) < 1 or min([self.kept(x.shape, axis, 1 - TOO_LARGE, 0) for axis in (0, 1, 2)]) < 1:
            raise ValueError(f"{self.sides} leaves nothing of '{x.name}' ({shape_text(x.shape)})")
        most = {"reflect": -1, "circular": 0}.get(mode, TOO_LARGE)
        for place, side in enumerate(self.sides):
            if mode != "constant" and (place > 3 or side > x.shape[2 - place // 2] + most):
                raise ValueError(f"a {mode} padding of {side} needs a larger map than {shape_text(x.shape)}, and no channels")
        Layer.__init__(self, name, (x,), tuple(shape))

    def kept(self, shape, axis, least, most):
        """A side of the map with its two rims, each clipped to least … most."""
        place = 2 * (2 - axis)
        rims = self.sides[place : place + 2]
        return shape[axis] + sum([min(max(rim, least), most) for rim in rims])

    @property
    def input_words(self):
        """What was not cut off."""
        words = 1
        for axis in (0, 1, 2):
            words *= self.kept(self.in_shape, axis, 1 - TOO_LARGE, 0)
        return words


class Interpolate(Layer):
    """A map resampled to `size` (rows, columns), or by `factor`, rounded down as in torch."""

    MODES = ("nearest", "nearest-exact", "bilinear", "bicubic", "area")
    op = "interpolate"

    def __init__(self, name, x, size=None, factor=None, mode="nearest", align_corners=False):
        check_map(x)
        if mode not in self.MODES:
            raise ValueError(f"unknown mode of interpolation {mode!r}; there are {', '.join(self.MODES)}")
        if (size is None) == (factor is None):
            raise ValueError("give the size (rows, columns) of the new map, or the factor, one of the two")
        if size is None:
            size = scaled_size(x.shape[1:], factor)
        self.mode = mode
        self.align_corners = bool(align_corners)
        Layer.__init__(self, name, (x,), (x.shape[0],) + pair(size, "the size"))


def scaled_size(sides, factor):
    """(rows, columns) times a factor or a pair of them, rounded down."""
    factors = [plain(each) for each in (factor if isinstance(factor, (tuple, list)) else (factor, factor))]
    wrong = [each for each in factors if isinstance(each, bool) or not isinstance(each, (int, float)) or not 0 < each < TOO_LARGE]
    if wrong or len(factors) != 2:
        raise ValueError(f"the factor must be a number above 0 or a pair of them, not {factor!r}")
    return tuple([math.floor(side * each) for side, each in zip(sides, factors)])


class Shuffle(Layer):
    """The channel shuffle of ShuffleNet: (groups, channels / groups) transposed, a permutation of the channels."""

    op = "shuffle"

    def __init__(self, name, x, groups):
        check_channels(x)
        self.groups = whole(groups, "groups")
        check_groups(x.shape[0], x.shape[0], self.groups)
        Layer.__init__(self, name, (x,), x.shape)

    @property
    def order(self):
        """The input channel that each output channel is: (0, 3, 1, 4, 2, 5) for 6 channels in 2 groups."""
        each = self.shape[0] // self.groups
        return tuple([group * each + place for place in range(each) for group in range(self.groups)])


class PixelShuffle(Layer):
    """Channels to pixels: (C r², H, W) becomes (C, r H, r W) (Shi et al. 2016)."""

    op = "pixel_shuffle"

    def __init__(self, name, x, factor):
        check_map(x)
        self.factor = whole(factor, "the factor")
        channels, height, width = x.shape
        if channels % self.factor**2:
            raise ValueError(f"{channels} channels do not divide into {self.factor}² pixels each")
        shape = (channels // self.factor**2, height * self.factor, width * self.factor)
        Layer.__init__(self, name, (x,), shape)


class PixelUnshuffle(Layer):
    """Pixels to channels: (C, r H, r W) becomes (C r², H, W)."""

    op = "pixel_unshuffle"

    def __init__(self, name, x, factor):
        check_map(x)
        self.factor = whole(factor, "the factor")
        channels, height, width = x.shape
        if height % self.factor or width % self.factor:
            raise ValueError(f"a map of {height}×{width} does not divide into squares of {self.factor}×{self.factor}")
        shape = (channels * self.factor**2, height // self.factor, width // self.factor)
        Layer.__init__(self, name, (x,), shape)


class Flatten(Layer):
    """A map read as one vector; nothing moves."""

    op = "flatten"

    def __init__(self, name, x):
        Layer.__init__(self, name, (x,), (size_of(x.shape),))


class Unflatten(Layer):
    """A vector read as a map of `shape` (channels, height, width), as decoders begin; nothing moves."""

    op = "unflatten"

    def __init__(self, name, x, shape):
        if not isinstance(shape, (tuple, list)) or len(shape) != 3:
            raise ValueError(f"the shape of a map is (channels, height, width), not {shape!r}")
        shape = tuple([whole(side, "a side of the map") for side in shape])
        if len(x.shape) != 1 or size_of(shape) != x.shape[0]:
            raise ValueError(f"'{x.name}' is {shape_text(x.shape)}, which is no vector of {shape_text(shape)} values")
        Layer.__init__(self, name, (x,), shape)


class Squeeze(Layer):
    """A single value read as a number, of shape (): a vector of one for each input becomes (batch,). Nothing moves."""

    op = "squeeze"

    def __init__(self, name, x):
        if size_of(x.shape) != 1:
            raise ValueError(f"'{x.name}' is {shape_text(x.shape)}; only a single value can be squeezed to a number")
        Layer.__init__(self, name, (x,), ())
