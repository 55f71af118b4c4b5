"""Capsules on top of a convolutional network: what Renzulli and Grangetto prune below, and what Sun, Fard and Mahoor binarise.

* `capsnet_on(backbone)`: the maps of any network, primary capsules with a kernel as large as the last map, class capsules
  (Renzulli and Grangetto 2022, arXiv 2208.09203) [read: their code]; fewer channels make fewer types of capsules;
* `capsule_classifier(backbone, head)`: MobileNetV2 or ResNet-50 with the capsule head of XnODR and XnIDR, or with the linear
  layers that its authors compared it with (Sun, Fard, Mahoor 2023, arXiv 2111.10854) [read: their code].

>>> capsule_classifier("mobilenet_v2", "capsules").params, capsule_classifier("mobilenet_v2", "dense").params
(3714864, 3045258)
"""

from ..core.checks import choose, whole
from .blocks import check_place
from .capsnet import dynamic_routing
from .graph import Network
from .layers import Layer
from .shapes import shape_text
from .zoo import mobilenet_v2, resnet


class CapsuleNorm(Layer):
    """Batch norm over the values of a capsule: one scale and one shift for each of them, the same for all capsules."""

    op = "capsule_norm"
    rides = True

    def __init__(self, name, x):
        if len(x.shape) != 2:
            raise ValueError(f"it needs capsules (count, values), but '{x.name}' has the shape {shape_text(x.shape)}")
        Layer.__init__(self, name, (x,), x.shape)  # (N, D)

    @property
    def params(self):
        return 2 * self.shape[1]


def capsule_norm(net: Network, x: Layer, name: str = None) -> Layer:
    """Records batch norm over the values of capsules (N, D), a scale and a shift for each of the D; its layer (N, D).

    Raises a ValueError for what are no capsules.

    >>> net = Network("normed", (64, 4, 4))
    >>> capsule_norm(net, net.capsules(net.input, 8)).params
    16
    """
    check_place(net, x)
    return net.record(CapsuleNorm, "capsule_norm", name, x)


def with_maps_of(backbone, name):
    """(a network of the layers of `backbone` up to its last map, that map). Layers are read, never changed, and so shared."""
    if not isinstance(backbone, Network):
        raise ValueError(f"capsules are put on a Network (as build('mini_vgg') makes one), not on {backbone!r}")
    maps = [place for place, layer in enumerate(backbone.layers) if len(layer.shape) == 3]
    if not maps:
        raise ValueError(
            f"{backbone.name} has no layer that makes a map (channels, height, width), on which capsules could stand"
        )
    below = backbone.layers[: maps[-1] + 1]
    net = Network(name, backbone.input_shape, *[bits_below(bits, below) for bits in backbone.bits])
    net.input = net._by_name["input"] = backbone.input
    for layer in below:
        net._add(layer)
    return net, net.output


def bits_below(bits, layers):
    """Widths of values, those of layers that are not here left out."""
    names = ["input"] + [layer.name for layer in layers]
    return {name: bits[name] for name in bits if name in names} if isinstance(bits, dict) else bits


def capsnet_on(
    backbone: Network,
    types: int = None,
    primary_dim: int = 8,
    dim: int = 16,
    classes: int = 10,
    iterations: int = 3,
    routing_bias: bool = False,
    shared: bool = False,
    detach: bool = True,
) -> Network:
    """The maps of `backbone` with primary capsules, routing and lengths in the place of its classifier.

    The kernel of the primary capsules is the whole last map, so that there is one capsule a type. types: of c channels
    c // primary_dim unless given: a backbone with fewer channels has fewer capsules. Layers keep their names; those that come
    after them are called as in `capsnet`.

    Raises a ValueError for what is no network or has no map, for fewer channels than a capsule has values, and for counts that
    are no whole numbers of at least 1.

    >>> from .minis import mini_vgg
    >>> net = capsnet_on(mini_vgg())
    >>> net["primary_squash"].shape, net["digits.votes"].shape, net.params
    ((8, 8), (10, 8, 16), 107568)
    """
    net, x = with_maps_of(backbone, f"capsules on {getattr(backbone, 'name', backbone)}")
    values = whole(primary_dim, "the values of a primary capsule")
    types = x.shape[0] // values if types is None else whole(types, "the types of primary capsules")
    if not types:
        raise ValueError(f"the {x.shape[0]} channels of '{x.name}' make no capsule of {values} values: state the types")
    x = net.conv(x, types * values, x.shape[1:], name="primary")  # (types · values, 1, 1)
    x = net.squash(net.capsules(x, values, name="capsules"), name="primary_squash")
    v = dynamic_routing(net, x, classes, dim, iterations, routing_bias, shared, detach)
    net.lengths(v, name="lengths")
    return net


