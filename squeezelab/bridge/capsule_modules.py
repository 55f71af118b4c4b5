"""Capsule layers of a `Network` as torch modules: one small module an op, so that each can be found, hooked and read back.

Shapes: B images, N input capsules of Din values, J output capsules of D values. Source: Sabour, Frosst, Hinton 2017
(arXiv 1710.09829), Sec. 2 and 4.
"""

import torch
from torch import nn

from ..core.checks import whole

START = 0.1  # standard deviation of fresh transformations [ours, as most public code]
EPSILON = 1e-8  # under the root of a length, so that its gradient at 0 is a number


def squash(s: torch.Tensor, epsilon: float = EPSILON) -> torch.Tensor:
    """Vectors along the last side, as long as n² / (1 + n²) where they were n long, their directions kept: eq. 1 of the paper.

    epsilon: added to n² under the root alone, so that the gradient at 0 is √epsilon and no NaN.

    >>> squash(torch.tensor([3.0, 4.0]))  # 5 long: 25 / 26 of a unit vector
    tensor([0.5769, 0.7692])
    """
    square = (s * s).sum(-1, keepdim=True)  # (…, 1)
    return s * ((square + epsilon).sqrt() / (1 + square))


class Capsules(nn.Module):
    """A map read as capsules of `dim` values: (B, types·dim, H, W) → (B, types·H·W, dim).

    A capsule is a vector over `dim` neighbouring *channels* at one place of the map; those of a type lie together, row by row.
    (`view(B, -1, dim)`, found in public code, would take neighbouring pixels of one channel instead.)
    """

    def __init__(self, dim):
        super().__init__()
        self.dim = whole(dim, "the values of a capsule")

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] % self.dim:
            raise ValueError(
                f"capsules of {self.dim} values are read from maps (images, channels, height, width) whose channels they "
                f"divide, not from {shape_or_kind(x)}"
            )
        x = x.flatten(2).unflatten(1, (-1, self.dim))  # (B, types, dim, places)
        return x.transpose(2, 3).flatten(1, 2)

    def extra_repr(self):
        return f"dim={self.dim}"


class Squash(nn.Module):
    """`squash` as a layer."""

    def forward(self, s):
        return squash(s)


class Votes(nn.Module):
    """What each of N capsules predicts for each of J: (B, N, Din) → (B, J, N, D), with a matrix for every pair.

    weight: (N, J, Din, D), or (1, J, Din, D) if the matrices of a class are `shared` by all inputs (Gu and Tresp 2020).
    """

    def __init__(self, inputs, capsules, dim_in, dim, shared=False):
        super().__init__()
        self.inputs, self.shared = inputs, shared
        self.weight = fresh_matrices(inputs, capsules, dim_in, dim, shared)

    def forward(self, u):
        check_matrices(self, u)
        return votes_of(u, self.weight)

    def extra_repr(self):
        _, capsules, dim_in, dim = self.weight.shape
        return f"{self.inputs}×{dim_in} → {capsules}×{dim}" + (", shared" if self.shared else "")


def shape_or_kind(x):
    """What an error says that was given: the shape of a tensor, the kind of anything else."""
    return tuple(x.shape) if isinstance(x, torch.Tensor) else f"a {type(x).__name__}"


def fresh_matrices(inputs, capsules, dim_in, dim, shared):
    """The matrices (inputs, capsules, dim_in, dim) of a layer as they start, (1, …) for all inputs; raises for no counts."""
    for value, what in ((inputs, "inputs"), (capsules, "capsules"), (dim_in, "values in"), (dim, "values out")):
        whole(value, f"the number of {what}")
    return nn.Parameter(START * torch.randn(1 if shared else inputs, capsules, dim_in, dim))


def check_matrices(layer, u):
    """Raises unless u are the input capsules (B, inputs, Din) that a layer has matrices for."""
    asked = layer.inputs, layer.weight.shape[2]
    if not isinstance(u, torch.Tensor) or u.ndim != 3 or tuple(u.shape[1:]) != asked:
        raise ValueError(
            f"here are matrices for capsules (images, {asked[0]}, {asked[1]}), not {shape_or_kind(u)}: an image of another size?"
        )
    check_types(u, layer.weight)


