"""Capsules on a trained network, pruned or not: fewer channels below make fewer types of capsules above.

As Renzulli and Grangetto 2022 (arXiv 2208.09203) build them [read: their code]: the backbone was pruned for real before, here by
`squeezelab.prune`, its last map of c channels is read by c // 8 types of primary capsules, and with a frozen backbone only what
stands on it learns.
"""

from torch import fx, nn

from ..bridge import from_torch, to_torch
from ..bridge.paths import paths_of
from ..networks import Network, capsnet_on
from ..training.models import check_model


def with_capsules(model: nn.Module, example: tuple | Network, frozen: bool = False, **options: object) -> fx.GraphModule:
    """A CapsNet on a copy of the convolutions of `model`, with their weights, and fresh capsules in the place of its classifier.

    example: the shape of an input, (channels, height, width), or the model's `Network`. frozen: the copied weights need no
    gradient. (Norms still learn their running statistics in training mode; the authors' frozen ones do, too [inferred].) options:
    those of `networks.capsnet_on`. ``torch.manual_seed`` before the call fixes the capsules.

    Raises a ValueError for a model that `from_torch` cannot read, for one without a map, and for weights that are no layer's.

    >>> from squeezelab.networks import mini_vgg
    >>> model = with_capsules(to_torch(mini_vgg(width=0.5)), (1, 28, 28), frozen=True)
    >>> model.digits.votes  # 32 channels are 4 types of 8 values
    Votes(4×8 → 10×16)
    >>> sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    14368
    """
    check_model(model)
    network = example if isinstance(example, Network) else from_torch(model.eval(), tuple(example))
    made, paths = to_torch(capsnet_on(network, **options)), paths_of(model)
    for layer in network.layers:
        if layer.params and has_layer(made, layer.name):
            if layer.name not in paths:
                raise ValueError(
                    f"'{layer.name}' ({layer.kind}) is not in the model: give the network that the model was read as"
                )
            part = made.get_submodule(layer.name)
            part.load_state_dict(model.get_submodule(paths[layer.name]).state_dict())
            part.requires_grad_(not frozen)
    return made


def has_layer(model, path):
    return path in dict(model.named_modules())
