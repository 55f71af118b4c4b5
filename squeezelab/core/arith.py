"""Arithmetic that reads the same for one number and for a numpy array of them.

The cost equations use only these and the ordinary operators, so the lines that answer one slider also sweep a
million design points at once (`squeezelab.codesign.sweep`). Nothing here imports numpy: an array brings its own methods along.
"""

import math


def ceil_div(a: object, b: object) -> object:
    """a / b rounded up; exact for whole numbers below 2^53, also as an array of floats.

    >>> ceil_div(57, 8)
    8
    """
    if type(a) is int and type(b) is int:
        return -(-a // b)
    quotient = a / b  # far faster on arrays than //
    if type(quotient) is float:
        return math.ceil(quotient)
    near = quotient.round()
    return near + (near < quotient)


def gcd(a: int, b: int) -> int:
    """The greatest common divisor; MicroPython's math has none.

    >>> gcd(4, 6)
    2
    """
    while b:
        a, b = b, a % b
    return a


def mixed(keep: object, a: object, b: object) -> object:
    """a where `keep` is 1, b where it is 0.

    >>> mixed(1, 30, 40), mixed(0, 30, 40)
    (30, 40)
    """
    return a if a is b else a * keep + b * (1 - keep)


def minimum(a: object, b: object) -> object:
    """The smaller of two numbers, element by element for arrays.

    >>> minimum(3, 2.5)
    2.5
    """
    first = a <= b
    if first is True:
        return a
    if first is False:
        return b
    return a.clip(max=b) if hasattr(a, "clip") else b.clip(max=a)


def maximum(a: object, b: object) -> object:
    """The larger of two numbers, element by element for arrays.

    >>> maximum(3, 2.5)
    3
    """
    first = a >= b
    if first is True:
        return a
    if first is False:
        return b
    return a.clip(min=b) if hasattr(a, "clip") else b.clip(min=a)
