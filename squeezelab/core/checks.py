"""Checks: is it a whole number, a share, one of these? An error names what is wrong and what would be right."""

import math

TOO_LARGE = 10**15  # no size of a network or machine; far larger ones would leave the range of floats


def plain(value):
    """A number of another kind (numpy's scalars, fractions) as Python's own; anything else as it is."""
    if isinstance(value, (int, float, str, bytes)) or type(value).__name__ in ("bool", "bool_"):
        return value
    if str(getattr(value, "dtype", "")) == "torch.bool":  # which would pass for 0 or 1
        return value
    for method in ("__index__", "__float__"):
        try:
            return getattr(value, method)()
        except (AttributeError, TypeError, ValueError):  # arrays of several numbers have the methods, too
            pass
    return value


def whole(value, what, least=1):
    """`value` as an int of at least `least`; raises a ValueError that names `what` otherwise.

    >>> whole(3, "stride")
    3
    """
    if type(value) is int and least <= value < TOO_LARGE:
        return value
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{what} must be a whole number of at least {least}, not {value!r}")
    if value >= TOO_LARGE:
        raise ValueError(f"{what} must be less than 10^15, not {value!r}")
    return value


def pair(value, what, least=1):
    """`value` as (rows, columns): one number stands for both.

    >>> pair(3, "kernel"), pair((1, 3), "kernel")
    ((3, 3), (1, 3))
    """
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ValueError(f"{what} must be one number or a pair (rows, columns), not {value!r}")
        return whole(value[0], what, least), whole(value[1], what, least)
    value = whole(value, what, least)
    return value, value


def choose(what, choice, choices):
    """`choices[choice]`; an unknown choice raises and lists the choices."""
    choice = plain(choice)
    for key in choices:
        if key == choice and type(key) is type(choice):
            return choices[key]
    exact = str if isinstance(choice, str) else repr  # 1.0 is not '1.0'
    listed = ", ".join(sorted([exact(key) for key in choices]))
    raise ValueError(f"unknown {what} {choice!r}; there are {listed}")


def check_choice(what, choice, choices):
    """Raises, listing the choices, unless `choice` is one of them."""
    if choice not in choices:
        raise ValueError(f"unknown {what} {choice!r}; there are {', '.join(choices)}")


def check_sparsity(sparsity, what="sparsity"):
    """The share of zero weights, from 0 (dense) up to but not including 1."""
    share = plain(sparsity)
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share < 1:
        raise ValueError(f"{what} must be a share of zeros from 0 up to, not including, 1, not {sparsity!r}")
    return share if type(share) is int else float(share)  # numpy's floats become plain ones


def check_above_0(what, value, most=math.inf):
    """Raises unless `value` is a number above 0 and at most `most`; arrays were checked where they came in."""
    if type(value) is float and 0 < value <= most:
        return
    number = plain(value)
    if getattr(number, "shape", ()) != ():
        return
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 < number <= most:
        end = "" if most == math.inf else f" and at most {most}"
        raise ValueError(f"{what} must be a number above 0{end}, not {value!r}")


def positive(name, what, value, or_zero=False):
    """`value` as a plain number above 0; numpy's numbers become Python's."""
    number = plain(value)
    wrong = isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 <= number < TOO_LARGE
    if wrong or (number == 0 and not or_zero):
        raise ValueError(f"accelerator {name!r}: {what} must be a positive number{' or 0' * or_zero}, not {value!r}")
    return number if type(number) is int else float(number)
