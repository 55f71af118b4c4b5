"""The board: every family on equal terms, in the numbers that a page's figure and `squeezelab board` need, and no more.

    python experiments/board.py    # ten seconds, after pruning.py, pruned_times.py and sparse_training.py

board.json has no number that these records do not determine: `squeezelab.recorded.board_rows` makes it of their rows.
"""

from record import RESULTS, write_lined

from squeezelab.recorded import recorded
from squeezelab.recorded.board_rows import COLUMNS, COSTS, made_of
from squeezelab.recorded.readings import widths_timed

SOURCES = ("pruning", "sparse_training")
COPIED = ("seeds", "test_size", "rates_tried", "converged")  # settings of the comparison


def derived(records, times):
    """The contents of board.json. records: those of `SOURCES`; times: {widths: milliseconds}."""
    first = records[0]
    rows = [row for record in records for row in record["rows"]]
    table, places = made_of(rows, times, first["settings"]["test_size"])
    head = {"command": "python experiments/board.py", "versions": records[-1]["versions"], "date": records[-1]["date"]}
    settings = {name: first["settings"][name] for name in COPIED} | {"columns": COLUMNS, "costs": COSTS, "sources": SOURCES}
    return head | {"settings": settings, "rows": table, "places": places}


def main():
    made = derived([recorded(name) for name in SOURCES], widths_timed())
    write_lined(RESULTS / "board.json", made, ("rows", "places"), separators=(",", ":"))


if __name__ == "__main__":
    main()
