"""What capsules are trained for and judged by. Source: Sabour, Frosst, Hinton 2017 (arXiv 1710.09829), Sec. 3 and 6.

The length of a class's capsule is how sure the network is that the class is there, one by one, so that two may be.
"""

import torch

PRESENT, ABSENT, DOWN = 0.9, 0.1, 0.5  # m+, m− and λ, eq. 4


def margin_loss(lengths: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean over a batch of Σ_k T_k max(0, .9 − |v_k|)² + ½ (1 − T_k) max(0, |v_k| − .1)², eq. 4.

    lengths: (B, classes). labels: the class of each image (B,), or its classes (B, k). Raises a ValueError for other shapes and
    for labels outside the classes. (The paper's own code halves all of it.)

    >>> margin_loss(torch.zeros(1, 10), torch.tensor([3]))  # nothing is seen: .9²
    tensor(0.8100)
    """
    there = one_hots(lengths, labels)
    missed = (PRESENT - lengths).clamp(min=0) ** 2
    imagined = (lengths - ABSENT).clamp(min=0) ** 2
    return (there * missed + DOWN * (1 - there) * imagined).sum(1).mean()


def one_hots(lengths, labels):
    """T (B, classes): 1 where a class is there."""
    if lengths.ndim != 2 or labels.ndim not in (1, 2) or len(labels) != len(lengths):
        raise ValueError(
            f"lengths (n, classes) need labels (n,) or (n, k), not {tuple(labels.shape)} beside {tuple(lengths.shape)}"
        )
    if labels.dtype != torch.int64 or labels.min() < 0 or labels.max() >= lengths.shape[1]:
        raise ValueError(f"labels are whole numbers (int64) from 0 to {lengths.shape[1] - 1}")
    columns = labels if labels.ndim == 2 else labels[:, None]
    return torch.zeros_like(lengths).scatter_(1, columns, 1)


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
