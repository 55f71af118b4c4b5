"""RegNetX, and G-Ghost-RegNetX whose stages make part of their features from those of their first block.

Radosavovic et al., "Designing Network Design Spaces", CVPR 2020 (arXiv 2003.13678);
Han et al., "GhostNets on Heterogeneous Devices via Cheap Operations", IJCV 2022 (arXiv 2201.03297).
"""

from ..core.checks import choose, whole
from .blocks import check_place, projection
from .graph import Network
from .layers import Layer
from .options import image

# blocks and channels of the four stages, and the width of a group (2003.13678)
REGNETS = {
    "3.2GF": ((2, 6, 15, 2), (96, 192, 432, 1008), 48),
    "4.0GF": ((2, 5, 14, 2), (80, 240, 560, 1360), 40),
    "8.0GF": ((2, 5, 15, 1), (80, 240, 720, 1920), 120),
    "16GF": ((2, 6, 13, 1), (256, 512, 896, 2048), 128),
}


def regnet_x_block(net: Network, x: Layer, channels: int, group_width: int, stride: int = 1) -> Layer:
    """1x1, 3x3 in groups of `group_width` channels, 1x1, nothing narrowed: 2 C² + 9 C w weights (2003.13678, Fig. 4).

    Raises a ValueError for channels that do not split into such groups.

    >>> net = Network("block", (16, 8, 8))
    >>> regnet_x_block(net, net.input, 16, 8).shape, net.params
    ((16, 8, 8), 1760)
    """
    check_place(net, x)
    group_width = whole(group_width, "the width of a group")
    if whole(channels, "the number of output channels") % group_width:
        raise ValueError(f"a RegNet block of {channels} channels does not split into groups of {group_width}")
    shortcut = projection(net, x, channels, stride)
    y = net.conv_norm_relu(x, channels, 1, name="conv1")
    y = net.conv_norm_relu(y, channels, 3, stride=stride, groups=channels // group_width, name="conv2")
    y = net.conv_norm(y, channels, 1, name="conv3")
    return net.relu(net.add(y, shortcut, name="add"), name="relu")


def regnet_x_stage(net: Network, x: Layer, channels: int, blocks: int, group_width: int, stride: int = 2) -> Layer:
    """A stage of plain blocks; the first carries the stride.

    Raises a ValueError for channels that do not split into such groups.

    >>> net = Network("block", (16, 8, 8))
    >>> regnet_x_stage(net, net.input, 32, 2, 8).shape, net.params
    ((32, 4, 4), 9152)
    """
    check_place(net, x)
    for block in range(1, whole(blocks, "the number of blocks") + 1):
        with net.scope(f"b{block}"):
            x = regnet_x_block(net, x, channels, group_width, stride if block == 1 else 1)
    return x


def g_ghost_stage(net: Network, x: Layer, channels: int, blocks: int, group_width: int, stride: int = 2) -> Layer:
    """A stage whose inner blocks make only half of the channels, the "raw" ones (2201.03297).

    The other, "cheap" half skips them: a 1x1 on what the first block made, plus the mix of what all the inner blocks made.
    First and last block have the full width. As in the released code, the inner groups are 3/4 as wide, and the raw
    channels are the most that fill such groups within half of the channels.

    Raises a ValueError for fewer than three blocks, and where no group fits in half of the channels.

    >>> net = Network("block", (16, 8, 8))
    >>> g_ghost_stage(net, net.input, 64, 3, 16).shape, net.params
    ((64, 4, 4), 44512)
    """
    check_place(net, x)
    if whole(blocks, "the number of blocks") < 3:
        raise ValueError(f"a G-Ghost stage needs a first, a last and at least one inner block, so 3 or more, not {blocks}")
    inner_width = 3 * whole(group_width, "the width of a group") // 4
    raw = whole(channels, "the number of output channels") // 2 // max(inner_width, 1) * inner_width
    if raw == 0:
        raise ValueError(f"half of {channels} channels holds no group of {inner_width}, 3/4 of {group_width}")
    with net.scope("b1"):
        first = regnet_x_block(net, x, channels, group_width, stride)
    with net.scope("split"):
        y, rest = net.slice(first, 0, raw, name="raw"), net.slice(first, raw, channels, name="rest")
    features = [first]
    for block in range(2, blocks):
        with net.scope(f"b{block}"):
            y = regnet_x_block(net, y, raw, inner_width)
            features.append(y)
    with net.scope("ghost"):
        y = net.concat([y, cheap_features(net, rest, features)], name="concat")
    with net.scope(f"b{blocks}"):
        return regnet_x_block(net, y, channels, group_width)


def cheap_features(net, rest, features):
    """The cheap half: 1x1 on `rest`, plus an offset per channel from the means of all `features`.

    The mix works on vectors: it has many weights and next to no MACs.
    """
    cheap = rest.shape[0]
    mix = net.concat([net.global_avg_pool(y, name=f"pool{number}") for number, y in enumerate(features, 1)], name="means")
    mix = net.relu(net.norm(net.linear(mix, cheap, bias=False, name="mix1"), name="mix1_norm"), name="mix1_relu")
    mix = net.norm(net.linear(mix, cheap, bias=False, name="mix2"), name="mix2_norm")
    y = net.conv_norm(rest, cheap, 1, name="cheap")
    return net.relu(net.add(y, mix, name="add"), name="relu")


def regnet_x(size: str = "3.2GF", resolution: int = 224, classes: int = 1000) -> Network:
    """RegNetX of 3.2, 4.0, 8.0 or 16 GF (billions of MACs): 15,296,552 params and 3,176,621,952 MACs the first.

    Raises a ValueError, listing the sizes, for another one.

    >>> regnet_x().params
    15296552
    """
    return regnet(f"RegNetX-{size}", size, False, resolution, classes)


def g_ghost_regnet(size: str = "3.2GF", resolution: int = 224, classes: int = 1000) -> Network:
    """RegNetX with G-Ghost stages: 10,511,000 params and 1,801,746,240 MACs from the 3.2 GF network.

    Ghosted is every stage of more than two blocks but the first; `size` names the RegNetX it is made from.

    Raises a ValueError, listing the sizes, for another one.

    >>> g_ghost_regnet().macs
    1801746240
    """
    return regnet(f"G-Ghost-RegNetX-{size}", size, True, resolution, classes)


def regnet(name, size, ghost, resolution, classes):
    """Stem, four stages that each halve the map, and the classifier."""
    depths, widths, group_width = choose("RegNet size", size, REGNETS)
    net = image(name, resolution)
    x = net.conv_norm_relu(net.input, 32, 3, stride=2, name="conv1")
    for stage in range(4):
        make = g_ghost_stage if ghost and stage > 0 and depths[stage] > 2 else regnet_x_stage
        with net.scope(f"s{stage + 1}"):
            x = make(net, x, widths[stage], depths[stage], min(group_width, widths[stage]))  # 8.0GF begins with 80 channels
    net.linear(net.global_avg_pool(x, name="pool"), classes, name="fc")
    return net
