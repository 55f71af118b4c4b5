"""What the options of a fit may be: numbers, whoever made them, and nothing that only looks like one."""

import math

from ..core.checks import plain, whole


def number(value, what, least=0.0):
    """`value`, also a scalar of numpy or torch, as a finite float of at least `least`.

    >>> import torch
    >>> number(torch.tensor(0.25), "the ridge")
    0.25
    """
    found = plain(value)
    is_flag = isinstance(found, bool) or "bool" in str(getattr(value, "dtype", ""))
    is_list = getattr(value, "ndim", 0) > 0
    if is_flag or is_list or not isinstance(found, (int, float)) or not least <= found < math.inf:
        raise ValueError(f"{what} is a number of at least {least:g}, not {value!r}")
    return float(found)


def switch(value, what):
    """`value` as True or False; text such as "no", which Python takes for true, is neither."""
    if type(value).__name__ not in ("bool", "bool_"):
        raise ValueError(f"{what} is True or False, not {value!r}")
    return bool(value)


def seed_of(value):
    """A seed of the random numbers."""
    return whole(value, "the seed", 0)
