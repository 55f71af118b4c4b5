"""What a type of primary capsules is worth to a trained CapsNet, a number a type, higher is kept; `sparse` removes the others."""

import torch
from torch import nn

from ..bridge.independent import independent_copy
from ..core.checks import choose, whole
from ..training.models import evaluation_mode, outputs_of
from .losses import margin_loss
from .sparse import primary_part, types_of


def matrices_of_types(model, part):
    """The norm ‖W_t‖ of all matrices that read a type: (types,). Shared ones read every type alike."""
    weight, types = model.get_submodule(part.votes).weight.detach(), types_of(model)
    squares = weight.square().sum((1, 2, 3))  # (N,) or (1,)
    return squares.view(types, -1).sum(1).sqrt() if len(squares) > 1 else squares.sqrt().expand(types).clone()


def watched(model, part, images, grad=False):
    """(outputs, the capsules as they are read (B, N, dim)) of images; with `grad` the capsules keep their gradients."""
    seen, voter = [], model.get_submodule(part.votes)

    def keep(module, inputs):
        seen.append(inputs[0])
        if grad:
            inputs[0].retain_grad()

    hook = voter.register_forward_pre_hook(keep)
    try:
        outputs = outputs_of(model, images)
    finally:
        hook.remove()
    return outputs, seen[0]


def type_activity(model, part, batches):
    """mean |u| of a type's capsules · ‖W_t‖ [ours]: (types,)."""
    types, total, count = types_of(model), 0, 0
    with evaluation_mode(model):
        for images, _ in batches:
            lengths = watched(model, part, images)[1].norm(dim=2)  # (B, N)
            total, count = total + lengths.unflatten(1, (types, -1)).mean(2).sum(0), count + len(images)
    return total / count * matrices_of_types(model, part)


def type_taylor(model, part, batches):
    """mean |u · ∂L/∂u| over a type's capsules, L the margin loss: what the loss would change by without them, to first order, as
    PrunedCaps ranks single capsules [2nd]: (types,)."""
    types, total, count = types_of(model), 0, 0
    model = independent_copy(model).eval()
    for images, labels in batches:
        lengths, u = watched(model, part, images, grad=True)
        margin_loss(lengths, labels).mul(len(images)).backward()
        each = (u.detach() * u.grad).sum(2).abs()  # (B, N), of each image's own loss
        total, count = total + each.unflatten(1, (types, -1)).mean(2).sum(0), count + len(images)
    return total / count


SCORES = {
    "activity": lambda model, part, batches, seed: type_activity(model, part, batches),
    "taylor": lambda model, part, batches, seed: type_taylor(model, part, batches),
    "weights": lambda model, part, batches, seed: matrices_of_types(model, part),
    "random": lambda model, part, batches, seed: torch.rand(types_of(model), generator=torch.Generator().manual_seed(seed)),
}


def type_scores(
    model: nn.Module, data: object = None, by: str = "activity", seed: int = 0, batch_size: int = 256
) -> torch.Tensor:
    """What each type of primary capsules is worth to a trained model, (types,), higher is kept.

    by: "activity", mean |u| over images and places times ‖W_t‖ [ours]; "taylor", mean |u · ∂L/∂u| of the margin loss; "weights",
    ‖W_t‖ alone; "random", a draw by `seed`, the control that a score must beat. data: `Examples`, never those of a test; the
    last two need none. Raises a ValueError for another score, for missing data and for test data, and as `remove_types`.

    >>> from squeezelab.bridge import to_torch
    >>> from squeezelab.networks import capsnet
    >>> type_scores(to_torch(capsnet("tiny")), by="weights").shape
    torch.Size([8])
    """
    score, part = choose("score of types", by, SCORES), primary_part(model)
    batches = None
    if by in ("activity", "taylor"):
        if data is None or not hasattr(data, "batches"):
            raise ValueError(f"types are scored by {by} on examples, as digits()[0] has them, not on a {type(data).__name__}")
        if getattr(data, "split", None) == "test":
            raise ValueError("types are scored on training examples: what is chosen on a test set is not tested by it")
        batches = data.batches(batch_size, shuffle=False)
    return score(model, part, batches, whole(seed, "the seed", 0))


def best_types(scores: torch.Tensor, count: int) -> list:
    """The numbers of the `count` types of the highest scores, ascending. Raises a ValueError for more types than there are, and
    for scores that are none: of another shape than (types,), or NaN.

    >>> best_types(torch.tensor([0.1, 0.7, 0.3]), 2)
    [1, 2]
    """
    if not isinstance(scores, torch.Tensor) or scores.ndim != 1 or scores.isnan().any():
        raise ValueError(f"scores are numbers (types,), as type_scores gives them, not {scores!r}")
    if whole(count, "the number of types to keep") > len(scores):
        raise ValueError(f"{count} types cannot be kept of {len(scores)}")
    return sorted(scores.argsort(descending=True, stable=True)[:count].tolist())
