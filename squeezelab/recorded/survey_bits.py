"""The third road of the survey's map: `mini_vgg` on cluttered digits with few bits (quantization.json), and two roads in a row.

Three bits stand for a system, about a tenth of the bytes; binary weights have one. What was trained is told against the float
network that was trained on for as long, what was calibrated against the network as it was.
"""

from ..networks import mini_vgg
from .results import difference, recorded, rows_by, scores

RECORD, NETWORK, RESOLUTION, FLOAT_BYTES = "quantization", "mini_vgg", 32, 4
COLUMNS = ("part", "method", "bits", "granularity", "calibration", "setting", "width")
AS_IT_WAS = ("float", "float", None, None, None, None, 1.0)
TRAINED_ON = ("training", "float", None, "channel", "mse", None, 1.0)
CHANNEL = ("channel", "mse", None, 1.0)
SYSTEMS = [  # (kind, name, columns, what it is told against)
    ("after training", "min–max", ("calibrated", "calibrated", 3, "channel", "minmax", None, 1.0), AS_IT_WAS),
    ("after training", "least squares", ("calibrated", "calibrated", 3, *CHANNEL), AS_IT_WAS),
    ("after training", "adaptive, bias corrected", ("corrected", "calibrated", 3, "channel", "mse", "both", 1.0), AS_IT_WAS),
    ("after training", "mixed precision", ("mixed", "knapsack", 3, *CHANNEL), AS_IT_WAS),
    ("in training", "straight-through", ("training", "ste", 3, *CHANNEL), TRAINED_ON),
    ("in training", "LSQ", ("training", "lsq", 3, *CHANNEL), TRAINED_ON),
    ("in training", "binary weights", ("training", "ste", 1, *CHANNEL), TRAINED_ON),
    ("two roads", "prune, then quantise", ("order", "prune_quantise", 3, *CHANNEL), TRAINED_ON),
    ("two roads", "quantise, then prune", ("order", "quantise_prune", 3, *CHANNEL), TRAINED_ON),
]


def quantised_systems():
    """The fields of each `System` of this road; MACs are those of the dense network, of few bits each, and are not told."""
    where, dense = {"network": NETWORK}, mini_vgg(resolution=RESOLUTION)
    right, rows = scores(RECORD, COLUMNS, where=where), rows_by(recorded(RECORD)["rows"], COLUMNS, where)
    for kind, name, key, control in SYSTEMS:
        stored = sum(row["bytes"] for row in rows[key]) / len(rows[key])
        gap = difference(RECORD, COLUMNS, key, control, where=where)
        yield "bits", kind, name, "13", NETWORK, round(stored / (FLOAT_BYTES * dense.params), 3), None, right[key], gap
