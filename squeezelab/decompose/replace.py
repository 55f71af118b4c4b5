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
from ..networks.factored import check_method, factored, factors_of
from .cp import cp
from .matrix import separable, svd
from .tucker import tucker2

BY_NAME = {"svd": svd, "separable": separable, "tucker2": tucker2, "cp": cp, "cp3": partial(cp, joint=True)}


def factorise(kernel, method, rank, **options):
    """The factorisation of a kernel by the name of its method; `options` are that method's (sweeps, ridge, …)."""
    check_method(method)
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
    if not isinstance(model, nn.Module):
        raise ValueError(f"layers are replaced in an nn.Module or in a Network, not in {model!r}")
    modules = dict(model.named_modules(remove_duplicate=False))
    names = ", ".join(name for name, module in modules.items() if is_dense(module)) or "nothing"
    if layer not in modules:
        raise KeyError(f"no layer {layer!r} in this model; what can be factorised is {names}")
    found = modules[layer]
    if not isinstance(found, (nn.Conv2d, nn.Linear)):
        raise ValueError(f"'{layer}' is a {type(found).__name__}; what can be factorised is {names}")
    if getattr(found, "groups", 1) != 1:
        raise ValueError(f"'{layer}' has {found.groups} groups; only dense convolutions (groups = 1) are factorised")
    if not is_dense(found):
        raise ValueError(f"'{layer}' is a {type(found).__name__} with a forward of its own, which its factors would not repeat")
    check_alone(model, layer, found.weight)
    return found


def is_dense(module):
    """Whether a module computes what torch's own convolution (without groups) or linear layer does."""
    plain = type(module).forward in (nn.Conv2d.forward, nn.Linear.forward)
    return plain and getattr(module, "groups", 1) == 1


def check_alone(model, layer, weight):
    """Raises if another layer has the same weights, be it the same module under two names."""
    owners = [path.rpartition(".")[0] for path, one in model.named_parameters(remove_duplicate=False) if one is weight]
    shared = [owner for owner in owners if owner != layer]
    if shared:
        raise ValueError(f"'{layer}' shares its weights with '{shared[0]}'; replacing one would tear them apart: copy it first")


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
        padding=conv.padding if isinstance(conv.padding, str) else factor.along(conv.padding, 0),
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
    put(small, layer, layers)
    return small


def put(model, layer, layers):
    """Sets `layers` in the place of the submodule named `layer`."""
    parent, _, name = layer.rpartition(".")
    setattr(model.get_submodule(parent), name, layers)
