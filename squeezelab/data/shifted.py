"""Images moved by a few pixels, another way in every epoch."""

import torch

from ..core.checks import whole
from .examples import Examples


class Shifted:
    """Examples of which each batch is moved: every image by up to `pixels` in both directions, dark pixels coming in at the edge.

    `fit` takes it in the place of `Examples`; order and shifts depend on the seed of each epoch alone. Raises a ValueError for a
    shift that leaves nothing of an image.

    >>> moving = Shifted(Examples(torch.rand(10, 1, 8, 8), torch.zeros(10), ["cat"]), pixels=2)
    >>> [len(labels) for images, labels in moving.batches(4, seed=7)]
    [4, 4, 2]
    """

    def __init__(self, examples: Examples, pixels: int = 2):
        if whole(pixels, "the pixels of a shift", least=0) >= min(examples.images.shape[2:]):
            raise ValueError(f"a shift of {pixels} pixels leaves nothing of {examples}")
        self.examples, self.pixels = examples, pixels

    def __len__(self):
        return len(self.examples)

    def batches(self, size: int, seed: int = 0, shuffle: bool = True) -> "ShiftedBatches":
        """(moved images, labels) of `size` examples at a time, as `Examples.batches` gives them."""
        return ShiftedBatches(self.examples.batches(size, seed, shuffle), self.pixels, seed)

    def __repr__(self):
        return f"{self.examples}, moved by up to {self.pixels} pixels"


class ShiftedBatches:
    """One pass over moved examples, the same one each time it is walked."""

    def __init__(self, batches, pixels, seed):
        self.batches, self.pixels, self.seed = batches, pixels, seed

    def __len__(self):
        return len(self.batches)

    def __iter__(self):
        generator = torch.Generator().manual_seed(self.seed + 1)  # not the numbers that gave the order
        for images, labels in self.batches:
            moves = torch.randint(2 * self.pixels + 1, (2, len(images)), generator=generator)
            yield shifted_windows(images, moves, self.pixels), labels


def shifted_windows(images, moves, pixels):
    """Windows of images (n, channels, height, width) in a frame of `pixels`, which begin at moves (2, n)."""
    height, width = images.shape[2:]
    framed = torch.nn.functional.pad(images, (pixels,) * 4)
    rows = (moves[0][:, None] + torch.arange(height))[:, None, :, None]  # (n, 1, height, 1)
    columns = (moves[1][:, None] + torch.arange(width))[:, None, None, :]
    places = (rows * framed.shape[3] + columns).flatten(2)  # (n, 1, height · width)
    return framed.flatten(2).gather(2, places.expand(-1, images.shape[1], -1)).view_as(images)
