"""CapsNet, its small versions, and the convolutional networks that it was compared with.

>>> capsnet("paper").params, capsnet("mcu").params, capsnet("tiny").params
(8215568, 296800, 216704)
"""

from collections import namedtuple

from ..core.checks import choose, whole
from .blocks import check_place
from .graph import Network
from .layers import Layer
from .shapes import size_of

# conv: (channels, kernel, stride) of the first convolution; primary: (types, values, kernel, stride) of the primary capsules;
# dim: values of a digit's capsule; decoder: hidden sizes of what draws the digit again
CapsNetSize = namedtuple("CapsNetSize", ("conv", "primary", "dim", "decoder"))
CAPSNETS = {
    "paper": CapsNetSize((256, 9, 1), (32, 8, 9, 2), 16, (512, 1024)),  # Sabour et al. 2017, Fig. 1 and 2
    "mcu": CapsNetSize((16, 7, 1), (16, 4, 7, 2), 6, ()),  # the MNIST network of Q7-CapsNets (Costa et al. 2022)
    "tiny": CapsNetSize((32, 7, 2), (8, 8, 5, 2), 16, ()),  # ours, small enough to train while one waits
}


def dynamic_routing(
    net: Network,
    x: Layer,
    capsules: int,
    dim: int,
    iterations: int = 3,
    bias: bool | Layer = False,
    shared: bool = False,
    detach: bool = True,
    name: str = "digits",
) -> Layer:
    """Routing by agreement (Sabour et al. 2017, Procedure 1): from N capsules to `capsules` of `dim` values; its last squash.

    The first iteration weights all votes alike; each later one is another softmax over the output capsules, of the sum of all
    agreements so far. bias: whether a learnt value is added to every value of each sum, the same in all iterations, as in the
    released code; or the layer that is added. shared: one matrix for all input capsules. detach: gradients pass through the last
    iteration alone.

    Raises a ValueError for what are no capsules, and for counts that are no whole numbers of at least 1.

    >>> net = Network("two rounds", (64, 4, 4))
    >>> dynamic_routing(net, net.capsules(net.input, 8), 10, 16, iterations=2).name
    'digits.squash2'
    >>> [layer.name for layer in net.layers[1:]][:4], net.macs
    (['digits.votes', 'digits.sum1', 'digits.squash1', 'digits.agreement1'], 225280)
    """
    check_place(net, x)
    iterations = whole(iterations, "the number of routing iterations")
    with net.scope(name):
        votes = net.votes(x, capsules, dim, shared, name="votes")
        if not isinstance(bias, Layer):
            bias = net.learnt((votes.shape[0], votes.shape[2]), name="bias") if bias else None
        logits = couplings = None
        for round_ in range(1, iterations + 1):
            v = routed_sum(net, votes, couplings, bias, round_)
            if round_ < iterations:
                logits = routing_logits(net, votes, v, logits, detach, round_)
                couplings = net.activation("softmax", logits, name=f"couplings{round_ + 1}")
    return v


def routed_sum(net, votes, couplings, bias, round_):
    """The output capsules of one iteration: their sums over votes, with the bias if there is one, squashed."""
    s = net.capsule_sum(votes, couplings, name=f"sum{round_}")
    if bias is not None:
        s = net.add(s, bias, name=f"biased{round_}")
    return net.squash(s, name=f"squash{round_}")


def routing_logits(net, votes, v, logits, detach, round_):
    """The logits of the next iteration: all agreements so far, added up."""
    agreed = net.agreement(votes, v, detach, name=f"agreement{round_}")
    return agreed if logits is None else net.add(logits, agreed, name=f"logits{round_ + 1}")


