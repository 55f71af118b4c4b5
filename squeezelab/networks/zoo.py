"""The networks that the book compares, each as one function that returns a `Network`.

Parameters and MACs are tested to the integer against the released definitions (`tests/golden/`).
"""

from ..core.checks import choose, plain, there_are
from .blocks import (
    conv_norm_activation,
    depthwise_separable_block,
    fire_module,
    inverted_residual_block,
    resnet_basic_block,
    resnet_bottleneck_block,
)
from .capsnet import capsnet
from .ghost import ghostnet
from .graph import Network
from .mgic import mgic_resnet
from .minis import lenet300, mini_resnet, mini_squeezenext, mini_vgg
from .mobilenet_v3 import mobilenet_v3
from .options import check_width, divisible, image, scaled
from .regnet import g_ghost_regnet, regnet_x
from .shufflenet import shufflenet
from .squeezenext import squeezenext


def alexnet(groups: int = 2, resolution: int = 227, classes: int = 1000) -> Network:
    """AlexNet as in Caffe, with its two groups (Krizhevsky et al. 2012): 60,965,224 params, 724,406,816 MACs.

    Raises a ValueError for groups that do not divide its channels, and for too small an image.

    >>> alexnet().params
    60965224
    """
    net = image("AlexNet" if groups == 2 else f"AlexNet, groups={groups}", resolution)
    x = net.relu(net.conv(net.input, 96, 11, stride=4, name="conv1"), name="relu1")
    x = net.max_pool(net.activation("lrn", x, name="lrn1"), 3, 2, ceil=True, name="pool1")
    x = net.relu(net.conv(x, 256, 5, padding=2, groups=groups, name="conv2"), name="relu2")
    x = net.max_pool(net.activation("lrn", x, name="lrn2"), 3, 2, ceil=True, name="pool2")
    x = net.relu(net.conv(x, 384, 3, padding=1, name="conv3"), name="relu3")
    x = net.relu(net.conv(x, 384, 3, padding=1, groups=groups, name="conv4"), name="relu4")
    x = net.relu(net.conv(x, 256, 3, padding=1, groups=groups, name="conv5"), name="relu5")
    x = net.flatten(net.max_pool(x, 3, 2, ceil=True, name="pool5"), name="flatten")
    for name in ("6", "7"):
        x = net.relu(net.linear(x, 4096, name="fc" + name), name="relu" + name)
        x = net.activation("dropout", x, name="drop" + name)
    net.linear(x, classes, name="fc8")
    return net


BYPASSES = (None, "simple", "complex")
# (squeeze, expand1x1 = expand3x3) of fire2 to fire9, the same in both versions
FIRES = ((16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256))


def squeezenet(version: str = "1.0", bypass: str = None, resolution: int = 227, classes: int = 1000) -> Network:
    """SqueezeNet 1.0 or 1.1 (Iandola et al. 2016): 1,248,424 or 1,235,496 params, no fully connected layer.

    `bypass="simple"` adds the input of fire3, 5, 7 and 9 to their output; `"complex"` also puts a 1x1 convolution
    around fire2, 4, 6 and 8 (the paper's Fig. 2).

    Raises a ValueError, listing the choices, for another version or bypass.

    >>> squeezenet("1.1").params
    1235496
    """
    stems = {"1.0": (96, 7, (1, 4, 8)), "1.1": (64, 3, (1, 3, 5))}
    channels, kernel, pools = choose("SqueezeNet version", version, stems)
    if bypass not in BYPASSES:
        raise ValueError(f"unknown bypass {bypass!r}; {there_are([repr(known) for known in BYPASSES])}")
    net = image(f"SqueezeNet-{version}" + (f" {bypass} bypass" if bypass else ""), resolution)
    x = net.relu(net.conv(net.input, channels, kernel, stride=2, name="conv1"), name="conv1_relu")
    x = net.max_pool(x, 3, 2, ceil=True, name="pool1")
    for number, (squeeze, expand) in enumerate(FIRES, 2):
        with net.scope(f"fire{number}"):
            x = with_bypass(net, x, fire_module(net, x, squeeze, expand, expand), bypass)
        if number in pools:
            x = net.max_pool(x, 3, 2, ceil=True, name=f"pool{number}")
    x = net.activation("dropout", x, name="drop9")
    x = net.relu(net.conv(x, classes, 1, name="conv10"), name="conv10_relu")
    net.global_avg_pool(x, name="pool10")
    return net


def with_bypass(net, x, y, bypass):
    """Adds x to y where shapes agree; where not, "complex" brings x to y's width first."""
    if bypass and x.shape == y.shape:
        return net.add(y, x, name="add")
    if bypass == "complex":
        return net.add(y, net.conv(x, y.shape[0], 1, name="bypass"), name="add")
    return y


# (output channels, stride) of MobileNet's 13 units (Howard et al. 2017, Table 1)
MOBILENET_UNITS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)) + ((512, 1),) * 5 + ((1024, 2), (1024, 1))


def mobilenet(width: float = 1.0, resolution: int = 224, classes: int = 1000) -> Network:
    """MobileNet v1 (Howard et al. 2017): 4,231,976 params, 568,740,352 MACs at width 1.

    Raises a ValueError for a width that leaves no channel.

    >>> mobilenet(0.5).params
    1331592
    """
    net = image(f"MobileNet-{width}", resolution)
    x = net.conv_norm_relu(net.input, scaled(32, width), 3, stride=2, name="conv1")
    for number, (channels, stride) in enumerate(MOBILENET_UNITS, 1):
        x = depthwise_separable_block(net, x, scaled(channels, width), stride, suffix=str(number))
    net.linear(net.global_avg_pool(x, name="pool"), classes, name="fc")
    return net


