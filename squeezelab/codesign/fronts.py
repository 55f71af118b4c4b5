"""Which designs nothing beats, on each device, seed by seed: a place on a front that one training gives another may take."""

import numpy as np

from .table import DesignTable


def times_on_front(table: DesignTable, by: str, costs: tuple, errors: list) -> np.ndarray:
    """For each row: in how many trials no other row of its group is as good in all costs and in the error, and better in one.

    table: designs; by: the column whose values are the groups, as "device"; costs: names of columns of which less is better.
    errors: of shape (trials, rows), each row's error in each trial, such as the shares of wrong answers after each of five
    trainings. Rows that do not fit, where the table says so, take no part.

    Raises a ValueError unless there is an error for each row, and a KeyError for a column that is not there.

    >>> from squeezelab.networks import mini_vgg
    >>> from squeezelab.codesign import device_sweep
    >>> table = device_sweep(mini_vgg(), [8, 4], ["bit-serial", "microcontroller"])
    >>> times_on_front(table, "device", ("seconds_high",), [[0.02, 0.02, 0.03, 0.03], [0.02, 0.02, 0.02, 0.02]]).tolist()
    [1, 2, 2, 0]
    """
    errors = np.asarray(errors, dtype=float)  # (trials, rows)
    if errors.ndim != 2 or errors.shape[1] != len(table):
        raise ValueError(f"errors must have the shape (trials, {len(table)}), one for each design, not {errors.shape}")
    counts = np.zeros(len(table), dtype=int)
    fits = table.columns.get("fits", np.ones(len(table), dtype=bool))
    for group in sorted(set(table.column(by).tolist())):
        rows = np.flatnonzero((table[by] == group) & fits)
        for trial in errors:
            chosen = DesignTable({"row": rows, "error": trial[rows], **{name: table[name][rows] for name in costs}})
            if len(rows):
                counts[chosen.pareto("error", *costs)["row"]] += 1
    return counts
