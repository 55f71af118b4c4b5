"""Routing by agreement as one module, in two loop orders that give the same: with votes, and without ever building them.

    û_ij = u_i W_ij,   b = 0;   r times:  c_i = softmax over j of b_i,  s_j = Σ_i c_ij û_ij,  v_j = squash(s_j),  b_ij += û_ij·v_j

Source: Sabour, Frosst, Hinton 2017 (arXiv 1710.09829), procedure 1. The vote-free order is ours: a product û_ij·v_j is
u_i·(W_ij v_j), and a sum Σ c_ij û_ij is [c_1j u_1 … c_Nj u_N] times the matrices of class j on top of each other.
"""

from copy import copy

import torch
from torch import nn

from ..core.checks import check_choice, choose, pair, whole
from ..networks.routing_cost import ROUTING_FORMS
from .capsule_modules import Capsules, Squash, check_matrices, check_types, fresh_matrices, shape_or_kind, squash, votes_of


def route(
    inputs: torch.Tensor,
    weight: torch.Tensor,
    iterations: int = 3,
    form: str = "votes",
    detach: bool = True,
    bias: torch.Tensor | None = None,
) -> torch.Tensor:
    """Output capsules (B, J, D) of input capsules (B, N, Din), with the matrices weight (N, J, Din, D), or (1, J, Din, D) shared.

    form: "votes" builds all of them, N·J·D values an image, and goes over them 2·iterations − 1 times; "vote_free" multiplies
    more and moves less. detach: couplings are constants to the gradient, as in most public code; without it the gradient passes
    through every iteration, as in the paper's own. bias (J, D): added to each sum, as the paper's code does.

    Raises a ValueError for shapes that do not chain, iterations below 1 and an unknown form.

    >>> route(torch.ones(1, 4, 8), torch.zeros(4, 10, 8, 16)).shape
    torch.Size([1, 10, 16])
    """
    check_route(inputs, weight, bias)
    return routed(product_of(inputs, weight, form), iterations, detach, bias)


def product_of(inputs, weight, form):
    """Inputs and matrices as what routing asks of them, sums over votes and agreements with them, in one of the two orders."""
    return choose("form", form, PRODUCTS)(inputs, weight)


def routed(product, iterations, detach, bias=None):
    """Output capsules (B, J, D) of a product of inputs and matrices."""
    whole(iterations, "the number of routing iterations")
    coupled = last_couplings(product.detached() if detach else product, iterations, bias, detach)
    return squash(biased(product.weighted(coupled), bias))


def last_couplings(product, iterations, bias, detach):
    """Couplings (J, …) in the last of so many iterations, None for the first, where all are 1/J."""
    logits, coupled = None, None
    bias = bias.detach() if detach and bias is not None else bias
    for _ in range(iterations - 1):
        v = squash(biased(product.weighted(coupled), bias))
        agreed = product.agreement(v)
        logits = agreed if logits is None else logits + agreed
        coupled = logits.softmax(product.capsule_side)
    return coupled


def biased(s, bias):
    return s if bias is None else s + bias


class BuiltVotes:
    """The votes (B, J, N, D), built once."""

    capsule_side = 1

    def __init__(self, inputs, weight, votes=None):
        self.votes = votes_of(inputs, weight) if votes is None else votes

    def detached(self):
        """The same values, without what they were made of."""
        return BuiltVotes(None, None, self.votes.detach())

    def weighted(self, coupled):
        """Σ over inputs: (B, J, D)."""
        if coupled is None:
            return self.votes.sum(2) / self.votes.shape[1]
        return torch.einsum("bjn,bjnd->bjd", coupled, self.votes)

    def agreement(self, v):
        return torch.einsum("bjnd,bjd->bjn", self.votes, v)


class VoteFree:
    """The same products without votes: couplings go to the inputs, capsules back through the matrices."""

    capsule_side = 0  # couplings are (J, B, N): a product of matrices for each class

    def __init__(self, inputs, weight):
        if len(weight) == 1:
            weight = weight.expand(inputs.shape[1], -1, -1, -1)
        self.inputs = inputs
        self.matrices = weight.transpose(0, 1).flatten(1, 2)  # (J, N·Din, D)

    def detached(self):
        """The same values, without what they were made of."""
        twin = copy(self)
        twin.inputs, twin.matrices = self.inputs.detach(), self.matrices.detach()
        return twin

    def weighted(self, coupled):
        """Σ over inputs: (B, J, D)."""
        if coupled is None:
            sums = self.inputs.flatten(1) @ self.matrices / len(self.matrices)  # (J, B, D)
        else:
            sums = torch.bmm((coupled[..., None] * self.inputs).flatten(2), self.matrices)
        return sums.transpose(0, 1)

    def agreement(self, v):
        back = torch.bmm(v.transpose(0, 1), self.matrices.transpose(1, 2))  # (J, B, N·Din)
        return (back.unflatten(2, self.inputs.shape[1:]) * self.inputs).sum(-1)