# (expansion, output channels, blocks, first stride) of MobileNetV2 (Sandler et al. 2018, Table 2)
MOBILENET_V2_STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def mobilenet_v2(width: float = 1.0, resolution: int = 224, classes: int = 1000) -> Network:
    """MobileNetV2 (Sandler et al. 2018): 3,504,872 params, 300,774,272 MACs at width 1.

    Widths are rounded to multiples of 8; the head never gets narrower than 1280.

    Raises a ValueError for a width that is no positive number.

    >>> mobilenet_v2().params
    3504872
    """
    check_width(width)
    net = image(f"MobileNetV2-{width}", resolution)
    x = conv_norm_activation(net, net.input, divisible(32 * width), 3, "relu6", "conv1", stride=2)
    for stage, (expand, channels, blocks, stride) in enumerate(MOBILENET_V2_STAGES, 1):
        for block in range(blocks):
            with net.scope(f"s{stage}.b{block + 1}"):
                x = inverted_residual_block(net, x, divisible(channels * width), stride if block == 0 else 1, expand)
    x = conv_norm_activation(net, x, max(1280, divisible(1280 * width)), 1, "relu6", "conv_head")
    net.linear(net.global_avg_pool(x, name="pool"), classes, name="fc")
    return net


RESNETS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3)}


def resnet(depth: int = 18, stride_in_3x3: bool = False, resolution: int = 224, classes: int = 1000) -> Network:
    """ResNet-18, -34 or -50 (He et al. 2015): 11,689,512, 21,797,672 or 25,557,032 params.

    ResNet-50 has its stride in the first 1x1, as the paper (3,857,973,248 MACs); `stride_in_3x3` gives the
    "v1.5" of most libraries (4,089,184,256 MACs).

    Raises a ValueError, listing the depths, for another one.

    >>> resnet(50).params
    25557032
    """
    depths = choose("ResNet depth", depth, RESNETS)
    net = image(f"ResNet-{depth}" + (" v1.5" if depth == 50 and stride_in_3x3 else ""), resolution)
    x = net.conv_norm_relu(net.input, 64, 7, stride=2, name="conv1")
    x = net.max_pool(x, 3, 2, padding=1, name="pool1")
    for stage, blocks in enumerate(depths):
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            with net.scope(f"s{stage + 1}.b{block + 1}"):
                if depth == 50:
                    x = resnet_bottleneck_block(net, x, 256 << stage, stride, stride_in_3x3)
                else:
                    x = resnet_basic_block(net, x, 64 << stage, stride)
    net.linear(net.global_avg_pool(x, name="pool"), classes, name="fc")
    return net


VGGS = {16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}


def vgg(depth: int = 16, resolution: int = 224, classes: int = 1000) -> Network:
    """VGG-16 or -19 (Simonyan and Zisserman 2014): 138,357,544 or 143,667,240 params.

    As in the paper the map of the last pool is flattened whatever its size, so that fc6 grows with the resolution. That of
    torchvision pools it to 7x7 first and keeps its parameters: beyond 224 pixels the two differ.

    Raises a ValueError, listing the depths, for another one.

    >>> vgg().macs
    15470264320
    """
    depths = choose("VGG depth", depth, VGGS)
    net = image(f"VGG-{depth}", resolution)
    x = net.input
    for stage, convs in enumerate(depths, 1):
        for number in range(1, convs + 1):
            channels = min(64 << (stage - 1), 512)
            x = net.conv(x, channels, 3, padding=1, name=f"conv{stage}_{number}")
            x = net.relu(x, name=f"conv{stage}_{number}_relu")
        x = net.max_pool(x, 2, name=f"pool{stage}")
    x = net.flatten(x, name="flatten")
    for name in ("6", "7"):
        x = net.relu(net.linear(x, 4096, name="fc" + name), name="relu" + name)
        x = net.activation("dropout", x, name="drop" + name)
    net.linear(x, classes, name="fc8")
    return net


NETWORKS = {
    "alexnet": alexnet,
    "capsnet": capsnet,
    "g_ghost_regnet": g_ghost_regnet,
    "ghostnet": ghostnet,
    "lenet300": lenet300,
    "mgic_resnet": mgic_resnet,
    "mini_resnet": mini_resnet,
    "mini_squeezenext": mini_squeezenext,
    "mini_vgg": mini_vgg,
    "mobilenet": mobilenet,
    "mobilenet_v2": mobilenet_v2,
    "mobilenet_v3": mobilenet_v3,
    "regnet_x": regnet_x,
    "resnet": resnet,
    "shufflenet": shufflenet,
    "squeezenet": squeezenet,
    "squeezenext": squeezenext,
    "vgg": vgg,
}


def build(name: str, **options: object) -> Network:
    """A network of the zoo by name: ``build("squeezenext", width=2.0)``.

    Raises a ValueError, listing the names, for an unknown one, and for options that it does not take.

    >>> build("resnet", depth=34).params
    21797672
    """
    make = choose("network", name, NETWORKS)
    options = {option: plain(options[option]) for option in options}
    try:
        return make(**options)
    except TypeError as error:
        raise ValueError(f"{name} cannot be built with {', '.join(sorted(options))}: {error}")  # noqa: B904 (MicroPython cannot chain)
