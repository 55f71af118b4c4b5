"""The roofline (Williams, Waterman, Patterson 2009): what a compute-to-IO ratio allows.

`machine` is an `Accelerator` or the name of a preset.
"""

import math

from ..core.checks import number
from .accelerator import Accelerator
from .presets import accelerator


def ridge(machine: Accelerator | str) -> float:
    """The compute-to-IO ratio, in MACs per word, from which on the array and not the DRAM sets the pace. Raises a ValueError,
    listing the presets, for an unknown machine.

    >>> ridge("squeezelerator-16")
    32.0
    """
    machine = accelerator(machine)
    return machine.pes / machine.words_per_cycle


def attainable(intensity: float, machine: Accelerator | str) -> float:
    """MACs per cycle that a layer of this compute-to-IO ratio (MACs per word) can reach at most. Raises a ValueError for a
    ratio below 0 and for an unknown machine.

    >>> attainable(4.5, "squeezelerator-16")
    36.0
    """
    machine = accelerator(machine)
    check_amount(intensity, "a compute-to-IO ratio")
    return min(machine.pes, intensity * machine.words_per_cycle)


def roofline_cycles(macs: float, words: float, machine: Accelerator | str) -> float:
    """The least time for this work and traffic: the slower of array and DRAM. Raises a ValueError for amounts below 0 and for
    an unknown machine.

    >>> roofline_cycles(macs=25600, words=100, machine="squeezelerator-16")
    100.0
    """
    machine = accelerator(machine)
    check_amount(macs, "the work")
    check_amount(words, "the traffic")
    return max(macs / machine.pes, words / machine.words_per_cycle)


def check_amount(value, what):
    """Raises unless `value` is a number and not negative; it may be endless."""
    number(value, what, least=0, most=math.inf, asked="a number and never negative")
