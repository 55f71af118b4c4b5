"""MobileNetV3: inverted residuals with squeeze-and-excitation and the hard swish, their sizes found by search.

Howard et al., "Searching for MobileNetV3", ICCV 2019 (arXiv 1905.02244).
"""

from ..core.checks import choose
from .blocks import check_place, conv_norm_activation, squeeze_excitation
from .graph import Network
from .layers import Layer
from .options import check_width, divisible, image


def mobilenet_v3_block(
    net: Network,
    x: Layer,
    expanded: int,
    channels: int,
    kernel: int = 3,
    stride: int = 1,
    excite: bool = True,
    op: str = "hard_swish",
) -> Layer:
    """1x1 up to `expanded`, depthwise, squeeze-and-excitation, linear 1x1 down (1905.02244, Fig. 4).

    S e + K² e + e T weights and 2 e r + r + e params of the gate, r being a quarter of e in multiples of 8. There is no
    first convolution where e = S, and a shortcut only where the shape stays.

    Raises a ValueError that names what is wrong, for sizes that do not fit.

    >>> net = Network("block", (16, 8, 8))
    >>> mobilenet_v3_block(net, net.input, 64, 24, stride=2).shape, net.params
    ((24, 4, 4), 5568)
    """
    check_place(net, x)
    y = x
    if expanded != x.shape[0]:
        y = conv_norm_activation(net, y, expanded, 1, op, "expand")
    y = conv_norm_activation(net, y, expanded, kernel, op, "depthwise", stride=stride, groups=expanded)
    if excite:
        y = squeeze_excitation(net, y, divisible(expanded / 4))
    y = net.conv_norm(y, channels, 1, name="project")
    if stride == 1 and x.shape[0] == channels:
        y = net.add(y, x, name="add")
    return y


# (kernel, expanded, output channels, excite, activation, stride) of the blocks (1905.02244, Tables 1 and 2)
LARGE = (
    (3, 16, 16, False, "relu", 1),
    (3, 64, 24, False, "relu", 2),
    (3, 72, 24, False, "relu", 1),
    (5, 72, 40, True, "relu", 2),
    (5, 120, 40, True, "relu", 1),
    (5, 120, 40, True, "relu", 1),
    (3, 240, 80, False, "hard_swish", 2),
    (3, 200, 80, False, "hard_swish", 1),
    (3, 184, 80, False, "hard_swish", 1),
    (3, 184, 80, False, "hard_swish", 1),
    (3, 480, 112, True, "hard_swish", 1),
    (3, 672, 112, True, "hard_swish", 1),
    (5, 672, 160, True, "hard_swish", 2),
    (5, 960, 160, True, "hard_swish", 1),
    (5, 960, 160, True, "hard_swish", 1),
)
SMALL = (
    (3, 16, 16, True, "relu", 2),
    (3, 72, 24, False, "relu", 2),
    (3, 88, 24, False, "relu", 1),
    (5, 96, 40, True, "hard_swish", 2),
    (5, 240, 40, True, "hard_swish", 1),
    (5, 240, 40, True, "hard_swish", 1),
    (5, 120, 48, True, "hard_swish", 1),
    (5, 144, 48, True, "hard_swish", 1),
    (5, 288, 96, True, "hard_swish", 2),
    (5, 576, 96, True, "hard_swish", 1),
    (5, 576, 96, True, "hard_swish", 1),
)
SIZES = {"large": (LARGE, 960, 1280), "small": (SMALL, 576, 1024)}  # blocks, channels of the last 1x1, hidden features


def mobilenet_v3(size: str = "large", width: float = 1.0, resolution: int = 224, classes: int = 1000) -> Network:
    """MobileNetV3: 5,483,032 params and 216,589,760 MACs large, 2,542,856 and 56,510,400 small.

    Widths are rounded to multiples of 8, and `width` keeps the expansion factors: a block expands its rounded input. The
    features before the classifier only grow. So 0.75 has the published 4.0 M params and 155 M MACs.

    Raises a ValueError, listing the sizes, for another one.

    >>> mobilenet_v3("small").params
    2542856
    """
    blocks, head, hidden = choose("MobileNetV3 size", size, SIZES)
    check_width(width)
    net = image(f"MobileNetV3-{size}-{width}", resolution)
    x = conv_norm_activation(net, net.input, divisible(16 * width), 3, "hard_swish", "conv1", stride=2)
    narrow = 16  # channels of the stem, then of the block before, at width 1
    for block, (kernel, expanded, channels, excite, op, stride) in enumerate(blocks, 1):
        with net.scope(f"b{block}"):
            expanded, narrow = divisible(x.shape[0] * expanded / narrow), channels
            x = mobilenet_v3_block(net, x, expanded, divisible(channels * width), kernel, stride, excite, op)
    x = conv_norm_activation(net, x, divisible(head * width), 1, "hard_swish", "conv_head")
    x = net.linear(net.global_avg_pool(x, name="pool"), divisible(hidden * max(width, 1)), name="fc1")
    x = net.activation("dropout", net.activation("hard_swish", x, name="fc1_hard_swish"), name="drop1")
    net.linear(x, classes, name="fc2")
    return net
