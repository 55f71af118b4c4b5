"""A factorised kernel put in the place of its convolution, in a trained torch model or in the network that describes it.

>>> from torch import nn
>>> model = nn.Sequential(nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.ReLU())
>>> small = decompose(model, "0", "tucker2", (4, 4))
>>> [name for name, _ in small[0].named_children()]
['reduce', 'core', 'expand']
"""

import copy
from functools import partial

import torch
from torch import nn

from ..networks import Network
from ..networks.factored import METHODS, factored, factors_of
from .cp import cp
from .matrix import separable, svd
from .tucker import tucker2

BY_NAME = {"svd": svd, "separable": separable, "tucker2": tucker2, "cp": cp, "cp3": partial(cp, joint=True)}


def factorise(kernel, method, rank, **options):
    """The factorisation of a kernel by the name of its method; `options` are that method's (sweeps, ridge, …)."""
    if method not in BY_NAME:
        raise ValueError(f"unknown method {method!r}; there are {', '.join(METHODS)}")
    return BY_NAME[method](kernel, rank, **options)


def decompose(model, layer, method, rank, **options):
    """A copy of `model` in which the convolution named `layer` is replaced by its factors; the model itself stays as it is.

    `model` is an `nn.Module`, whose trained kernel is factorised with `options`, or a `Network`, where only shapes count.
    Both get the same names: 'conv3' becomes 'conv3.reduce', …, 'conv3.expand'. The bias goes to the last factor.
    """
    if isinstance(model, Network):
        return factored(model, layer, method, rank)
    conv = find_conv(model, layer)
    try:
        return replaced(model, layer, factorise(conv.weight, method, rank, **options))
    except ValueError as error:
        raise ValueError(f"'{layer}': {error}") from error


def find_conv(model, layer):
    """The dense convolution of that name; raises with the names there are, or with what stands in the way."""
    modules = dict(model.named_modules(remove_duplicate=False))
    convs = [name for name, module in modules.items() if isinstance(module, nn.Conv2d)]
    if layer not in modules:
        raise KeyError(f"no layer {layer!r} in this model; its convolutions are {', '.join(convs) or 'none'}")
    conv = modules[layer]
    if not isinstance(conv, nn.Conv2d):
        raise ValueError(f"'{layer}' is a {type(conv).__name__}; only nn.Conv2d is factorised: {', '.join(convs) or 'none here'}")
    if conv.groups != 1:
        raise ValueError(f"'{layer}' has {conv.groups} groups; only dense convolutions (groups = 1) are factorised")
    shared = [name for name, module in modules.items() if module is conv and name != layer]
    if shared:
        raise ValueError(f"'{layer}' is the same module as '{shared[0]}'; replacing one would break them apart: copy it first")
    return conv


def zero_padding(conv):
    """(rows, columns) of a convolution's padding, its words 'same' and 'valid' resolved."""
    if conv.padding == "valid":
        return 0, 0
    if conv.padding != "same":
        return conv.padding
    reach = [d * (k - 1) for d, k in zip(conv.dilation, conv.kernel_size)]
    if reach[0] % 2 or reach[1] % 2:
        raise ValueError(f"padding='same' of a {conv.kernel_size} kernel pads one side more; give the padding as numbers")
    return reach[0] // 2, reach[1] // 2


def as_layers(conv, factorisation):
    """`nn.Sequential` of small convolutions, equal to `conv` with the rebuilt kernel: each takes stride, padding and
    dilation along the axes it walks over, and only the last has the bias."""
    if factorisation.shape != tuple(conv.weight.shape):
        raise ValueError(f"the factorisation is of a kernel {factorisation.shape}, but the layer's is {tuple(conv.weight.shape)}")
    layers, padding = nn.Sequential(), zero_padding(conv)
    factors = factors_of(factorisation.method, factorisation.rank, conv.out_channels)
    for factor, weight in zip(factors, factorisation.layer_weights()):
        bias = conv.bias if factor is factors[-1] else None
        layers.add_module(factor.name, one_layer(conv, factor, padding, weight, bias))
    return layers.train(conv.training)


def one_layer(conv, factor, padding, weight, bias):
    """One factor as a convolution with the given weight and bias, on the device and in the precision of `conv`."""
    layer = nn.utils.skip_init(
        nn.Conv2d,
        weight.shape[1] * factor.groups,
        weight.shape[0],
        factor.along(conv.kernel_size, 1),
        stride=factor.along(conv.stride, 1),
        padding=factor.along(padding, 0),
        dilation=factor.along(conv.dilation, 1),
        groups=factor.groups,
        bias=bias is not None,
        padding_mode=conv.padding_mode if factor.rows or factor.columns else "zeros",
        device=conv.weight.device,
        dtype=conv.weight.dtype,
    )
    with torch.no_grad():
        layer.weight.copy_(weight)
        if bias is not None:
            layer.bias.copy_(bias)
    return layer.requires_grad_(conv.weight.requires_grad)


def replaced(model, layer, factorisation):
    """A copy of `model` whose convolution `layer` is computed by a factorisation made before."""
    layers = as_layers(find_conv(model, layer), factorisation)
    if not layer:
        return layers  # the model is the convolution itself
    small = copy.deepcopy(model)
    parent, _, name = layer.rpartition(".")
    setattr(small.get_submodule(parent), name, layers)
    return small
