"""What the options of a fit may be, whoever made them, and nothing that only looks like one."""

from ..core.checks import whole


def switch(value, what):
    """`value` as True or False; text such as "no", which Python takes for true, is neither."""
    if type(value).__name__ not in ("bool", "bool_"):
        raise ValueError(f"{what} is True or False, not {value!r}")
    return bool(value)


def seed_of(value):
    """A seed of the random numbers."""
    return whole(value, "the seed", 0)
