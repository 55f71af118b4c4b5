"""Fewer capsules: types of primary capsules scored, removed for real, and what that saves.

A *type* is one of the groups of `dim` channels that the primary convolution makes; with P places on its map it is P capsules, and
they read and are read by weights of their own. All of them go together: filters t·dim … t·dim + dim − 1 with their biases, rows
t·P … t·P + P − 1 of the matrices. Routing takes its softmax over *output* capsules, so that an input capsule of zeros changes no
coupling of another one: a network without some types computes exactly what it computes with them set to zero.

Fewer capsules by pruned backbones are from Renzulli and Grangetto 2022 (arXiv 2208.09203) [read: their code], removal by scores
from Sharifi et al. 2025 (PrunedCaps, arXiv 2512.06003) [2nd]; removal by type is ours.
"""

from typing import NamedTuple

import torch
from torch import fx, nn

from ..bridge.capsule_modules import Capsules, Votes
from ..bridge.capsule_norm import CapsuleNorm
from ..bridge.independent import independent_copy
from ..bridge.routing import PrimaryCapsules, Routing
from ..core.checks import plain, whole
from ..training.models import check_model

READS = (Votes, Routing)  # what has a matrix for every primary capsule


class PrimaryPart(NamedTuple):
    """Of a model: the paths of its primary convolution, of what reads it as capsules, and of what votes for each of them."""

    conv: str
    capsules: str
    votes: str


def primary_part(model):
    """The `PrimaryPart` of a model; raises, with the name of what is in the way, for one that is not understood."""
    check_model(model)
    paths = {path: part for path, part in model.named_modules()}
    readers = [path for path, part in paths.items() if isinstance(part, Capsules)]
    voters = [path for path, part in paths.items() if isinstance(part, READS)]
    for found, what in ((readers, "Capsules"), (voters, "Votes or Routing")):
        if len(found) != 1:
            named = f"{len(found)}, {', '.join(found)}" if found else "none"
            raise ValueError(f"types are removed where a model has one layer of {what}; this one has {named}")
    conv = conv_before(model, paths, readers[0])
    check_conv(conv, paths[conv], paths[readers[0]], paths[voters[0]], voters[0])
    norms = [path for path, part in paths.items() if isinstance(part, CapsuleNorm)]
    if norms:
        raise ValueError(f"the shift of '{norms[0]}' makes something of capsules of zeros: without it types can be removed")
    return PrimaryPart(conv, readers[0], voters[0])


def conv_before(model, paths, reader):
    """The path of the layer whose map is read as capsules: the module before it in the graph, or that of `PrimaryCapsules`."""
    scope = reader.rpartition(".")[0]
    if isinstance(paths.get(scope), PrimaryCapsules):
        return f"{scope}.conv".removeprefix(".")
    if not isinstance(model, fx.GraphModule):
        raise ValueError(f"what makes the map of '{reader}' is not known: only to_torch and PrimaryCapsules tell")
    node = next(node for node in model.graph.nodes if node.op == "call_module" and node.target == reader).args[0]
    if node.op != "call_module" or len(node.users) > 1:
        raise ValueError(f"'{node.name}', which '{reader}' reads, must be a convolution that nothing else reads")
    return node.target


def check_conv(path, conv, capsules, voter, voter_path):
    """Raises unless each capsule comes of filters of one plain convolution and has its matrices in `voter`."""
    if not isinstance(conv, nn.Conv2d) or conv.groups != 1 or conv.out_channels % capsules.dim:
        raise ValueError(f"'{path}' must be a convolution without groups whose filters divide into capsules, not {conv}")
    types = conv.out_channels // capsules.dim
    if voter.inputs % types or voter.weight.shape[2] != capsules.dim:
        raise ValueError(
            f"'{voter_path}' votes for {voter.inputs} capsules of {voter.weight.shape[2]} values, which are not the "
            f"{types} types of {capsules.dim} values that '{path}' makes"
        )


