"""Harder sets made of digits: two on top of each other, bent and moved, or hidden among fragments of others.

All are drawn from `digits()`, so nothing is fetched, and they depend on `seed` alone. Each digit of the split is used once
before one is used again; "train" and "test" are drawn from the digits of that split only.
"""

import math

import torch
import torch.nn.functional as F

from .checks import interval, number, whole
from .embedded import CLASSES, digits
from .examples import Examples

SIDE = 28  # pixels, of a digit of MNIST


def overlapping_digits(n, seed, split="train", shift=4):
    """MultiMNIST: n images of two digits of different classes, each up to `shift` pixels off the centre, on a canvas of
    28 + 2·shift pixels that holds them both; where they overlap, the ink adds up to at most 1. Labels (n, 2).
    Source: Sabour, Frosst, Hinton 2017, Sec. 6: 4 pixels on 36×36.

    >>> overlapping_digits(100, seed=0)
    100 examples of 1×36×36 in 10 classes
    """
    whole(shift, "the shift", least=0)
    source, first, generator = draw(n, seed, split)
    second = partners(source.labels, first, generator)
    canvas = torch.zeros(n, SIDE + 2 * shift, SIDE + 2 * shift)
    for rows in (first, second):
        top, left = torch.randint(2 * shift + 1, (2, n), generator=generator)
        add(canvas, source.images[rows, 0], top, left)
    return Examples(canvas.clamp_(max=1)[:, None], source.labels[torch.stack([first, second], dim=1)], CLASSES)


def cluttered_digits(n, seed, split="train", canvas=40, fragments=4, fragment_size=8):
    """n digits, each anywhere on a canvas of canvas × canvas pixels, among fragments cut out of other digits, which may
    cover it. Source: Mnih et al. 2014, Sec. 4.1: 8×8 fragments [recalled], 4 of them on 60×60 and 8 on 100×100.

    >>> cluttered_digits(100, seed=0, canvas=60)
    100 examples of 1×60×60 in 10 classes
    """
    checked_canvas(canvas)
    whole(fragments, "the number of fragments", least=0)
    if whole(fragment_size, "the side of a fragment") > SIDE:
        raise ValueError(f"a fragment of {fragment_size} pixels cannot be cut out of a digit of {SIDE}")
    source, rows, generator = draw(n, seed, split)
    images = torch.zeros(n, canvas, canvas)
    add(images, source.images[rows, 0], *places(n, canvas - SIDE, generator))
    for _ in range(fragments):
        others = torch.randint(len(source), (n,), generator=generator)
        piece = cut(source.images[others, 0], *places(n, SIDE - fragment_size, generator), fragment_size)
        add(images, piece, *places(n, canvas - fragment_size, generator))
    return Examples(images.clamp_(max=1)[:, None], source.labels[rows], CLASSES)


def affine_digits(n, seed, split="train", canvas=40, rotation=20, shear=0.2, scale=(0.8, 1.2)):
    """n digits, each turned by up to ±`rotation` degrees, sheared by up to ±`shear`, stretched along both axes by factors
    out of `scale`, and moved to a place on a canvas of canvas × canvas pixels where all of its ink is on it (in the middle
    where it does not fit). The defaults are those of affNIST (Tieleman 2013) [recalled].

    >>> affine_digits(100, seed=0)
    100 examples of 1×40×40 in 10 classes
    """
    checked_canvas(canvas)
    number(rotation, "the rotation", 0, 180)
    number(shear, "the shear", 0, 1)
    interval(scale, "the scale", 0.1, 10)  # beyond it a digit is a dot, or larger than any canvas
    source, rows, generator = draw(n, seed, split)
    images = source.images[rows]
    linear = linear_maps(n, math.radians(rotation), shear, scale, generator)
    return Examples(warp(images, linear, shifts(images, linear, canvas, generator), canvas), source.labels[rows], CLASSES)


