"""What every number that a data set is asked for must be."""

import operator


def whole(value, what, least=1):
    """`value` as an int of at least `least`; raises a ValueError that names `what` otherwise.

    >>> whole(3, "n")
    3
    """
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None or number < least:
        raise ValueError(f"{what} must be a whole number of at least {least}, not {value!r}")
    return number


def fraction(value, what, below=float("inf")):
    """`value` as a float from 0 up to, but not including, `below`."""
    try:
        number = None if isinstance(value, (bool, str)) else float(value)
    except (TypeError, ValueError):
        number = None
    if number is None or not 0 <= number < below:
        limit = "" if below == float("inf") else f" and less than {below:g}"
        raise ValueError(f"{what} must be a number of at least 0{limit}, not {value!r}")
    return number
