"""SqueezeNext, the network at the centre of the book (Gholami et al. 2018, arXiv 1803.10615)."""

from ..core.checks import choose, number, whole
from .blocks import squeezenext_block
from .graph import Network

STAGE_CHANNELS = (32, 64, 128, 256)  # at width 1; the stem of 64 and the head of 128 never scale

# version: (stage depths, side of conv1's kernel, projection)
# v1 and v5 are read in the released definitions. The depths of v2 to v4 are recalled, their 5x5 stem too, and
# their serial projection is inferred: the parameters recalled from the paper (0.74, 0.74, 0.77 M) fit no other form.
VERSIONS = {
    1: ((6, 6, 8, 1), 7, "parallel"),
    2: ((6, 6, 8, 1), 5, "serial"),
    3: ((4, 8, 8, 1), 5, "serial"),
    4: ((2, 10, 8, 1), 5, "serial"),
    5: ((2, 4, 14, 1), 5, "serial"),
}


def squeezenext(
    width: float = 1.0,
    version: int = 1,
    groups: int = 1,
    depths: tuple = None,
    resolution: int = 227,
    projection: str = None,
    classes: int = 1000,
) -> Network:
    """SqueezeNext: 717,280 params and 277,999,808 MACs as v1; 930,016 and 224,916,480 as v5.

    width: multiplies the four stages' channels; 1.0 and 2.0 are released, other widths follow the same rule [inferred].
    version: 1 to 5. v2 to v4 are not released: depths recalled, projection inferred; see `VERSIONS`.
    groups: 2 gives the G variant (543,072 params): groups in squeeze1 and both separable convolutions.
    depths: four block counts instead of the version's. (12, 12, 16, 2) is the natural reading of "44" [inferred];
        no vector is known that reproduces "34".
    resolution: pixels a side; the paper uses 227.
    projection: "serial" or "parallel" instead of the version's.

    Raises a ValueError, listing the choices, for another version or projection, and for depths or groups that do not fit.

    >>> squeezenext(2, 5).params
    3222912
    """
    usual_depths, kernel, usual_projection = choose("SqueezeNext version", version, VERSIONS)
    depths = checked_depths(usual_depths if depths is None else depths)
    projection = usual_projection if projection is None else projection
    widths = stage_widths(width, groups)
    resolution = whole(resolution, "the resolution")
    net = Network(title(width, version, groups, depths, depths != usual_depths), (3, resolution, resolution))
    x = net.conv_norm_relu(net.input, 64, kernel, stride=2, padding=0, name="conv1")
    x = net.max_pool(x, 3, 2, ceil=True, name="pool1")
    vertical = True  # the order of 3x1 and 1x3 alternates through the whole network
    for stage in range(4):
        for block in range(depths[stage]):
            stride = 2 if stage > 0 and block == 0 else 1
            with net.scope(f"s{stage + 1}.b{block + 1}"):
                x = squeezenext_block(net, x, widths[stage], stride, block == 0, projection, vertical, groups)
            vertical = not vertical
    x = net.conv_norm_relu(x, 128, 1, name="conv_head")
    net.linear(net.global_avg_pool(x, name="pool"), classes, bias=False, name="fc")
    return net


def checked_depths(depths):
    """Four block counts, each at least 1."""
    if not isinstance(depths, (list, tuple)) or len(depths) != 4:
        raise ValueError(f"SqueezeNext has four stages, so depths needs four block counts, not {depths!r}")
    return tuple([whole(depth, "a stage's number of blocks") for depth in depths])


def stage_widths(width, groups):
    """Channels of the four stages; each must narrow to a quarter and split into the groups."""
    factor = number(width, "the width", 0.125, below=1e6, asked="a number of at least 0.125 (4 channels in stage 1)")
    whole(groups, "groups")
    widths = [int(channels * factor + 1e-9) for channels in STAGE_CHANNELS]
    for channels in widths:
        if (channels // 2) % groups or (channels // 4) % groups:
            raise ValueError(
                f"{groups} groups do not divide the {channels // 2} and {channels // 4} channels inside a block of {channels}"
            )
    return widths


def title(width, version, groups, depths, own_depths):
    """The paper's way of naming: width, G for groups, blocks + 2 (stem and head), version."""
    group = "" if groups == 1 else "G-" if groups == 2 else f"G{groups}-"
    suffix = "" if version == 1 else f"v{version}"
    shape = " " + str(list(depths)) if own_depths else ""
    return f"{float(width)}-{group}SqNxt-{sum(depths) + 2}{suffix}{shape}"
