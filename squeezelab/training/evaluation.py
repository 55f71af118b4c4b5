"""How good a model is on examples it has not seen."""

from collections import namedtuple
from collections.abc import Callable, Iterable

import torch
from torch import nn

from ..data import Examples
from .batches import Feed
from .device import best_device
from .models import check_model, evaluation_mode, home_of, outputs_of
from .objective import Objective, Tally

Score = namedtuple("Score", "accuracy loss")
Score.__doc__ = """`accuracy`: share of the examples that are right, those whose largest output is the right class unless another
score counts them, None where nothing does; `loss`: mean over the examples, of the cross-entropy in nats unless another is given.

>>> Score(0.5, 0.693).accuracy
0.5
"""


def evaluate(
    model: nn.Module,
    data: Examples | Iterable,
    batch_size: int = 500,
    device: torch.device | str | None = None,
    *,
    loss: Callable = nn.functional.cross_entropy,
    score: Callable | None = None,
) -> Score:
    """The `Score` of `model` on `data`, in evaluation mode; the model's own mode and its gradients stay as they were.

    The model is moved only if `device` is given. loss, score: as in `fit`, for outputs and labels of any form. Raises a
    ValueError for empty data, a batch that the model cannot take, labels outside the classes, and a score that is no count.

    >>> images, labels = torch.eye(4).reshape(4, 1, 2, 2), torch.tensor([0, 1, 2, 0])
    >>> evaluate(nn.Flatten(), [(images, labels)]).accuracy
    0.75
    >>> evaluate(nn.Flatten(), [(images, images)], loss=lambda outputs, targets: (outputs - targets.flatten(1)).abs().mean())
    Score(accuracy=None, loss=0.0)
    """
    check_model(model)
    objective = Objective(loss, score)
    device = best_device(device) if device is not None else home_of(model)
    model.to(device)
    seen = Tally()
    with evaluation_mode(model):
        for images, labels in Feed(data, batch_size, device).batches():
            outputs = outputs_of(model, images)  # (batch, classes), or whatever loss and score take
            seen.add(len(labels), objective.summed_loss(outputs, labels), objective.count_right(outputs, labels))
    return Score(seen.accuracy, seen.loss)
