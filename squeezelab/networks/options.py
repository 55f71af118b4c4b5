"""What the networks of the zoo can be asked for, checked in one place: a choice, a width, a resolution."""

from ..core.checks import number, whole
from .graph import Network


def check_width(width):
    """`width` as Python's own number; raises a ValueError unless it is a factor that channels can be scaled by.

    >>> check_width(0.5)
    0.5
    """
    return number(width, "the width", above=0, below=1e6, asked="a positive number")


def scaled(channels, width):
    """`channels` times a width factor, as a whole number of at least 1."""
    count = int(channels * check_width(width) + 1e-9)  # 0.7 * 10 is 7, also in binary
    if count < 1:
        raise ValueError(f"width {width} leaves none of {channels} channels")
    return count


def divisible(value, divisor=8):
    """The nearest multiple of `divisor`, at least `divisor` and not below 90 % of `value` (MobileNetV2's rule)."""
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded


def image(name, resolution):
    """An empty network on a colour image of `resolution` pixels a side."""
    resolution = whole(resolution, "the resolution")
    return Network(name, (3, resolution, resolution))
