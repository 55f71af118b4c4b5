"""What a model is trained for and judged by: a loss, how many of a batch are right, and the sums of both over many batches."""

import torch
from torch.nn.functional import cross_entropy

from ..core.checks import is_number, plain
from .choices import check_callable
from .models import dtype_name


class Objective:
    """A loss and a score, each a function of (outputs, labels).

    Under `cross_entropy` labels are class numbers and checked to be, and an image is right whose largest output is its class.
    What another loss reads, it must check itself; without a score nothing says then how many are right.
    """

    def __init__(self, loss, score):
        check_callable("loss", loss)
        if score is not None:
            check_callable("score", score)
        self.function, self.own_score = loss, score
        self.reads_classes = loss is cross_entropy
        self.score = largest_is_right if self.reads_classes and score is None else score

    def loss(self, outputs, labels):
        """The loss of a batch, a tensor of one number; raises for anything else, and for labels outside the classes."""
        if self.reads_classes:
            check_labels(labels, outputs)
        loss = self.function(outputs, labels)
        if not isinstance(loss, torch.Tensor) or loss.numel() != 1:
            given = score_text(loss) if isinstance(loss, torch.Tensor) else type(loss).__name__
            raise ValueError(f"the loss must be a tensor of one number, such as the mean over a batch, not {given}")
        return loss

    def summed_loss(self, outputs, labels):
        """The losses of all images of a batch together, a number."""
        if self.reads_classes:
            check_labels(labels, outputs)
            return float(cross_entropy(outputs, labels, reduction="sum"))
        return float(self.loss(outputs, labels)) * len(labels)

    def count_right(self, outputs, labels):
        """How many of a batch are right, a number from 0 to its size, or None without a score; raises for anything else."""
        if self.score is None:
            return None
        with torch.no_grad():  # a score is no part of what is trained: nothing is kept for a backward pass, nothing metered
            count = self.score(outputs, labels)
        if not is_number(count) or not 0 <= plain(count) <= len(labels):
            n = len(labels)
            raise ValueError(
                f"the score must be how many of the {n} in a batch are right, a number in 0..{n}, not {score_text(count)}"
            )
        return plain(count)


class Tally:
    """Sums over the batches seen so far, and the means that follow."""

    def __init__(self):
        self.count = self.losses = self.right = 0

    def add(self, count, losses, right):
        """`count` images more; `right`: None where nobody counts."""
        self.count, self.losses = self.count + count, self.losses + losses
        self.right = None if right is None else self.right + right

    @property
    def loss(self):
        """Mean over the images."""
        return self.losses / self.count

    @property
    def accuracy(self):
        """Share of the images that are right, or None."""
        return None if self.right is None else self.right / self.count


def largest_is_right(outputs, labels):
    """How many images have the largest of their outputs (batch, classes) at their label (batch,)."""
    return (outputs.argmax(1) == labels).sum()


def score_text(value):
    """What came instead of the number asked for: a number, or what only looks like one, as it is; anything else by its kind.

    >>> score_text(torch.zeros(4)), score_text(-1), score_text(torch.tensor(7)), score_text("all")
    ('a tensor of shape (4,)', '-1', '7', 'str')
    """
    if isinstance(value, torch.Tensor):
        return str(value.item()) if value.numel() == 1 else f"a tensor of shape {tuple(value.shape)}"
    return repr(value) if is_number(value) or isinstance(value, bool) or value is None else type(value).__name__


def check_labels(labels, outputs):
    """Raises unless there is one label an image, and each is one of the classes that the model tells apart."""
    if labels.dim() != 1:
        raise ValueError(
            f"one label an image is needed, of shape (n,), not {tuple(labels.shape)}: give a loss and a score of your own"
        )
    if not isinstance(outputs, torch.Tensor) or outputs.dim() != 2 or len(outputs) != len(labels):
        given = tuple(outputs.shape) if isinstance(outputs, torch.Tensor) else type(outputs).__name__
        raise ValueError(f"the model must give one value a class, of shape ({len(labels)}, classes), not {given}")
    if labels.dtype != torch.int64:
        raise ValueError(f"labels are class numbers of type int64, not {dtype_name(labels)}: labels.long() makes them so")
    low, high, classes = int(labels.min()), int(labels.max()), outputs.shape[1]
    if low < 0 or high >= classes:
        wrong = low if low < 0 else high
        raise ValueError(f"label {wrong} is outside the {classes} classes, 0 to {classes - 1}, that the model tells apart")
