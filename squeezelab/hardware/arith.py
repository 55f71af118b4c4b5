"""Arithmetic that reads the same for one number and for a numpy array of them.

The cost equations use only these and the ordinary operators, so the lines that answer one slider also sweep a
million design points at once (`squeezelab.sweep`).
"""


def ceil_div(a, b):
    """a / b rounded up, in whole numbers.

    >>> ceil_div(57, 8)
    8
    """
    return -(-a // b)


def where(condition, a, b):
    """a where the condition holds, else b."""
    if condition is True:
        return a
    if condition is False:
        return b
    return a * condition + b * (condition == 0)  # an array of truth values


def minimum(a, b):
    """The smaller of two numbers, element by element for arrays."""
    return where(a <= b, a, b)


def maximum(a, b):
    """The larger of two numbers, element by element for arrays."""
    return where(a >= b, a, b)
