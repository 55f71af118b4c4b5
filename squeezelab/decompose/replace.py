"""A factorised kernel put in the place of its layer, in a trained torch model or in the network that describes it.

>>> from torch import nn
>>> model = nn.Sequential(nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.ReLU())
>>> small = decompose(model, "0", "tucker2", (4, 4))
>>> [name for name, _ in small[0].named_children()]
['reduce', 'core', 'expand']
"""

import inspect
from functools import partial

import torch
from torch import nn

from ..bridge.independent import independent_copy
from ..bridge.paths import WRAPPERS
from ..bridge.weights import learns
from ..compression.factored import check_method, factored, factors_of
from ..networks import Network
from .cp import cp
from .find import check_plain, find_layer, path_of, weight_and_bias
from .matrix import separable, svd
from .result import Factorisation
from .tucker import tucker2

BY_NAME = {"svd": svd, "separable": separable, "tucker2": tucker2, "cp": cp, "cp3": partial(cp, joint=True)}


def factorise(kernel: torch.Tensor, method: str, rank: int | tuple, **options: object) -> Factorisation:
    """The factorisation of a kernel by the name of its method; `options` are that method's (sweeps, ridge, …). Raises a
    ValueError for a method, a rank or an option that there is not.

    >>> factorise(torch.eye(4), "svd", 2)
    svd of 4×4×1×1 at rank 2: error 0.7071, 16 weights (100.0%)
    """
    check_options(method, options)
    return BY_NAME[method](kernel, rank, **options)


def check_options(method, options):
    """Raises, listing a method's options, for one that it does not take."""
    check_method(method)
    known = [name for name in inspect.signature(BY_NAME[method]).parameters if name not in ("kernel", "rank", "joint")]
    for name in options:
        if name not in known:
            choices = f"its options are {', '.join(known)}" if known else "it has none, since it is computed in one step"
            hint = "; with 'joint' it is the method 'cp3'" if name == "joint" else ""
            raise ValueError(f"{method!r} takes no option {name!r}: {choices}{hint}")


def decompose(model: nn.Module | Network, layer: str, method: str, rank: int | tuple, **options: object) -> nn.Module | Network:
    """A copy of `model` in which the convolution named `layer` is replaced by its factors (by ``svd``, a linear layer,
    too); the model itself stays as it is.

    `model` is an `nn.Module`, whose trained kernel is factorised with `options`, or a `Network`, where only shapes count.
    Both get the same names: 'conv3' becomes 'conv3.reduce', …, 'conv3.expand'. The bias goes to the last factor. A weight
    that is computed (pruned by a mask, normalised, parametrised) is factorised as it comes out in evaluation mode, and its
    factors are plain weights. Raises a ValueError for a layer with hooks or a forward of its own, which no factors repeat.

    >>> model = nn.Sequential(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Conv2d(16, 4, 1))
    >>> [tuple(weight.shape) for weight in decompose(model, "2", "svd", 3)[2].parameters()]  # the last is the bias
    [(3, 16, 1, 1), (4, 3, 1, 1), (4,)]
    """
    check_options(method, options)
    if isinstance(model, Network):
        return factored(model, layer, method, rank)
    weight, _ = weight_and_bias(find_layer(model, layer))
    try:
        return replaced(model, layer, factorise(weight, method, rank, **options))
    except ValueError as error:
        raise ValueError(f"'{layer}': {error}") from error


def as_layers(layer: nn.Conv2d | nn.Linear, factorisation: Factorisation) -> nn.Sequential:
    """`nn.Sequential` of small layers, equal to `layer` with the rebuilt kernel: each takes stride, padding and dilation
    along the axes it walks over, and only the last has the bias. Raises a ValueError for a layer of another shape, and for one
    that computes something else than torch's own.

    >>> layer = nn.Conv2d(4, 8, 3, stride=2)
    >>> [small.stride for small in as_layers(layer, separable(layer.weight, 2))]
    [(2, 1), (1, 2)]
    """
    check_plain(layer, "the layer")
    dense, bias = weight_and_bias(layer)
    shape = tuple(dense.shape)
    if factorisation.shape != (shape if len(shape) == 4 else (*shape, 1, 1)):
        raise ValueError(f"the factorisation is of a kernel {factorisation.shape}, but the layer's is {shape}")
    layers = nn.Sequential()
    factors = factors_of(factorisation.method, factorisation.rank, shape[0])
    make = one_conv if isinstance(layer, nn.Conv2d) else one_linear
    for factor, weight in zip(factors, factorisation.layer_weights()):
        last = bias if factor is factors[-1] else None
        like = {"bias": last is not None, "device": dense.device, "dtype": dense.dtype}
        layers.add_module(factor.name, with_values(make(layer, factor, weight, like), weight, last))
    for name, weight in layers.named_parameters():
        weight.requires_grad_(learns(layer, name.rpartition(".")[2]))
    return in_order_of(dense, layers.train(layer.training))


def in_order_of(weight, layers):
    """`layers` with channels last in memory, if `weight` has them so."""
    channels_last = weight.ndim == 4 and weight.is_contiguous(memory_format=torch.channels_last) and not weight.is_contiguous()
    return layers.to(memory_format=torch.channels_last) if channels_last else layers


def one_linear(linear, factor, weight, like):
    """One factor of a linear layer, not yet filled."""
    return nn.utils.skip_init(nn.Linear, weight.shape[1], weight.shape[0], **like)


def one_conv(conv, factor, weight, like):
    """One factor of a convolution, not yet filled. `like`: bias, device and number format of the layer. Its weight is not asked
    for them: where it is computed, each question may change it, as a spectral norm's does."""
    return nn.utils.skip_init(
        nn.Conv2d,
        weight.shape[1] * factor.groups,
        weight.shape[0],
        factor.along(conv.kernel_size, 1),
        stride=factor.along(conv.stride, 1),
        padding=conv.padding if isinstance(conv.padding, str) else factor.along(conv.padding, 0),
        dilation=factor.along(conv.dilation, 1),
        groups=factor.groups,
        padding_mode=conv.padding_mode if factor.rows or factor.columns else "zeros",
        **like,
    )


def with_values(layer, weight, bias):
    """`layer` with these values."""
    with torch.no_grad():
        layer.weight.copy_(weight.reshape(layer.weight.shape))
        if bias is not None:
            layer.bias.copy_(bias)
    return layer


def replaced(model: nn.Module, layer: str, factorisation: Factorisation) -> nn.Module:
    """A copy of `model` whose layer named `layer` is computed by a factorisation made before. Raises as `as_layers` does, and a
    KeyError that lists the layers for an unknown one.

    >>> model = nn.Sequential(nn.Linear(6, 4))
    >>> [tuple(part.weight.shape) for part in replaced(model, "0", svd(model[0].weight, 2))[0]]
    [(2, 6), (4, 2)]
    """
    return with_layers(model, {layer: as_layers(find_layer(model, layer), factorisation)})


def with_layers(model, layers):
    """A copy of `model` with {name: layers} in the place of its layers."""
    paths = {without_compiler(path_of(model, name)): made for name, made in layers.items()}
    if "" in paths:
        return paths[""]  # the model is that layer itself
    small = independent_copy(model)
    for path, made in paths.items():
        parent, _, name = path.rpartition(".")
        setattr(small.get_submodule(parent), name, made)
    return small


def without_compiler(path):
    """`path`, or that of what torch.compile made of the very layer: it would go on with the dense one."""
    while path.rpartition(".")[2] == WRAPPERS["OptimizedModule"]:
        path = path.rpartition(".")[0]
    return path
