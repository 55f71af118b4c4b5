"""When units fall: functions of (step, steps, epochs) → the share of the sparsity that holds from there on, None for no change.

They are asked at step 0, before training, and after the backward pass of every later step; without training, `steps` is 0.

>>> [once(step, 100, 4) for step in (0, 1)], [cubic()(step, 100, 4) for step in (0, 10, 40, 70, 71)]
([1.0, None], [None, 0.0, 0.875, 1.0, None])
"""

import math

from ..core.checks import number

EVERY = 0.02  # of training, from one choice to the next
EVERY_SOFT = 0.05  # where what was chosen needs some steps to show what it is worth: 15 of the 300 steps of a classroom


def once(step: int, steps: int, epochs: int) -> float | None:
    """All at the start: what is left then recovers."""
    return 1.0 if step == 0 else None


def cubic(begin: float = 0.1, end: float = 0.7, every: float = EVERY):
    """1 − (1 − x)³ from `begin` to `end` of training, in steps of `every` (Zhu, Gupta 2017, Eq. 1) [recalled].

    Raises a ValueError unless 0 ≤ begin < end ≤ 1.
    """
    begin = number(begin, "the begin of the ramp", least=0, below=1)
    end = number(end, "the end of the ramp", above=begin, most=1)

    def schedule(step, steps, epochs):
        return on_ramp(step, steps, begin, end, every, lambda passed: 1 - (1 - passed) ** 3)

    return schedule


def exponential(warm_up: float | None = None, ramp: float | None = None, frozen: float | None = None, every: float = EVERY_SOFT):
    """(1 − e^{−kx})/(1 − e^{−k}), k = 2.75, after a warm-up, then steady, then frozen: SMCP's (Humble et al. 2022) [read].

    warm_up, ramp, frozen: epochs; left out, they are the same shares of training as in the paper, 10, 55 and 25 of 90 epochs.
    While it is neither warming up nor frozen, units are chosen anew again and again. Raises a ValueError for lengths given that
    do not fit into the training.
    """

    def schedule(step, steps, epochs):
        begin, rise, rest = shares_of(epochs, warm_up, ramp, frozen)
        if steps and step > (1 - rest) * steps:
            return None
        return on_ramp(step, steps, begin, begin + rise, every, risen, until=1 - rest)

    return schedule


RATE = 0.05 * 55  # of the exponential, over the whole ramp
PAPER = {"warm-up": 10, "ramp": 55, "frozen masks": 25}  # of 90 epochs


def risen(passed):
    return (1 - math.exp(-RATE * passed)) / (1 - math.exp(-RATE))


def shares_of(epochs, *lengths):
    """The shares of training of lengths in epochs, None for the paper's; raises where those given are too long."""
    given = [(name, length) for name, length in zip(PAPER, lengths) if length is not None]
    for name, length in given:
        number(length, f"the {name} in epochs", least=0)
    if epochs and given and sum(length for _, length in given) > epochs:
        listed = " and ".join(f"{length} epochs of {name}" for name, length in given)
        raise ValueError(f"{listed} do not fit into {epochs} epochs of training: shorten them, or train for longer")
    free = 1 - sum(length for _, length in given) / max(epochs, 1)
    rest = sum(part for name, part in PAPER.items() if name not in dict(given))
    return [free * part / rest if length is None else length / max(epochs, 1) for part, length in zip(PAPER.values(), lengths)]


def on_ramp(step, steps, begin, end, every, curve, until=None):
    """The share at a step of a ramp between two shares of training, None between its choices; after it once more or, with
    `until`, again and again up to there. Without training the ramp is at its end."""
    if steps == 0:
        return 1.0
    stride = max(1, round(every * steps))
    first = min(round(begin * steps), steps - 1)
    last = max(first, min(round(end * steps), steps - 1, int((until or 1) * steps)))
    if step < first or step > (last if until is None else until * steps):
        return None
    if step >= last:
        return 1.0 if step == last or (step - first) % stride == 0 else None
    return curve((step - first) / (last - first)) if (step - first) % stride == 0 else None
