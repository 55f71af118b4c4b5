"""The roofline (Williams, Waterman, Patterson 2009): what a compute-to-IO ratio allows."""


def ridge(machine):
    """The compute-to-IO ratio, in MACs per word, from which on the array and not the DRAM sets the pace."""
    return machine.pes / machine.words_per_cycle


def attainable(intensity, machine):
    """MACs per cycle that a layer of this compute-to-IO ratio (MACs per word) can reach at most.

    >>> from squeezelab.hardware import accelerator
    >>> attainable(4.5, accelerator("squeezelerator-16"))
    36.0
    """
    if not intensity >= 0:
        raise ValueError(f"a compute-to-IO ratio is never negative, not {intensity!r}")
    return min(machine.pes, intensity * machine.words_per_cycle)


def roofline_cycles(macs, words, machine):
    """The least time for this work and traffic: the slower of array and DRAM."""
    return max(macs / machine.pes, words / machine.words_per_cycle)