PRODUCTS = dict(zip(ROUTING_FORMS, (BuiltVotes, VoteFree)))


def check_route(inputs, weight, bias=None):
    """Raises unless the shapes chain."""
    for tensor, sides, what in (
        (inputs, 3, "input capsules have the shape (images, capsules, values)"),
        (weight, 4, "the matrices have the shape (inputs, capsules, values in, values out)"),
    ):
        if not isinstance(tensor, torch.Tensor) or tensor.ndim != sides:
            raise ValueError(f"{what}, not {shape_or_kind(tensor)}")
    check_types(inputs, weight)
    count, capsules, dim_in, dim = weight.shape
    if count not in (1, inputs.shape[1]) or dim_in != inputs.shape[2]:
        raise ValueError(
            f"{inputs.shape[1]} capsules of {inputs.shape[2]} values do not go through matrices for {count} of {dim_in}"
        )
    if bias is not None and tuple(bias.shape) != (capsules, dim):
        raise ValueError(f"the bias must be ({capsules}, {dim}), a value for each of the outputs', not {tuple(bias.shape)}")


class Routing(nn.Module):
    """`route` as a layer of `capsules` capsules of `dim` values over `inputs` capsules of `dim_in`.

    weight: (inputs, capsules, dim_in, dim), fresh values with a standard deviation of .1; bias: None, or (capsules, dim) that
    starts at .1, as in the paper's code. `iterations` and `form` may be changed at any time: nothing learnt depends on them.
    It may also be called on (capsules, the bias of a `Learnt`), which is how `vote_free` puts it into a network.

    >>> Routing(128, 10, 8, 16)(torch.ones(2, 128, 8)).shape
    torch.Size([2, 10, 16])
    """

    def __init__(
        self,
        inputs: int,
        capsules: int,
        dim_in: int,
        dim: int,
        iterations: int = 3,
        form: str = "vote_free",
        detach: bool = True,
        bias: bool = False,
        shared: bool = False,
    ):
        super().__init__()
        self.iterations = whole(iterations, "the number of routing iterations")
        check_choice("form", form, ROUTING_FORMS)
        self.form, self.detach = form, detach
        self.inputs, self.shared = inputs, shared
        self.weight = fresh_matrices(inputs, capsules, dim_in, dim, shared)
        self.bias = nn.Parameter(torch.full((capsules, dim), 0.1)) if bias else None

    def forward(self, u: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
        check_matrices(self, u)
        bias = self.bias if bias is None else bias[0]
        check_route(u, self.weight, bias)
        return routed(self.product(u), self.iterations, self.detach, bias)

    def product(self, u):
        """Inputs and matrices as `routed` takes them."""
        return product_of(u, self.weight, self.form)

    def extra_repr(self) -> str:
        _, capsules, dim_in, dim = self.weight.shape
        return f"{self.inputs}×{dim_in} → {capsules}×{dim}, iterations={self.iterations}, form={self.form!r}"


class PrimaryCapsules(nn.Sequential):
    """The first capsules of a network: a convolution to types · dim channels, read as capsules, squashed.

    (B, channels, H, W) → (B, types · H' · W', dim); sides as those of `nn.Conv2d`.

    >>> PrimaryCapsules(32, 8, 8, kernel=5, stride=2)(torch.ones(1, 32, 11, 11)).shape
    torch.Size([1, 128, 8])
    """

    def __init__(self, channels: int, types: int, dim: int, kernel: int, stride: int = 1):
        for value, what in ((channels, "channels"), (types, "capsule types"), (dim, "values of a capsule")):
            whole(value, f"the number of {what}")
        kernel, stride = pair(kernel, "the kernel"), pair(stride, "the stride")
        super().__init__()
        self.add_module("conv", nn.Conv2d(channels, types * dim, kernel, stride))
        self.add_module("capsules", Capsules(dim))
        self.add_module("squash", Squash())
