"""What one bit saves in a capsule head: of its work, of its bytes, and of the whole network around it.

A product of signs of n values takes n / 64 operations on words of 64 bits and one multiplication by a scale, where numbers take
n multiplications: S = n / (n / 64 + 1), `signs.binary_speedup`. Capsules are short, n = 8 or 16: the scale is what is left.

>>> net = capsule_classifier("mobilenet_v2")
>>> for form in ("xnodr", "xnidr"):
...     work = binary_routing_work(net, form)
...     print(form, work.macs, work.length, round(work.bound, 1), work.in_words, round(100 * work.macs / net.macs, 3))
xnodr 163840 8 7.1 4.0 0.045
xnidr 40960 16 12.8 8.0 0.011
"""

from collections import namedtuple

from ..core.arith import ceil_div
from ..core.checks import choose, whole
from ..networks.capsnet_heads import capsule_classifier, frozen_params
from ..networks.graph import Network
from .binary_words import FLOAT_BYTES
from .signs import WORD_BITS, binary_speedup

# macs: multiplications that signs replace, in products of `length` values; words: operations on words in their place, scales:
# multiplications by scales; bound: how many times fewer operations at best, words being full; in_words: with each product in
# words of its own
BinaryWork = namedtuple("BinaryWork", ("macs", "length", "words", "scales", "bound", "in_words"))
BINARY_OPS = {"xnodr": "votes", "xnidr": "agreement"}


def binary_routing_work(network: Network, form: str, word: int = WORD_BITS) -> BinaryWork:
    """The `BinaryWork` of a network with capsules under "xnodr", which binarises votes, or "xnidr", which does agreements.

    Raises a ValueError for another form, and for a network that has none of these layers, or some of several lengths.

    >>> from squeezelab.networks import capsnet
    >>> binary_routing_work(capsnet("tiny"), "xnodr").words
    20480
    """
    layers = binary_layers_of(network, form)
    length = layers[0].in_shape[-1]
    if [layer for layer in layers if layer.in_shape[-1] != length]:
        raise ValueError(f"{network.name} has {layers[0].op} of capsules of several sizes: their products have no one length")
    macs = sum([layer.macs for layer in layers])
    products = macs // length
    words = products * ceil_div(length, whole(word, "the bits of a word"))
    return BinaryWork(macs, length, words, products, binary_speedup(length, 1, word), macs / (words + products))


def binary_layers_of(network, form):
    """The layers that a form binarises; raises where there are none."""
    op = choose("binary routing", form, BINARY_OPS)
    if not isinstance(network, Network):
        raise ValueError(f"the work is counted of a Network (as capsnet('tiny') is one), not of {network!r}")
    layers = [layer for layer in network.layers if layer.op == op]
    if not layers:
        raise ValueError(f"{network.name} has no layer of {op}, which {form} would binarise")
    return layers


def binary_votes_bytes(network: Network) -> tuple:
    """(bytes of the matrices of all votes as numbers of 4 bytes, as bits with a scale of 4 bytes a column). Under XnIDR they stay
    numbers. Raises a ValueError for a network without votes.

    >>> from squeezelab.networks import capsnet
    >>> binary_votes_bytes(capsnet("tiny"))  # 8 bits share a scale of 32: 6.4 times less
    (655360, 102400)
    """
    dense = packed = 0
    for layer in binary_layers_of(network, "xnodr"):
        words, length = layer.weight_words, layer.in_shape[1]
        dense += FLOAT_BYTES * words
        packed += ceil_div(words, 8) + FLOAT_BYTES * (words // length)
    return dense, packed


# The abstracts of Sun, Fard and Mahoor's two versions (arXiv 2111.10854 v1 and v3) [read]
PUBLISHED_PARAMS = 2.99e6
PUBLISHED_FLOPS = {"v1": 311.22e6, "v3": 311.74e6}

# reading: how the network or the count was read; value: what it comes to; off: by what share of what was published it differs
HeadReading = namedtuple("HeadReading", ("reading", "value", "off"))


def readings_of(values, published):
    """`HeadReading`s of (reading, value), the closest first."""
    made = [HeadReading(reading, value, value / published - 1) for reading, value in values]
    return sorted(made, key=lambda each: abs(each.off))


def param_readings() -> list:
    """The ways to count the params of MobileNetV2 with a capsule head of which one may be the published 2.99 M, closest first.

    >>> best = param_readings()[0]
    >>> best.reading, best.value, round(100 * best.off, 2)
    ('what the scripts train', 2994864, 0.16)
    """
    net = capsule_classifier("mobilenet_v2")
    dense, packed = binary_votes_bytes(net)
    values = [
        ("all", net.params),
        ("what the scripts train", net.params - frozen_params(net)),
        ("all, matrices of signs by their bytes", net.params - (dense - packed) // FLOAT_BYTES),
    ]
    return readings_of(values, PUBLISHED_PARAMS)


def flop_readings(version: str = "v1") -> list:
    """The ways to count the work of MobileNetV2 with a capsule head beside the FLOPs published in "v1" or "v3" of the paper, the
    closest first. With so many to choose from, one that comes close is no proof.

    Raises a ValueError, listing them, for another version.

    >>> [(each.value, round(100 * each.off, 1)) for each in flop_readings()[:3]]
    [(311660672, 0.1), (301635712, -3.1), (300314752, -3.5)]
    """
    net = capsule_classifier("mobilenet_v2")
    work = binary_routing_work(net, "xnodr")
    across = net["primary_pw"].uses  # 7 · 7 places
    moved = net["primary_dw"].weight_words + net["primary_pw"].weight_words
    values = [
        ("a MAC is one", net.macs),
        ("a MAC is two", 2 * net.macs),
        ("a MAC is one, 64 signs are one", net.macs - work.macs + work.macs // WORD_BITS),
        ("the mean before the 1×1", capsule_classifier("mobilenet_v2", pool_first=True).macs),
        ("the 3×3 at stride 2, no padding: 3×3 places", net.macs - moved * (across - 9)),
        ("the authors' dense head instead", capsule_classifier("mobilenet_v2", "dense").macs),
    ]
    return readings_of(values, choose("version of the paper", version, PUBLISHED_FLOPS))
