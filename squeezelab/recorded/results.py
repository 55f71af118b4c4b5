"""Recorded results: what was measured once and is too slow, or needs another program, to be computed in a chapter.

What a chapter may conclude from trainings is decided by one rule (section "Conclusions from trainings" of "What we count"):
`scores` gives means with their standard errors, `difference` the paired difference of two with its 95 % interval, `verdict`
says it in words.
"""

import base64
import json
import math
from pathlib import Path

from ..core.checks import there_are
from .differences import Difference, mean_se, paired_difference

FOLDER = Path(__file__).parent

LEAST_SEEDS = 5  # trainings of each network, for a difference below two points
RULE = ("seeds", "test_size", "rates_tried", "converged")  # settings that a record under the rule has


def recorded(name: str) -> dict:
    """The contents of squeezelab/recorded/NAME.json. Raises a ValueError that lists the records for an unknown one.

    >>> recorded("scalesim_sample")["program"]
    'SCALE-Sim 3.0.0'
    """
    if name not in record_names():
        raise ValueError(f"no recorded result {name!r}; {there_are(record_names())}")
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def record_names() -> list:
    """The results there are.

    >>> [name for name in record_names() if name.startswith("quantization")]
    ['quantization', 'quantization_rates']
    """
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def under_rule(name: str) -> bool:
    """Whether a record was measured under the book's rule for conclusions from trainings: its settings say on how many
    examples it was tested, which learning rates were tried, how convergence was judged, and it has five seeds or more.

    >>> under_rule("references")
    False
    """
    settings = recorded(name).get("settings", {})
    return isinstance(settings, dict) and all(field in settings for field in RULE) and len(settings["seeds"]) >= LEAST_SEEDS


def scores(name: str, by: str | tuple, field: str = "accuracy", where: dict = None) -> dict:
    """{value of `by`: Score} of a record, over its seeds; `by` is the name of one column, or a tuple of several.
    where: {column: value} that rows must have.

    >>> list(scores("references", "network"))
    ['lenet300', 'mini_resnet', 'mini_squeezenext', 'mini_vgg']
    """
    record = recorded(name)
    size = record["settings"].get("test_size")
    groups = rows_by(record["rows"], by, where)
    return {key: mean_se([row[field] for row in rows], size) for key, rows in groups.items()}


def difference(
    name: str,
    by: str | tuple,
    first: object,
    second: object,
    field: str = "accuracy",
    where: dict = None,
    second_of: str = None,
) -> Difference:
    """The `Difference` between two values of `by` in a record, `first` less `second`, over the seeds that both have; with
    `second_of` the second is a value in that other record. Raises a ValueError for values that the record does not have, for a
    record that does not say on how many examples it was tested, and for two that were tested on different numbers of them.

    >>> difference("mini_blocks", "block", "fire", "basic").seeds
    5
    """
    names = name, second_of or name
    records = [recorded(each) for each in names]
    size, other = [examples_tested(*each) for each in zip(names, records)]
    if size != other:
        raise ValueError(f"{name} was tested on {size:,} examples and {second_of} on {other:,}: pairs need the same")
    sides = [rows_of(*each, by, where) for each in zip(names, records, (first, second))]
    pairs, right = pairs_by_seed(*sides), None
    if field == "accuracy" and all("right" in row for pair in pairs for row in pair):
        right = [[right_of(row)[:size] for row in side] for side in zip(*pairs)]
    return paired_difference(*[[row[field] for row in side] for side in zip(*pairs)], size, right)


