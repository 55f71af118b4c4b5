"""A layer as the loops an accelerator runs, and as the matrix product those loops amount to.

`NESTS` says for every op what its loops are; an op with MACs that is to run on the array has its line there.
"""

from ..core.arith import maximum
from ..core.checks import whole
from ..networks.layers import Layer
from .needed import needed_words


class LoopNest:
    """The seven loops of a convolution, with its groups; a linear layer is a 1x1 convolution on a 1x1 map.

    With its groups g = `groups`, a layer reads (batch, g·ci, h, w), and its weights (g·co, ci, kh, kw) make of it
    (batch, g·co, ho, wo): per group `ci` input and `co` output channels, a kernel `kh` high and `kw` wide, which steps by
    `stride_h`, `stride_w` over a map h high and w wide. Each may be a numpy array.
    Its taps lie `dilation` = (rows, columns) apart, so that it reaches over `reach_h` x `reach_w` pixels; `padding` is
    that above and left of the map.

    weights, inputs, outputs: words of the three operands, inputs whole and unpadded; macs: the work; c_in: g·ci.
    results: words that the array makes, merges: those of them that are added to another of them in the buffer.
    m, n, k: rows, columns and reduction of the matrix product of one group: (batch·ho·wo, ci·kh·kw) x (ci·kh·kw, co).

    >>> LoopNest(ci=3, co=8, kh=3, kw=3, h=10, w=10, ho=8, wo=8).macs
    13824
    """

    scatters = False  # whether windows lie on the output, as in a transposed convolution
    of_activations = False  # whether its weights are no weights but activations, another set for every input
    _needed = None

    def __init__(
        self,
        batch=1,
        groups=1,
        ci=1,
        co=1,
        kh=1,
        kw=1,
        stride_h=1,
        stride_w=1,
        h=1,
        w=1,
        ho=1,
        wo=1,
        dilation=(1, 1),
        padding=(0, 0),
    ):
        self.batch, self.groups, self.ci, self.co = batch, groups, ci, co
        self.kh, self.kw, self.stride_h, self.stride_w = kh, kw, stride_h, stride_w
        self.ho, self.wo = ho, wo
        self.reach_h, self.reach_w = dilation[0] * (kh - 1) + 1, dilation[1] * (kw - 1) + 1
        self.c_in = groups * ci
        self.taps = kh * kw
        self.m = batch * ho * wo
        self.n = co
        self.k = ci * self.taps
        self.weights = groups * co * self.k
        self.macs = self.weights * self.m
        self.inputs = batch * self.c_in * h * w
        self.outputs = self.results = groups * co * self.m
        self.merges = 0
        self.is_fc = (h * w * self.taps) == 1
        # of the windows, along rows and columns: pixels they lie on, steps, kernel, stride, padding, dilation
        self.windows = (h, ho, kh, stride_h, padding[0], dilation[0]), (w, wo, kw, stride_w, padding[1], dilation[1])

    @property
    def needed(self):
        """The `Needed` words, counted once: a curve asks at every size of the buffer."""
        if self._needed is None:
            self._needed = needed_words(self)
        return self._needed


# How the loops of a layer are made: (function, all that it takes but the batch). This is also all that a cost depends on.
# Of a map: `read` and `made` are its (channels, height, width).


def linear_loops(layer):
    return linear_nest, layer.in_shape[0], layer.shape[0]


def linear_nest(batch, features, made):
    return LoopNest(batch, ci=features, co=made)


def conv_loops(layer):
    return conv_nest, layer.groups, layer.in_shape, layer.shape, layer.kernel, layer.stride, layer.dilation, layer.padding


def conv_nest(batch, groups, read, made, kernel, stride, dilation, padding):
    return LoopNest(
        batch,
        groups=groups,
        ci=read[0] // groups,
        co=made[0] // groups,
        kh=kernel[0],
        kw=kernel[1],
        stride_h=stride[0],
        stride_w=stride[1],
        h=read[1],
        w=read[2],
        ho=made[1],
        wo=made[2],
        dilation=dilation,
        padding=padding,
    )


def transposed_loops(layer):
    return (transposed_nest,) + conv_loops(layer)[1:]


