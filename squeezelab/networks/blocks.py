"""The building blocks that the book compares, each written as its figure in the paper reads.

A block takes the network, the layer it stands on and its widths, and returns its last layer. Use ``with net.scope(...)``
around a call to name its layers.
"""

from ..core.checks import check_choice, whole
from .graph import Network
from .layers import Layer


def check_place(net, x):
    """Raises unless a block is to stand on a layer of a network."""
    if not isinstance(net, Network) or not isinstance(x, Layer):
        given = f"{type(net).__name__} and {type(x).__name__}"
        raise ValueError(f"a block takes a network and the layer it stands on, as fire_module(net, net.input, ...), not {given}")


def resnet_basic_block(net: Network, x: Layer, channels: int, stride: int = 1, groups: int = 1) -> Layer:
    """Two 3x3 convolutions and a shortcut: 18 C² weights, or 18 C² / groups (He et al. 2015, Fig. 5 left).

    Raises a ValueError that names what is wrong, for sizes that do not fit.

    >>> net = Network("block", (16, 8, 8))
    >>> resnet_basic_block(net, net.input, 16).shape, net.params
    ((16, 8, 8), 4672)
    """
    check_place(net, x)
    shortcut = projection(net, x, channels, stride)
    y = net.conv_norm_relu(x, channels, 3, stride=stride, groups=groups, name="conv1")
    y = net.conv_norm(y, channels, 3, groups=groups, name="conv2")
    return net.relu(net.add(y, shortcut, name="add"), name="relu")


