"""Parts of maps, rims around them, larger and smaller maps. None of it has MACs or params."""

import math

from ..core.checks import TOO_LARGE, check_choice, is_number, pair, plain, whole
from .layers import Layer, check_channels, check_map
from .shapes import shape_text


class Slice(Layer):
    """Every `step`-th of the channels `start` to `stop` (not included); nothing else is read."""

    op = "slice"

    def __init__(self, name, x, start, stop, step):
        check_channels(x)
        self.start, self.stop, self.step = range_within((start, stop, step), x.shape[0], f"channels of '{x.name}'")
        count = len(range(self.start, self.stop, self.step))
        Layer.__init__(self, name, (x,), (count,) + tuple(x.shape[1:]))  # (count, height, width)

    @property
    def input_words(self):
        return self.output_words


class Crop(Layer):
    """Some rows and columns of a map, each (start, stop) or (start, stop, step); nothing else is read."""

    op = "crop"

    def __init__(self, name, x, rows, columns):
        check_map(x)
        self.rows = range_within(rows or (0, x.shape[1]), x.shape[1], f"rows of '{x.name}'")
        self.columns = range_within(columns or (0, x.shape[2]), x.shape[2], f"columns of '{x.name}'")
        Layer.__init__(self, name, (x,), (x.shape[0], len(range(*self.rows)), len(range(*self.columns))))

    @property
    def input_words(self):
        return self.output_words


def range_within(chosen, count, what):
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

    def __init__(self, name, x, sides, mode, value):
        check_map(x)
        check_choice("mode of padding", mode, self.MODES)
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

    def __init__(self, name, x, size, factor, mode, align_corners):
        check_map(x)
        check_choice("mode of interpolation", mode, self.MODES)
        if (size is None) == (factor is None):
            raise ValueError("give the size (rows, columns) of the new map, or the factor, one of the two")
        if size is None:
            size = scaled_size(x.shape[1:], factor)
        self.mode = mode
        self.align_corners = bool(align_corners)
        Layer.__init__(self, name, (x,), (x.shape[0],) + pair(size, "the size"))  # (channels, rows, columns)


def scaled_size(sides, factor):
    """(rows, columns) times a factor or a pair of them, rounded down."""
    factors = [plain(each) for each in (factor if isinstance(factor, (tuple, list)) else (factor, factor))]
    if len(factors) != 2 or [each for each in factors if not is_number(each) or not 0 < each < TOO_LARGE]:
        raise ValueError(f"the factor must be a number above 0 or a pair of them, not {factor!r}")
    return tuple([math.floor(side * each) for side, each in zip(sides, factors)])
