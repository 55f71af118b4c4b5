"""Norms: with the statistics of the batch, which are folded at inference, or with those of the map itself."""

from ..core.checks import whole
from .layers import Layer, check_channels, check_groups
from .shapes import size_of


class Norm(Layer):
    """Batch normalisation: one learnable scale and one shift per channel, or neither if not `affine`."""

    op = "norm"
    rides = True

    def __init__(self, name, x, affine):
        self.affine = bool(affine)
        check_channels(x)
        Layer.__init__(self, name, (x,), x.shape)  # (channels, height, width) or (features,)

    @property
    def params(self):
        return 2 * self.shape[0] if self.affine else 0

    @property
    def weight_words(self):
        """At inference the statistics are folded in: one factor and one offset per channel, affine or not."""
        return 2 * self.shape[0]


class GroupNorm(Layer):
    """Normalises each of `groups` groups of channels by its own mean and variance (Wu and He 2018).

    With as many groups as channels it is instance normalisation. affine: a scale and a shift per channel.
    """

    op = "group_norm"
    rides = True

    def __init__(self, name, x, groups, affine):
        check_channels(x)
        self.groups = whole(groups, "groups")
        self.affine = bool(affine)
        check_groups(x.shape[0], x.shape[0], self.groups)
        Layer.__init__(self, name, (x,), x.shape)  # (channels, height, width) or (features,)

    @property
    def params(self):
        return 2 * self.shape[0] if self.affine else 0


class LayerNorm(Layer):
    """Normalises over the channels of each pixel, or over all of the map at once (Ba et al. 2016).

    over: "channels" (a scale, and a shift if `bias`, per channel) or "map" (per value), if `affine`.
    """

    OVER = ("channels", "map")
    op = "layer_norm"
    rides = True

    def __init__(self, name, x, over, affine, bias):
        check_channels(x)
        if over not in self.OVER:
            raise ValueError(f"a layer norm goes over {' or '.join(self.OVER)}, not over {over!r}")
        self.over = over
        self.affine = bool(affine)
        self.bias = self.affine and bool(bias)
        Layer.__init__(self, name, (x,), x.shape)  # (channels, height, width) or (features,)

    @property
    def params(self):
        each = self.shape[0] if self.over == "channels" else size_of(self.shape)
        return each * (self.affine + self.bias)
