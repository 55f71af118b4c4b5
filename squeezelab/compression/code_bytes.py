"""What a quantised network weighs, and what its products cost where time goes with the bits of both factors.

Codes of b bits take b/8 bytes each, a row of a layer's weights or a whole layer has one scale of 4 bytes, and each output
channel a bias of 4, a whole number of 32 bits. Norms are folded before: all that they leave is the bias.

>>> from squeezelab.networks import mini_vgg
>>> net = mini_vgg()
>>> parameter_bytes(net, 8), 4 * net.params
(67296, 264680)
"""

from ..core.arith import ceil_div
from ..core.checks import check_choice
from ..networks.graph import Network
from .affine import checked_width

GRANULARITIES = ("tensor", "channel")
SCALE, BIAS = 4, 4  # bytes: a float32 beside an int32


def parameter_bytes(network: Network, bits: object = 8, granularity: str = "channel") -> int:
    """Bytes of a network whose norms are folded and whose weights have so many bits: codes, scales and biases. Codes of a layer
    are packed, and fill their last byte.

    bits: of all layers, or {layer: bits} for each layer with weights.
    granularity: one scale a "channel" of the outputs, or one a "tensor" of weights.

    Raises a ValueError for another granularity, for bits outside 1 to 8, and for a layer without bits.

    >>> from squeezelab.networks import mini_vgg
    >>> [parameter_bytes(mini_vgg(), bits) for bits in (8, 4, 2)]
    [67296, 34392, 17940]
    """
    check_choice("granularity", granularity, GRANULARITIES)
    total = 0
    for layer in network.weight_layers:
        channels = layer.shape[0]
        total += ceil_div(layer.weight_words * layer_bits(bits, layer.name), 8)
        total += SCALE * (channels if granularity == "channel" else 1)
        total += 0 if layer.op == "votes" else BIAS * channels
    return total + BIAS * sum([layer.params for layer in network.layers if layer.op == "learnt"])


def layer_bits(bits, name):
    """The bits of a layer's weights, of an int or of {layer: bits}."""
    if isinstance(bits, dict):
        if name not in bits:
            raise ValueError(f"no bits for layer {name!r}: a dict has a number for each layer with weights")
        bits = bits[name]
    return checked_width(bits, f"the bits of {name}")


def bit_operations(network: Network, weight_bits: object, activation_bits: object) -> int:
    """Σ MACs · b_w · b_a, the cost where a product is made bit by bit, as on a bit-serial array.

    weight_bits, activation_bits: of all layers, or {layer: bits}; those of what a layer reads.

    >>> from squeezelab.networks import mini_vgg
    >>> net = mini_vgg()
    >>> bit_operations(net, 8, 8) // bit_operations(net, 4, 2), bit_operations(net, 1, 1) == net.macs
    (8, True)
    """
    return sum(
        [
            layer.macs
            * layer_bits(weight_bits if layer.weight_words else activation_bits, layer.name)
            * layer_bits(activation_bits, layer.name)
            for layer in network.mac_layers
        ]
    )
