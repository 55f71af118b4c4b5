"""What a layer of signs costs in a network, 64 of them in a word: operations on words, and bytes.

>>> from squeezelab.networks import mini_vgg
>>> conv = mini_vgg()["conv4"]  # 64 filters of 64×3×3 on 7×7 places
>>> conv.macs, word_operations(conv), 4 * conv.weight_words, packed_bytes(conv)
(1806336, 28224, 147456, 4864)
"""

from ..core.arith import ceil_div
from ..core.checks import whole
from ..networks.layers import Layer
from .signs import WORD_BITS

FLOAT_BYTES = 4  # of a scale


def dots_of(layer):
    """(dot products, signs in each) of a convolution or linear layer; raises a ValueError for any other."""
    if not isinstance(layer, Layer) or getattr(layer, "op", None) not in ("conv", "linear"):
        raise ValueError(f"a convolution or a linear layer has dot products of signs, not {layer!r}")
    length = layer.weight_words // layer.shape[0]
    return layer.macs // length, length


def word_operations(layer: object, word: int = WORD_BITS) -> int:
    """Times that two words are xored and the bits of the result counted, when a layer's weights and inputs are signs: each dot
    product of n takes ceil(n / word). One MAC of floats each takes `layer.macs`.

    Raises a ValueError for what is no convolution or linear layer.

    >>> from squeezelab.networks import mini_vgg
    >>> word_operations(mini_vgg()["conv1"])  # a word for each 9 signs
    12544
    """
    products, length = dots_of(layer)
    return products * ceil_div(length, whole(word, "the bits of a word"))


def packed_bytes(layer: object, word: int = WORD_BITS) -> int:
    """Bytes of a layer's signs in whole words, with a scale of 4 bytes a filter. Raises a ValueError as `word_operations`.

    >>> from squeezelab.networks import mini_vgg
    >>> packed_bytes(mini_vgg()["conv1"])  # 16 filters, a word and a scale each
    192
    """
    _, length = dots_of(layer)
    return layer.shape[0] * (ceil_div(length, word) * ceil_div(word, 8) + FLOAT_BYTES)
