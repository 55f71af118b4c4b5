"""The layers of a network: what each one makes, learns, computes and moves.

Counting rules (the chapter "What we count" has the reasons):

* one MAC is one multiplication with its addition; only convolutions and linear layers have MACs;
* ``params`` are the learnable values: weights, biases, scale and shift of a norm (running statistics are not);
* ``words`` is compulsory traffic: every input, weight and output value moved once, unpadded. Biases are left out of the
  traffic, as in the compute-to-IO ratio of the literature; they are at most one word per output channel.

Layers are made by the builder methods of `Network` and are read, never changed, afterwards.
"""

from .shapes import map_size, pair, same_padding, shape_text, size_of, whole


class Layer:
    """One node of a network: its name, the layers it reads (`sources`), and the shape of what it makes."""

    op = "layer"
    params = 0
    macs = 0
    weight_words = 0

    def __init__(self, name, sources, shape):
        self.name = name
        self.sources = sources
        self.shape = shape

    @property
    def inputs(self):
        """Names of the layers it reads."""
        return tuple([source.name for source in self.sources])

    @property
    def in_shapes(self):
        """Shapes of all its inputs."""
        return tuple([source.shape for source in self.sources])

    @property
    def in_shape(self):
        """Shape of its first input."""
        return self.sources[0].shape

    @property
    def kind(self):
        """The name under which tables list the layer: its op, or the special form of a convolution."""
        return self.op

    @property
    def input_words(self):
        """Values read from all inputs, each once."""
        words = 0
        for source in self.sources:
            words += size_of(source.shape)
        return words

    @property
    def output_words(self):
        """Values written."""
        return size_of(self.shape)

    @property
    def words_read(self):
        """Input and weight values, each read once."""
        return self.input_words + self.weight_words

    @property
    def words_written(self):
        """Output values, each written once."""
        return self.output_words

    @property
    def words(self):
        """Compulsory traffic: every value moved once."""
        return self.words_read + self.words_written

    @property
    def intensity(self):
        """The compute-to-IO ratio of the layer on its own: MACs per word moved."""
        return self.macs / self.words

    def __repr__(self):
        before = shape_text(self.in_shape) + " → " if self.sources else ""
        return f"{self.kind} {self.name!r}: {before}{shape_text(self.shape)}"


class Input(Layer):
    """Where the data comes in; it moves and computes nothing itself."""

    op = "input"
    in_shape = None
    words_read = 0
    words_written = 0
    words = 0
    intensity = 0.0


