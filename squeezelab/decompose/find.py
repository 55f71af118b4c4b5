"""The layer of a model that is to be replaced, or a sentence that says why it cannot be."""

import torch
from torch import nn
from torch.nn.parameter import is_lazy
from torch.nn.utils import parametrize, prune

from ..bridge.independent import HOOKS, holders, independent_copy
from ..bridge.paths import paths_of
from .reads import attributes_read

OWN = ("forward", "_conv_forward", "_call_impl", "__call__")  # what a layer computes


def path_of(model, layer):
    """Torch's path of the dense convolution or linear layer of that name; raises with the names there are, or with what is in
    the way."""
    if not isinstance(model, nn.Module):
        raise ValueError(f"layers are replaced in an nn.Module or in a Network, not in {model!r}")
    if isinstance(model, torch.jit.ScriptModule):
        raise ValueError("the layers of a TorchScript cannot be replaced: give the module that was scripted")
    if not isinstance(layer, str):
        raise ValueError(f"a layer goes by its name, such as 'features.0', not by {layer!r}")
    names = ", ".join(name for name, module in model.named_modules(remove_duplicate=False) if is_dense(module)) or "nothing"
    paths = paths_of(model)
    if layer not in paths:
        raise KeyError(f"no layer {layer!r} in this model; what can be factorised is {names}")
    found = model.get_submodule(paths[layer])
    if not isinstance(found, (nn.Conv2d, nn.Linear)):
        raise ValueError(f"'{layer}' is a {type(found).__name__}; what can be factorised is {names}")
    if isinstance(model.get_submodule(paths[layer].rpartition(".")[0]), nn.MultiheadAttention):
        raise ValueError(f"'{layer}' is not called: its MultiheadAttention reads the weights itself, which factors do not have")
    check_plain(found, f"'{layer}'")
    check_alone(model, paths[layer], found)
    check_called(model, paths[layer])
    return paths[layer]


def find_layer(model, layer):
    """The dense convolution or linear layer of that name."""
    path = path_of(model, layer)  # checked before anything is looked up
    return model.get_submodule(path)


def is_dense(module):
    """Whether a module computes what torch's own convolution (without groups) or linear layer does."""
    kind = nn.Conv2d if isinstance(module, nn.Conv2d) else nn.Linear
    return isinstance(module, kind) and not own_computation(module, kind) and getattr(module, "groups", 1) == 1


def own_computation(module, kind):
    """The name of a method, of its class or put on the instance, by which a layer computes something else than torch's own."""
    for name in OWN:
        if name in vars(module) or getattr(type(module), name, None) is not getattr(kind, name, None):
            return name
    return None


def check_plain(layer, name):
    """Raises unless small layers can repeat what `layer` computes: groups, a forward of its own and hooks they would not."""
    if getattr(layer, "groups", 1) != 1:
        raise ValueError(f"{name} has {layer.groups} groups; only dense convolutions (groups = 1) are factorised")
    if not is_dense(layer):
        raise ValueError(f"{name} is a {type(layer).__name__} with a forward of its own, which its factors would not repeat")
    if any(is_lazy(weight) for weight in layer.parameters()):
        raise ValueError(f"{name} has no weights yet: run the model once")
    for kind in HOOKS:
        for hook in vars(layer).get(kind, {}).values():
            if not computes_weights(hook):
                words = kind.strip("_").replace("_", " ").removesuffix("s")
                raise ValueError(f"{name} has a {words} of its own, which its factors would not call: remove it first")


def check_alone(model, path, layer):
    """Raises if another layer has the same weights, be it the same module under two names, or if something beside the model's
    own tree would go on with the layer itself."""
    mine = {id(weight) for weight in layer.parameters()}
    for where, weight in model.named_parameters(remove_duplicate=False):
        owner = where.rpartition(".")[0]
        if id(weight) in mine and owner != path and not owner.startswith(f"{path}." if path else ""):
            raise ValueError(f"'{path}' shares its weights with '{owner}'; replacing one would tear them apart: copy it first")
    kept = next(holders(model, layer), None)
    if kept:
        raise ValueError(f"'{path}' is also kept in '{kept}', which would go on with the dense layer: use nn.ModuleList")


def check_called(model, path):
    """Raises if code of the model reads something of the layer that its factors do not have, as in ``self.conv.weight``."""
    parts = path.split(".")
    for depth in range(len(parts)):
        around = model.get_submodule(".".join(parts[:depth]))
        for chain in attributes_read(around):
            found = chain[len(parts) - depth :]
            if chain[: len(parts) - depth] == parts[depth:] and found and not hasattr(nn.Sequential(), found[0]):
                text = ".".join(["self", *parts[depth:], found[0]])
                name = type(around).__name__
                raise ValueError(f"'{path}' is not only called: {name} reads {text}, which its factors do not have")


def computes_weights(hook):
    """Whether a hook is one by which torch's pruning, or an older normalisation, makes the weight out of its parts."""
    return isinstance(hook, prune.BasePruningMethod) or type(hook).__module__.startswith("torch.nn.utils.")


def weight_and_bias(layer):
    """(weight, bias) of a layer as its forward pass in evaluation mode has them: masked, normalised or parametrised."""
    if not is_computed(layer):
        return layer.weight.detach(), None if layer.bias is None else layer.bias.detach()
    twin = independent_copy(layer).eval()
    with torch.no_grad():
        for hook in twin._forward_pre_hooks.values():
            hook(twin, ())
        return twin.weight.detach(), None if twin.bias is None else twin.bias.detach()


def is_computed(layer):
    """Whether a layer's weight or bias is made of others at each forward pass."""
    return bool(layer._forward_pre_hooks) or parametrize.is_parametrized(layer)