def depthwise_capsules(net, x, pool_first, capsules=128, values=8):
    """What stands on MobileNetV2 [read]: 3×3 depthwise and its norm, 1×1 to `capsules` · `values` channels, their means."""
    x = net.norm(net.conv(x, x.shape[0], 3, padding=1, groups=x.shape[0], name="primary_dw"), name="primary_dw_norm")
    if pool_first:
        return net.conv(net.adaptive_avg_pool(x, 1, name="primary_pool"), capsules * values, 1, name="primary_pw")
    return net.adaptive_avg_pool(net.conv(x, capsules * values, 1, name="primary_pw"), 1, name="primary_pool")


def bottleneck_capsules(net, x, pool_first):
    """What stands on ResNet-50 [read]: a bottleneck of 512 channels with biases, its shortcut, the means of the sum."""
    if pool_first:
        raise ValueError("the head on ResNet-50 has ReLUs before its mean, which cannot come first")
    y = x
    for number, (channels, kernel) in enumerate(((512, 1), (512, 3), (x.shape[0], 1)), 1):
        y = net.conv(y, channels, kernel, padding=kernel // 2, name=f"primary_conv{number}")
        y = net.norm(y, name=f"primary_conv{number}_norm")
        y = net.relu(y, name=f"primary_conv{number}_relu") if number < 3 else y
    return net.adaptive_avg_pool(net.add(y, x, name="primary_add"), 1, name="primary_pool")


def read_capsule_head(net, x, primary, classes, iterations, pool_first):
    """Primary capsules of 8 values, squashed, normed and rectified; routing to classes of 16, normed and rectified; lengths."""
    x = net.squash(net.capsules(primary(net, x, pool_first), 8, name="capsules"), name="primary_squash")  # (N, 8)
    x = net.relu(capsule_norm(net, x, "primary_norm"), name="primary_relu")
    v = dynamic_routing(net, x, classes, 16, iterations)  # (classes, 16)
    net.lengths(net.relu(capsule_norm(net, v, "digits_norm"), name="digits_relu"), name="lengths")


def dense_head(net, x, hidden, classes):
    """The means of the channels, linear layers with ReLUs, and the classes."""
    x = net.global_avg_pool(x, name="pool")
    for number, features in enumerate(hidden, 1):
        x = net.relu(net.linear(x, features, name=f"fc{number}"), name=f"fc{number}_relu")
    net.linear(x, classes, name="fc")


# backbone: (its builder, what makes its capsules, hidden sizes of the classifier that the authors put beside it) [read]
HEADED = {
    "mobilenet_v2": (mobilenet_v2, depthwise_capsules, (512, 256, 128)),
    "resnet50": (lambda resolution: resnet(50, resolution=resolution), bottleneck_capsules, (1024, 512)),
}
# layers of the backbone that the authors' scripts freeze with `layers[-5:]` and `layers[-10:]` [read, counted]
FROZEN_LAYERS = {
    "mobilenet_v2": ("s7.b1.project", "conv_head"),
    "resnet50": ("s4.b3.conv1", "s4.b3.conv2", "s4.b3.conv3"),
}


def capsule_classifier(
    backbone: str = "mobilenet_v2",
    head: str = "capsules",
    resolution: int = 224,
    classes: int = 10,
    iterations: int = 3,
    pool_first: bool = False,
) -> Network:
    """MobileNetV2 or "resnet50" with the head of XnODR and XnIDR ("capsules"), with the linear layers that their authors put
    beside it ("dense"), or with one linear layer ("plain"): 3,714,864, 3,045,258 or 2,236,682 params on MobileNetV2.

    The authors' own logs say 3,714,864 and 3,045,258, too [read]; binarised are products, not the number of weights. On
    ResNet-50 their library has 26,560 biases more than this one. pool_first: the mean over the map before the 1×1 convolution
    on MobileNetV2, which as two linear steps may change places, and then has 49 times fewer MACs.

    Raises a ValueError, listing the choices, for another backbone or head; for `pool_first` on ResNet-50; and for counts that
    are no whole numbers of at least 1.

    >>> capsule_classifier().macs, capsule_classifier(pool_first=True).macs
    (364550272, 301635712)
    """
    make, primary, hidden = choose("backbone", backbone, HEADED)
    heads = {"capsules": None, "dense": hidden, "plain": ()}
    hidden = choose("head", head, heads)
    net, x = with_maps_of(make(resolution=resolution), f"{backbone}, {head}")
    if hidden is None:
        read_capsule_head(net, x, primary, whole(classes, "the number of classes"), iterations, pool_first)
    else:
        dense_head(net, x, hidden, classes)
    return net


def frozen_params(network: Network, backbone: str = "mobilenet_v2") -> int:
    """Of a `capsule_classifier`, the params of the layers that the authors' scripts do not train, which a summary of trainable
    ones leaves out. Raises a ValueError, listing them, for another backbone; a KeyError for a network without its layers.

    >>> network = capsule_classifier("mobilenet_v2")
    >>> network.params - frozen_params(network)  # the 2.99 M of the paper's abstract
    2994864
    """
    names = choose("backbone", backbone, FROZEN_LAYERS)
    return sum([network[name].params + network[name + "_norm"].params for name in names])
