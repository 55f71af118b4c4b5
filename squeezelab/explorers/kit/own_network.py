"""A network that a reader's program records: what the program may use, which network is meant, what is too much."""

from ...core.programs import names_made, offer
from ...core.words import grouped
from ...networks import (
    Network,
    depthwise_separable_block,
    fire_module,
    ghost_bottleneck,
    ghost_module,
    inverted_residual_block,
    mgic_block,
    mobilenet_v3_block,
    regnet_x_block,
    resnet_basic_block,
    resnet_bottleneck_block,
    shufflenet_unit,
    squeeze_excitation,
    squeezenext_block,
)
from ...networks.bits import check_own_bits
from .memo import Memo

OFFERED = {
    "Network": Network,
    "depthwise_separable_block": depthwise_separable_block,
    "fire_module": fire_module,
    "ghost_bottleneck": ghost_bottleneck,
    "ghost_module": ghost_module,
    "inverted_residual_block": inverted_residual_block,
    "mgic_block": mgic_block,
    "mobilenet_v3_block": mobilenet_v3_block,
    "regnet_x_block": regnet_x_block,
    "resnet_basic_block": resnet_basic_block,
    "resnet_bottleneck_block": resnet_bottleneck_block,
    "shufflenet_unit": shufflenet_unit,
    "squeeze_excitation": squeeze_excitation,
    "squeezenext_block": squeezenext_block,
}
BEGIN = 'net = Network("mine", (3, 32, 32))'
MOST_WEIGHTED = 300  # layers with weights: more bars than that are a blur
MOST_RECORDED = 3_000
MOST_MACS = 10**15

offer("squeezelab.networks", OFFERED)


def network_made(program):
    """The network of a program; raises a ValueError, one sentence, where it makes none."""
    if not program.strip():
        raise ValueError(f"nothing is there; a network begins with {BEGIN}")
    return network_among(names_made(program, OFFERED))


# network_of(program): a slider does not run the program again
network_of = Memo(network_made, most=16)


def network_among(names):
    """The network called net, or the only one."""
    if isinstance(names.get("net"), Network):
        return names["net"]
    found = sorted([name for name in names if isinstance(names[name], Network)])
    distinct = [name for name in found if not [first for first in found if first < name and names[first] is names[name]]]
    if not distinct:
        raise ValueError(f"the program makes no network; one begins with {BEGIN}")
    if len(distinct) > 1:
        raise ValueError(f"the program makes {len(distinct)} networks, {' and '.join(distinct)}: call the one to be costed net")
    return names[distinct[0]]


def check_size(network):
    """Raises a ValueError where there is nothing to draw, or too much, or bits for layers that are not there."""
    if len(network) > MOST_RECORDED:
        raise ValueError(f"the network has {grouped(len(network))} layers; at most {grouped(MOST_RECORDED)} are counted here")
    weighted = len(network.mac_layers)
    if not weighted:
        raise ValueError("the network has no layer with weights yet, such as net.conv(net.input, 16, 3)")
    if weighted > MOST_WEIGHTED:
        raise ValueError(f"the network has {grouped(weighted)} layers with weights; at most {MOST_WEIGHTED} are drawn")
    if network.macs >= MOST_MACS:
        raise ValueError("the network has 10^15 MACs or more, which is beyond all that is counted here")
    check_own_bits(network)
