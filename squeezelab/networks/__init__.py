"""Networks as data: a graph of layers with shapes, counted once and read by every other part of the book.

>>> from squeezelab.networks import squeezenext
>>> net = squeezenext(version=5)
>>> net.params, net.macs
(930016, 224916480)
"""

from .blocks import (
    depthwise_separable_block,
    fire_module,
    inverted_residual_block,
    resnet_basic_block,
    resnet_bottleneck_block,
    squeeze_excitation,
    squeezenext_block,
)
from .capsnet import capsnet_baseline, dynamic_routing
from .capsnet_heads import capsnet_on, capsule_classifier, capsule_norm, frozen_params
from .ghost import ghost_bottleneck, ghost_module
from .graph import Network
from .layers import Layer
from .mgic import mgic_block
from .mini_families import COUNTERPARTS, MINI_DEPTHS, cheap_families, counterpart, mini_blocks, mini_of
from .minis import alternating_squeezenext, mini_network, stage_of
from .mobilenet_v3 import mobilenet_v3_block
from .regnet import g_ghost_stage, regnet_x_block, regnet_x_stage
from .routing_cost import RoutingCost, routing_cost
from .shufflenet import shufflenet_unit, shufflenet_v2_unit
from .weighted import Conv, Linear
from .zoo import (
    NETWORKS,
    alexnet,
    build,
    capsnet,
    g_ghost_regnet,
    ghostnet,
    lenet300,
    mgic_resnet,
    mini_resnet,
    mini_squeezenext,
    mini_vgg,
    mobilenet,
    mobilenet_v2,
    mobilenet_v3,
    regnet_x,
    resnet,
    shufflenet,
    squeezenet,
    squeezenext,
    vgg,
)

__all__ = [
    "COUNTERPARTS",
    "MINI_DEPTHS",
    "NETWORKS",
    "cheap_families",
    "counterpart",
    "mini_blocks",
    "mini_of",
    "Conv",
    "Layer",
    "Linear",
    "Network",
    "RoutingCost",
    "alexnet",
    "alternating_squeezenext",
    "build",
    "capsnet",
    "capsnet_baseline",
    "capsnet_on",
    "capsule_classifier",
    "capsule_norm",
    "depthwise_separable_block",
    "dynamic_routing",
    "frozen_params",
    "fire_module",
    "g_ghost_regnet",
    "g_ghost_stage",
    "ghost_bottleneck",
    "ghost_module",
    "ghostnet",
    "lenet300",
    "inverted_residual_block",
    "mgic_block",
    "mgic_resnet",
    "mini_network",
    "mini_resnet",
    "mini_squeezenext",
    "mini_vgg",
    "mobilenet",
    "mobilenet_v2",
    "mobilenet_v3",
    "mobilenet_v3_block",
    "regnet_x",
    "regnet_x_block",
    "regnet_x_stage",
    "stage_of",
    "resnet",
    "resnet_basic_block",
    "resnet_bottleneck_block",
    "routing_cost",
    "shufflenet",
    "shufflenet_unit",
    "shufflenet_v2_unit",
    "squeeze_excitation",
    "squeezenet",
    "squeezenext",
    "squeezenext_block",
    "vgg",
]
