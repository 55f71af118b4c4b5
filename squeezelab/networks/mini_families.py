"""The blocks of the book in the frame of `mini_network`: what can be trained side by side on a laptop's processor.

`mini_of` builds a network of any of them; `cheap_families` are the cheap features of chapter 6 with the plain networks that
they are compared with; `MINI_DEPTHS` are distributions of one SqueezeNext's blocks.
"""

from ..core.checks import check_choice, choose, whole
from .blocks import (
    depthwise_separable_block,
    fire_module,
    inverted_residual_block,
    resnet_basic_block,
    resnet_bottleneck_block,
)
from .ghost import ghost_basic_block
from .graph import Network
from .mgic import mgic_block
from .minis import alternating_squeezenext, mini_network, stage_of
from .options import check_width
from .regnet import g_ghost_stage, regnet_x_stage

RESOLUTION = 32  # the side of a cluttered digit: 28 pixels and room to move
# six SqueezeNext blocks over three stages: the MACs are the same to the unit, since width doubles where the map halves
MINI_DEPTHS = ((4, 1, 1), (2, 2, 2), (1, 1, 4))
GHOST_DEPTHS = (1, 1, 4)  # a G-Ghost stage needs three blocks or more, and the first stage is never ghosted
DEPTHS = {"regnet": GHOST_DEPTHS, "g_ghost": GHOST_DEPTHS}  # of the blocks that are compared at other depths than (1, 1, 1)
COUNTERPARTS = {"ghost": "basic", "g_ghost": "regnet", "mgic": "basic"}  # what each cheap block is compared with
GROUP_WIDTH = 16  # of the RegNet blocks; three quarters of it are the 12 of the G-Ghost branch


def fire_block(net, x, channels, stride=1):
    """Fire with SqueezeNet's proportions, squeezed to a quarter; a pool before it carries the stride."""
    if stride != 1:
        x = net.max_pool(x, stride, name="pool")
    return fire_module(net, x, channels // 4, channels // 2, channels - channels // 2)


def fire_norm_block(net, x, channels, stride=1):
    """The same with a norm after every convolution, which the paper's has not; the stride sits in the squeeze."""
    squeezed = net.conv_norm_relu(x, channels // 4, 1, stride=stride, name="squeeze")
    ones = net.conv_norm_relu(squeezed, channels // 2, 1, name="expand1x1")
    threes = net.conv_norm_relu(squeezed, channels - channels // 2, 3, name="expand3x3")
    return net.concat([ones, threes], name="concat")


def inverted_block(net, x, channels, stride=1):
    """An inverted residual at MobileNetV2's usual expansion of 6."""
    return inverted_residual_block(net, x, channels, stride, 6)


# name: (stage, channels of the three stages at width 1)
STAGES = {
    "basic": (lambda: stage_of(resnet_basic_block), (16, 32, 64)),
    "bottleneck": (lambda: stage_of(resnet_bottleneck_block), (32, 64, 128)),
    "fire": (lambda: stage_of(fire_block), (32, 64, 128)),
    "fire_norm": (lambda: stage_of(fire_norm_block), (32, 64, 128)),
    "separable": (lambda: stage_of(depthwise_separable_block), (32, 64, 128)),
    "inverted": (lambda: stage_of(inverted_block), (16, 32, 64)),
    "squeezenext": (alternating_squeezenext, (32, 64, 128)),
    "ghost": (lambda: stage_of(ghost_basic_block), (16, 32, 64)),
    "mgic": (lambda: stage_of(mgic_of(8)), (32, 64, 128)),
    "regnet": (lambda: regnet_stage(regnet_x_stage), (32, 64, 128)),
    "g_ghost": (lambda: regnet_stage(g_ghost_stage, regnet_x_stage), (32, 64, 128)),
}

# what the channels of a block must divide into: quarters, groups
MULTIPLES = {
    "bottleneck": 4,
    "fire": 4,
    "fire_norm": 4,
    "squeezenext": 4,
    "mgic": 16,
    "regnet": GROUP_WIDTH,
    "g_ghost": GROUP_WIDTH,
}


def mgic_of(size):
    """An MGIC block with groups, and a coarsest level, of `size` channels."""

    def block(net, x, channels, stride=1):
        return mgic_block(net, x, channels, stride, size, size)

    return block


def regnet_stage(stage, short_stage=None):
    """A RegNet stage with the book's group width; a stage of fewer than three blocks is made by `short_stage`."""

    def make(net, x, channels, blocks, stride):
        chosen = stage if short_stage is None or blocks > 2 else short_stage
        return chosen(net, x, channels, blocks, GROUP_WIDTH, stride)

    return make


def mini_blocks() -> list:
    """The names that `mini_of` knows.

    >>> mini_blocks()[:3]
    ['basic', 'bottleneck', 'fire']
    """
    return list(STAGES)


def mini_of(
    block: str, width: float = 1.0, depths: tuple = (1, 1, 1), resolution: int = RESOLUTION, multiple: int = None
) -> Network:
    """The common frame with stages of `block`, its channels times `width`, rounded to whole multiples of `multiple`
    (default: what the block's quarters or groups need).

    Raises a ValueError, listing the blocks, for another one.

    >>> mini_of("basic", resolution=28).params
    77754
    """
    stage, channels = choose("block", block, STAGES)
    multiple = MULTIPLES.get(block, 1) if multiple is None else whole(multiple, "the multiple")
    width = check_width(width)
    widths = [max(multiple, int(count * width / multiple + 0.5) * multiple) for count in channels]
    return mini_network(f"mini {block} {widths}", stage(), widths, depths, resolution=resolution)


def counterpart(block: str, target: Network, measure: str, depths: tuple = (1, 1, 1), resolution: int = RESOLUTION) -> Network:
    """The network of `block` whose `measure` ("params" or "macs") is nearest to that of the network `target`.

    Widths go in steps of 1/64 of the usual one, from 1/8 to 4.

    Raises a ValueError for another measure or block.

    >>> plain = counterpart("basic", mini_of("ghost"), "macs")
    >>> abs(plain.macs / mini_of("ghost").macs - 1) < 0.05
    True
    """
    check_choice("measure", measure, ("params", "macs"))
    if not isinstance(target, Network):
        raise ValueError(f"a network is compared with a Network, as mini_of('ghost') makes it, not with {target!r}")
    wanted, best = getattr(target, measure), None
    for steps in range(8, 257):
        net = mini_of(block, steps / 64, depths, resolution)
        gap = abs(getattr(net, measure) - wanted)
        if best is None or gap < best[0]:
            best = gap, net
    return best[1]


def cheap_families(resolution: int = RESOLUTION) -> dict:
    """{family: {role: Network}}: each cheap network beside plain ones of the same width, of equal MACs and of equal params.

    >>> sorted(cheap_families()["mgic"])
    ['cheap', 'plain, equal MACs', 'plain, equal params', 'plain, same width']
    """
    families = {}
    for cheap, plain in COUNTERPARTS.items():
        depths = DEPTHS.get(cheap, (1, 1, 1))
        net = mini_of(cheap, 1.0, depths, resolution)
        families[cheap] = {
            "cheap": net,
            "plain, same width": mini_of(plain, STAGES[cheap][1][0] / STAGES[plain][1][0], depths, resolution),
            "plain, equal MACs": counterpart(plain, net, "macs", depths, resolution),
            "plain, equal params": counterpart(plain, net, "params", depths, resolution),
        }
    return families
