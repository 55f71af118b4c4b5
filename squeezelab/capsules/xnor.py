"""Routing with one bit where it multiplies most: XnODR and XnIDR (Sun, Fard, Mahoor 2023, arXiv 2111.10854) [read: their code].

A number becomes its sign, and what that loses a mean size: x ≈ sign(x) · mean |x|. Of the two products of routing

    XnODR   binarises the votes       û_ij,d = (Σ_k sign(u_i,k) · sign(W_ij,kd)) · mean_k |u_i,k| · mean_k |W_ij,kd|
    XnIDR   binarises the agreement   b_ij  += (Σ_d sign(û_ij,d) · sign(v_j,d)) · mean_d |û_ij,d| · mean_d |v_j,d|

and leaves the other as it was. The counts in brackets are whole numbers, which machines make of xor and a count of bits; torch
does not, so that this shows what is learnt and nothing of what is saved: `compression.binary_capsules` counts that. The authors'
input capsules pass a batch norm and a ReLU first; ours come as they are.
"""

import torch
from torch import nn

from ..bridge import register
from ..bridge.capsule_modules import Agreement, Votes, votes_of
from ..bridge.independent import independent_copy
from ..bridge.read_capsules import routing_layers
from ..bridge.routing import BuiltVotes, Routing, VoteFree
from ..core.checks import choose
from ..quantize.binary import with_width


class CapsuleSign(torch.autograd.Function):
    """sign(x), of 0 as −1, with the gradient of x where |x| ≤ 1: 2 · round(clip(x / 2 + ½, 0, 1)) − 1, and a half rounds to 0."""

    @staticmethod
    def forward(context, x):
        context.save_for_backward(x)
        return torch.where(x > 0, 1.0, -1.0).to(x.dtype)

    @staticmethod
    def backward(context, gradient):
        (x,) = context.saved_tensors
        return gradient * (x.abs() <= 1)


def xnorize(x: torch.Tensor, dim: int = -1) -> tuple[torch.Tensor, torch.Tensor]:
    """(signs of x, 0 counting as −1; mean |x| along the side `dim`, which becomes 1). The scale is a constant to the gradient,
    and a sign lets through what lies from −1 to 1 (straight-through). Raises an IndexError for a side that is not there.

    >>> x = torch.tensor([0.5, 0.0, -2.5], requires_grad=True)
    >>> signs, scale = xnorize(x)
    >>> signs.tolist(), scale.tolist()
    ([1.0, -1.0, -1.0], [1.0])
    >>> (signs * scale).sum().backward()
    >>> x.grad.tolist()
    [1.0, 1.0, 0.0]
    """
    return CapsuleSign.apply(x), x.detach().abs().mean(dim, keepdim=True)


def binary_votes_of(u, weight):
    """Votes (B, J, N, D) of the signs of capsules (B, N, Din) and matrices (N or 1, J, Din, D): a count, times both scales."""
    signs, sizes = xnorize(u, 2)  # (B, N, Din), (B, N, 1)
    weight_signs, weight_sizes = xnorize(weight, 2)  # (N, J, Din, D), (N, J, 1, D)
    counts = votes_of(signs, weight_signs)  # whole numbers from −Din to Din
    return counts * sizes[:, None] * weight_sizes[:, :, 0].transpose(0, 1)


def binary_agreement(votes, v):
    """Agreement (B, J, N) of the signs of votes (B, J, N, D) and capsules (B, J, D)."""
    signs, sizes = xnorize(votes, 3)  # (B, J, N, D), (B, J, N, 1)
    v_signs, v_sizes = xnorize(v, 2)  # (B, J, D), (B, J, 1)
    counts = torch.einsum("bjnd,bjd->bjn", signs, v_signs)  # whole numbers from −D to D
    return counts * sizes[..., 0] * v_sizes


class XnodrVotes(Votes):
    """`Votes` of signs: XnODR. Its weights stay numbers, behind their signs, and are trained."""

    def forward(self, u):
        return binary_votes_of(u, self.weight)


class XnidrAgreement(Agreement):
    """An `Agreement` of signs: XnIDR. The votes, and the sums of them, stay numbers."""

    def forward(self, votes, v):
        if self.detach:
            votes, v = votes.detach(), v.detach()
        return binary_agreement(votes, v)


