"""Channels taken out of a trained torch model: set to zero where they are (`masked`), or cut out (`cut`).

Both read one table: for every parameter of a layer, the places along its axes that stay. What is cut is exactly what is masked
to zero: filters, biases, scale and shift of norms, and the columns of the layers that read them. So the two compute the same, be
there an activation that makes something of zero or not.
"""

import torch
from torch import nn

from ..bridge import from_torch
from ..bridge.independent import independent_copy
from ..bridge.paths import paths_of
from ..compression.bundles import is_depthwise
from ..networks.shapes import shape_text

RUNNING = ("running_mean", "running_var")  # of a norm; they say what was seen, not what is computed, and are cut but not masked
KINDS = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear, nn.BatchNorm1d, nn.BatchNorm2d, nn.InstanceNorm2d, nn.GroupNorm, nn.PReLU)


def masked(model: nn.Module, channels: object, gone: dict) -> nn.Module:
    """A copy of `model` with zeros where `cut` would cut. channels, gone: of `compression.channel_groups.Channels`."""
    made = independent_copy(model)
    with torch.no_grad():
        for layer, module in layers_of(made, channels.network):
            for name, places in stays(layer, module, channels, gone).items():
                if name not in RUNNING:
                    value = getattr(module, name)
                    value.mul_(mask_of(value, places))
    return made


def cut(model: nn.Module, channels: object, gone: dict, small: object) -> nn.Module:
    """A copy of `model` without the channels that are gone; `small` is the `Network` that it must be.

    Raises a ValueError, naming the layer, where the copy is another network: a forward that states its channels itself.
    """
    made = independent_copy(model)
    with torch.no_grad():
        for layer, module in layers_of(made, channels.network):
            for name, places in stays(layer, module, channels, gone).items():
                replace_value(module, name, without_rest(getattr(module, name), places))
            resize(module, small[layer.name])
    check_outcome(made, small)
    return made


def in_dense_shape(dense: nn.Module, small: nn.Module, channels: object, gone: dict) -> nn.Module:
    """A copy of `dense` with the values of the small model at the places that stay, and zeros at the others."""
    made, paths = masked(dense, channels, gone), paths_of(small)
    with torch.no_grad():
        for layer, module in layers_of(made, channels.network):
            source = small.get_submodule(paths[layer.name])
            for name, places in stays(layer, module, channels, gone).items():
                target, value = getattr(module, name), getattr(source, name)
                places = [range(size) if stay is None else stay for stay, size in zip(places, target.shape)]
                target[torch.meshgrid(*map(torch.tensor, places), indexing="ij")] = value
    return made


def layers_of(model, network):
    """(layer, module) of the network's layers that a model has as modules; raises for weights that cannot be pruned."""
    paths, found = paths_of(model), []
    for layer in network.layers:
        if layer.op == "votes":
            raise ValueError(f"'{layer.name}' reads capsules, which fall by types: squeezelab.capsules.remove_types does it")
        module = model.get_submodule(paths[layer.name]) if layer.name in paths else None
        if module is not None:
            check_module(layer, module)
            found.append((layer, module))
        elif layer.params:
            raise ValueError(f"'{layer.name}' ({layer.kind}) is not in the model: give the network that the model was read as")
    return found


def check_module(layer, module):
    """Raises unless the weights of a module are plain parameters of the shapes that its layer states."""
    if not layer.params:
        return
    if not isinstance(module, (*KINDS, nn.LayerNorm)):
        raise ValueError(f"'{layer.name}' is a {type(module).__name__}, of which it is not known here what a channel is")
    if nn.utils.parametrize.is_parametrized(module) or module._forward_pre_hooks:
        raise ValueError(f"'{layer.name}' computes its weights anew at each pass: make them plain first, as prune.remove does")
    count = sum(parameter.numel() for parameter in module.parameters())
    if count != layer.params:
        raise ValueError(f"'{layer.name}' has {count} values in the model and {layer.params} in the network: they do not fit")


