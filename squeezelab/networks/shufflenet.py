"""ShuffleNet V1 and V2: grouped or halved 1x1 convolutions, and a shuffle that lets the groups talk to each other.

Zhang et al., "ShuffleNet", CVPR 2018 (arXiv 1707.01083); Ma et al., "ShuffleNet V2", ECCV 2018 (arXiv 1807.11164).
"""

from ..core.checks import choose, whole
from .blocks import check_place
from .graph import Network
from .layers import Layer
from .options import check_width, image, scaled


def shufflenet_unit(net: Network, x: Layer, channels: int, stride: int = 1, groups: int = 3, first_groups: int = None) -> Layer:
    """Grouped 1x1 down to a quarter, shuffle, depthwise 3x3, grouped 1x1 up (1707.01083, Fig. 2b and c).

    C² / 2g + 9 C / 4 weights. With a stride the averaged input is stacked onto the result instead of added, so that the
    last convolution makes only the channels that are missing. `first_groups` are the groups of the first 1x1: the very
    first unit has few inputs and does not group them.

    Raises a ValueError for channels that have no quarter, or are too few to stack.

    >>> net = Network("block", (16, 8, 8))
    >>> shufflenet_unit(net, net.input, 48, stride=2, groups=4).shape, net.params
    ((48, 4, 4), 364)
    """
    check_place(net, x)
    if whole(channels, "the number of output channels") % 4:
        raise ValueError(f"a ShuffleNet unit of {channels} channels cannot narrow to a quarter: use a multiple of 4")
    if stride != 1 and channels <= x.shape[0]:
        raise ValueError(f"a ShuffleNet unit with a stride stacks its input, so it makes more than {x.shape[0]} channels")
    made = channels if stride == 1 else channels - x.shape[0]
    y = net.conv_norm_relu(x, channels // 4, 1, groups=first_groups or groups, name="squeeze")  # (C / 4, H, W)
    y = net.shuffle(y, groups, name="shuffle")
    y = net.conv_norm(y, channels // 4, 3, stride=stride, groups=channels // 4, name="depthwise")
    y = net.conv_norm(y, made, 1, groups=groups, name="expand")  # (C, H, W), with a stride what is missing of it
    if stride == 1:
        return net.relu(net.add(y, x, name="add"), name="relu")
    shortcut = net.avg_pool(x, 3, stride, padding=1, name="shortcut")
    return net.relu(net.concat([shortcut, y], name="concat"), name="relu")


def shufflenet_v2_unit(net: Network, x: Layer, channels: int, stride: int = 1) -> Layer:
    """Half of the channels pass by, the others go through 1x1, depthwise 3x3, 1x1; then a shuffle (1807.11164, Fig. 3c and d).

    2 b² + 9 b weights with b = C / 2. With a stride both halves read all of x, and the one that passed by gets a depthwise
    3x3 and a 1x1 of its own.

    Raises a ValueError for an odd number of channels, and for another one than the input's without a stride.

    >>> net = Network("block", (16, 8, 8))
    >>> shufflenet_v2_unit(net, net.input, 16).shape, net.params
    ((16, 8, 8), 248)
    """
    check_place(net, x)
    if whole(channels, "the number of output channels") % 2:
        raise ValueError(f"a ShuffleNetV2 unit halves its channels, but {channels} is odd")
    if stride == 1 and channels != x.shape[0]:
        raise ValueError(f"a ShuffleNetV2 unit without a stride keeps its {x.shape[0]} channels and cannot make {channels}")
    half = channels // 2
    if stride == 1:
        beside, y = net.slice(x, 0, half, name="beside"), net.slice(x, half, channels, name="through")
    else:
        beside, y = net.conv_norm(x, x.shape[0], 3, stride=stride, groups=x.shape[0], name="beside_dw"), x
        beside = net.conv_norm_relu(beside, half, 1, name="beside_pw")
    y = net.conv_norm_relu(y, half, 1, name="pw1")
    y = net.conv_norm(y, half, 3, stride=stride, groups=half, name="dw")
    y = net.conv_norm_relu(y, half, 1, name="pw2")
    return net.shuffle(net.concat([beside, y], name="concat"), 2, name="shuffle")


DEPTHS = (4, 8, 4)
V1_CHANNELS = {  # by groups, about equal in MACs (1707.01083, Table 1) [recalled, but for 3 groups]
    1: (144, 288, 576),
    2: (200, 400, 800),
    3: (240, 480, 960),
    4: (272, 544, 1088),
    8: (384, 768, 1536),
}
V2_CHANNELS = {  # by width: three stages and the last 1x1 (1807.11164, Table 5) [recalled, but for width 1]
    0.5: (48, 96, 192, 1024),
    1.0: (116, 232, 464, 1024),
    1.5: (176, 352, 704, 1024),
    2.0: (244, 488, 976, 2048),
}


def shufflenet(version: int = 1, width: float = 1.0, groups: int = None, resolution: int = 224, classes: int = 1000) -> Network:
    """ShuffleNet V1 with 3 groups: 1,865,728 params and 137,460,672 MACs; V2: 2,278,604 and 144,907,992.

    `groups` are 1, 2, 3, 4 or 8, of V1 only, whose width scales every channel count. V2 exists at width 0.5, 1, 1.5, 2.

    Raises a ValueError, listing the choices, for another version, and for groups or a width that it does not come in.

    >>> shufflenet(2).params
    2278604
    """
    make = choose("ShuffleNet version", version, {1: shufflenet_v1, 2: shufflenet_v2})
    check_width(width)
    if version == 2 and groups is not None:
        raise ValueError(f"ShuffleNetV2 has no grouped 1x1 convolutions, so groups={groups!r} means nothing there")
    return make(width, 3 if groups is None else groups, resolution, classes)


def shufflenet_v1(width, groups, resolution, classes):
    stages = choose("number of groups of ShuffleNet", groups, V1_CHANNELS)
    net = image(f"ShuffleNet-{width} g={groups}", resolution)
    x = stem(net, scaled(24, width))
    for stage, channels in enumerate(stages, 2):  # the paper counts the stem as stage 1
        for unit in range(1, DEPTHS[stage - 2] + 1):
            first_groups = 1 if stage == 2 and unit == 1 else groups
            with net.scope(f"s{stage}.b{unit}"):
                x = shufflenet_unit(net, x, scaled(channels, width), 2 if unit == 1 else 1, groups, first_groups)
    net.linear(net.global_avg_pool(x, name="pool"), classes, name="fc")
    return net


def shufflenet_v2(width, groups, resolution, classes):
    width = float(width)
    stages = choose("ShuffleNetV2 width", width, V2_CHANNELS)
    net = image(f"ShuffleNetV2-{width}", resolution)
    x = stem(net, 24)
    for stage, channels in enumerate(stages[:3], 2):
        for unit in range(1, DEPTHS[stage - 2] + 1):
            with net.scope(f"s{stage}.b{unit}"):
                x = shufflenet_v2_unit(net, x, channels, 2 if unit == 1 else 1)
    x = net.conv_norm_relu(x, stages[3], 1, name="conv_head")
    net.linear(net.global_avg_pool(x, name="pool"), classes, name="fc")
    return net


def stem(net, channels):
    """3x3 and pooling, a stride of 2 each: a quarter of the resolution."""
    x = net.conv_norm_relu(net.input, channels, 3, stride=2, name="conv1")
    return net.max_pool(x, 3, 2, padding=1, name="pool1")
