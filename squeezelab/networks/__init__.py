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
    squeezenext_block,
)
from .graph import Network
from .layers import Conv, Layer, Linear
from .zoo import NETWORKS, alexnet, build, mobilenet, mobilenet_v2, resnet, squeezenet, squeezenext, vgg

__all__ = [
    "NETWORKS",
    "Conv",
    "Layer",
    "Linear",
    "Network",
    "alexnet",
    "build",
    "depthwise_separable_block",
    "fire_module",
    "inverted_residual_block",
    "mobilenet",
    "mobilenet_v2",
    "resnet",
    "resnet_basic_block",
    "resnet_bottleneck_block",
    "squeezenet",
    "squeezenext",
    "squeezenext_block",
    "vgg",
]
