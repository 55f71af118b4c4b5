"""The same CapsNet with another loop order: its routing as one module that never builds the votes."""

import torch
from torch import fx

from ..bridge.capsule_modules import Agreement, CapsuleSum, Learnt, Squash, Votes
from ..bridge.routing import Routing
from .reading import check_graph, with_graph


def vote_free(model: fx.GraphModule, iterations: int | None = None) -> fx.GraphModule:
    """A model that computes what `model` does, on the same parameters under the same names, each routing in it one `Routing`.

    It takes about as long as with votes, on three fifths of the memory for the paper's network (recorded in routing_time.json).
    iterations: another number of them, or None for the model's own.
    Raises a ValueError for a model without votes, for votes that are read by anything but a routing, and for iterations below 1.

    >>> import torch
    >>> from squeezelab.bridge import to_torch
    >>> from squeezelab.networks import capsnet
    >>> model, images = to_torch(capsnet("tiny")), torch.rand(2, 1, 28, 28)
    >>> torch.allclose(model(images), vote_free(model)(images), atol=1e-5)
    True
    """
    check_graph(model)
    graph, copied = fx.Graph(), {}
    graph.output(graph.graph_copy(model.graph, copied))
    made = with_graph(model, graph)
    votes = [node for node in made.graph.nodes if isinstance(part_at(model, node), Votes)]
    if not votes:
        raise ValueError("the model has no votes: to_torch(capsnet(…)) makes one that has")
    for node in votes:
        replace_routing(made, model, node, iterations)
    made.delete_all_unused_submodules()
    made.recompile()
    return made


def part_at(model, node):
    return model.get_submodule(node.target) if node.op == "call_module" else None


def replace_routing(made, model, votes, iterations):
    """Puts one call in the place of a routing: from its votes to the last squash that is made of them."""
    inside, squashes, sums, detach = {votes}, [], 0, True
    for node in made.graph.nodes:
        part, read = part_at(model, node), inside & set(node.all_input_nodes)
        if not read or read == set(squashes[-1:]) and not isinstance(part, (Agreement, CapsuleSum)):
            continue  # no part of the routing, or what reads its result
        inside.add(node)
        sums += isinstance(part, CapsuleSum)
        squashes += [node] if isinstance(part, Squash) else []
        detach = part.detach if isinstance(part, Agreement) else detach
    if not squashes or any(user not in inside for node in inside - {squashes[-1]} for user in node.users):
        raise ValueError(f"the votes '{votes.target}' are read by more than a routing, so that they must be built")
    biases = {node for one in inside for node in one.all_input_nodes if isinstance(part_at(model, node), Learnt)}
    for bias in biases:
        votes.prepend(bias)
    routing = on_matrices(model.get_submodule(votes.target), sums if iterations is None else iterations, detach)
    set_part(made, votes.target, routing)
    votes.args = (*votes.args, *biases)
    squashes[-1].replace_all_uses_with(votes, delete_user_cb=lambda user: user not in inside)
    for node in reversed(made.graph.nodes):
        if node in inside - {votes}:
            made.graph.erase_node(node)


def on_matrices(votes, iterations, detach):
    """A `Routing` that never builds votes, on the matrices of a `Votes`."""
    _, capsules, dim_in, dim = votes.weight.shape
    with torch.random.fork_rng(devices=[]):  # fresh weights are drawn, and let go
        made = Routing(votes.inputs, capsules, dim_in, dim, iterations, "vote_free", detach, shared=votes.shared)
    made.weight = votes.weight
    return made


def set_part(model, path, module):
    scope, _, name = path.rpartition(".")
    setattr(model.get_submodule(scope), name, module)
