"""Networks small enough to train on a laptop's processor in seconds: for digits, and for a student's own experiments.

The frame is the same for every block, so that what differs between two of them is the block: a 3×3 stem, a pool, three stages
on maps of a half, a quarter and an eighth of the image, the mean of each channel, a classifier. The frame is ours.
"""

from ..core.checks import whole
from .blocks import resnet_basic_block, squeezenext_block
from .graph import Network
from .options import scaled

STEM = 16  # channels of the stem at width 1: enough for digits (`experiments/references.py` has what they reach)


def grey(name, resolution, channels=1):
    """An empty network on an image of `channels` (1 is grey) and `resolution` pixels a side."""
    resolution = whole(resolution, "the resolution")
    return Network(name, (whole(channels, "the channels of an image"), resolution, resolution))


def stage_of(block: callable) -> callable:
    """A stage of such blocks, of which the first carries the stride: ``stage(net, x, channels, blocks, stride)``.

    Raises a ValueError for what is no function.

    >>> net = Network("stage", (16, 8, 8))
    >>> stage_of(resnet_basic_block)(net, net.input, 32, 2, 2).shape
    (32, 4, 4)
    """

    if not callable(block):
        raise ValueError(f"a block is a function block(net, x, channels, stride), as resnet_basic_block, not {block!r}")

    def stage(net, x, channels, blocks, stride):
        for number in range(1, blocks + 1):
            with net.scope(f"b{number}"):
                x = block(net, x, channels, stride if number == 1 else 1)
        return x

    return stage


def mini_network(
    name: str,
    stage: callable,
    widths: tuple = (16, 32, 64),
    depths: tuple = (1, 1, 1),
    stem: int = STEM,
    resolution: int = 28,
    channels: int = 1,
    classes: int = 10,
) -> Network:
    """The common frame around `stage(net, x, channels, blocks, stride)`, as `stage_of` makes it from a block.

    widths, depths: channels and blocks of the stages; every stage but the first halves the map.

    Raises a ValueError for stages that do not fit one another, or the image.

    >>> net = mini_network("plain", stage_of(resnet_basic_block))
    >>> net["s3.b1.conv2"].shape, net.params
    ((64, 4, 4), 77754)
    """
    if not callable(stage):
        raise ValueError(
            f"a stage is a function stage(net, x, channels, blocks, stride), as stage_of(block) makes it, not {stage!r}"
        )
    if not isinstance(widths, (tuple, list)) or not isinstance(depths, (tuple, list)):
        raise ValueError(f"widths and depths have one number a stage, as (16, 32, 64), not {widths!r} and {depths!r}")
    if len(widths) != len(depths) or not widths:
        raise ValueError(f"widths and depths name the same stages, but there are {len(widths)} and {len(depths)}")
    net = grey(name, resolution, channels)
    x = net.conv_norm_relu(net.input, whole(stem, "the channels of the stem"), 3, name="stem")
    x = net.max_pool(x, 2, name="pool1")
    for number, (width, blocks) in enumerate(zip(widths, depths), 1):
        with net.scope(f"s{number}"):
            x = stage(net, x, width, whole(blocks, "a stage's number of blocks"), 1 if number == 1 else 2)
    net.linear(net.global_avg_pool(x, name="pool"), classes, name="fc")
    return net


def mini_resnet(width: float = 1.0, resolution: int = 28, channels: int = 1, classes: int = 10) -> Network:
    """One basic block a stage: 77,754 params, 2,636,672 MACs on 28×28.

    Raises a ValueError for sizes that leave nothing of the map.

    >>> mini_resnet().params
    77754
    """
    widths = [scaled(count, width) for count in (16, 32, 64)]
    options = {"resolution": resolution, "channels": channels, "classes": classes}
    return mini_network(f"mini-ResNet-{width}", stage_of(resnet_basic_block), widths, stem=scaled(STEM, width), **options)


def alternating_squeezenext(projection: str = "serial") -> callable:
    """A stage of SqueezeNext blocks, the order of 3×1 and 1×3 alternating from block to block through the whole network.

    >>> net = Network("stage", (32, 8, 8))
    >>> y = alternating_squeezenext()(net, net.input, 32, 2, 1)
    >>> [layer.name for layer in net.mac_layers if "sep" in layer.name]
    ['b1.sep3x1', 'b1.sep1x3', 'b2.sep1x3', 'b2.sep3x1']
    """
    made = []  # one entry a block, whatever its stage

    def block(net, x, channels, stride):
        made.append(channels)
        first = stride != 1 or x.shape[0] != channels
        return squeezenext_block(net, x, channels, stride, first, projection, len(made) % 2 == 1)

    return stage_of(block)


def mini_squeezenext(
    width: float = 1.0, depths: tuple = (1, 2, 1), resolution: int = 28, channels: int = 1, classes: int = 10
) -> Network:
    """SqueezeNext blocks of 32, 64 and 96 channels (at width 1), v5's serial projections: 53,114 params, 2,099,392 MACs.

    Raises a ValueError for sizes that leave nothing of the map.

    >>> mini_squeezenext().params
    53114
    """
    widths = [scaled(count, width) for count in (32, 64, 96)]
    options = {"resolution": resolution, "channels": channels, "classes": classes}
    return mini_network(f"mini-SqNxt-{width}", alternating_squeezenext(), widths, depths, **options)


def mini_vgg(width: float = 1.0, kernel: int = 3, resolution: int = 28, channels: int = 1, classes: int = 10) -> Network:
    """Four 3×3 convolutions with norms, three pools and a classifier: 66,170 params, 3,731,328 MACs on 28×28.

    The last convolution is a plain 64×64×3×3 kernel: what the chapter on decomposition takes apart. `kernel`, odd, gives all
    four another side.

    Raises a ValueError for an even kernel, and for sizes that leave nothing of the map.

    >>> mini_vgg().macs
    3731328
    """
    if whole(kernel, "the kernel") % 2 == 0:
        raise ValueError(f"the kernel must be odd, so that padding keeps the map's size, not {kernel}")
    net = grey(f"mini-VGG-{width}" + (f" {kernel}x{kernel}" if kernel != 3 else ""), resolution, channels)
    x = net.input
    for number, (count, pool) in enumerate(((16, True), (32, True), (64, False), (64, True)), 1):
        x = net.conv_norm_relu(x, scaled(count, width), kernel, name=f"conv{number}")
        if pool:
            x = net.max_pool(x, 2, name=f"pool{number}")
    net.linear(net.flatten(x, name="flatten"), classes, name="fc")
    return net


def lenet300(resolution: int = 28, channels: int = 1, classes: int = 10) -> Network:
    """LeNet-300-100, three fully connected layers (LeCun et al. 1998): 266,610 params on 28×28.

    Raises a ValueError for sizes that are no whole numbers.

    >>> lenet300().params
    266610
    """
    net = grey("LeNet-300-100", resolution, channels)
    x = net.flatten(net.input, name="flatten")
    for number, features in enumerate((300, 100), 1):
        x = net.relu(net.linear(x, features, name=f"fc{number}"), name=f"relu{number}")
    net.linear(x, classes, name="fc3")
    return net