class BinarilyAgreed(BuiltVotes):
    """Built votes that are weighted as they are, and agree by their signs."""

    def detached(self):
        return BinarilyAgreed(None, None, self.votes.detach())

    def agreement(self, v):
        return binary_agreement(self.votes, v)


class XnodrRouting(Routing):
    """A `Routing` with XnODR's votes, in the order that never builds them: as if signs times sizes were capsules and matrices.

    Arguments and shapes are those of `Routing`, and so is what it raises.

    >>> XnodrRouting(128, 10, 8, 16)(torch.rand(2, 128, 8)).shape
    torch.Size([2, 10, 16])
    """

    def product(self, u):
        signs, sizes = xnorize(u, 2)
        weight_signs, weight_sizes = xnorize(self.weight, 2)
        return VoteFree(signs * sizes, weight_signs * weight_sizes)


class XnidrRouting(Routing):
    """A `Routing` with XnIDR's agreement, which needs the votes to be built.

    Arguments and shapes are those of `Routing`, and so is what it raises.

    >>> XnidrRouting(128, 10, 8, 16)(torch.rand(2, 128, 8)).shape
    torch.Size([2, 10, 16])
    """

    def product(self, u):
        return BinarilyAgreed(u, self.weight)


# form: {a part of a model: the binary part in its place}
XNOR_FORMS = {
    "xnodr": {Votes: XnodrVotes, Routing: XnodrRouting},
    "xnidr": {Agreement: XnidrAgreement, Routing: XnidrRouting},
}


def with_xnor(model: nn.Module, form: str) -> nn.Module:
    """A copy of a CapsNet whose routing is "xnodr" or "xnidr", with the parameters that it has as a start for `fit`.

    It takes what `to_torch(capsnet(…))` makes, what `vote_free` makes of that, and models with a `Routing`. Raises a ValueError
    for another form, and where there is nothing to binarise: no routing, or for "xnidr" one without an agreement.

    >>> from squeezelab.bridge import to_torch
    >>> from squeezelab.networks import capsnet
    >>> model = with_xnor(to_torch(capsnet("tiny")), "xnodr")
    >>> type(model.digits.votes).__name__, model.digits.votes.weight.shape
    ('XnodrVotes', torch.Size([128, 10, 8, 16]))
    """
    twins, made = choose("binary routing", form, XNOR_FORMS), independent_copy(model)
    found = [(path, part) for path, part in made.named_modules() if type(part) in twins]
    if not found or form == "xnidr" and all(getattr(part, "iterations", 2) == 1 for _, part in found):
        what = "agreement (one iteration has none)" if form == "xnidr" else "routing"
        raise ValueError(f"the model has no {what} to binarise: to_torch(capsnet(…)) makes one that has")
    for path, part in found:
        if not path:
            return binary_routing(part, twins[type(part)])
        scope, _, name = path.rpartition(".")
        setattr(made.get_submodule(scope), name, binary_routing(part, twins[type(part)]))
    return made


def binary_routing(part, kind):
    """A module of another kind with the state of this one: they compute with the same attributes."""
    made = kind.__new__(kind)
    nn.Module.__init__(made)
    made.__dict__.update(part.__dict__)
    return made


def read_xnodr(net, module, u):
    """XnODR's votes in a `Network`: votes with weights of one bit. (That what they read has one, too, no width of a map says, for
    the input capsules may have other readers; nor does any the bits of XnIDR's agreement, whose votes are summed as numbers.)"""
    _, capsules, _, dim = module.weight.shape
    made = net.votes(u, capsules, dim, module.shared, name="votes")
    net.weight_bits = with_width(net.weight_bits, made)
    return made


def read_xnidr(net, module, votes, v):
    return net.agreement(votes, v, module.detach, name="agreement")


def read_binary_routing(net, module, u, bias=None):
    """A binary routing in one module, as the layers that it stands for."""
    made = routing_layers(net, module, u, bias, "routing")
    if isinstance(module, XnodrRouting):
        votes = next(layer for layer in reversed(net.layers) if layer.op == "votes")
        net.weight_bits = with_width(net.weight_bits, votes)
    return made


READERS = {
    XnodrVotes: read_xnodr,
    XnidrAgreement: read_xnidr,
    XnodrRouting: read_binary_routing,
    XnidrRouting: read_binary_routing,
}
for kind, reader in READERS.items():
    register(kind, reader)
