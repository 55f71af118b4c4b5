"""A factorised kernel put in the place of its layer, in a trained torch model or in the network that describes it.

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
    """A copy of `model` in which the convolution named `layer` is replaced by its factors (by ``svd``, a linear layer,
    too); the model itself stays as it is.

    `model` is an `nn.Module`, whose trained kernel is factorised with `options`, or a `Network`, where only shapes count.
    Both get the same names: 'conv3' becomes 'conv3.reduce', …, 'conv3.expand'. The bias goes to the last factor.
    """
    if isinstance(model, Network):
        return factored(model, layer, method, rank)
    weight = find_layer(model, layer).weight
    try:
        return replaced(model, layer, factorise(weight, method, rank, **options))
    except ValueError as error:
        raise ValueError(f"'{layer}': {error}") from error


def find_layer(model, layer):
    """The dense convolution or linear layer of that name; raises with the names there are, or with what is in the way."""
    modules = dict(model.named_modules(remove_duplicate=False))
    names = ", ".join(name for name, module in modules.items() if isinstance(module, (nn.Conv2d, nn.Linear)))
    if layer not in modules:
        raise KeyError(f"no layer {layer!r} in this model; what can be factorised is {names or 'nothing'}")
    found = modules[layer]
    if not isinstance(found, (nn.Conv2d, nn.Linear)):
        raise ValueError(f"'{layer}' is a {type(found).__name__}; what can be factorised is {names or 'nothing'}")
    if getattr(found, "groups", 1) != 1:
        raise ValueError(f"'{layer}' has {found.groups} groups; only dense convolutions (groups = 1) are factorised")
    shared = [name for name, module in modules.items() if module is found and name != layer]
    if shared:
        raise ValueError(f"'{layer}' is the same module as '{shared[0]}'; replacing one would break them apart: copy it first")
    return found


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


def as_layers(layer, factorisation):
    """`nn.Sequential` of small layers, equal to `layer` with the rebuilt kernel: each takes stride, padding and dilation
    along the axes it walks over, and only the last has the bias."""
    shape = tuple(layer.weight.shape)
    if factorisation.shape != (shape if len(shape) == 4 else (*shape, 1, 1)):
        raise ValueError(f"the factorisation is of a kernel {factorisation.shape}, but the layer's is {shape}")
    layers = nn.Sequential()
    factors = factors_of(factorisation.method, factorisation.rank, shape[0])
    for factor, weight in zip(factors, factorisation.layer_weights()):
        bias = layer.bias if factor is factors[-1] else None
        make = one_conv if isinstance(layer, nn.Conv2d) else one_linear
        layers.add_module(factor.name, filled(make(layer, factor, weight, bias is not None), weight, bias))
    return layers.train(layer.training).requires_grad_(layer.weight.requires_grad)


def one_linear(linear, factor, weight, bias):
    """One factor of a linear layer, not yet filled."""
    like = {"device": linear.weight.device, "dtype": linear.weight.dtype}
    return nn.utils.skip_init(nn.Linear, weight.shape[1], weight.shape[0], bias=bias, **like)


def one_conv(conv, factor, weight, bias):
    """One factor of a convolution, not yet filled, on the device and in the precision of `conv`."""
    return nn.utils.skip_init(
        nn.Conv2d,
        weight.shape[1] * factor.groups,
        weight.shape[0],
        factor.along(conv.kernel_size, 1),
        stride=factor.along(conv.stride, 1),
        padding=factor.along(zero_padding(conv), 0),
        dilation=factor.along(conv.dilation, 1),
        groups=factor.groups,
        bias=bias,
        padding_mode=conv.padding_mode if factor.rows or factor.columns else "zeros",
        device=conv.weight.device,
        dtype=conv.weight.dtype,
    )


def filled(layer, weight, bias):
    """`layer` with these values."""
    with torch.no_grad():
        layer.weight.copy_(weight.reshape(layer.weight.shape))
        if bias is not None:
            layer.bias.copy_(bias)
    return layer


def replaced(model, layer, factorisation):
    """A copy of `model` whose layer named `layer` is computed by a factorisation made before."""
    layers = as_layers(find_layer(model, layer), factorisation)
    if not layer:
        return layers  # the model is that layer itself
    small = copy.deepcopy(model)
    parent, _, name = layer.rpartition(".")
    setattr(small.get_submodule(parent), name, layers)
    return small
