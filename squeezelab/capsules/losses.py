"""What capsules are trained for and judged by. Source: Sabour, Frosst, Hinton 2017 (arXiv 1710.09829), Sec. 3 and 6.

The length of a class's capsule is how sure the network is that the class is there, one by one, so that two may be.
"""

import torch

from ..bridge.capsule_modules import shape_or_kind

PRESENT, ABSENT, DOWN = 0.9, 0.1, 0.5  # m+, m− and λ, eq. 4


def margin_loss(lengths: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean over a batch of Σ_k T_k max(0, .9 − |v_k|)² + ½ (1 − T_k) max(0, |v_k| − .1)², eq. 4.

    lengths: (B, classes). labels: the class of each image (B,), or its k different classes (B, k). Raises a ValueError for other
    shapes, for no images, for labels outside the classes, and for one twice. (The paper's own code halves all of it.)

    >>> margin_loss(torch.zeros(1, 10), torch.tensor([3]))  # nothing is seen: .9²
    tensor(0.8100)
    """
    there = one_hots(lengths, labels)
    missed = (PRESENT - lengths).clamp(min=0) ** 2
    imagined = (lengths - ABSENT).clamp(min=0) ** 2
    return (there * missed + DOWN * (1 - there) * imagined).sum(1).mean()


def one_hots(lengths, labels):
    """T (B, classes): 1 where a class is there."""
    tensors = isinstance(lengths, torch.Tensor) and isinstance(labels, torch.Tensor)
    if not tensors or lengths.ndim != 2 or labels.ndim not in (1, 2) or len(labels) != len(lengths):
        found = f"{shape_or_kind(labels)} beside {shape_or_kind(lengths)}"
        raise ValueError(f"lengths (n, classes) need labels (n,) or (n, k), not {found}")
    check_classes(labels, lengths.shape[1])
    columns = labels if labels.ndim == 2 else labels[:, None]
    there = torch.zeros_like(lengths).scatter_(1, columns, 1)
    if (there.sum(1) != columns.shape[1]).any():
        raise ValueError("labels (n, k) are the k different classes of each image, and here is one twice: a one-hot row?")
    return there


def check_classes(labels, classes):
    """Raises unless labels, one or more, are numbers of classes."""
    if not labels.numel():
        raise ValueError(f"there are no images, or no labels of them: their shape is {tuple(labels.shape)}")
    low, high = labels.min().item(), labels.max().item()
    if labels.dtype != torch.int64 or low < 0 or high >= classes:
        found = f"{low} to {high} ({labels.dtype})"
        raise ValueError(f"labels are whole numbers (int64) from 0 to {classes - 1}, not {found}")


def longest_is_right(lengths: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """How many images have their longest capsules at their labels, (B,) or (B, k), all k of them: a `score` of `fit`.

    >>> longest_is_right(torch.tensor([[0.1, 0.9, 0.8]]), torch.tensor([[2, 1]]))
    tensor(1)
    """
    return (found(lengths, labels) == labels.reshape(len(labels), -1).shape[1]).sum()


def share_found(lengths: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The share of the labels (B, k) that are among the k longest capsules of their image, added up over the batch.

    >>> share_found(torch.tensor([[0.9, 0.1, 0.8]]), torch.tensor([[2, 1]]))
    tensor(0.5000)
    """
    return found(lengths, labels).sum() / labels.reshape(len(labels), -1).shape[1]


def found(lengths, labels):
    """Of each image, how many of its labels are among as many longest capsules."""
    there = one_hots(lengths, labels)
    longest = lengths.topk(labels.shape[1] if labels.ndim == 2 else 1, 1).indices
    return there.gather(1, longest).sum(1)
