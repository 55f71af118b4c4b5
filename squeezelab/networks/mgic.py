"""MGIC: channels are mixed group by group on ever fewer channels, so that the weights grow in proportion to the width.

Eliasof et al., "MGIC: Multigrid-in-Channels Neural Network Architectures", SIAM J. Sci. Comput. 2023 (arXiv 2011.09128).
"""

from ..core.checks import choose, whole
from .blocks import check_place, resnet_basic_block
from .graph import Network
from .layers import Layer
from .options import image, scaled


def mgic_block(net: Network, x: Layer, channels: int, stride: int = 1, group_size: int = 16, coarsest_size: int = 16) -> Layer:
    """A multigrid cycle over the channels (2011.09128, as released); a change of shape goes first through a depthwise 3x3.

    With both sizes s and c = s·2^j channels it has (38 s + 12)·c − 14.5 s² − 4 s params, norms included: 620 c − 3776
    for s = 16, where a basic block has 18 c² + 4 c. On s channels it is the larger of the two, from 2 s on the smaller.

    Raises a ValueError for channels that the cycle cannot halve or split.

    >>> net = Network("block", (32, 8, 8))
    >>> mgic_block(net, net.input, 32).shape, net.params
    ((32, 8, 8), 16064)
    """
    check_place(net, x)
    group_size = whole(group_size, "the group size")
    coarsest_size = whole(coarsest_size, "the coarsest size", 2)
    if whole(channels, "the number of output channels") % x.shape[0]:
        raise ValueError(f"an MGIC block widens its input depthwise, so {channels} channels must be a multiple of {x.shape[0]}")
    if stride != 1 or x.shape[0] != channels:
        x = net.conv_norm_relu(x, channels, 3, stride=stride, groups=x.shape[0], name="transition")
    return mgic_cycle(net, x, group_size, coarsest_size)


def mgic_cycle(net, x, group_size, coarsest_size):
    """Down to ever fewer channels, a dense basic block on the fewest, up again with a grouped basic block at each level.

    What goes up is the change that the coarser levels made, their output minus their input: P (x_coarse − R x).
    """
    levels = []
    while not levels or x.shape[0] >= coarsest_size:
        with net.scope(f"c{x.shape[0]}"):
            groups = groups_of(x.shape[0], group_size, coarsest_size)
            down = net.conv(x, x.shape[0] // 2, 1, groups=groups, bias=False, name="restrict")
        levels.append((x, down, groups))
        x = down
    with net.scope(f"c{x.shape[0]}"):
        x = resnet_basic_block(net, x, x.shape[0])
    for fine, down, groups in reversed(levels):
        channels = fine.shape[0]
        with net.scope(f"c{channels}"):
            change = net.subtract(x, down, name="change")
            y = net.add(fine, net.conv_norm(change, channels, 1, groups=groups, name="prolong"), name="correct")
            x = resnet_basic_block(net, y, channels, groups=groups)
    return x


def groups_of(channels, group_size, coarsest_size):
    """As many groups as fit; they must divide the channels and half of them."""
    if channels % 2:
        raise ValueError(f"an MGIC cycle halves its channels until fewer than {coarsest_size} are left, but {channels} is odd")
    groups = max(channels // group_size, 1)
    if channels // 2 % groups:
        raise ValueError(f"half of {channels} channels does not split into {groups} groups, of {group_size} channels each")
    return groups


MGIC_RESNETS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}


def mgic_resnet(
    depth: int = 18, width: float = 1.0, group_size: int = 16, coarsest_size: int = 16, resolution: int = 224, classes: int = 1000
) -> Network:
    """ResNet-18 or -34 with an MGIC block for every basic block: params grow in proportion to the width, not its square.

    `width`, a whole number, scales the four stages. The paper's own tables of such networks were not at hand, so the frame
    around the blocks, ResNet's stem and widths, is ours [inferred].

    Raises a ValueError for widths and sizes of groups that do not fit one another.

    >>> mgic_resnet().params
    1692584
    """
    depths = choose("MGIC-ResNet depth", depth, MGIC_RESNETS)
    net = image(f"MGIC-ResNet-{depth}-{width} ({group_size}, {coarsest_size})", resolution)
    x = net.conv_norm_relu(net.input, 64, 7, stride=2, name="conv1")
    x = net.max_pool(x, 3, 2, padding=1, name="pool1")
    for stage, blocks in enumerate(depths):
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            with net.scope(f"s{stage + 1}.b{block + 1}"):
                x = mgic_block(net, x, scaled(64 << stage, width), stride, group_size, coarsest_size)
    net.linear(net.global_avg_pool(x, name="pool"), classes, name="fc")
    return net