def check_types(u, weight):
    """Raises unless capsules and matrices are numbers of one type, but where `torch.autocast` sees to that."""
    if u.dtype != weight.dtype and not torch.is_autocast_enabled(u.device.type):
        raise ValueError(f"capsules of {u.dtype} do not go through matrices of {weight.dtype}: bring both to one type")


def check_beside_the_votes(votes, other, what, sides):
    """Raises unless these are votes (B, J, N, D), and what is multiplied with them has these sides of theirs."""
    if votes.ndim != 4:
        raise ValueError(f"votes have the shape (images, outputs, inputs, values), not {tuple(votes.shape)}")
    asked = tuple([votes.shape[side] for side in sides])
    if other is not None and tuple(other.shape) != asked:
        raise ValueError(f"to votes {tuple(votes.shape)} belong {what} {asked}, not {tuple(other.shape)}")


def votes_of(u, weight):
    """Votes (B, J, N, D) of capsules u (B, N, Din): a product of matrices for every input capsule, all in one call."""
    shared, capsules, dim_in, dim = weight.shape
    if shared == 1:
        votes = u @ weight[0].transpose(0, 1).flatten(1)  # (B, N, J·D)
        return votes.unflatten(2, (capsules, dim)).transpose(1, 2)
    matrices = weight.transpose(1, 2).flatten(2)  # (N, Din, J·D)
    votes = torch.bmm(u.transpose(0, 1), matrices)  # (N, B, J·D)
    return votes.unflatten(2, (capsules, dim)).permute(1, 2, 0, 3)


class CapsuleSum(nn.Module):
    """Votes (B, J, N, D) added up as the couplings (B, J, N) weigh them → (B, J, D); without couplings all are 1/J."""

    def forward(self, votes, couplings=None):
        check_beside_the_votes(votes, couplings, "couplings", (0, 1, 2))
        if couplings is None:
            return votes.sum(2) / votes.shape[1]
        return torch.einsum("bjn,bjnd->bjd", couplings, votes)


class Agreement(nn.Module):
    """The product of each vote (B, J, N, D) with the capsule it was cast for (B, J, D) → (B, J, N).

    detach: what is learnt does not pass through it, so that couplings are constants to the gradient.
    """

    def __init__(self, detach=True):
        super().__init__()
        self.detach = detach

    def forward(self, votes, v):
        check_beside_the_votes(votes, v, "output capsules", (0, 1, 3))
        if self.detach:
            votes, v = votes.detach(), v.detach()
        return torch.einsum("bjnd,bjd->bjn", votes, v)

    def extra_repr(self):
        return f"detach={self.detach}"


class Lengths(nn.Module):
    """The length of each capsule: (B, J, D) → (B, J); differentiable at 0, where it is 1e-4."""

    def forward(self, v):
        return ((v * v).sum(-1) + EPSILON).sqrt()


class Mask(nn.Module):
    """All capsules but one set to 0, and flat: (B, J, D) → (B, J·D). What is left is the longest, or that of `classes`.

    classes: None, or the class of each image (B,), as a decoder in training is told it; it holds until it is changed.
    """

    def __init__(self):
        super().__init__()
        self.classes = None

    def forward(self, v):
        classes = (v * v).sum(-1).argmax(1) if self.classes is None else self.classes
        if len(classes) != len(v):
            raise ValueError(f"the mask was told {len(classes)} classes, and here are {len(v)} images: set its `classes` anew")
        return one_left(v, classes)


def forget_classes(model):
    """Lets all masks of a model look for the longest capsules: the classes that they were told are those of one batch."""
    for part in model.modules():
        if isinstance(part, Mask):
            part.classes = None
    return model


def one_left(v, classes):
    """Capsules (B, J, D), all but those of `classes` (B,) set to 0, as vectors (B, J·D)."""
    kept = nn.functional.one_hot(classes, v.shape[1]).to(v.dtype)  # (B, J)
    return (v * kept[:, :, None]).flatten(1)


class Learnt(nn.Module):
    """Learnt values that read nothing, such as the bias of a routing: the same for every image."""

    def __init__(self, shape, start=0.1):
        super().__init__()
        self.weight = nn.Parameter(torch.full(tuple(shape), float(start)))

    def forward(self):
        return self.weight[None]  # (1, …), one for all images

    def extra_repr(self):
        return f"{tuple(self.weight.shape)}"
