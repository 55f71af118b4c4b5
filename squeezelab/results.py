"""Recorded results: what was measured once and is too slow, or needs another program, to be computed in a chapter."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "recorded"  # book/results in a clone; a copy of it in an installed package


def recorded(name):
    """The contents of book/results/NAME.json.

    >>> recorded("scalesim_sample")["program"]
    'SCALE-Sim 3.0.0'
    """
    if name not in names():
        raise ValueError(f"no recorded result {name!r}; there are {', '.join(names())}")
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def names():
    """The results there are."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def spread_of(rows, by, field):
    """{value of `by`: (mean, half the range)} of a field over the rows that share it, seeds for the most part.

    >>> spread_of([{"net": "a", "x": 1}, {"net": "a", "x": 2}], "net", "x")
    {'a': (1.5, 0.5)}
    """
    groups = {}
    for row in rows:
        groups.setdefault(tuple(row[by]) if isinstance(row[by], list) else row[by], []).append(row[field])
    return {key: (sum(values) / len(values), (max(values) - min(values)) / 2) for key, values in groups.items()}