def resnet_bottleneck_block(net: Network, x: Layer, channels: int, stride: int = 1, stride_in_3x3: bool = False) -> Layer:
    """1x1 down to a quarter, 3x3, 1x1 up: 17 b² weights with b = C / 4 (He et al. 2015, Fig. 5 right).

    The stride sits in the first 1x1 as in the paper, or in the 3x3 as in "ResNet v1.5".

    Raises a ValueError for channels that have no whole quarter.

    >>> net = Network("block", (16, 8, 8))
    >>> resnet_bottleneck_block(net, net.input, 16).shape, net.params
    ((16, 8, 8), 320)
    """
    check_place(net, x)
    if whole(channels, "the number of output channels") % 4:
        raise ValueError(f"a bottleneck block of {channels} channels cannot narrow to a quarter: use a multiple of 4")
    first, second = (1, stride) if stride_in_3x3 else (stride, 1)
    shortcut = projection(net, x, channels, stride)
    y = net.conv_norm_relu(x, channels // 4, 1, stride=first, name="conv1")  # (C / 4, H, W)
    y = net.conv_norm_relu(y, channels // 4, 3, stride=second, name="conv2")  # (C / 4, H, W)
    y = net.conv_norm(y, channels, 1, name="conv3")  # (C, H, W)
    return net.relu(net.add(y, shortcut, name="add"), name="relu")


def projection(net, x, channels, stride):
    """The shortcut of a ResNet block: x itself, or a strided 1x1 where the shape changes."""
    if stride == 1 and x.shape[0] == channels:
        return x
    return net.conv_norm(x, channels, 1, stride=stride, name="shortcut")


def fire_module(net: Network, x: Layer, squeeze: int, expand1x1: int, expand3x3: int) -> Layer:
    """SqueezeNet's module: squeeze with 1x1, expand with 1x1 beside 3x3 (Iandola et al. 2016, Fig. 1).

    Biases, no norm; c·s + s·e1 + 9·s·e3 weights on c input channels.

    Raises a ValueError that names what is wrong, for sizes that do not fit.

    >>> net = Network("block", (16, 8, 8))
    >>> fire_module(net, net.input, 4, 8, 8).shape, net.params
    ((16, 8, 8), 404)
    """
    check_place(net, x)
    s = net.relu(net.conv(x, squeeze, 1, name="squeeze"), name="squeeze_relu")  # (s, H, W)
    a = net.relu(net.conv(s, expand1x1, 1, name="expand1x1"), name="expand1x1_relu")  # (e1, H, W)
    b = net.relu(net.conv(s, expand3x3, 3, padding=1, name="expand3x3"), name="expand3x3_relu")  # (e3, H, W)
    return net.concat([a, b], name="concat")  # (e1 + e3, H, W)


def depthwise_separable_block(net: Network, x: Layer, channels: int, stride: int = 1, suffix: str = "") -> Layer:
    """3x3 depthwise, then 1x1: 9 S + S T weights (Howard et al. 2017, Fig. 3).

    Raises a ValueError that names what is wrong, for sizes that do not fit.

    >>> net = Network("block", (16, 8, 8))
    >>> depthwise_separable_block(net, net.input, 32, stride=2).shape, net.params
    ((32, 4, 4), 752)
    """
    check_place(net, x)
    y = net.conv_norm_relu(x, x.shape[0], 3, stride=stride, groups=x.shape[0], name=f"dw{suffix}")  # (S, H, W)
    return net.conv_norm_relu(y, channels, 1, name=f"pw{suffix}")  # (T, H, W)


def inverted_residual_block(net: Network, x: Layer, channels: int, stride: int = 1, expand: int = 6) -> Layer:
    """1x1 up by `expand`, 3x3 depthwise, linear 1x1 down (Sandler et al. 2018, Table 1).

    The shortcut exists only where the shape stays; with expand = 1 there is no first convolution.

    Raises a ValueError that names what is wrong, for sizes that do not fit.

    >>> net = Network("block", (16, 8, 8))
    >>> inverted_residual_block(net, net.input, 16).shape, net.params
    ((16, 8, 8), 4352)
    """
    check_place(net, x)
    wide = x.shape[0] * whole(expand, "the expansion factor")
    y = x
    if expand != 1:
        y = conv_norm_activation(net, y, wide, 1, "relu6", "expand")  # (expand · S, H, W)
    y = conv_norm_activation(net, y, wide, 3, "relu6", "depthwise", stride=stride, groups=wide)
    y = net.conv_norm(y, channels, 1, name="project")
    if stride == 1 and x.shape[0] == channels:
        y = net.add(y, x, name="add")
    return y


def conv_norm_activation(net, x, channels, kernel, op, name, stride=1, groups=1):
    """As `net.conv_norm_relu`, with another activation: MobileNetV2 clips at 6, MobileNetV3 has its hard swish."""
    y = net.conv_norm(x, channels, kernel, stride=stride, groups=groups, name=name)
    return net.activation(op, y, name=f"{name}_{op}")


def squeeze_excitation(net: Network, x: Layer, reduced: int) -> Layer:
    """Scales each channel by a gate that is computed from the means of all (Hu et al. 2018, Fig. 1).

    2 e r weights and e + r biases on e channels with r in between. It works on vectors, once for an image: 2 e r MACs.
    The gate is the hard sigmoid of MobileNetV3 (Howard et al. 2019); the original is a sigmoid.

    Raises a ValueError that names what is wrong, for sizes that do not fit.

    >>> net = Network("block", (16, 8, 8))
    >>> squeeze_excitation(net, net.input, 4).shape, net.params
    ((16, 8, 8), 148)
    """
    check_place(net, x)
    y = net.global_avg_pool(x, name="se_pool")  # (e,)
    y = net.relu(net.linear(y, reduced, name="se_reduce"), name="se_relu")  # (r,)
    y = net.activation("hard_sigmoid", net.linear(y, x.shape[0], name="se_expand"), name="se_gate")  # (e,)
    return net.multiply(x, y, name="se_scale")  # (e, H, W)


def squeezenext_block(
    net: Network,
    x: Layer,
    channels: int,
    stride: int = 1,
    first: bool = False,
    projection: str = "serial",
    vertical_first: bool = True,
    groups: int = 1,
) -> Layer:
    """SqueezeNext's five convolutions: 1x1 and 1x1 down, 3x1 and 1x3 at half width, 1x1 up (Gholami et al. 2018, Fig. 2).

    A plain block has 2.25 C² weights. The first block of a stage changes the width and carries the stride; its
    1x1 on the shortcut is

    * ``"parallel"`` (v1): beside the block, which then carries the stride in its own first squeeze;
    * ``"serial"`` (v5): before the block, whose two branches both read its output.

    Every convolution has a norm and a ReLU, the last one and the shortcut included, and the sum has one more ReLU.
    `vertical_first` sets the order of the 3x1 and 1x3, which alternates from block to block.

    Raises a ValueError for fewer than 4 channels and for another projection.

    >>> net = Network("block", (16, 8, 8))
    >>> squeezenext_block(net, net.input, 16).shape, net.params
    ((16, 8, 8), 664)
    """
    check_place(net, x)
    check_choice("projection", projection, ("serial", "parallel"))
    if whole(channels, "the number of output channels") < 4:
        raise ValueError(f"a SqueezeNext block of {channels} channels cannot narrow to a quarter: use 4 or more")
    first = first or stride != 1 or x.shape[0] != channels
    shortcut, y = x, x
    if first and projection == "serial":
        shortcut = y = net.conv_norm_relu(x, channels, 1, stride=stride, name="proj")
        stride = 1
    elif first:
        shortcut = net.conv_norm_relu(x, channels, 1, stride=stride, name="shortcut")
    y = net.conv_norm_relu(y, channels // 2, 1, stride=stride, groups=groups, name="squeeze1")  # (C / 2, H, W)
    y = net.conv_norm_relu(y, channels // 4, 1, name="squeeze2")  # (C / 4, H, W)
    for kernel in ((3, 1), (1, 3)) if vertical_first else ((1, 3), (3, 1)):
        y = net.conv_norm_relu(y, channels // 2, kernel, groups=groups, name=f"sep{kernel[0]}x{kernel[1]}")  # (C / 2, H, W)
    y = net.conv_norm_relu(y, channels, 1, name="expand")  # (C, H, W)
    return net.relu(net.add(y, shortcut, name="add"), name="relu")