def types_of(model: nn.Module) -> int:
    """How many types of primary capsules a model has. Raises a ValueError as `remove_types`.

    >>> from squeezelab.bridge import to_torch
    >>> from squeezelab.networks import capsnet
    >>> types_of(to_torch(capsnet("tiny")))
    8
    """
    part = primary_part(model)
    return model.get_submodule(part.conv).out_channels // model.get_submodule(part.capsules).dim


def checked_types(keep, types):
    """Ascending numbers of types; raises for none, twice the same one, and numbers that are no types of the model."""
    if isinstance(keep, (int, str)) or not hasattr(keep, "__iter__"):
        raise ValueError(f"the types to keep are their numbers, as best_types(scores, 4) gives them, not {keep!r}")
    places = sorted([whole(plain(place), "a type to keep", 0) for place in keep])
    if not places:
        raise ValueError(f"no type would be left: keep at least one of the {types}")
    if places[-1] >= types:
        raise ValueError(f"the model has the types 0 to {types - 1}, so that {places[-1]} cannot be kept")
    if len(set(places)) < len(places):
        raise ValueError(f"a type is kept twice: {places}")
    return places


def remove_types(model: nn.Module, keep: list) -> nn.Module:
    """A smaller copy of a CapsNet with the primary capsules of the types `keep` alone; the others' filters and matrices are gone.

    It computes what `masked_types` does, for any number of iterations. Models: what `to_torch` makes of `capsnet` or of
    `capsnet_on`, with or without a decoder, shared matrices or a routing bias; `vote_free` and `with_xnor` of those; and a
    `PrimaryCapsules` before a `Routing`. Raises a ValueError, naming the layer, for a model of which it does not know what a type
    is, and for types that are none, none at all, or twice the same.

    >>> from squeezelab.bridge import to_torch
    >>> from squeezelab.networks import capsnet
    >>> small = remove_types(to_torch(capsnet("tiny")), [0, 3, 5, 6])
    >>> sum(parameter.numel() for parameter in small.parameters()) == capsnet("tiny", types=4).params
    True
    """
    made, part, places, filters, rows = chosen_rows(model, keep)
    conv, voter = made.get_submodule(part.conv), made.get_submodule(part.votes)
    conv.weight, conv.bias = shortened(conv.weight, filters), shortened(conv.bias, filters)
    conv.out_channels = len(filters)
    if len(voter.weight) == voter.inputs:  # not one matrix shared by all
        voter.weight = shortened(voter.weight, rows)
    voter.inputs = len(rows)
    return made


def masked_types(model: nn.Module, keep: list) -> nn.Module:
    """A copy of a CapsNet in which the types that are not in `keep` are zero: filters and biases. Raises as `remove_types`.

    >>> from squeezelab.bridge import to_torch
    >>> from squeezelab.networks import capsnet
    >>> masked_types(to_torch(capsnet("tiny")), [1]).primary.bias.count_nonzero().item()
    8
    """
    made, part, _, filters, _ = chosen_rows(model, keep)
    conv = made.get_submodule(part.conv)
    mask = torch.zeros(conv.out_channels).index_fill_(0, torch.tensor(filters), 1)
    with torch.no_grad():
        conv.weight.mul_(mask[:, None, None, None])
        if conv.bias is not None:
            conv.bias.mul_(mask)
    return made


def chosen_rows(model, keep):
    """(a copy of the model, its `PrimaryPart`, types that stay, their filters, their rows of matrices)."""
    part, types = primary_part(model), types_of(model)
    places = checked_types(keep, types)
    dim, each = model.get_submodule(part.capsules).dim, model.get_submodule(part.votes).inputs // types
    filters = [place * dim + value for place in places for value in range(dim)]
    rows = [place * each + where for place in places for where in range(each)]
    return independent_copy(model), part, places, filters, rows


def shortened(value, places):
    """A parameter with some of its rows; None stays None."""
    if value is None:
        return None
    return nn.Parameter(value.detach()[torch.tensor(places, device=value.device)].clone(), value.requires_grad)
