"""Looking into a trained CapsNet: its capsules, its couplings, what its decoder draws of a capsule.

The models are those that `to_torch(capsnet(…))` makes: graph modules whose layers carry the names of their network.
"""

from typing import NamedTuple

import torch
from torch import fx, nn

from ..bridge.capsule_modules import CapsuleSum, Lengths, Mask, one_left, shape_or_kind
from .losses import check_classes


class Capsuled(NamedTuple):
    """What an encoder gives: lengths (B, J), and the capsules themselves, poses (B, J, D)."""

    lengths: torch.Tensor
    poses: torch.Tensor


def encoder(model: fx.GraphModule) -> fx.GraphModule:
    """A model without its decoder, on the same weights, that gives `Capsuled` (lengths, poses).

    Raises a ValueError for a model that does not end in the lengths of capsules.

    >>> from squeezelab.bridge import to_torch
    >>> from squeezelab.networks import capsnet
    >>> model = to_torch(capsnet("tiny", decoder=(32,)))
    >>> [part.shape for part in encoder(model)(torch.rand(2, 1, 28, 28))]
    [torch.Size([2, 10]), torch.Size([2, 10, 16])]
    """
    node = last_call(model)
    graph = fx.Graph()
    copied = {}
    graph.graph_copy(model.graph, copied)
    lengths, poses = copied[node], copied[node.args[0]]
    graph.output(graph.call_function(Capsuled, (lengths, poses)))
    return without_dead_calls(with_graph(model, graph))


def with_graph(model, graph):
    """A model with another graph on its layers, which asks of its images what the model does (`trained`)."""
    made = fx.GraphModule(model, graph)
    for check in model._forward_pre_hooks.values():
        made.register_forward_pre_hook(check)
    return made


def without_dead_calls(made):
    """A graph module without what nothing reads any more."""
    made.graph.eliminate_dead_code()
    made.delete_all_unused_submodules()
    made.recompile()
    return made


def last_call(model):
    """The node that makes the lengths of a model's capsules, its output."""
    check_graph(model)
    node = next(iter(model.graph.find_nodes(op="output"))).args[0]
    if node.op != "call_module" or not isinstance(model.get_submodule(node.target), Lengths):
        raise ValueError(
            f"the model ends in {node}, not in the lengths of capsules; to_torch(capsnet(…)) makes a model that does"
        )
    return node


def check_graph(model):
    """Raises for what is no graph module."""
    if not isinstance(model, fx.GraphModule):
        raise ValueError(f"a CapsNet here is what to_torch(capsnet(…)) makes, not a {type(model).__name__}")


def poses(model: fx.GraphModule, images: torch.Tensor) -> torch.Tensor:
    """The output capsules (B, J, D) of images, without gradients. Raises as `encoder` does.

    >>> from squeezelab.bridge import to_torch
    >>> from squeezelab.networks import capsnet
    >>> model = to_torch(capsnet("tiny"))
    >>> poses(model, torch.rand(2, 1, 28, 28)).shape
    torch.Size([2, 10, 16])
    """
    with torch.no_grad():
        return encoder(model)(images).poses


def couplings(model: fx.GraphModule, images: torch.Tensor) -> list:
    """The couplings (B, J, N) of every routing iteration, without gradients; the first are 1/J everywhere.

    Raises a ValueError for a model whose routing is one module (`vote_free`), which keeps none.

    >>> from squeezelab.bridge import to_torch
    >>> from squeezelab.networks import capsnet
    >>> model = to_torch(capsnet("tiny", iterations=2))
    >>> [coupled.shape for coupled in couplings(model, torch.rand(5, 1, 28, 28))]
    [torch.Size([5, 10, 128]), torch.Size([5, 10, 128])]
    """
    check_graph(model)
    kept = []

    def keep(module, inputs, made):
        votes = inputs[0]
        uniform = torch.full(votes.shape[:3], 1 / votes.shape[1])
        kept.append(inputs[1] if len(inputs) > 1 else uniform)

    hooks = [part.register_forward_hook(keep) for part in model.modules() if isinstance(part, CapsuleSum)]
    if not hooks:
        raise ValueError("the model has no sums of votes to watch: its routing is one module, or it has none")
    try:
        with torch.no_grad():
            model(images)
    finally:
        for hook in hooks:
            hook.remove()
    return kept


def decoder_of(model):
    """The layers of a model's decoder after its mask, as one module; raises where it has none."""
    paths = dict(model.named_modules())
    masks = [path for path, part in paths.items() if isinstance(part, Mask)]
    if not masks:
        raise ValueError("the model has no decoder: capsnet(…, decoder=(128,)) has one")
    return nn.Sequential(*[part for part in paths[masks[0].rpartition(".")[0]].children() if not isinstance(part, Mask)])


def decoded(model: fx.GraphModule, poses: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """What the decoder draws of one capsule of each image: (B, pixels), with gradients.

    poses: (B, J, D), as `poses` gives them, or changed. classes: (B,), whose capsule is left; all others are masked. Raises a
    ValueError for a model without a decoder, for poses that it does not read, and for classes that there are not.

    >>> from squeezelab.bridge import to_torch
    >>> from squeezelab.networks import capsnet
    >>> model = to_torch(capsnet("tiny", decoder=(32,)))
    >>> decoded(model, poses(model, torch.rand(2, 1, 28, 28)), torch.tensor([3, 8])).shape
    torch.Size([2, 784])
    """
    drawer = decoder_of(model)
    read = next(drawer.parameters()).shape[1]  # values
    if not isinstance(poses, torch.Tensor) or poses.ndim != 3 or poses.shape[1:].numel() != read:
        raise ValueError(f"the decoder reads poses (images, capsules, values) of {read} values, not {shape_or_kind(poses)}")
    if not isinstance(classes, torch.Tensor) or tuple(classes.shape) != (len(poses),):
        raise ValueError(f"{len(poses)} images need as many classes, ({len(poses)},), not {shape_or_kind(classes)}")
    check_classes(classes, poses.shape[1])
    return drawer(one_left(poses, classes))