def transposed_nest(batch, groups, read, made, kernel, stride, dilation, padding):
    """A transposed convolution from a small map to a large one: a 1x1 convolution of the small map to one channel for each
    output channel and tap, whose results are added at their places in the large map.

    So the array does the MACs that torch counts, one per input pixel and weight; over a map stuffed with zeros it would
    do stride² times as many, nearly all of them with zeros. Results that meet are added in the buffer, where each but the
    first of an output costs one more read.
    """
    (c_in, h, w), (c_out, ho, wo) = read, made
    nest = LoopNest(batch, groups, c_in // groups, c_out // groups * kernel[0] * kernel[1], h=h, w=w, ho=h, wo=w)
    nest.outputs = batch * c_out * ho * wo
    nest.merges = maximum(nest.results - nest.outputs, 0)
    down = ho, h, kernel[0], stride[0], padding[0], dilation[0]
    nest.windows = down, (wo, w, kernel[1], stride[1], padding[1], dilation[1])
    nest.scatters = True
    return nest


def votes_loops(layer):
    return votes_nest, layer.in_shape, layer.shape, layer.shared


def votes_nest(batch, read, made, shared):
    """A group for each input capsule, which its own matrices take to all output capsules. Shared matrices are those of a 1x1
    convolution, input capsules its pixels."""
    (count, dim_in), (capsules, _, dim) = read, made
    if shared:
        return LoopNest(batch, ci=dim_in, co=capsules * dim, h=count, ho=count)
    return LoopNest(batch, groups=count, ci=dim_in, co=capsules * dim)


def capsule_sum_loops(layer):
    return capsule_sum_nest, layer.in_shape, len(layer.sources) == 2


def capsule_sum_nest(batch, votes, coupled):
    """A group for each output capsule of each input: a vector of couplings times a matrix of votes. Without couplings nothing is
    read but votes."""
    capsules, count, dim = votes
    nest = activations_nest(batch * capsules, count, dim)
    nest.inputs = nest.inputs if coupled else 0 * nest.inputs
    return nest


def agreement_loops(layer):
    return agreement_nest, layer.in_shape


def agreement_nest(batch, votes):
    """A group for each output capsule of each input: the capsule times the transposed matrix of its votes."""
    capsules, count, dim = votes
    return activations_nest(batch * capsules, dim, count)


def activations_nest(products, ci, co):
    """So many products of a vector and a matrix that are both activations; the matrix takes the place of the weights."""
    nest = LoopNest(groups=products, ci=ci, co=co)
    nest.of_activations = True
    return nest


# The one table of ops that run on the array: {op: what the loops of its layer are made of}
NESTS = {"conv": conv_loops, "linear": linear_loops, "conv_transpose": transposed_loops, "votes": votes_loops}
NESTS.update({"capsule_sum": capsule_sum_loops, "agreement": agreement_loops})


def loops(layer):
    """The entry of a layer in `NESTS`; raises, naming it, for an op that cannot run on the array."""
    if layer.op in NESTS:
        return NESTS[layer.op](layer)
    if layer.macs:
        what = f"be simulated: its {layer.macs} MACs are a {layer.op!r}"
    else:
        what = f"run on the array: it is no convolution or linear layer, but {layer.op!r}"
    raise ValueError(f"'{layer.name}' cannot {what}; loops are known of {', '.join(sorted(NESTS))}")


def nest_of(made, batch):
    """The loops that `loops` says, over a batch."""
    return made[0](batch, *made[1:])


def loop_nest(layer: Layer, batch: int = 1) -> LoopNest:
    """The loops of a layer with MACs of a `Network`; `batch` may be an array. Raises a ValueError for what is no layer, has no
    loops, or a batch that is no whole number.

    >>> from squeezelab.networks import squeezenext
    >>> loop_nest(squeezenext()["conv1"]).m
    12321
    """
    if not isinstance(layer, Layer):
        raise ValueError(f"a loop nest is made of a layer, as net['conv1'], not of {type(layer).__name__}")
    if getattr(batch, "shape", ()) == ():
        batch = whole(batch, "the batch")
    return nest_of(loops(layer), batch)
