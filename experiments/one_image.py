"""FTWT's networks on one image after the other, in the ways that experiments/sparse_execution.py times."""

import torch
from torch import nn

from squeezelab.bridge import to_torch
from squeezelab.compression import Widths
from squeezelab.prune.ftwt import with_the_top
from squeezelab.prune.routes import Skipping, routed_layers, source_of


class OneByOne(nn.Module):
    """A model on one image after the other."""

    def __init__(self, model, before=None):
        super().__init__()
        self.model, self.before = model.eval(), before

    def forward(self, images):
        for place, image in enumerate(images.split(1)):
            if self.before:
                self.before(place)
            self.model(image)


def with_heads(made, leave_out):
    """A `Dynamic`'s network whose heads decide on the way; filters that do not run are left out, or computed and masked."""
    network, masks = made.model.network, {}
    model = to_torch(network)
    model.load_state_dict(made.model.model.state_dict())
    layers = routed_layers(model, network)
    skipping = Skipping(layers, network, masks)
    for (layer, module, relu), head in zip(layers, made.model.heads):
        compute = skipping.partial(layer, module) if leave_out else module.forward
        module.forward = asking(layer.name, head, compute, masks)
        relu.register_forward_hook(masking(layer.name, masks))
    return OneByOne(model)


def asking(name, head, compute, masks):
    def forward(images):
        masks[name] = with_the_top(head(images))
        return compute(images)

    return forward


def masking(name, masks):
    return lambda module, inputs, output: output * masks[name][:, :, None, None]


def with_known(model, network, routes):
    """A network that leaves out what the masks, {layer: (images, filters)}, have not, image by image."""
    masks, layers = {}, routed_layers(model, network)
    skipping = Skipping(layers, network, masks)
    for layer, module, relu in layers:
        module.forward = skipping.partial(layer, module)
        relu.register_forward_hook(masking(layer.name, masks))
    return with_turns(model, masks, routes)


class Gathering(nn.Module):
    """What leaving out costs before anything is multiplied: the weights of the filters that run are copied together."""

    def __init__(self, model, network, masks):
        super().__init__()
        self.layers, self.network, self.masks = routed_layers(model, network), network, masks

    def forward(self, images):
        for layer, module, _ in self.layers:
            run = self.masks[layer.name][0].nonzero().flatten()
            source = source_of(self.network, layer)
            if source in self.masks:
                module.weight[run][:, self.masks[source][0].nonzero().flatten()]
            else:
                module.weight[run]


def with_turns(model, masks, routes):
    """A model whose `masks` are those of each image in turn."""

    def turn(place):
        masks.update({name: mask[place : place + 1] for name, mask in routes.items()})

    return OneByOne(model, turn)


def all_ways(made, plain, images):
    """{how: model} of a `Dynamic` and its dense network on one image after the other.

    dense; masked: heads decide, all is computed; left out: heads decide, the rest is not computed; known: the same by masks that
    are known before; gather: only what that copies; sliced: a network of the mean widths, the same filters for all images.
    """
    network, routes = made.model.network, made.routes(images)
    copy, space = to_torch(network), Widths(network)
    copy.load_state_dict(made.model.model.state_dict())
    means = [round(float(mask.sum(1).double().mean())) for mask in routes.values()]
    models = {"dense": OneByOne(plain), "masked": with_heads(made, False), "left out": with_heads(made, True)}
    models["known"] = with_known(copy, network, routes)
    masks = {}
    models["gather"] = with_turns(Gathering(to_torch(network), network, masks), masks, routes)
    models["sliced"] = OneByOne(to_torch(space.network_of(dict(zip(space.full, means)))))
    check_same(made, models, images)
    return models


def check_same(made, models, images):
    """Raises unless masked and left out give the same: what was timed is what was meant."""
    with torch.no_grad():
        for image in images.split(1):
            right = made.model(image)
            for name in ("masked", "left out"):
                if not torch.allclose(models[name].model(image), right, atol=1e-4):
                    raise ValueError(f"{name} gives other outputs than the network with heads")
