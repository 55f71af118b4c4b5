"""What has weights and MACs: convolutions, transposed ones, fully connected layers."""

from ..core.checks import pair, whole
from .layers import Layer, check_groups, check_map
from .shapes import map_size, same_padding, shape_text, transposed_size


class Weighted(Layer):
    """A layer of weights, each of which is used a number of times, `uses`, and perhaps a bias for every output channel."""

    @property
    def params(self):
        return self.weight_words + (self.shape[0] if self.bias else 0)

    @property
    def macs(self):
        """A MAC each time that a weight is used."""
        return self.weight_words * self.uses


class Conv(Weighted):
    """A convolution over (channels, height, width), grouped or dense, with or without biases.

    padding: zeros above and left of the map, padding_end: below and right of it. They differ for "same" with an even
    kernel, which pads one more at the end, as torch's. "same" yields size / stride, rounded up, for every kernel and
    stride (torch refuses strides).
    """

    op = "conv"

    def __init__(self, name, x, channels, kernel, stride, padding, dilation, groups, bias):
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
        return self.shape[0] * (self.in_shape[0] // self.groups) * self.kernel[0] * self.kernel[1]  # (C_out, C_in / g, K, L)

    @property
    def uses(self):
        """Every weight is used once per output position."""
        return self.shape[1] * self.shape[2]


class ConvTranspose(Weighted):
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
        return self.in_shape[0] * (self.shape[0] // self.groups) * self.kernel[0] * self.kernel[1]  # (C_in, C_out / g, K, L)

    @property
    def uses(self):
        """Every weight is used once per *input* position, products that padding cuts off included."""
        return self.in_shape[1] * self.in_shape[2]


class Linear(Weighted):
    """A fully connected layer on a vector."""

    op = "linear"
    kind = "fc"
    uses = 1  # every weight is used once

    def __init__(self, name, x, features, bias):
        if len(x.shape) != 1:
            raise ValueError(f"it needs a vector, not the map {shape_text(x.shape)} of '{x.name}': flatten it first")
        self.bias = bool(bias)
        Layer.__init__(self, name, (x,), (whole(features, "the number of output features"),))

    @property
    def weight_words(self):
        return self.in_shape[0] * self.shape[0]  # (features in, features out)
