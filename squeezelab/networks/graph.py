"""`Network`: layers recorded as they are called, so that a block of code reads like its figure in the paper.

>>> net = Network("tiny", (3, 32, 32))
>>> x = net.conv_norm_relu(net.input, 16, 3, stride=2)
>>> x = net.linear(net.global_avg_pool(x), 10)
>>> net.params, net.macs
(634, 110752)
"""

from ..core.checks import whole
from ..core.names import checked_name, checked_path
from .activations import Activation, PReLU
from .bits import OperandBits
from .capsule_builder import CapsuleBuilder
from .joins import Concat, Elementwise
from .layers import Input, check_reads
from .maps import Crop, Interpolate, Pad, Slice
from .norms import GroupNorm, LayerNorm, Norm
from .picture import pictured
from .pools import AdaptivePool, GlobalAvgPool, Pool, Reduce
from .rearranged import Flatten, PixelShuffle, PixelUnshuffle, Shuffle, Squeeze, Unflatten
from .scope import Scope
from .weighted import Conv, ConvTranspose, Linear


class Network(OperandBits, CapsuleBuilder):
    """A named graph of layers over an input of shape (channels, height, width) or (features,).

    weight_bits, activation_bits, sum_bits: the widths of its values, for all layers or {layer: bits}; see `OperandBits`.
    """

    def __init__(self, name, input_shape, weight_bits=None, activation_bits=None, sum_bits=None):
        self.name = checked_name(name, "a network's name")
        self._set_bits((weight_bits, activation_bits, sum_bits))
        if not isinstance(input_shape, (tuple, list)) or len(input_shape) not in (1, 3):
            raise ValueError(f"the input shape must be (channels, height, width) or (features,), not {input_shape!r}")
        shape = tuple([whole(side, f"a side of the input shape {tuple(input_shape)}") for side in input_shape])
        self.input = Input("input", (), shape)
        self.layers = []
        self._mac_layers = []
        self._params = self._macs = 0  # counted as the layers come: a page asks for them at every key
        self._by_name = {"input": self.input}
        self._prefix = ""
        self._counts = {}

    # What the network is.

    @property
    def input_shape(self):
        return self.input.shape

    @property
    def output(self):
        """The layer recorded last."""
        return self.layers[-1] if self.layers else self.input

    @property
    def params(self):
        """Learnable values: weights, biases, norm scale and shift."""
        return self._params

    @property
    def macs(self):
        """Multiply-accumulates for one input."""
        return self._macs

    @property
    def mac_layers(self):
        """The layers that have MACs, of whatever op, in the order of execution."""
        return list(self._mac_layers)

    def __getitem__(self, name):
        if name not in self._by_name:
            raise KeyError(f"no layer {name!r} in {self.name}; it has {', '.join([layer.name for layer in self.layers])}")
        return self._by_name[name]

    def __len__(self):
        return len(self.layers)

    def __repr__(self):
        from .table import network_table  # a table is made rarely, a network often

        return network_table(self)

    def diagram(self):
        """The network as SVG text: a box a block, with its shape, params and MACs."""
        return pictured(self)

    def _repr_html_(self):
        return pictured(self, as_page=True)

    # How it is built.

    def scope(self, prefix):
        """``with net.scope("s1.b1"):`` names what is recorded inside 's1.b1.…'."""
        return Scope(self, prefix)

    def record(self, make, op, name, reads, *settings):
        """Makes a layer with ``make(name, reads, *settings)``, adds it and returns it; its errors carry the layer's name.

        reads: the layer that it reads, or a list of them. Raises a ValueError for what is no layer of this network.
        """
        kind = self._prefix + op
        count = self._counts.get(kind, 0) + (name is None)
        name = self._prefix + checked_path(op + str(count) if name is None else name, "a layer's name")
        try:
            check_reads(reads)
            layer = make(name, reads, *settings)
        except ValueError as error:
            raise ValueError(f"{op} '{name}': {error}")  # noqa: B904 (MicroPython cannot chain)
        self._add(layer)
        self._counts[kind] = count
        return layer

    def _add(self, layer):
        """Adds a layer under its full name; its name must be new and what it reads must be here."""
        if layer.name in self._by_name:
            raise ValueError(f"{self.name} already has a layer named {layer.name!r}")
        for source in layer.sources:
            if self._by_name.get(source.name) is not source:
                raise ValueError(f"'{layer.name}' reads '{source.name}', which is not a layer of {self.name}")
        self.layers.append(layer)
        self._by_name[layer.name] = layer
        self._params += layer.params
        macs = layer.macs
        if macs:
            self._macs += macs
            self._mac_layers.append(layer)
        return layer

    def conv(self, x, channels, kernel, stride=1, padding=0, dilation=1, groups=1, bias=True, name=None):
        """A convolution. `kernel`, `stride`, `padding` and `dilation` are one number or (rows, columns);
        `padding` may be "same", which yields size / stride, rounded up (see `Conv`)."""
        return self.record(Conv, "conv", name, x, channels, kernel, stride, padding, dilation, groups, bias)

    def conv_norm(self, x, channels, kernel, stride=1, padding="same", dilation=1, groups=1, name=None):
        """A convolution without biases and its batch norm."""
        y = self.conv(x, channels, kernel, stride, padding, dilation, groups, False, name)
        return self._add(Norm(y.name + "_norm", y, True))

    def conv_norm_relu(self, x, channels, kernel, stride=1, padding="same", dilation=1, groups=1, name=None):
        """`conv_norm` and a ReLU."""
        y = self.conv_norm(x, channels, kernel, stride, padding, dilation, groups, name)
        return self._add(Activation(y.sources[0].name + "_relu", y, "relu"))

    def conv_transpose(
        self, x, channels, kernel, stride=1, padding=0, output_padding=0, dilation=1, groups=1, bias=True, name=None
    ):
        """A transposed convolution, which makes a map larger, by torch's rule; its MACs are counted per input pixel."""
        sides = (kernel, stride, padding, output_padding, dilation)
        return self.record(ConvTranspose, "conv_transpose", name, x, channels, *sides, groups, bias)

    def linear(self, x, features, bias=True, name=None):
        return self.record(Linear, "fc", name, x, features, bias)

    def norm(self, x, affine=True, name=None):
        """Batch norm."""
        return self.record(Norm, "norm", name, x, affine)

    def group_norm(self, x, groups, affine=True, name=None):
        """With as many groups as channels: instance norm."""
        return self.record(GroupNorm, "group_norm", name, x, groups, affine)

    def layer_norm(self, x, over="channels", affine=True, bias=True, name=None):
        """`over` is "channels", pixel by pixel, or "map"."""
        return self.record(LayerNorm, "layer_norm", name, x, over, affine, bias)

    def prelu(self, x, slopes=1, name=None):
        """`slopes` is 1, or the number of channels."""
        return self.record(PReLU, "prelu", name, x, slopes)

    def activation(self, op, x, name=None):
        """`op` is one of `Activation.OPS`."""
        return self.record(Activation, op if op in Activation.OPS else "activation", name, x, op)

    def relu(self, x, name=None):
        return self.activation("relu", x, name)

    def max_pool(self, x, kernel, stride=None, padding=0, ceil=False, name=None):
        """The stride is the kernel's size unless given."""
        return self.record(Pool, "pool", name, x, "max_pool", kernel, stride, padding, ceil)

    def avg_pool(self, x, kernel, stride=None, padding=0, ceil=False, name=None):
        """The stride is the kernel's size unless given."""
        return self.record(Pool, "pool", name, x, "avg_pool", kernel, stride, padding, ceil)

    def adaptive_avg_pool(self, x, size, name=None):
        """`size` is that of the output, one number or (rows, columns); it need not divide the map."""
        return self.record(AdaptivePool, "pool", name, x, "adaptive_avg_pool", size)

    def adaptive_max_pool(self, x, size, name=None):
        """`size` is that of the output, one number or (rows, columns); it need not divide the map."""
        return self.record(AdaptivePool, "pool", name, x, "adaptive_max_pool", size)

    def global_avg_pool(self, x, name=None):
        return self.record(GlobalAvgPool, "pool", name, x)

    def reduce(self, op, x, sides, name=None):
        """The "mean", "max" or "sum" over one side (0: channels, 1: rows, 2: columns) or several, which become 1."""
        return self.record(Reduce, op if op in Reduce.OPS else "reduce", name, x, op, sides)

    def add(self, a, b, name=None):
        return self.record(Elementwise, "add", name, [a, b], "add")

    def subtract(self, a, b, name=None):
        return self.record(Elementwise, "subtract", name, [a, b], "subtract")

    def multiply(self, a, b, name=None):
        return self.record(Elementwise, "multiply", name, [a, b], "multiply")

    def concat(self, layers, name=None):
        return self.record(Concat, "concat", name, layers)

    def slice(self, x, start, stop, step=1, name=None):
        """Channels `start` to `stop` (not included)."""
        return self.record(Slice, "slice", name, x, start, stop, step)

    def crop(self, x, rows=None, columns=None, name=None):
        """`rows` and `columns` are (start, stop) or (start, stop, step); None: all."""
        return self.record(Crop, "crop", name, x, rows, columns)

    def pad(self, x, sides, mode="constant", value=0, name=None):
        """`sides` is (left, right, top, bottom), with two more for channels before and after; see `Pad`."""
        return self.record(Pad, "pad", name, x, sides, mode, value)

    def interpolate(self, x, size=None, factor=None, mode="nearest", align_corners=False, name=None):
        """A map resampled to `size`, or by `factor`."""
        return self.record(Interpolate, "interpolate", name, x, size, factor, mode, align_corners)

    def pixel_shuffle(self, x, factor, name=None):
        return self.record(PixelShuffle, "pixel_shuffle", name, x, factor)

    def pixel_unshuffle(self, x, factor, name=None):
        return self.record(PixelUnshuffle, "pixel_unshuffle", name, x, factor)

    def shuffle(self, x, groups, name=None):
        return self.record(Shuffle, "shuffle", name, x, groups)

    def flatten(self, x, name=None):
        return self.record(Flatten, "flatten", name, x)

    def unflatten(self, x, shape, name=None):
        """A vector as a map of `shape` (channels, height, width)."""
        return self.record(Unflatten, "unflatten", name, x, shape)

    def squeeze(self, x, name=None):
        """A single value as a number, of shape ()."""
        return self.record(Squeeze, "squeeze", name, x)