def capsnet(
    size: str = "tiny",
    decoder: tuple = None,
    iterations: int = 3,
    routing_bias: bool = False,
    input_shape: tuple = None,
    types: int = None,
    primary_dim: int = None,
    dim: int = None,
    classes: int = 10,
    shared: bool = False,
    detach: bool = True,
) -> Network:
    """CapsNet of Sabour et al. 2017 ("paper": 8,215,568 params), the "mcu" one of Q7-CapsNets (296,800), or "tiny" (216,704).

    decoder: hidden sizes of the part that draws the digit again; None for the size's own (the paper's (512, 1024), else none),
    False for none. routing_bias: the 160 values that the released code adds to the sums. input_shape: (1, 28, 28) unless given.
    types, primary_dim: of the primary capsules; dim: values of a class's capsule. See `dynamic_routing` for the others.

    Its output are the lengths of the class capsules, recorded last.

    Raises a ValueError, listing the sizes, for another one; for an input too small for its kernels; and for counts that are no
    whole numbers of at least 1.

    >>> net = capsnet("paper", decoder=False)
    >>> net.params, net.macs, net["digits.votes"].shape
    (6804224, 201793536, (10, 1152, 16))
    >>> capsnet("paper", input_shape=(1, 36, 36)).params
    11361808
    """
    preset = choose("CapsNet size", size, CAPSNETS)
    (channels, kernel, stride), primary = preset.conv, preset.primary
    types = primary[0] if types is None else whole(types, "the types of primary capsules")
    values = primary[1] if primary_dim is None else whole(primary_dim, "the values of a primary capsule")
    hidden = hidden_sizes(preset.decoder if decoder is None else decoder)
    net = Network(f"CapsNet-{size}", (1, 28, 28) if input_shape is None else input_shape)
    x = net.relu(net.conv(net.input, channels, kernel, stride, name="conv1"), name="relu1")
    x = net.conv(x, types * values, primary[2], primary[3], name="primary")
    x = net.squash(net.capsules(x, values, name="capsules"), name="primary_squash")
    v = dynamic_routing(net, x, classes, preset.dim if dim is None else dim, iterations, routing_bias, shared, detach)
    if hidden:
        capsule_decoder(net, v, hidden)
    net.lengths(v, name="lengths")
    return net


def hidden_sizes(decoder):
    """The hidden sizes of a decoder as a tuple; () for none."""
    if decoder is False:
        return ()
    if not isinstance(decoder, (tuple, list)):
        raise ValueError(f"a decoder is given by its hidden sizes, as (512, 1024), or is False, not {decoder!r}")
    return tuple([whole(features, "a hidden size of the decoder") for features in decoder])


def capsule_decoder(net, v, hidden):
    """Draws the image again from the longest capsule: linear layers with ReLUs, the last one as large as the input."""
    with net.scope("decoder"):
        x = net.mask(v, name="mask")
        for place, features in enumerate(hidden, 1):
            x = net.relu(net.linear(x, features, name=f"fc{place}"), name=f"relu{place}")
        x = net.linear(x, size_of(net.input_shape), name=f"fc{len(hidden) + 1}")
        return net.activation("sigmoid", x, name="sigmoid")


# input; convolutions as (channels, kernel, pooled by 2 or not); sizes of the linear layers before the classes
BASELINES = {
    "mnist": ((1, 28, 28), ((256, 5, False), (256, 5, False), (128, 5, False)), (328, 192)),
    "multimnist": ((1, 36, 36), ((512, 9, True), (256, 5, True)), (1024,)),
}


def capsnet_baseline(task: str = "mnist") -> Network:
    """The convolutional network that CapsNet was compared with, on "mnist" (35,445,522 params) or "multimnist" (24,563,978).

    The paper gives 35.4 and 24.56 million; they come out with padding that keeps the map, and stride 1 [2nd, computed].

    Raises a ValueError, listing the two, for another task.

    >>> capsnet_baseline("multimnist").params
    24563978
    """
    shape, convs, hidden = choose("task", task, BASELINES)
    net = Network(f"CNN beside CapsNet, {task}", shape)
    x = net.input
    for place, (channels, kernel, pooled) in enumerate(convs, 1):
        x = net.relu(net.conv(x, channels, kernel, padding="same", name=f"conv{place}"), name=f"relu{place}")
        x = net.max_pool(x, 2, name=f"pool{place}") if pooled else x
    x = net.flatten(x, name="flatten")
    for place, features in enumerate(hidden, 1):
        x = net.relu(net.linear(x, features, name=f"fc{place}"), name=f"fc{place}_relu")
    net.linear(x, 10, name=f"fc{len(hidden) + 1}")
    return net
