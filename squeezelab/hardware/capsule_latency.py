"""How long a capsule network takes on a microcontroller, as a model: bands for its two slow parts, beside what was published.

Q7-CapsNets (Costa et al., ACM TIST 2022, abstract) gives the time of a "medium-sized" primary capsule layer and capsule layer on
two devices; what their shapes were is not known to us. The `routing_rate` of a device is these times over the MACs of the
networks in the repository of the paper [inferred], so that the model cannot be tested by them.
"""

from collections import namedtuple

from ..core.checks import there_are
from ..networks.capsule_layers import ROUTING
from ..networks.graph import Network
from .devices import DEVICES, device_cost

# seconds of the layer of primary capsules and of the capsule layer, for one input [read]
Q7_CAPSNETS = {"microcontroller": (0.11994, 0.09060), "gap-8": (0.00702, 0.03803)}


class CapsuleLatency(namedtuple("CapsuleLatency", ("primary", "routing", "published"))):
    """primary: (low, high) seconds of the convolution that capsules are made of; routing: of votes, sums and agreements, with the
    squashes and softmaxes between them; published: (primary, routing) seconds of Q7-CapsNets's layers, whose shapes are unknown.
    """

    __slots__ = ()


def capsule_latency(network: Network, device: str, bits: int = 8) -> CapsuleLatency:
    """What the capsules of a network take on "microcontroller" (a Cortex-M7 at 480 MHz) or "gap-8" (8 cores at 170 MHz), for one
    input, by the model of `device_cost`: bands, and no measurement of ours.

    bits: of weights and values. Raises a ValueError for another device, for a network without capsules, and for bits above 32.

    >>> from squeezelab.networks import capsnet
    >>> latency = capsule_latency(capsnet("mcu"), "gap-8")
    >>> [round(1000 * end) for end in latency.routing], latency.published
    ([39, 52], (0.00702, 0.03803))
    """
    if device not in Q7_CAPSNETS:
        raise ValueError(f"capsules are timed on microcontrollers, not on {device!r}; {there_are(sorted(Q7_CAPSNETS))}")
    cost = device_cost(network, device, bits, bits)
    made_of = [working(layer).name for layer in network.layers if layer.op == "capsules"]
    routing = [layer.name for layer in network.mac_layers if layer.op in ROUTING]
    if not made_of or not routing:
        raise ValueError(f"{network.name} has no capsules that are routed, as those of capsnet() are")
    return CapsuleLatency(band_in_seconds(made_of, cost, device), band_in_seconds(routing, cost, device), Q7_CAPSNETS[device])


def working(layer):
    """The layer with MACs that a layer is made of: behind norms, activations and pools, which have none."""
    while layer.sources and not layer.macs:
        layer = layer.sources[0]
    return layer


def band_in_seconds(names, cost, device):
    """(low, high) seconds of those of these layers that have MACs."""
    bands = [cost.layers[name] for name in names if name in cost.layers]
    return tuple([sum([band[end] for band in bands]) / (DEVICES[device].clock_ghz * 1e9) for end in (0, 1)])
