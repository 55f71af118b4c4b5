"""Digits turned, sheared, stretched and moved.

A point p of the digit, (x, y) in pixels from its centre, goes to A p + t, in pixels from the centre of the canvas.
"""

import math

import torch
import torch.nn.functional as F

from ..core.checks import number
from .composed import check_canvas, draw
from .embedded import CLASSES
from .examples import Examples


def affine_digits(
    n: int,
    seed: int,
    split: str = "train",
    canvas: int = 40,
    rotation: float = 20,
    shear: float = 0.2,
    scale: tuple = (0.8, 1.2),
) -> Examples:
    """n digits, each turned by up to ±`rotation` degrees, sheared by up to ±`shear`, stretched along both axes by factors
    out of `scale`, and moved to a place on a canvas of canvas × canvas pixels where all of its ink is on it (in the middle
    where it does not fit). The defaults are those of affNIST (Tieleman 2013) [recalled].
    Raises a ValueError for a number out of range, and for a canvas smaller than a digit.

    >>> affine_digits(100, seed=0)
    100 examples of 1×40×40 in 10 classes
    """
    check_canvas(canvas)
    rotation, shear = between(0, rotation, 180, "the rotation"), between(0, shear, 1, "the shear")
    scale = interval(scale, "the scale", 0.1, 10)  # beyond it a digit is a dot, or larger than any canvas
    source, rows, generator = draw(n, seed, split)
    images = source.images[rows]
    linear = linear_maps(n, math.radians(rotation), shear, scale, generator)
    return Examples(warp(images, linear, shifts(images, linear, canvas, generator), canvas), source.labels[rows], CLASSES, split)


def between(low, value, high, what):
    """`value` as a plain number in low..high."""
    return number(value, what, least=low, most=high, asked=f"a number in {low:g}..{high:g}")


def interval(value, what, low, high):
    """`value` as a pair of numbers in low..high, the smaller one first."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"{what} must be a pair (least, largest), not {value!r}")
    least, largest = (between(low, bound, high, f"each bound of {what}") for bound in value)
    if least > largest:
        raise ValueError(f"{what} must be a pair (least, largest), but {least:g} exceeds {largest:g}")
    return least, largest


def linear_maps(n, angle, shear, scale, generator):
    """n random A = rotation · shear · scale, of shape (n, 2, 2)."""
    spread = torch.rand(4, n, generator=generator)  # (4, n): angle, shear, and a factor along each axis
    turn, slant = angle * (2 * spread[0] - 1), shear * (2 * spread[1] - 1)
    wide, high = scale[0] + (scale[1] - scale[0]) * spread[2:]
    cos, sin = turn.cos(), turn.sin()
    first = torch.stack([cos * wide, sin * wide], dim=1)
    second = torch.stack([(cos * slant - sin) * high, (sin * slant + cos) * high], dim=1)
    return torch.stack([first, second], dim=2)  # (n, 2, 2), its columns where (1, 0) and (0, 1) go


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
    corners = linear @ ink_corners(images)  # (n, 2, 4)
    low, high = -(canvas - 1) / 2 - corners.amin(2), (canvas - 1) / 2 - corners.amax(2)
    shift = low + (high - low) * torch.rand(low.shape, generator=generator)
    return torch.where(high > low, shift, 0)


def warp(images, linear, shift, canvas):
    """The images under p → A p + t on a canvas, by bilinear interpolation."""
    back = torch.linalg.inv(linear)  # a pixel of the canvas asks where in the digit it came from
    move = -back @ shift[:, :, None]
    half = images.shape[-1] / 2  # torch counts from -1 to 1 across an image
    # (n, canvas, canvas, 2): for each pixel the place in the digit
    grid = F.affine_grid(torch.cat([back * canvas / 2, move], dim=2) / half, (len(images), 1, canvas, canvas), False)
    return F.grid_sample(images, grid, align_corners=False).clamp_(0, 1)
