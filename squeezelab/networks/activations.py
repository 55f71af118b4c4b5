"""Activations, and the one that learns."""

from ..core.checks import check_choice, whole
from .layers import Layer, check_channels


class Activation(Layer):
    """A function of each value alone (or, for 'lrn' and 'softmax', of its neighbours across channels)."""

    OPS = ("relu", "relu6", "leaky_relu", "elu", "gelu", "sigmoid", "tanh", "hard_sigmoid", "hard_swish", "silu", "mish")
    OPS += ("selu", "celu", "softplus", "softsign", "log_sigmoid", "hard_tanh", "hard_shrink", "soft_shrink", "tanh_shrink")
    OPS += ("softmax", "lrn", "dropout")
    rides = True

    def __init__(self, name, x, op):
        check_choice("activation", op, self.OPS)
        self.op = op
        Layer.__init__(self, name, (x,), x.shape)  # (channels, height, width) or (features,)


class PReLU(Layer):
    """A ReLU whose slope below 0 is learnt: one for all, or one per channel (He et al. 2015)."""

    op = "prelu"
    rides = True

    def __init__(self, name, x, slopes):
        check_channels(x)
        self.slopes = whole(slopes, "the number of slopes")
        if self.slopes not in (1, x.shape[0]):
            raise ValueError(f"it has one slope, or one for each of its {x.shape[0]} channels, not {self.slopes}")
        Layer.__init__(self, name, (x,), x.shape)  # (channels, height, width) or (features,)

    @property
    def params(self):
        return self.slopes
