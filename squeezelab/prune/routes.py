"""Filters that run for one image and not for another: which they are, what they cost, and a pass that leaves the others out."""

import torch
from torch import nn
from torch.nn.functional import conv2d

from .surgery import layers_of

PASSES_ON = ("norm", "relu", "max_pool", "avg_pool", "global_avg_pool", "flatten", "dropout")  # channels stay what they are
MARGIN = 1e-5  # of the released code, by which a share may be exceeded


def firing(maps: torch.Tensor, share: float) -> torch.Tensor:
    """Which filters ought to run, (images, filters), by maps (images, filters, height, width) behind their ReLU.

    The largest maxima whose sum is at most `share` of all of an image's; that is one filter less than reach the share, and none
    where a single one exceeds it [read: code]. At least the largest runs [ours].
    """
    peaks = maps.flatten(2).amax(2)
    parts = peaks / peaks.sum(1, keepdim=True).clamp(min=1e-12)
    ordered, places = parts.sort(dim=1, descending=True, stable=True)
    inside = ordered.cumsum(1) <= share + MARGIN
    inside &= ordered > 0
    inside[:, 0] = True
    return torch.zeros_like(inside).scatter(1, places, inside)


def routed_layers(model, network):
    """[(convolution, its module, the module of the ReLU behind it)] of those that can be routed: dense convolutions whose output
    goes through a norm, or none, into one ReLU."""
    modules = {layer.name: module for layer, module in layers_of(model, network)}
    readers = {}
    for layer in network.layers:
        for name in layer.inputs:
            readers.setdefault(name, []).append(layer)
    found = []
    for layer in network.mac_layers:
        behind = readers.get(layer.name, [])
        while len(behind) == 1 and behind[0].op == "norm":
            behind = readers.get(behind[0].name, [])
        fits = len(behind) == 1 and behind[0].op == "relu" and behind[0].name in modules
        if layer.op == "conv" and isinstance(modules[layer.name], nn.Conv2d) and modules[layer.name].groups == 1 and fits:
            found.append((layer, modules[layer.name], modules[behind[0].name]))
    if not found:
        raise ValueError(f"{network.name} has no convolution with a ReLU behind it: there is nothing to route")
    return found


def source_of(network, layer):
    """The layer that makes the channels that a layer reads, or None where several do."""
    name = layer.inputs[0]
    while name != network.input.name and network[name].op in PASSES_ON:
        name = network[name].inputs[0]
    return name


def macs_of(network: object, masks: dict) -> torch.Tensor:
    """MACs for each image, (images,), where of each routed layer just the filters of its mask {layer: (images, filters)} run, and
    what reads them leaves their channels out."""
    shares = {name: mask.double().mean(1) for name, mask in masks.items()}
    total = 0.0
    for layer in network.mac_layers:
        total = total + layer.macs * shares.get(layer.name, 1.0) * shares.get(source_of(network, layer), 1.0)
    return total


class Skipping:
    """While it is open, a routed convolution computes the filters of its mask from the channels that have been computed, for one
    image at a time. macs: how many it did, layer by layer."""

    def __init__(self, layers, network, masks):
        self.layers, self.network, self.masks, self.macs = layers, network, masks, {}

    def __enter__(self):
        for layer, module, _ in self.layers:
            module.forward = self.partial(layer, module)
        return self

    def __exit__(self, *error):
        for _, module, _ in self.layers:
            del module.forward

    def partial(self, layer, module):
        source = source_of(self.network, layer)

        def forward(images):
            if len(images) != 1:
                raise ValueError(f"filters are left out for one image at a time, not for {len(images)}")
            run = self.masks[layer.name][0].nonzero().flatten()
            read = self.masks[source][0].nonzero().flatten() if source in self.masks else torch.arange(images.shape[1])
            weight, bias = module.weight[run][:, read], None if module.bias is None else module.bias[run]
            some = conv2d(images[:, read], weight, bias, module.stride, module.padding, module.dilation)
            self.macs[layer.name] = weight.numel() * some.shape[2] * some.shape[3]
            return some.new_zeros(1, module.out_channels, *some.shape[2:]).index_copy(1, run, some)

        return forward
