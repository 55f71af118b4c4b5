"""GhostNet: half of the features are made by a cheap depthwise convolution from the other half.

Han et al., "GhostNet: More Features from Cheap Operations", CVPR 2020 (arXiv 1911.11907); as "C-Ghost" in
"GhostNets on Heterogeneous Devices via Cheap Operations", IJCV 2022 (arXiv 2201.03297).
"""

from ..core.checks import whole
from .blocks import check_place, projection, squeeze_excitation
from .graph import Network
from .layers import Layer
from .options import check_width, divisible, image


def ghost_module(
    net: Network,
    x: Layer,
    channels: int,
    ratio: int = 2,
    kernel: int = 1,
    cheap_kernel: int = 3,
    relu: bool = True,
    stride: int = 1,
    name: str = "ghost",
) -> Layer:
    """A convolution makes 1 / ratio of the channels, a depthwise one the others from them (1911.11907, Fig. 2b).

    S·m·k² + m·(s − 1)·d² weights on S channels, with s the ratio, k and d the kernels and m = ⌈T / s⌉ for T output
    channels. The saving on T·S·k² is close to s for k = d; for the usual k = 1, d = 3 it is 2S / (S + 9), 1.28 at S = 16.

    Raises a ValueError that names what is wrong, for sizes that do not fit.

    >>> net = Network("block", (16, 8, 8))
    >>> ghost_module(net, net.input, 32).shape, net.params
    ((32, 8, 8), 464)
    """
    check_place(net, x)
    intrinsic = -(-whole(channels, "the number of output channels") // whole(ratio, "the ratio of a Ghost module", 2))
    conv = net.conv_norm_relu if relu else net.conv_norm
    primary = conv(x, intrinsic, kernel, stride=stride, name=name + "_primary")  # (m, H, W)
    cheap = conv(primary, intrinsic * (ratio - 1), cheap_kernel, groups=intrinsic, name=name + "_cheap")  # (m (s − 1), H, W)
    y = net.concat([primary, cheap], name=name + "_concat")
    return y if y.shape[0] == channels else net.slice(y, 0, channels, name=name + "_cut")


def ghost_bottleneck(
    net: Network, x: Layer, expanded: int, channels: int, kernel: int = 3, stride: int = 1, excite: bool = False
) -> Layer:
    """A Ghost module up, one without ReLU down, and a shortcut (1911.11907, Fig. 3).

    Only a stride puts a depthwise convolution of `kernel` between the modules; `excite` adds squeeze-and-excitation with a
    quarter of the expanded channels. Where the shape changes, the shortcut is depthwise, then 1x1.

    Raises a ValueError that names what is wrong, for sizes that do not fit.

    >>> net = Network("block", (16, 8, 8))
    >>> ghost_bottleneck(net, net.input, 32, 16).shape, net.params
    ((16, 8, 8), 824)
    """
    check_place(net, x)
    y = ghost_module(net, x, expanded, name="ghost1")
    if stride != 1:
        y = net.conv_norm(y, expanded, kernel, stride=stride, groups=expanded, name="dw")
    if excite:
        y = squeeze_excitation(net, y, divisible(expanded / 4, 4))
    y = ghost_module(net, y, channels, relu=False, name="ghost2")
    return net.add(y, ghost_shortcut(net, x, channels, kernel, stride), name="add")


def ghost_basic_block(net, x, channels, stride=1):
    """A ResNet basic block with a Ghost module of k = 3 for each 3×3, as in the paper's Ghost-ResNet-56: about half the MACs."""
    check_place(net, x)
    shortcut = projection(net, x, channels, stride)
    y = ghost_module(net, x, channels, kernel=3, stride=stride, name="ghost1")
    y = ghost_module(net, y, channels, kernel=3, relu=False, name="ghost2")
    return net.relu(net.add(y, shortcut, name="add"), name="relu")


def ghost_shortcut(net, x, channels, kernel, stride):
    """x itself, or a depthwise convolution that carries the stride and a 1x1 that changes the width."""
    if stride == 1 and x.shape[0] == channels:
        return x
    y = net.conv_norm(x, x.shape[0], kernel, stride=stride, groups=x.shape[0], name="shortcut_dw")
    return net.conv_norm(y, channels, 1, name="shortcut_pw")


# (kernel, expanded, output channels, excite, stride) of the bottlenecks, stage by stage (1911.11907, Table 1)
GHOSTNET_STAGES = (
    ((3, 16, 16, False, 1),),
    ((3, 48, 24, False, 2), (3, 72, 24, False, 1)),
    ((5, 72, 40, True, 2), (5, 120, 40, True, 1)),
    ((3, 240, 80, False, 2), (3, 200, 80, False, 1), (3, 184, 80, False, 1), (3, 184, 80, False, 1))
    + ((3, 480, 112, True, 1), (3, 672, 112, True, 1)),
    ((5, 672, 160, True, 2),) + ((5, 960, 160, False, 1), (5, 960, 160, True, 1)) * 2,
)


def ghostnet(width: float = 1.0, resolution: int = 224, classes: int = 1000) -> Network:
    """GhostNet: 5,182,508 params and 141,150,512 MACs at width 1, 2,587,292 and 42,328,152 at 0.5.

    Widths are rounded to multiples of 4; the layer of 1280 before the classifier keeps its width.

    Raises a ValueError for a width that is no positive number.

    >>> ghostnet().params
    5182508
    """
    check_width(width)
    net = image(f"GhostNet-{width}", resolution)
    x = net.conv_norm_relu(net.input, divisible(16 * width, 4), 3, stride=2, name="conv1")
    for stage, bottlenecks in enumerate(GHOSTNET_STAGES, 1):
        for block, (kernel, expanded, channels, excite, stride) in enumerate(bottlenecks, 1):
            with net.scope(f"s{stage}.b{block}"):
                expanded, channels = divisible(expanded * width, 4), divisible(channels * width, 4)
                x = ghost_bottleneck(net, x, expanded, channels, kernel, stride, excite)
    x = net.conv_norm_relu(x, divisible(960 * width, 4), 1, name="conv_head")
    x = net.relu(net.linear(net.global_avg_pool(x, name="pool"), 1280, name="fc1"), name="fc1_relu")
    net.linear(net.activation("dropout", x, name="drop1"), classes, name="fc2")
    return net
