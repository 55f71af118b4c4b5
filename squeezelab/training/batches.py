"""Batches from whatever holds examples, each checked before a model sees it, and what the model makes of them."""

import torch
from torch import nn

from ..core.checks import whole
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
    try:
        count = len(made)
    except TypeError as error:  # a generator, or a DataLoader of a stream
        raise ValueError(f"data must know how many batches it has, but this {type(data).__name__} has no length") from error
    if count == 0:
        raise ValueError("data has no batches: there is nothing to learn from, or to be tested on")
    return made


def check_model(model):
    """Raises unless `model` is a torch module; a `Network` is the description of one."""
    if not isinstance(model, nn.Module):
        raise ValueError(f"a model is a torch module, not {type(model).__name__}; to_torch(network) makes one of a Network")


def on_device(batch, device):
    """(images, labels) of a batch on the device; raises for anything but two tensors of one length."""
    if not isinstance(batch, (tuple, list)) or len(batch) != 2 or not all(is_stack(part) for part in batch):
        raise ValueError(f"a batch is a pair of tensors (images, labels), not {kind(batch)}")
    images, labels = batch
    if len(images) != len(labels):
        raise ValueError(f"a batch has {len(images)} images, but {len(labels)} labels")
    if len(images) == 0:
        raise ValueError("a batch has no images at all")
    return for_convolutions(images.to(device)), labels.to(device)


def is_stack(part):
    """Whether it is a tensor with a first axis, along which the examples lie."""
    return isinstance(part, torch.Tensor) and part.dim() > 0


def kind(batch):
    """What a batch is instead of a pair of tensors, in a few words.

    >>> kind((3, 4, 5)), kind({})
    ('a tuple of 3: int, int, int', 'dict')
    """
    if not isinstance(batch, (tuple, list)):
        return type(batch).__name__
    return f"a {type(batch).__name__} of {len(batch)}: {', '.join(type(part).__name__ for part in batch[:3])}"


def outputs_of(model, images):
    """``model(images)``; where torch cannot compute it, the error says what the batch was like."""
    try:
        return model(images)
    except (RuntimeError, ValueError) as error:
        batch = f"of shape {tuple(images.shape)} and type {type_name(images)}"
        alone = "more than 1 value per channel" in str(error)  # what torch's norms say of a last batch of one image
        hint = "; a norm learns nothing from one image alone: choose a batch size that leaves more" if alone else ""
        raise ValueError(f"the model cannot take a batch {batch}: {error}{hint}") from error


def type_name(tensor):
    """'float32', as torch's own names go without their prefix."""
    return str(tensor.dtype).removeprefix("torch.")


def check_labels(labels, outputs):
    """Raises unless there is one label an image, and each is one of the classes that the model tells apart."""
    if labels.dim() != 1:
        raise ValueError(f"one label an image is needed, of shape (n,), not {tuple(labels.shape)}: give fit a loss of your own")
    if not isinstance(outputs, torch.Tensor) or outputs.dim() != 2 or len(outputs) != len(labels):
        found = tuple(outputs.shape) if isinstance(outputs, torch.Tensor) else type(outputs).__name__
        raise ValueError(f"the model must give one value a class, of shape ({len(labels)}, classes), not {found}")
    if labels.dtype != torch.int64:
        raise ValueError(f"labels are class numbers of type int64, not {type_name(labels)}: labels.long() makes them so")
    low, high, classes = int(labels.min()), int(labels.max()), outputs.shape[1]
    if low < 0 or high >= classes:
        wrong = low if low < 0 else high
        raise ValueError(f"label {wrong} is outside the {classes} classes, 0 to {classes - 1}, that the model tells apart")