def pooled_difference(name: str, by: str, firsts: list, seconds: list) -> Difference:
    """The `Difference` of two means: of several values of `by`, `firsts`, less several others, `seconds`, over the seeds that all
    of them have. One question to many trainings, where one to each would find something by chance. Raises a ValueError as
    `difference` does, and for rows that do not hold which examples were right.

    >>> pooled_difference("mini_blocks", "block", ["fire", "squeezenext"], ["basic"]).seeds
    5
    """
    record = recorded(name)
    size = examples_tested(name, record)
    sides = [[rows_of(name, record, value, by, None) for value in values] for values in (firsts, seconds)]
    seeds = set.intersection(*[{row["seed"] for row in rows} for side in sides for rows in side])
    answers = [[mean_answers(name, side, seed)[:size] for seed in sorted(seeds)] for side in sides]
    return paired_difference(*[[sum(each) / size for each in side] for side in answers], size, answers)


def mean_answers(name, side, seed):
    """Of every test example, which share of several trainings with this seed was right."""
    rows = [row for rows in side for row in rows if row["seed"] == seed]
    if not all("right" in row for row in rows):
        raise ValueError(f"{name} does not hold which examples were right: trainings can't be pooled")
    return [sum(each) / len(rows) for each in zip(*map(right_of, rows))]


def rows_of(name, record, value, by, where):
    """The rows of a record in which `by` is `value`."""
    groups = rows_by(record["rows"], by, where)
    if value not in groups:
        raise ValueError(f"no rows of {value!r} in {name}; {there_are(groups)}")
    return groups[value]


def pairs_by_seed(first, second):
    """[(row of the first, row of the second)] by seed."""
    others = {row["seed"]: row for row in second}
    return [(row, others[row["seed"]]) for row in first if row["seed"] in others]


def rows_by(rows, by, where=None):
    """{value of `by`: its rows}; lists, which JSON makes of tuples, are tuples again."""
    columns, groups = ([by] if isinstance(by, str) else list(by)), {}
    for row in rows:
        if all(row[column] == value for column, value in (where or {}).items()):
            cells = [tuple(row[column]) if isinstance(row[column], list) else row[column] for column in columns]
            groups.setdefault(cells[0] if isinstance(by, str) else tuple(cells), []).append(row)
    return groups


def examples_tested(name, record):
    """How many examples a record was tested on."""
    if "test_size" not in record["settings"]:
        raise ValueError(f"{name} does not say on how many examples it was tested: it is not under the rule")
    return record["settings"]["test_size"]


def right_of(row):
    """Which test examples a training read right, packed as bits, the first one highest: a list of 0 and 1."""
    return [int(bit) for byte in base64.b64decode(row["right"]) for bit in f"{byte:08b}"]


def machine_noise(name: str) -> tuple:
    """(root mean square, largest) change of an accuracy when the same seed is trained on two threads in place of one.

    >>> [round(change, 4) for change in machine_noise("mini_blocks")]
    [0.003, 0.0034]
    """
    record = recorded(name)
    changes = []
    for row in record["noise"]:
        known = {column: value for column, value in row.items() if column not in ("threads", "accuracy")}
        same = [other for other in record["rows"] if all(other.get(column) == value for column, value in known.items())]
        changes.append(row["accuracy"] - same[0]["accuracy"])
    return math.sqrt(sum(change**2 for change in changes) / len(changes)), max(map(abs, changes))


def spread_of(rows: list, by: str, field: str) -> dict:
    """{value of `by`: (mean, half the range)} of a field over the rows that share it: for records that are not under the rule.

    >>> spread_of([{"net": "a", "x": 1}, {"net": "a", "x": 2}], "net", "x")
    {'a': (1.5, 0.5)}
    """
    groups = {}
    for row in rows:
        groups.setdefault(tuple(row[by]) if isinstance(row[by], list) else row[by], []).append(row[field])
    return {key: (sum(values) / len(values), (max(values) - min(values)) / 2) for key, values in groups.items()}


def recorded_ms(name: str = "cpu_time") -> dict:
    """{network: measured milliseconds of processor time for one image} of a record.

    >>> sorted(recorded_ms("cpu_time_headline"))
    ['AlexNet', 'SqueezeNet v1.0', 'SqueezeNext v5']
    """
    return {row["network"]: row["ms"] for row in recorded(name)["rows"]}
