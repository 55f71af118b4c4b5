"""Batches from whatever holds examples, each checked, and on the device, before a model sees it."""

import torch

from ..core.checks import whole
from .device import for_convolutions


class Feed:
    """The batches of `Examples`, `size` at a time, or of a loader, as it makes them; `len` is their number.

    seed: fixes the order in which each epoch takes `Examples`; without one they stay in their own. Raises for an empty loader,
    and for what is neither.
    """

    def __init__(self, data, size, device, seed=None):
        self.data, self.device = data, device
        self.size = whole(size, "the batch size")
        self.seed = seed if seed is None else whole(seed, "the seed", 0)
        self.count = count_of(self.loader(epoch=0))

    def __len__(self):
        return self.count

    def epoch_seed(self, epoch):
        """What all that is random in an epoch begins from: seed and epoch alone, so that an epoch after a pause is the epoch that
        it would have been. Two trainings share none unless they have more epochs than 10,007, the first prime above 10,000."""
        return self.seed * 10_007 + epoch

    def loader(self, epoch):
        """What to iterate over in an epoch."""
        if hasattr(self.data, "batches"):
            if self.seed is None:
                return self.data.batches(self.size, shuffle=False)
            return self.data.batches(self.size, seed=self.epoch_seed(epoch))
        if hasattr(self.data, "__iter__") and not isinstance(self.data, (str, bytes, torch.Tensor, dict)):
            return self.data
        raise ValueError(f"data must be Examples (as digits() returns) or a DataLoader, not {type(self.data).__name__}")

    def batches(self, epoch=0):
        """(images, labels) of each batch of an epoch, on the device."""
        for batch in self.loader(epoch):
            yield on_device(batch, self.device)


def count_of(loader):
    """How many batches a loader has; raises where it has none, or cannot tell."""
    try:
        count = len(loader)
    except TypeError as error:  # a generator, or a DataLoader of a stream
        kind = type(loader).__name__
        raise ValueError(f"data must know how many batches it has, but this {kind} has no length") from error
    if count == 0:
        raise ValueError("data has no batches: there is nothing to learn from, or to be tested on")
    return count


def on_device(batch, device):
    """(images, labels) of a batch on the device; raises for anything but two tensors of one length."""
    if not isinstance(batch, (tuple, list)) or len(batch) != 2 or not all(is_stack(part) for part in batch):
        raise ValueError(f"a batch is a pair of tensors (images, labels), not {batch_text(batch)}")
    images, labels = batch
    if len(images) != len(labels):
        raise ValueError(f"a batch has {len(images)} images, but {len(labels)} labels")
    if len(images) == 0:
        raise ValueError("a batch has no images at all")
    return for_convolutions(images.to(device)), labels.to(device)


def is_stack(part):
    """Whether it is a tensor with a first axis, along which the examples lie."""
    return isinstance(part, torch.Tensor) and part.dim() > 0


def batch_text(batch):
    """What a batch is instead of a pair of tensors, in a few words.

    >>> batch_text((3, 4, 5)), batch_text({})
    ('a tuple of 3: int, int, int', 'dict')
    """
    if not isinstance(batch, (tuple, list)):
        return type(batch).__name__
    return f"a {type(batch).__name__} of {len(batch)}: {', '.join(type(part).__name__ for part in batch[:3])}"