def draw(n, seed, split):
    """The digits of the split, n rows of them in random order, and the random numbers to go on with."""
    whole(n, "the number of images")
    generator = torch.Generator().manual_seed(whole(seed, "the seed", least=0))
    if split not in ("train", "test"):
        raise ValueError(f"split must be 'train' or 'test', not {split!r}")
    source = digits()[split == "test"]
    rounds = [torch.randperm(len(source), generator=generator) for _ in range(-(-n // len(source)))]
    return source, torch.cat(rounds)[:n], generator


def partners(labels, rows, generator):
    """For each row another one, drawn at random until its class differs."""
    found = torch.randint(len(labels), rows.shape, generator=generator)
    while (same := labels[found] == labels[rows]).any():
        found[same] = torch.randint(len(labels), (int(same.sum()),), generator=generator)
    return found


def checked_canvas(canvas):
    """Raises a ValueError unless a digit fits on the canvas."""
    if whole(canvas, "the side of the canvas") < SIDE:
        raise ValueError(f"a canvas of {canvas} pixels is smaller than a digit, which has {SIDE}")


# Pixels


def places(n, room, generator):
    """(top, left) for n patches that have `room` pixels to spare in each direction."""
    return torch.randint(room + 1, (2, n), generator=generator)


def window(top, left, side):
    """Indices of the pixels of a side × side window in each of n images."""
    steps = torch.arange(side)
    image = torch.arange(len(top))[:, None, None]
    return image, top[:, None, None] + steps[:, None], left[:, None, None] + steps


def add(canvas, patches, top, left):
    """Add patches (n, side, side) to canvas (n, height, width), in place."""
    canvas[window(top, left, patches.shape[-1])] += patches


def cut(images, top, left, side):
    """The side × side patches of images (n, height, width) that begin there."""
    return images[window(top, left, side)]


# Affine maps: a point p of the digit, seen from its centre in pixels (x, y), goes to A p + t, seen from the canvas's centre


def linear_maps(n, angle, shear, scale, generator):
    """n random A = rotation · shear · scale, of shape (n, 2, 2)."""
    spread = torch.rand(4, n, generator=generator)
    turn, slant = angle * (2 * spread[0] - 1), shear * (2 * spread[1] - 1)
    wide, high = scale[0] + (scale[1] - scale[0]) * spread[2:]
    cos, sin = turn.cos(), turn.sin()
    first = torch.stack([cos * wide, sin * wide], dim=1)
    second = torch.stack([(cos * slant - sin) * high, (sin * slant + cos) * high], dim=1)
    return torch.stack([first, second], dim=2)


def ink_corners(images):
    """The corners (n, 2, 4) of the box around the ink of images (n, 1, side, side), seen from the centre, with the pixel
    around it over which interpolation spreads."""
    middle = (images.shape[-1] - 1) / 2
    sides = []
    for axis in (2, 3):  # ink per column, then per row
        inked = (images > 0).any(dim=axis)[:, 0].float()
        sides.append((inked.argmax(1) - middle - 1, middle - inked.flip(1).argmax(1) + 1))
    (left, right), (top, bottom) = sides
    return torch.stack([torch.stack([left, right, left, right], 1), torch.stack([top, top, bottom, bottom], 1)], 1)


def shifts(images, linear, canvas, generator):
    """n random t (n, 2) that leave all ink on the canvas, 0 along an axis on which it does not fit."""
    corners = linear @ ink_corners(images)
    low, high = -(canvas - 1) / 2 - corners.amin(2), (canvas - 1) / 2 - corners.amax(2)
    shift = low + (high - low) * torch.rand(low.shape, generator=generator)
    return torch.where(high > low, shift, 0)


def warp(images, linear, shift, canvas):
    """The images under p → A p + t on a canvas, by bilinear interpolation."""
    back = torch.linalg.inv(linear)  # a pixel of the canvas asks where in the digit it came from
    move = -back @ shift[:, :, None]
    half = images.shape[-1] / 2  # torch counts from -1 to 1 across an image
    grid = F.affine_grid(torch.cat([back * canvas / 2, move], dim=2) / half, (len(images), 1, canvas, canvas), False)
    return F.grid_sample(images, grid, align_corners=False).clamp_(0, 1)
