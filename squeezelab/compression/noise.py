"""The noise that codes add, in decibels: as a formula has it for a range without clipping, and as it is on given numbers.

A number that is rounded to steps of s moves by s/√12 in root mean square. With 2^b steps from −x_max to x_max that is

    SQNR = 10·log10(σ² / (s²/12)) = 6.02·b + 4.77 − 20·log10(x_max/σ)   dB

>>> round(expected_sqnr(8, 4.71), 2), round(expected_sqnr(8, 3**0.5), 2)
(39.48, 48.16)
"""

import math

from ..core.checks import number, whole


def expected_sqnr(bits: int, reach: float) -> float:
    """Signal over noise in dB with 2^bits steps, nothing clipped; reach: x_max/σ, the end of the range in standard deviations.

    A bit is worth 6.02 dB. A symmetric code has 2^bits − 1 levels and is worse than this, visibly from 4 bits down.
    Raises a ValueError unless bits are whole and reach is above 0.

    >>> round(expected_sqnr(5, 2.0) - expected_sqnr(4, 2.0), 4)
    6.0206
    """
    levels = 20 * math.log10(2) * whole(bits, "the bits of a code")
    return levels + 10 * math.log10(3) - 20 * math.log10(number(reach, "the reach of a range", above=0))


def sqnr_of(values: list, restored: list) -> float:
    """10·log10(Σx² / Σ(x − x̂)²) in dB; infinite where nothing moved.

    Raises a ValueError for lists of different lengths, and where all values are 0.

    >>> round(sqnr_of([3.0, 4.0], [3.5, 4.0]), 4), sqnr_of([1.0], [1.0])
    (20.0, inf)
    """
    if len(values) != len(restored):
        raise ValueError(f"each value has one that it became, but there are {len(values)} and {len(restored)}")
    signal = sum([value * value for value in values])
    noise = sum([(value - other) ** 2 for value, other in zip(values, restored)])
    if not signal:
        raise ValueError("values that are all 0 have no signal to compare noise with")
    return 10 * math.log10(signal / noise) if noise else math.inf
