"""Norms whose statistics come from the map itself, and the activation that learns."""

from ..core.checks import whole
from .layers import Layer, check_channels, check_groups
from .shapes import size_of


class GroupNorm(Layer):
    """Normalises each of `groups` groups of channels by its own mean and variance (Wu and He 2018).

    With as many groups as channels it is instance normalisation. affine: a scale and a shift per channel.
    """

    op = "group_norm"
    rides = True

    def __init__(self, name, x, groups, affine=True):
        check_channels(x)
        self.groups = whole(groups, "groups")
        self.affine = bool(affine)
        check_groups(x.shape[0], x.shape[0], self.groups)
        Layer.__init__(self, name, (x,), x.shape)

    @property
    def params(self):
        return 2 * self.shape[0] if self.affine else 0

    @property
    def weight_words(self):
        return self.params


class LayerNorm(Layer):
    """Normalises over the channels of each pixel, or over all of the map at once (Ba et al. 2016).

    over: "channels" (a scale, and a shift if `bias`, per channel) or "map" (per value), if `affine`.
    """

    OVER = ("channels", "map")
    op = "layer_norm"
    rides = True

    def __init__(self, name, x, over="channels", affine=True, bias=True):
        check_channels(x)
        if over not in self.OVER:
            raise ValueError(f"a layer norm goes over {' or '.join(self.OVER)}, not over {over!r}")
        self.over = over
        self.affine = bool(affine)
        self.bias = self.affine and bool(bias)
        Layer.__init__(self, name, (x,), x.shape)

    @property
    def params(self):
        each = self.shape[0] if self.over == "channels" else size_of(self.shape)
        return each * (self.affine + self.bias)

    @property
    def weight_words(self):
        return self.params


class PReLU(Layer):
    """A ReLU whose slope below 0 is learnt: one for all, or one per channel (He et al. 2015)."""

    op = "prelu"
    rides = True

    def __init__(self, name, x, slopes=1):
        check_channels(x)
        self.slopes = whole(slopes, "the number of slopes")
        if self.slopes not in (1, x.shape[0]):
            raise ValueError(f"it has one slope, or one for each of its {x.shape[0]} channels, not {self.slopes}")
        Layer.__init__(self, name, (x,), x.shape)

    @property
    def params(self):
        return self.slopes

    @property
    def weight_words(self):
        return self.slopes
