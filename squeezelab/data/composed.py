"""Harder sets made of digits: two on top of each other, or one hidden among fragments of others.

They are drawn from `digits()`, so nothing is fetched, and they depend on `seed` alone. Each digit of the split is used once
before one is used again; "train" and "test" are drawn from the digits of that split only.
"""

import torch

from ..core.checks import check_choice, whole
from .embedded import CLASSES, stored_digits
from .examples import Examples

SIDE = 28  # pixels, of a digit of MNIST


def overlapping_digits(n: int, seed: int, split: str = "train", shift: int = 4, parts: bool = False) -> Examples:
    """MultiMNIST: n images of two digits of different classes, each up to `shift` pixels off the centre, on a canvas of
    28 + 2·shift pixels that holds them both; where they overlap, the ink adds up to at most 1. Labels (n, 2).
    Source: Sabour, Frosst, Hinton 2017, Sec. 6: 4 pixels on 36×36. Raises a ValueError for what is no such number or split.

    parts: two channels more show each digit alone at its place, in the order of the labels, for what is to tell them apart.

    >>> overlapping_digits(100, seed=0)
    100 examples of 1×36×36 in 10 classes
    """
    whole(shift, "the shift", least=0)
    source, first, generator = draw(n, seed, split)
    second = partners(source.labels, first, generator)
    alone = torch.zeros(n, 2, SIDE + 2 * shift, SIDE + 2 * shift)  # (n, digits, height, width)
    for digit, rows in enumerate((first, second)):
        paste(alone[:, digit], source.images[rows, 0], *places(n, 2 * shift, generator))
    canvas = alone.sum(1, keepdim=True).clamp_(max=1)
    images = torch.cat([canvas, alone], 1) if parts else canvas
    return Examples(images, source.labels[torch.stack([first, second], dim=1)], CLASSES, split)


def cluttered_digits(
    n: int,
    seed: int,
    split: str = "train",
    canvas: int = 40,
    fragments: int = 4,
    fragment_size: int = 8,
) -> Examples:
    """n digits, each anywhere on a canvas of canvas × canvas pixels, among fragments cut out of other digits, which may
    cover it. Source: Mnih et al. 2014, Sec. 4.1 [recalled]: 8×8 pixels, 4 fragments on 60×60 and 8 on 100×100.
    Raises a ValueError for what is no such number or split, and for a canvas or a digit that is too small.

    >>> cluttered_digits(100, seed=0, canvas=60)
    100 examples of 1×60×60 in 10 classes
    """
    check_canvas(canvas)
    whole(fragments, "the number of fragments", least=0)
    if whole(fragment_size, "the side of a fragment") > SIDE:
        raise ValueError(f"a fragment of {fragment_size} pixels cannot be cut out of a digit of {SIDE}")
    source, rows, generator = draw(n, seed, split)
    images = torch.zeros(n, canvas, canvas)
    paste(images, source.images[rows, 0], *places(n, canvas - SIDE, generator))
    for _ in range(fragments):
        others = torch.randint(len(source), (n,), generator=generator)
        piece = patches_of(source.images[others, 0], *places(n, SIDE - fragment_size, generator), fragment_size)
        paste(images, piece, *places(n, canvas - fragment_size, generator))
    return Examples(images.clamp_(max=1)[:, None], source.labels[rows], CLASSES, split)


def draw(n, seed, split):
    """The digits of the split, n rows of them in random order, and the random numbers to go on with."""
    whole(n, "the number of images")
    generator = torch.Generator().manual_seed(whole(seed, "the seed", least=0))
    check_choice("split", split, ("train", "test"))
    source = stored_digits()[split == "test"]
    rounds = [torch.randperm(len(source), generator=generator) for _ in range(-(-n // len(source)))]
    return source, torch.cat(rounds)[:n], generator


def partners(labels, rows, generator):
    """For each row another one, drawn at random until its class differs."""
    found = torch.randint(len(labels), rows.shape, generator=generator)
    while (same := labels[found] == labels[rows]).any():
        found[same] = torch.randint(len(labels), (int(same.sum()),), generator=generator)
    return found


def check_canvas(canvas):
    """Raises a ValueError unless a digit fits on the canvas."""
    if whole(canvas, "the side of the canvas") < SIDE:
        raise ValueError(f"a canvas of {canvas} pixels is smaller than a digit, which has {SIDE}")


def places(n, room, generator):
    """(top, left) for n patches that have `room` pixels to spare in each direction."""
    return torch.randint(room + 1, (2, n), generator=generator)


def window(top, left, side):
    """Indices of the pixels of a side × side window in each of n images."""
    steps = torch.arange(side)
    image = torch.arange(len(top))[:, None, None]
    return image, top[:, None, None] + steps[:, None], left[:, None, None] + steps  # together (n, side, side)


def paste(canvas, patches, top, left):
    """Add patches (n, side, side) to canvas (n, height, width), in place."""
    canvas[window(top, left, patches.shape[-1])] += patches


def patches_of(images, top, left, side):
    """The side × side patches of images (n, height, width) that begin there."""
    return images[window(top, left, side)]