class Conv(Layer):
    """A convolution over (channels, height, width), grouped or dense, with or without biases."""

    op = "conv"

    def __init__(self, name, x, channels, kernel, stride=1, padding=0, dilation=1, groups=1, bias=True):
        channels = whole(channels, "the number of output channels")
        self.kernel = pair(kernel, "the kernel")
        self.stride = pair(stride, "the stride")
        self.dilation = pair(dilation, "the dilation")
        same = isinstance(padding, str) and padding == "same"
        self.padding = same_padding(self.kernel, self.dilation) if same else pair(padding, "the padding", 0)
        self.groups = whole(groups, "groups")
        self.bias = bool(bias)
        height, width = map_size(x.shape, self.kernel, self.stride, self.padding, self.dilation)
        if groups != 1:
            check_groups(x.shape[0], channels, groups)
        Layer.__init__(self, name, (x,), (channels, height, width))

    @property
    def kind(self):
        """'depthwise' (one input channel per group), 'pointwise' (1x1) or 'conv'."""
        if self.groups > 1 and self.groups == self.in_shape[0]:
            return "depthwise"
        return "pointwise" if self.kernel == (1, 1) else "conv"

    @property
    def weight_words(self):
        """Weights: every output channel sees the input channels of its group through the kernel."""
        return self.shape[0] * (self.in_shape[0] // self.groups) * self.kernel[0] * self.kernel[1]

    @property
    def params(self):
        return self.weight_words + (self.shape[0] if self.bias else 0)

    @property
    def macs(self):
        """Every weight is used once per output position."""
        return self.weight_words * self.shape[1] * self.shape[2]


def check_groups(c_in, c_out, groups):
    """Groups must divide the channels on both sides."""
    for count, side in ((c_in, "input"), (c_out, "output")):
        if count % groups:
            raise ValueError(f"{groups} groups do not divide its {count} {side} channels")


class Linear(Layer):
    """A fully connected layer on a vector."""

    op = "linear"

    def __init__(self, name, x, features, bias=True):
        if len(x.shape) != 1:
            raise ValueError(f"it needs a vector, not the map {shape_text(x.shape)} of '{x.name}': flatten it first")
        self.bias = bool(bias)
        Layer.__init__(self, name, (x,), (whole(features, "the number of output features"),))

    @property
    def kind(self):
        return "fc"

    @property
    def weight_words(self):
        return self.in_shape[0] * self.shape[0]

    @property
    def params(self):
        return self.weight_words + (self.shape[0] if self.bias else 0)

    @property
    def macs(self):
        return self.weight_words


class Norm(Layer):
    """Batch normalisation: one learnable scale and one shift per channel."""

    op = "norm"

    def __init__(self, name, x):
        Layer.__init__(self, name, (x,), x.shape)

    @property
    def params(self):
        return 2 * self.shape[0]

    @property
    def weight_words(self):
        """At inference the statistics are folded in: one factor and one offset per channel."""
        return 2 * self.shape[0]


class Activation(Layer):
    """A function of each value alone (or, for 'lrn' and 'softmax', of its neighbours across channels)."""

    OPS = ("relu", "relu6", "leaky_relu", "elu", "gelu", "sigmoid", "tanh", "hard_sigmoid", "hard_swish")
    OPS += ("softmax", "lrn", "dropout")

    def __init__(self, name, op, x):
        if op not in self.OPS:
            raise ValueError(f"unknown activation {op!r}; there are {', '.join(self.OPS)}")
        self.op = op
        Layer.__init__(self, name, (x,), x.shape)


class Pool(Layer):
    """Maximum or average over a window; `ceil` is Caffe's rounding."""

    def __init__(self, name, op, x, kernel, stride=None, padding=0, ceil=False):
        self.op = op
        self.kernel = pair(kernel, "the kernel")
        self.stride = self.kernel if stride is None else pair(stride, "the stride")
        self.padding = pair(padding, "the padding", 0)
        self.ceil = bool(ceil)
        for axis in (0, 1):
            if 2 * self.padding[axis] > self.kernel[axis]:
                raise ValueError(f"padding {self.padding} is more than half of its kernel {self.kernel}")
        height, width = map_size(x.shape, self.kernel, self.stride, self.padding, ceil=self.ceil)
        Layer.__init__(self, name, (x,), (x.shape[0], height, width))


class GlobalAvgPool(Layer):
    """The mean of each channel: a map becomes a vector."""

    op = "global_avg_pool"

    def __init__(self, name, x):
        if len(x.shape) != 3:
            raise ValueError(f"it needs a map, not a vector of {x.shape[0]} features")
        Layer.__init__(self, name, (x,), (x.shape[0],))


class Elementwise(Layer):
    """Sum, difference or product of two layers; the second may be one value per channel (an offset, a gate)."""

    def __init__(self, name, op, a, b):
        self.op = op
        if a.shape != b.shape and not size_of(b.shape) == a.shape[0] == b.shape[0]:
            raise ValueError(
                f"'{a.name}' is {shape_text(a.shape)}, but '{b.name}' is {shape_text(b.shape)}; both must have the same shape, "
                "or the second one value per channel"
            )
        Layer.__init__(self, name, (a, b), a.shape)


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
    """Channels `start` to `stop` (not included)."""

    op = "slice"

    def __init__(self, name, x, start, stop):
        self.start = whole(start, "start", 0)
        self.stop = whole(stop, "stop")
        if not self.start < self.stop <= x.shape[0]:
            raise ValueError(f"{start}:{stop} is not a range within the {x.shape[0]} channels of '{x.name}'")
        Layer.__init__(self, name, (x,), (self.stop - self.start,) + tuple(x.shape[1:]))


class Shuffle(Layer):
    """The channel shuffle of ShuffleNet: (groups, channels / groups) transposed, a permutation of the channels."""

    op = "shuffle"

    def __init__(self, name, x, groups):
        self.groups = whole(groups, "groups")
        check_groups(x.shape[0], x.shape[0], self.groups)
        Layer.__init__(self, name, (x,), x.shape)

    @property
    def order(self):
        """The input channel that each output channel is: (0, 3, 1, 4, 2, 5) for 6 channels in 2 groups."""
        each = self.shape[0] // self.groups
        return tuple([group * each + place for place in range(each) for group in range(self.groups)])


class Flatten(Layer):
    """A map read as one vector; nothing moves."""

    op = "flatten"

    def __init__(self, name, x):
        Layer.__init__(self, name, (x,), (size_of(x.shape),))
