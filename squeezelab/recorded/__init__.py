"""What was measured once and is too slow for a chapter: one JSON a record, and how they are read.

>>> from squeezelab.recorded import recorded
>>> recorded("scalesim_sample")["program"]
'SCALE-Sim 3.0.0'
"""

from .differences import Difference, Score, mean_se, paired_difference, percent, points, told_apart, verdict
from .results import cpu_ms, difference, machine_noise, names, recorded, scores, spread_of, under_rule

__all__ = [
    "Difference",
    "Score",
    "cpu_ms",
    "difference",
    "machine_noise",
    "mean_se",
    "names",
    "paired_difference",
    "percent",
    "points",
    "recorded",
    "scores",
    "spread_of",
    "told_apart",
    "under_rule",
    "verdict",
]
