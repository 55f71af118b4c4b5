"""What puts the values of a map into another order or shape, and computes nothing."""

from ..core.checks import whole
from .layers import Layer, check_channels, check_groups, check_map
from .shapes import shape_text, size_of


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
        Layer.__init__(self, name, (x,), (size_of(x.shape),))  # (channels · height · width,)


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
        Layer.__init__(self, name, (x,), ())  # (batch,) once there is a batch
