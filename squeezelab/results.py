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


def accuracies(name, by):
    """{value of `by`: (mean, half the range)} of the accuracies in a record, over its seeds.

    >>> sorted(accuracies("references", "network"))
    ['lenet300', 'mini_resnet', 'mini_squeezenext', 'mini_vgg']
    """
    return spread_of(recorded(name)["rows"], by, "accuracy")


def plus_minus(spread):
    """(mean, half the range) of a share, in percent.

    >>> plus_minus((0.925, 0.00375))
    '92.5 ± 0.4'
    """
    mean, half = spread
    return f"{100 * mean:.1f} ± {100 * half:.1f}"


def cpu_ms(name="cpu_time"):
    """{network: measured milliseconds of processor time for one image} of a record."""
    return {row["network"]: row["ms"] for row in recorded(name)["rows"]}
