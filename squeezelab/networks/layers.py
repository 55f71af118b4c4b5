"""The layers of a network: what each one makes, learns, computes and moves. Here are those that learn most and their
activations; norms of other kinds are in norms.py, pools in pools.py, what rearranges and combines maps in maps.py.

Counting rules (the chapter "What we count" has the reasons):

* one MAC is one multiplication with its addition; only convolutions (transposed ones, too) and linear layers have MACs;
* ``params`` are the learnable values: weights, biases, scale and shift of a norm (running statistics are not);
* ``words`` is compulsory traffic: every input, weight and output value moved once, unpadded. Biases are left out of the
  traffic, as in the compute-to-IO ratio of the literature; they are at most one word per output channel.

Layers are made by the builder methods of `Network` and are read, never changed, afterwards.
"""

from ..core.checks import pair, whole
from .shapes import map_size, same_padding, shape_text, size_of, transposed_size


class Layer:
    """One node of a network: its name, the layers it reads (`sources`), and the shape of what it makes."""

    op = "layer"
    rides = False  # norms and activations ride along with the layer they follow, in tables and pictures
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
    """A convolution over (channels, height, width), grouped or dense, with or without biases.

    padding: zeros above and left of the map, padding_end: below and right of it. They differ for "same" with an even
    kernel, which pads one more at the end, as torch's. "same" yields size / stride, rounded up, for every kernel and
    stride (torch refuses strides).
    """

    op = "conv"

    def __init__(self, name, x, channels, kernel, stride=1, padding=0, dilation=1, groups=1, bias=True):
        channels = whole(channels, "the number of output channels")
        self.kernel = pair(kernel, "the kernel")
        self.stride = pair(stride, "the stride")
        self.dilation = pair(dilation, "the dilation")
        if isinstance(padding, str) and padding == "same":
            self.padding, self.padding_end = same_padding(self.kernel, self.dilation)
        else:
            self.padding = self.padding_end = pair(padding, "the padding", 0)
        self.groups = whole(groups, "groups")
        self.bias = bool(bias)
        height, width = map_size(x.shape, self.kernel, self.stride, self.padding, self.dilation, end=self.padding_end)
        if self.groups != 1:
            check_groups(x.shape[0], channels, self.groups)
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


def check_map(x):
    """A map is needed, not a vector."""
    if len(x.shape) != 3:
        raise ValueError(f"it needs a map (channels, height, width), but '{x.name}' has the shape {shape_text(x.shape)}: no map")


def check_channels(x):
    """A map or a vector is needed, not a single number."""
    if not x.shape:
        raise ValueError(f"it needs a map or a vector, not the number '{x.name}'")


def check_groups(c_in, c_out, groups):
    """Groups must divide the channels on both sides."""
    for count, side in ((c_in, "input"), (c_out, "output")):
        if count % groups:
            raise ValueError(f"{groups} groups do not divide its {count} {side} channels")


class ConvTranspose(Layer):
    """A transposed convolution: every input pixel is multiplied with the whole kernel and added into the larger map.

    padding cuts the rim of the result, output_padding adds to its end, as in torch.
    """

    op = "conv_transpose"
    kind = "transposed"

    def __init__(self, name, x, channels, kernel, stride, padding, output_padding, dilation, groups, bias):
        channels = whole(channels, "the number of output channels")
        self.kernel = pair(kernel, "the kernel")
        self.stride = pair(stride, "the stride")
        self.padding = pair(padding, "the padding", 0)
        self.output_padding = pair(output_padding, "the output padding", 0)
        self.dilation = pair(dilation, "the dilation")
        self.groups = whole(groups, "groups")
        self.bias = bool(bias)
        check_map(x)
        check_groups(x.shape[0], channels, self.groups)
        sides = (self.kernel, self.stride, self.padding, self.output_padding, self.dilation)
        height, width = [transposed_size(x.shape[1 + axis], *[side[axis] for side in sides]) for axis in (0, 1)]
        Layer.__init__(self, name, (x,), (channels, height, width))

    @property
    def weight_words(self):
        """Weights: every input channel has a kernel for each output channel of its group."""
        return self.in_shape[0] * (self.shape[0] // self.groups) * self.kernel[0] * self.kernel[1]

    @property
    def params(self):
        return self.weight_words + (self.shape[0] if self.bias else 0)

    @property
    def macs(self):
        """Every weight is used once per *input* position, products that padding cuts off included."""
        return self.weight_words * self.in_shape[1] * self.in_shape[2]


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
    """Batch normalisation: one learnable scale and one shift per channel, or neither if not `affine`."""

    op = "norm"
    rides = True

    def __init__(self, name, x, affine=True):
        self.affine = bool(affine)
        check_channels(x)
        Layer.__init__(self, name, (x,), x.shape)

    @property
    def params(self):
        return 2 * self.shape[0] if self.affine else 0

    @property
    def weight_words(self):
        """At inference the statistics are folded in: one factor and one offset per channel, affine or not."""
        return 2 * self.shape[0]


class Activation(Layer):
    """A function of each value alone (or, for 'lrn' and 'softmax', of its neighbours across channels)."""

    OPS = ("relu", "relu6", "leaky_relu", "elu", "gelu", "sigmoid", "tanh", "hard_sigmoid", "hard_swish", "silu", "mish")
    OPS += ("selu", "celu", "softplus", "softsign", "log_sigmoid", "hard_tanh", "hard_shrink", "soft_shrink", "tanh_shrink")
    OPS += ("softmax", "lrn", "dropout")
    rides = True

    def __init__(self, name, op, x):
        if op not in self.OPS:
            raise ValueError(f"unknown activation {op!r}; there are {', '.join(self.OPS)}")
        self.op = op
        Layer.__init__(self, name, (x,), x.shape)
