"""What a network takes of memory: its weights, and its maps while it runs, in values and in the bytes of their bits.

>>> from squeezelab.networks import mini_vgg
>>> net = mini_vgg()
>>> peak_words(net), peak_bytes(net), peak_bytes(net.with_bits(activation_bits=8))
(15680, 62720, 15680)
>>> weight_bytes(net) == 4 * net.params, weight_bytes(net.with_bits(weight_bits=4))
(True, 34352)
"""

from ..core.arith import ceil_div
from .bits import check_own_bits, made_bits, own_bits
from .graph import Network
from .shapes import size_of

FLOAT_BITS = 32  # of a value of which nothing is said
VIEWS = ("flatten", "unflatten", "squeeze")  # the same values under another shape


def peak_words(network: Network) -> int:
    """The most words of maps that are live at once when the layers run one after another.

    A layer's inputs and its output are live while it runs, and every map until its last reader has run. Norms and activations
    work in place where nobody else reads what they read; what only names values anew takes nothing.

    Raises a ValueError for what is no `Network`.

    >>> from squeezelab.networks import mini_resnet
    >>> peak_words(mini_resnet())  # as in mini_vgg, the stem's map beside that of its pool
    15680
    """
    return most_live(checked_network(network), lambda layer: size_of(layer.shape))


def peak_bytes(network: Network) -> int:
    """`peak_words` in bytes, where values are as wide as the network's `activation_bits` say, else 4 bytes. A map is packed, and
    fills its last byte. Raises a ValueError for what is no `Network`, and for bits of a layer that it does not have.

    >>> from squeezelab.networks import mini_vgg
    >>> peak_bytes(mini_vgg().with_bits(activation_bits={"conv1": 4}))  # now it is the second map, and its pool
    31360
    """
    widths = checked_network(network).activation_bits
    made = made_bits(network, widths) if isinstance(widths, dict) else {}
    return most_live(network, lambda layer: bytes_of(size_of(layer.shape), made.get(layer.name, widths if not made else None)))


def weight_bytes(network: Network) -> int:
    """Bytes of all that is learnt: the weights of each layer with MACs packed in the bits that the network says they have, else
    4 bytes a value, as biases and norms have always. (Scales of codes are not learnt: `compression.parameter_bytes` counts them.)
    Raises a ValueError for what is no `Network`, and for bits of a layer that it does not have.

    >>> from squeezelab.networks import lenet300
    >>> weight_bytes(lenet300()), weight_bytes(lenet300().with_bits(weight_bits=1))
    (1066440, 34915)
    """
    widths, total = checked_network(network).weight_bits, 4 * network.params
    for layer in network.mac_layers:
        total += bytes_of(layer.weight_words, own_bits(widths, layer.name)) - 4 * layer.weight_words
    return total


def bytes_of(values, bits):
    """Bytes of so many values of so many bits, packed."""
    return ceil_div(values * (FLOAT_BITS if bits is None else bits), 8)


def checked_network(network):
    """Raises unless it is a `Network` whose bits are those of its layers."""
    if not isinstance(network, Network):
        raise ValueError(f"live maps are those of a Network (as build('mini_vgg') makes one), not of {network!r}")
    check_own_bits(network)
    return network


def most_live(network, size):
    """The most that live maps take at once; size: a function of a layer, what its map takes."""
    home = homes(network)
    last = {}
    for place, layer in enumerate(network.layers):
        for source in layer.sources:
            last[home[source.name]] = place
    last[home[network.output.name]] = len(network.layers)
    live, peak = {home["input"]: size(network.input)}, 0
    for place, layer in enumerate(network.layers):
        takes = size(layer) if layer.sources else 0  # what is learnt lies with the weights
        live[home[layer.name]] = max(live.get(home[layer.name], 0), takes)
        peak = max(peak, sum(live.values()))
        for name in [name for name in live if last.get(name, place) <= place]:
            live.pop(name)
    return peak


def homes(network):
    """{layer: the layer whose memory holds its values}."""
    readers = {}
    for layer in network.layers:
        for source in layer.sources:
            readers[source.name] = readers.get(source.name, 0) + 1
    home = {"input": "input"}
    for layer in network.layers:
        own = not (layer.op in VIEWS or (layer.rides and readers[layer.inputs[0]] == 1 and layer.inputs[0] != "input"))
        home[layer.name] = layer.name if own else home[layer.inputs[0]]
    return home
