"""Labelled images: two tensors that belong together, and how to walk over them.

The whole set is held in memory as one tensor, so a batch is one indexing operation; a worker process, as a `DataLoader`
starts for sets that lie on disk, would only cost time.
"""

import torch
from torch.utils.data import Dataset

from ..core.checks import check_choice, whole


class Examples(Dataset):
    """`images`, float32 (n, channels, height, width) in 0..1, with `labels`, int64 (n,), or (n, k) where an image shows k
    things, each an index into `classes`, a tuple of names. A torch `Dataset`: `train[3]` is one (image, label). split: "train",
    "test", or None where it is not known; what must not see test images refuses them by it. Raises a ValueError for images out of
    range, for labels that are not one row an image, or outside the classes, and for another split.

    >>> pair = Examples(torch.rand(2, 1, 8, 8), [1, 0], ["cat", "dog"])
    >>> pair
    2 examples of 1×8×8 in 2 classes
    >>> pair[0][1]
    tensor(1)
    """

    def __init__(self, images, labels, classes, split=None):
        check_choice("split", split, ("train", "test", None))
        self.split = split
        self.classes = checked_classes(classes)
        self.images = checked_images(images)
        self.labels = checked_labels(labels, len(self.images), len(self.classes))

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index], self.labels[index]

    def take(self, n: int) -> "Examples":
        """The first n examples; they share their memory with these. Raises a ValueError where there are not so many."""
        if whole(n, "the number of examples to take") > len(self):
            raise ValueError(f"cannot take {n} examples out of {len(self)}")
        return Examples(self.images[:n], self.labels[:n], self.classes, self.split)

    def batches(self, size: int, seed: int = 0, shuffle: bool = True, drop_last: bool = False) -> "Batches":
        """(images, labels) of `size` examples at a time, in an order that depends on `seed` alone: pass another one in each
        epoch. The last batch holds what is left over, and `drop_last` leaves it out. Raises a ValueError where no batch is left.

        >>> examples = Examples(torch.rand(10, 1, 8, 8), torch.zeros(10), ["cat"])
        >>> [len(labels) for images, labels in examples.batches(4)]
        [4, 4, 2]
        """
        return Batches(self, size, seed, shuffle, drop_last)

    def __repr__(self):
        shape = "×".join(map(str, self.images.shape[1:]))
        return f"{len(self)} examples of {shape} in {len(self.classes)} classes"


class Batches:
    """One pass over examples, the same one each time it is walked; `len` is the number of batches."""

    def __init__(self, examples, size, seed, shuffle, drop_last):
        self.examples = examples
        self.size = whole(size, "the size of a batch")
        self.seed = whole(seed, "the seed", least=0)
        self.shuffle = shuffle
        self.drop_last = drop_last
        if not len(self):
            raise ValueError(f"no batch of {size} can be filled from {len(examples)} examples; drop_last=False keeps them")

    def __len__(self):
        full, left = divmod(len(self.examples), self.size)
        return full if self.drop_last or not left else full + 1

    def __iter__(self):
        n = len(self.examples)
        order = torch.randperm(n, generator=torch.Generator().manual_seed(self.seed)) if self.shuffle else torch.arange(n)
        for rows in order.split(self.size)[: len(self)]:
            yield self.examples[rows]


def checked_classes(classes):
    """The names of the classes as a tuple of text; raises a ValueError where there are none, or only their number."""
    names = tuple(str(name) for name in classes) if hasattr(classes, "__iter__") else ()
    if not names:
        raise ValueError(f"classes are the names of one class or more, such as ('cat', 'dog'), not {classes!r}")
    return names


def as_numbers(values, what):
    """`values` as a tensor of real numbers; raises a ValueError that names `what` for anything else."""
    try:
        tensor = torch.as_tensor(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{what} must be a tensor, an array or lists of numbers: {error}") from error
    if tensor.is_complex():
        raise ValueError(f"{what} must be real numbers, not complex ones")
    return tensor


def checked_images(images):
    """`images` as float32; raises a ValueError that says what about them is wrong."""
    images = as_numbers(images, "images")
    if images.ndim != 4:
        raise ValueError(f"images must have the shape (n, channels, height, width), not {tuple(images.shape)}")
    if not images.numel():
        raise ValueError(f"there are no images: their shape is {tuple(images.shape)}")
    low, high = images.min(), images.max()
    if not (low >= 0 and high <= 1):  # also where they are NaN
        raise ValueError(f"images must lie in 0..1, not in {low:g}..{high:g}; divide bytes by 255")
    return images.float()


def checked_labels(labels, n, classes):
    """`labels` as int64; raises a ValueError unless there are n rows of class numbers below `classes`."""
    labels = as_numbers(labels, "labels")
    if labels.ndim not in {1, 2} or not labels.numel():
        raise ValueError(f"labels must have the shape (n,) or (n, k), not {tuple(labels.shape)}")
    if len(labels) != n:
        raise ValueError(f"{n} images cannot have {len(labels)} labels")
    if (labels != labels.long()).any():
        raise ValueError("labels must be whole numbers: the index of a class, not a score or a one-hot row")
    wrong = labels[(labels < 0) | (labels >= classes)]
    if wrong.numel():
        raise ValueError(f"label {int(wrong[0])} is outside the {classes} classes, which are numbered 0..{classes - 1}")
    return labels.long()
