"""The digits that travel with the package: enough of MNIST to train on, and all of its test set.

`digits.npz` is made by `tools/make_digits.py`; where the digits come from and under which licence, `digits.txt` says.
"""

import functools
from pathlib import Path

import numpy as np
import torch

from .examples import Examples

FILE = Path(__file__).with_name("digits.npz")
CLASSES = tuple("0123456789")


def as_images(bytes_):
    """Bytes (n, height, width) or (n, channels, height, width) as float32 images in 0..1 with their channels."""
    images = torch.from_numpy(bytes_.astype(np.float32, order="C")).div_(255)  # 255: the largest byte is white
    return images[:, None] if images.ndim == 3 else images


def digits() -> tuple:
    """(train, test): 12,000 training and all 10,000 test digits of MNIST, 1×28×28.

    The training digits are the first 1,200 of each class, in the order 0, 1, …, 9, 0, 1, …, so `train.take(n)` has as many
    of each class for every n that is a multiple of ten. The test digits stand in the order of MNIST. The file is read once;
    each call returns tensors of its own, which may be changed in place.

    >>> train, test = digits()
    >>> train, train.take(1000).labels.bincount()[:3].tolist()
    (12000 examples of 1×28×28 in 10 classes, [100, 100, 100])
    """
    return tuple(Examples(part.images.clone(), part.labels.clone(), CLASSES, part.split) for part in stored_digits())


@functools.cache
def stored_digits():
    """What is in the file, read once: (train, test), to be looked at only."""
    with np.load(FILE) as file:
        return tuple(
            Examples(as_images(file[f"{split}_images"]), file[f"{split}_labels"], CLASSES, split) for split in ("train", "test")
        )
