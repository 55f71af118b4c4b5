"""A layer as the loops an accelerator runs, and as the matrix product those loops amount to."""

from ..networks.layers import Layer
from ..networks.shapes import whole


class LoopNest:
    """The seven loops of a convolution, with its groups; a linear layer is a 1x1 convolution on a 1x1 map.

    Per group: `ci` input channels (`c_in` in all), `co` output channels, a `kh` x `kw` kernel that steps by
    `stride_h`, `stride_w` over a map and makes one of `ho` x `wo`; `batch` inputs. All fields may be numpy arrays.

    weights, inputs, outputs: words of the three operands, inputs unpadded; macs: the work.
    m, n, k: rows, columns and reduction of the matrix product of one group.
    """

    def __init__(self, batch, groups, ci, co, kh, kw, stride_h, stride_w, h, w, ho, wo):
        self.batch, self.groups, self.ci, self.co = batch, groups, ci, co
        self.kh, self.kw, self.stride_h, self.stride_w = kh, kw, stride_h, stride_w
        self.ho, self.wo = ho, wo
        self.c_in = groups * ci
        self.taps = kh * kw
        self.m = batch * ho * wo
        self.n = co
        self.k = ci * self.taps
        self.weights = groups * co * self.k
        self.macs = self.weights * self.m
        self.inputs = batch * self.c_in * h * w
        self.outputs = groups * co * self.m
        self.is_fc = (h * w * self.taps) == 1


def loop_nest(layer, batch=1):
    """The loops of a convolution or linear layer of a `Network`; `batch` may be an array."""
    if not isinstance(layer, Layer):
        raise ValueError(f"a loop nest is made of a layer, as net['conv1'], not of {type(layer).__name__}")
    if getattr(batch, "shape", ()) == ():
        batch = whole(batch, "the batch")
    if layer.op == "linear":
        return LoopNest(batch, 1, layer.in_shape[0], layer.shape[0], 1, 1, 1, 1, 1, 1, 1, 1)
    if layer.op != "conv":
        raise ValueError(f"'{layer.name}' cannot run on the array: it is no convolution or linear layer, but {layer.op!r}")
    channels, h, w = layer.in_shape
    return LoopNest(
        batch,
        layer.groups,
        channels // layer.groups,
        layer.shape[0] // layer.groups,
        layer.kernel[0],
        layer.kernel[1],
        layer.stride[0],
        layer.stride[1],
        h,
        w,
        layer.shape[1],
        layer.shape[2],
    )
