"""Digits turned, sheared, stretched and moved.

A point p of the digit, (x, y) in pixels from its centre, goes to A p + t, in pixels from the centre of the canvas.
"""

import math

import torch
import torch.nn.functional as F

from .checks import interval, number
from .composed import checked_canvas, draw
from .embedded import CLASSES
from .examples import Examples


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
