"""Batches from whatever holds examples, each checked before a model sees it."""

import torch

from ..networks.shapes import whole
from .device import for_convolutions


def batches_of(data, size, seed=None):
    """What to iterate over: the shuffled batches of `Examples` (in order where `seed` is None), or a loader as it is.

    Raises for an empty loader, and for what is neither.
    """
    size = whole(size, "the batch size")
    if hasattr(data, "batches"):
        made = data.batches(size, shuffle=seed is not None, seed=0 if seed is None else seed)
    elif hasattr(data, "__iter__") and not isinstance(data, (str, bytes, torch.Tensor, dict)):
        made = data
    else:
        raise ValueError(f"data must be Examples (as digits() returns) or a DataLoader, not {type(data).__name__}")
    if not hasattr(made, "__len__"):
        raise ValueError(f"data must know how many batches it has, but {type(data).__name__} has no length: use a DataLoader")
    if len(made) == 0:
        raise ValueError("data has no batches: there is nothing to learn from")
    return made


def on_device(batch, device):
    """(images, labels) of a batch on the device; raises for anything but two tensors of one length."""
    if not isinstance(batch, (tuple, list)) or len(batch) != 2 or not all(isinstance(part, torch.Tensor) for part in batch):
        raise ValueError(f"a batch is a pair of tensors (images, labels), not {type(batch).__name__}")
    images, labels = batch
    if len(images) != len(labels):
        raise ValueError(f"a batch has {len(images)} images, but {len(labels)} labels")
    return for_convolutions(images.to(device)), labels.to(device)


def check_labels(labels, outputs):
    """Raises unless there is one label an image, and each is one of the classes that the model tells apart."""
    if labels.dim() != 1:
        raise ValueError(f"one label an image is needed, of shape (n,), not {tuple(labels.shape)}: give fit a loss of your own")
    if outputs.dim() != 2:
        raise ValueError(f"the model must give one value a class, of shape (n, classes), not {tuple(outputs.shape)}")
    if labels.dtype != torch.int64:
        raise ValueError(f"labels are class numbers of type int64, not {str(labels.dtype).removeprefix('torch.')}")
    low, high, classes = int(labels.min()), int(labels.max()), outputs.shape[1]
    if low < 0 or high >= classes:
        wrong = low if low < 0 else high
        raise ValueError(f"label {wrong} is outside the {classes} classes, 0 to {classes - 1}, that the model tells apart")
