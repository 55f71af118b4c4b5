"""The figures that were published, each with a mark that says how we know it (book/results/paper_tables.json).

>>> published("hardware_simulation")["AlexNet"]["time_16x16"]
(8.26, 'recalled+checked')
"""

from squeezelab.results import recorded

UNKNOWN = (None, "")


def published(table):
    """A published table as {model: {field: (value, mark)}}; a figure that is not known is (None, "")."""
    tables = recorded("paper_tables")
    known = [name for name, content in tables.items() if isinstance(content, dict) and "rows" in content]
    if table not in known:
        raise ValueError(f"no published table {table!r}; there are {', '.join(sorted(known))}")
    return {row["model"]: {field: cell(entry) for field, entry in row.items()} for row in tables[table]["rows"] if "model" in row}


def cell(entry):
    """(value, mark) of an entry of the file."""
    if entry is None:
        return UNKNOWN
    return tuple(entry) if isinstance(entry, list) else (entry, "")


def deviation(ours, theirs):
    """How far our value is from theirs, in percent, as text; empty if one of them is missing."""
    return f"{100 * (ours / theirs - 1):+.1f} %".replace("-", "−") if ours and theirs else ""
