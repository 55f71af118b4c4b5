"""The board with a method of one's own beside the others, from a record that experiments/own_method.py makes.

Such a record has "settings" and "rows". Settings: the "seeds", "test_size", "images" and "resolution" of pruning.json. A row, one
for each seed: "network" (lenet300, mini_vgg), "method" (its name), "kept" (a share that the board has), "control" (None),
"budget" ("epochs", as long as everybody, which is meant where there is none; "macs", within the MACs of training that the board
gives), "epochs" after a dense start if there is one, "seed", "accuracy", "right" (which test images, as bits of base64, so that
differences are paired), "params", "macs", "stored_bytes", "cycles", "systolic_cycles", "start_macs", "training_macs",
"executed_training_macs". What `measure` of experiments/pruning_runs.py gives has them all.
"""

import json
from pathlib import Path

from ..core.checks import there_are
from .board_rows import BUDGETS, LEVELS, MILLION, NETWORKS_OF, made_of
from .readings import widths_timed
from .results import recorded, right_of, rows_by

SAME = ("seeds", "test_size", "images", "resolution")  # settings without which numbers cannot stand beside one another
NEEDED = (
    "network method kept control epochs seed accuracy right params macs stored_bytes cycles systolic_cycles start_macs "
    "training_macs executed_training_macs left"
).split()
SLACK = 1.02  # of a budget of MACs: epochs are whole


def board_with(own: str | Path | dict) -> dict:
    """The board's record with the rows of one's own, a file or its contents, at their places; "own" of its settings names them.

    Raises a ValueError that names what differs, for a record of other settings: other test images, seeds, a share, budget or
    number of epochs that the board does not have, a name that it has already.

    >>> board_with({"settings": {}, "rows": []})
    Traceback (most recent call last):
    ValueError: your record: seeds is None in its settings, and [0, 1, 2, 3, 4] on the board
    """
    record, board = own_contents(own), recorded("board")
    check_own_settings(record["settings"])
    rows = [{"budget": "epochs", **row} for row in record["rows"]]
    for row in rows:
        check_row(row, board)
    check_seeds(rows)
    return with_rows(board, rows)


def own_contents(own):
    """The record, read; raises where it is no record."""
    if not isinstance(own, dict):
        try:
            own = json.loads(Path(own).read_text("utf-8"))
        except OSError as error:
            raise ValueError(f"{own} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise ValueError(f"{own} is no JSON: {error}") from error
    if not isinstance(own, dict) or not isinstance(own.get("settings"), dict) or not isinstance(own.get("rows"), list):
        raise ValueError('a record of your own is a dict {"settings": {…}, "rows": […]}, as experiments/own_method.py writes it')
    return own


def check_own_settings(settings):
    """Raises for settings that are not those of the comparison."""
    theirs = recorded("pruning")["settings"]
    for name in SAME:
        if settings.get(name) != theirs[name]:
            raise ValueError(f"your record: {name} is {settings.get(name)} in its settings, and {theirs[name]} on the board")


def check_row(row, board):
    """Raises for a row that has no place on the board."""
    missing = [name for name in NEEDED if name not in row]
    if missing:
        raise ValueError(f"your record: a row has no {missing[0]!r}; it needs {', '.join(NEEDED)}")
    kind, who = kind_of_own(row), f"your record, {row['method']} at {row['kept']}"
    if row["control"] is not None:
        raise ValueError(f"{who}: control is {row['control']!r}; a method of your own has None")
    if row["method"] in {line[1].partition("/")[0] for line in board["rows"]}:
        raise ValueError(f"{who}: the board has a {row['method']!r} already; give yours another name")
    if row["kept"] not in LEVELS[kind]:
        raise ValueError(f"{who}: the board has no such share of {row['network']}; {there_are(LEVELS[kind])}")
    if row["budget"] not in BUDGETS or not budget_exists(board, kind, row["budget"]):
        raise ValueError(f"{who}: the board has no budget {row['budget']!r} for {row['network']}")
    check_training(row, kind, board, who)
    check_answers(row, board["settings"]["test_size"], who)


def kind_of_own(row):
    kinds = [kind for kind in LEVELS if NETWORKS_OF[kind] == row["network"]]
    if not kinds:
        raise ValueError(f"your record: the board has no {row['network']!r}; {there_are([NETWORKS_OF[kind] for kind in LEVELS])}")
    return kinds[0]


def budget_exists(board, kind, budget):
    return any(place["kind"] == kind and place["budget"] == budget for place in board["places"])


def check_training(row, kind, board, who):
    """Raises for a training longer or shorter than that of all others, or dearer than the budget of MACs."""
    settings = recorded("pruning")["settings"]
    start = settings["starts"][row["network"]][1]
    if row["budget"] == "epochs":
        asked, given = start + settings["epochs"], row["epochs"] + (start if row["start_macs"] else 0)
        if asked != given:
            raise ValueError(f"{who}: trained for {given} epochs, a dense start included, and for {asked} on the board")
        return
    most = max(dict(zip(board["settings"]["columns"], line))["training"] for line in board["rows"] if whole_of(line, kind))
    spent = (row["start_macs"] + row["training_macs"]) / MILLION
    if spent > SLACK * most:
        raise ValueError(f"{who}: {spent:.0f} million MACs of training, and at most {most} on the board")


def whole_of(line, kind):
    """Whether a row of the board is the dense network's in a kind's budget of MACs."""
    return line[0] == kind and line[2] is None and line[3] == "macs"


def check_answers(row, size, who):
    """Raises where the answers, as bits, are not those of the accuracy."""
    right = sum(right_of(row)[:size])
    if round(row["accuracy"] * size) != right:
        raise ValueError(f"{who}, seed {row['seed']}: {right} of {size} answers are right, but the accuracy is {row['accuracy']}")


def check_seeds(rows):
    """Raises unless each share and budget has each seed once."""
    seeds = recorded("pruning")["settings"]["seeds"]
    for (_, method, kept, budget), each in rows_by(rows, ("network", "method", "kept", "budget")).items():
        found = sorted(row["seed"] for row in each)
        if found != seeds:
            raise ValueError(f"your record, {method} at {kept}, {budget}: seeds {found}, and {seeds} are asked for")


def with_rows(board, rows):
    """The board anew for the kinds that have rows of one's own, as it stands for all others."""
    kinds = {kind_of_own(row) for row in rows}
    every = [row for name in board["settings"]["sources"] for row in recorded(name)["rows"]] + rows
    table, places = made_of(every, widths_timed(), board["settings"]["test_size"], kinds)
    own = sorted({row["method"] for row in rows})
    return board | {
        "settings": board["settings"] | {"own": own},
        "rows": [line for line in board["rows"] if line[0] not in kinds] + table,
        "places": [place for place in board["places"] if place["kind"] not in kinds] + places,
    }
