"""What was measured once and is too slow for a chapter: one JSON a record, and how they are read.

>>> from squeezelab.recorded import recorded
>>> recorded("scalesim_sample")["program"]
'SCALE-Sim 3.0.0'
"""

from .claims import claim, claim_names
from .differences import Difference, Score, in_percent, in_points, mean_se, paired_difference, told_apart, verdict
from .own_board import board_with
from .results import (
    difference,
    machine_noise,
    pooled_difference,
    record_names,
    recorded,
    recorded_ms,
    scores,
    spread_of,
    under_rule,
)
from .survey import survey_map

__all__ = [
    "board_with",
    "Difference",
    "Score",
    "claim",
    "claim_names",
    "recorded_ms",
    "difference",
    "machine_noise",
    "mean_se",
    "record_names",
    "paired_difference",
    "pooled_difference",
    "in_percent",
    "in_points",
    "recorded",
    "scores",
    "spread_of",
    "survey_map",
    "told_apart",
    "under_rule",
    "verdict",
]