def stays(layer, module, channels, gone):
    """{parameter or buffer: places that stay along its first and second axis, None where all do} of one layer."""
    own = channels.left(layer.name, gone)
    if isinstance(module, nn.Linear):
        return present(module, {"weight": (own, inputs(layer, channels, gone)), "bias": (own, None)})
    if isinstance(module, nn.ConvTranspose2d):
        outputs = None if is_depthwise(layer) else first_part(own, layer.shape[0], layer.groups)
        return present(module, {"weight": (inputs(layer, channels, gone), outputs), "bias": (own, None)})
    if isinstance(module, nn.Conv2d):
        seen = inputs(layer, channels, gone)
        columns = None if is_depthwise(layer) else first_part(seen, layer.in_shape[0], layer.groups)
        return present(module, {"weight": (own, columns), "bias": (own, None)})
    if isinstance(module, nn.PReLU):
        return {"weight": (own, None)} if module.num_parameters > 1 else {}
    if isinstance(module, KINDS):
        return present(module, {name: (own, None) for name in ("weight", "bias", *RUNNING)})
    return {}


def present(module, places):
    return {name: axes for name, axes in places.items() if getattr(module, name, None) is not None}


def inputs(layer, channels, gone):
    return channels.left(layer.inputs[0], gone)


def first_part(places, size, parts):
    """Of places in equal parts, the same in each, those of the first."""
    return [place for place in places if place < size // parts]


def without_rest(value, places):
    """A tensor without what does not stay along its first two axes."""
    for axis, stay in enumerate(places):
        if stay is not None and len(stay) < value.shape[axis]:
            value = value.index_select(axis, torch.tensor(stay, device=value.device))
    return value


def mask_of(value, places):
    """1 where a tensor stays, 0 elsewhere."""
    mask = torch.ones_like(value)
    for axis, stay in enumerate(places):
        if stay is not None:
            keep = torch.zeros(value.shape[axis], dtype=value.dtype, device=value.device)
            keep[stay] = 1
            mask *= keep.view([-1 if other == axis else 1 for other in range(value.ndim)])
    return mask


def replace_value(module, name, value):
    """A new value in the place of a parameter or buffer."""
    old = getattr(module, name)
    if isinstance(old, nn.Parameter):
        setattr(module, name, nn.Parameter(value.detach().clone(), old.requires_grad))
    else:
        setattr(module, name, value.clone())


def resize(module, layer):
    """Tells a module how many channels it has now."""
    for name, value in sizes_of(module, layer).items():
        setattr(module, name, value)


def sizes_of(module, layer):
    """{attribute: value} of a module by which it knows its channels, for the layer that it has become."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        return {"in_channels": layer.in_shape[0], "out_channels": layer.shape[0], "groups": layer.groups}
    if isinstance(module, nn.Linear):
        return {"in_features": layer.in_shape[0], "out_features": layer.shape[0]}
    if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.InstanceNorm2d)):
        return {"num_features": layer.shape[0]}
    if isinstance(module, nn.GroupNorm):
        return {"num_channels": layer.shape[0], "num_groups": layer.groups}
    if isinstance(module, nn.PReLU):
        return {"num_parameters": layer.slopes}
    if isinstance(module, nn.Unflatten):
        return {"unflattened_size": layer.shape}
    if layer.op in ("slice", "pad"):  # our own modules
        return {name: getattr(layer, name) for name in ("start", "stop", "sides") if hasattr(module, name)}
    return {}


def check_outcome(model, small):
    """Raises, with the first layer that differs, unless a model is the network that it should have become."""
    try:
        found = from_torch(model, small.input_shape)
    except (ValueError, RuntimeError) as error:
        raise ValueError(f"without these channels the model does not run, for its forward counts on them: {error}") from error
    for is_now, should_be in zip(found.layers, small.layers):
        if (is_now.op, is_now.shape) != (should_be.op, should_be.shape):
            now, right = shape_text(is_now.shape), shape_text(should_be.shape)
            raise ValueError(f"without these channels '{is_now.name}' gives {now} and not {right}: its forward counts on them")
