"""The steps of a capsule network: what each computes in float numbers, and whose codes are at powers of two.

From the maps that become capsules on all scales are powers of two, each routing iteration with its own, as in Q7-CapsNets (Costa
et al. 2022, arXiv 2110.02911): a squash in whole numbers knows of its numbers no more than where their point is.
"""

import math

import torch

from ..bridge.capsule_modules import Agreement, Capsules, CapsuleSum, Lengths, Mask, Squash, Votes, votes_of
from ..bridge.routing import Routing
from .pool_steps import named_at

CAPSULE_STEPS = {  # op: what it computes, of its layer
    "capsules": lambda layer: Capsules(layer.dim),
    "squash": lambda layer: Squash(),
    "capsule_sum": lambda layer: CapsuleSum(),
    "agreement": lambda layer: Agreement(layer.detach),
    "softmax": lambda layer: torch.nn.Softmax(1),
    "lengths": lambda layer: Lengths(),
    "mask": lambda layer: Mask(),
    "votes": lambda layer: votes_by_class,
}


def votes_by_class(u, weight):
    """Votes (B, J, N, D) of capsules (B, N, Din) with a weight (J, N or 1, Din, D): a step has its outputs first."""
    return votes_of(u, weight.transpose(0, 1))


class CapsuleCompiler:
    """How capsule layers become steps; the rest is in `Compiler`."""

    def put_capsules(self, layer):
        """The place of the step that a capsule layer becomes."""
        if layer.op == "softmax" and len(layer.shape) != 2:
            raise ValueError(
                f"{named_at(layer)} (softmax) has no integer form here: there is one of couplings "
                f"(outputs, inputs), not of {tuple(layer.shape)}; the largest score is the same without it"
            )
        for module in self.modules_of(layer):
            check_capsule_module(layer, module)
        if layer.op == "lengths" and layer.name != self.network.layers[-1].name:
            raise ValueError(f"{named_at(layer)} (lengths) gives scores of 16 bits: it must be the last layer")
        weight = self.vote_weight(layer) if layer.op == "votes" else None
        geometry = {"shared": layer.shared} if layer.op == "votes" else {}
        if layer.op == "capsules":
            geometry = {"types": layer.types, "dim": layer.dim}
        return self.add(layer, layer.op, weight, geometry=geometry, function=CAPSULE_STEPS[layer.op](layer))

    def vote_weight(self, layer):
        """The matrices (J, N or 1, Din, D) of votes, a copy; they are in a module of that name, or in the `Routing` around it."""
        outputs, inputs, dim = layer.shape
        shape = (1 if layer.shared else inputs, outputs, layer.in_shape[1], dim)
        for module in self.modules_of(layer):
            weight = getattr(module, "weight", None)
            if isinstance(weight, torch.Tensor) and tuple(weight.shape) == shape:
                weight = weight.detach().clone().float().transpose(0, 1).contiguous()
                if torch.isfinite(weight).all():
                    return weight
                raise ValueError(f"{named_at(layer)} has weights that are no numbers (NaN or infinite): train it again")
        raise ValueError(f"{named_at(layer)} (votes) has no weight of {shape} in its module, or in the routing around it")

    def modules_of(self, layer):
        """The module of a layer, and those around it, as far as there are any."""
        parts = layer.name.split(".")
        names = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
        return [self.model.get_submodule(self.paths[name]) for name in names if name in self.paths]


def check_capsule_module(layer, module):
    """Raises for a module that is made of one of ours and computes something else, as binary votes do."""
    for kind in (Votes, Agreement, Routing):
        if isinstance(module, kind) and type(module) is not kind:
            raise ValueError(
                f"{named_at(layer)} is of a {type(module).__name__}, which computes something else than a {kind.__name__}, "
                f"and has no integer form here"
            )


def power_places(steps: list, maker_of: object) -> dict:
    """{place: the largest scale} of the steps, −1 the image, whose codes must have zero 0 and scales that are powers of two:
    those of capsules, and what these read. maker_of: where the codes of a place were made.

    What is squashed has a last bit worth 1 at most: whatever is longer than the largest code is nearly 1 long afterwards.
    """
    found = {}
    for place, step in enumerate(steps):
        if step.op in CAPSULE_STEPS:
            found |= {maker_of(steps, at): math.inf for at in (place, *step.sources)} | found
    return found | {maker_of(steps, step.sources[0]): 1.0 for step in steps if step.op == "squash"}
