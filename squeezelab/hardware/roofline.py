"""The roofline (Williams, Waterman, Patterson 2009): what a compute-to-IO ratio allows.

`machine` is an `Accelerator` or the name of a preset.
"""

from ..core.checks import plain
from .accelerator import accelerator


def ridge(machine):
    """The compute-to-IO ratio, in MACs per word, from which on the array and not the DRAM sets the pace."""
    machine = accelerator(machine)
    return machine.pes / machine.words_per_cycle


def attainable(intensity, machine):
    """MACs per cycle that a layer of this compute-to-IO ratio (MACs per word) can reach at most.

    >>> attainable(4.5, "squeezelerator-16")
    36.0
    """
    machine = accelerator(machine)
    check_amount("a compute-to-IO ratio", intensity)
    return min(machine.pes, intensity * machine.words_per_cycle)


def roofline_cycles(macs, words, machine):
    """The least time for this work and traffic: the slower of array and DRAM."""
    machine = accelerator(machine)
    check_amount("the work", macs)
    check_amount("the traffic", words)
    return max(macs / machine.pes, words / machine.words_per_cycle)


def check_amount(what, value):
    """Raises unless `value` is a number and not negative."""
    number = plain(value)
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not number >= 0:
        raise ValueError(f"{what} is a number and never negative, not {value!r}")
