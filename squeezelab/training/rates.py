"""How fast a training goes: a peak of the learning rate, and schedules that say which share of it a step takes."""

import math

from ..core.checks import number, whole
from .choices import check_callable


def one_cycle(progress: float) -> float:
    """The learning rate as a share of its peak: up during the first 30 %, then down to almost nothing along a cosine (Smith and
    Topin 2018, with torch's defaults); `progress` runs from 0 to 1. Raises a ValueError beyond.

    >>> one_cycle(0), one_cycle(0.3), one_cycle(1)
    (0.04, 1.0, 4e-06)
    """
    progress = number(progress, "progress", least=0, most=1)
    # torch's div_factor 25; final_div_factor 10^4, of the 25th part; pct_start 0.3
    low, end, warm = 1 / 25, 1 / 250_000, 0.3
    if progress < warm:
        return low + (1 - low) * (1 - math.cos(math.pi * progress / warm)) / 2
    return end + (1 - end) * (1 + math.cos(math.pi * (progress - warm) / (1 - warm))) / 2


def constant(progress: float) -> float:
    """The learning rate never changes.

    >>> constant(0.5)
    1.0
    """
    return 1.0


class Rates:
    """The learning rate of each of `epochs` · `per_epoch` steps: `schedule(progress)` is its share of the `peak`."""

    def __init__(self, peak, schedule, epochs, per_epoch):
        check_callable("schedule", schedule)
        self.peak = number(peak, "the learning rate", above=0, asked="a positive number")
        self.schedule = schedule
        self.epochs = whole(epochs, "the number of epochs")
        self.steps = self.epochs * per_epoch

    def at(self, step):
        """The learning rate of a step, counted from 0; raises where the schedule gives no share."""
        what = f"the share of the learning rate that the schedule gives at step {step + 1} of {self.steps}"
        return self.peak * number(self.schedule(step / self.steps), what, least=0)
