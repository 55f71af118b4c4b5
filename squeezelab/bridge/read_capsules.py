"""Capsule layers on their way to torch and back: the module of each op, and the readers of those modules.

A `Routing`, which is one module, is read into the layers of `dynamic_routing`: an order of loops is no other network.
"""

from ..networks.capsnet import dynamic_routing
from ..networks.capsnet_heads import capsule_norm
from . import capsule_modules as modules
from .calls import Constant
from .capsule_norm import CapsuleNorm
from .routing import Routing
from .views import View, layer_of


def votes_module(layer):
    inputs, dim_in = layer.in_shape
    capsules, _, dim = layer.shape
    return modules.Votes(inputs, capsules, dim_in, dim, layer.shared)


# op: function of the layer that returns its module
CAPSULE_MAKERS = {
    "capsules": lambda layer: modules.Capsules(layer.dim),
    "squash": lambda layer: modules.Squash(),
    "votes": votes_module,
    "capsule_sum": lambda layer: modules.CapsuleSum(),
    "agreement": lambda layer: modules.Agreement(layer.detach),
    "lengths": lambda layer: modules.Lengths(),
    "mask": lambda layer: modules.Mask(),
    "learnt": lambda layer: modules.Learnt(layer.shape, layer.start),
    "capsule_norm": lambda layer: CapsuleNorm(layer.shape[1]),
}


def op_recorded(at, op, reads, *settings):
    """The layer of a capsule op over what it reads, as a view."""
    return View(getattr(at.net, op)(*[layer_of(at, x) for x in reads], *settings, name=at.name(op)))


def read_votes(at, module, u):
    _, capsules, _, dim = module.weight.shape
    made = op_recorded(at, "votes", [u], capsules, dim, module.shared)
    at.learnt(made.layer, own_weight(at, module))
    return made


def read_learnt(at, module):
    layer = at.net.learnt(module.weight.shape, name=at.name("learnt"))
    return View(at.learnt(layer, own_weight(at, module)))


def read_capsule_norm(at, module, x):
    layer = capsule_norm(at.net, layer_of(at, x), name=at.name("capsule_norm"))
    return View(at.learnt(layer, own_weight(at, module), own_weight(at, module, "bias")))


def own_weight(at, module, which="weight"):
    """The weight of a module, or its bias, as a constant that knows its name."""
    value = getattr(module, which)
    return Constant(value, [name for name, held in at.run.parameters.items() if held is value])


def read_routing(at, module, u, bias=None):
    """A routing in one module, as the layers it is made of."""
    names = [name for name, held in at.run.parameters.items() if any(held is own for own in module.parameters())]
    at.own(names)
    path = at.free(at.call.maker.path, own=True)
    at.names.discard(path)  # the scope of what is recorded
    made = routing_layers(at.net, module, layer_of(at, u), None if bias is None else layer_of(at, bias), path)
    for layer in at.net.layers:
        at.take(layer.name)
    return View(made)


def routing_layers(net, module, u, bias, name):
    """The last layer of a `Routing` over the layer u; bias: the layer of the `Learnt` that it is called on, or None."""
    _, capsules, _, dim = module.weight.shape
    bias = module.bias is not None if bias is None else bias
    return dynamic_routing(net, u, capsules, dim, module.iterations, bias, module.shared, module.detach, name)


CAPSULE_READERS = {
    modules.Capsules: lambda at, m, x: op_recorded(at, "capsules", [x], m.dim),
    modules.Squash: lambda at, m, x: op_recorded(at, "squash", [x]),
    modules.Votes: read_votes,
    modules.CapsuleSum: lambda at, m, *reads: op_recorded(at, "capsule_sum", reads),
    modules.Agreement: lambda at, m, votes, v: op_recorded(at, "agreement", [votes, v], m.detach),
    modules.Lengths: lambda at, m, v: op_recorded(at, "lengths", [v]),
    modules.Mask: lambda at, m, v: op_recorded(at, "mask", [v]),
    modules.Learnt: read_learnt,
    CapsuleNorm: read_capsule_norm,
    Routing: read_routing,
}
