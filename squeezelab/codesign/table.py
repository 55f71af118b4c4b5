"""`DesignTable`: the columns of a sweep, one row a design."""

import numpy as np

from ..core.checks import there_are
from ..core.words import formatted
from ..networks.table import aligned

SHOWN = 12  # rows of a printed table; a longer one shows its first and last
PRINTED = ("params", "cycles", "utilisation", "dram_words", "intensity", "energy")  # of what was computed


class DesignTable:
    """Columns of equal length by name, as 1-D numpy arrays.

    ``table["cycles"]`` is a column, ``table[3]`` a row as a dict, ``table[mask]`` and ``table[:10]`` are tables;
    `inputs` names the columns that were chosen, the others were computed.
    """

    def __init__(self, columns, inputs=()):
        self.columns = dict(columns)
        self.inputs = tuple(inputs)

    def __len__(self):
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, key):
        if isinstance(key, str):
            return self.column(key)
        if isinstance(key, (int, np.integer)):
            return {name: python_value(column[key]) for name, column in self.columns.items()}
        return DesignTable({name: column[key] for name, column in self.columns.items()}, self.inputs)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def column(self, name):
        """One column; an unknown name raises and lists the names."""
        if not isinstance(name, str) or name not in self.columns:
            raise KeyError(f"no column {name!r}; {there_are(self.columns)}")
        return self.columns[name]

    def to_dict(self):
        """Column name → list of plain values, ready for JSON."""
        return {name: column.tolist() for name, column in self.columns.items()}

    def sorted_by(self, *names):
        """The rows in rising order of these columns, the first one counting most."""
        return self[np.lexsort([self.column(name) for name in reversed(names)])]

    def pareto(self, *names):
        """The designs that no other design beats: none is as good in all of these columns and better in one.

        Less is better in every column. Designs with equal values are all kept; rows come in rising order.
        """
        if not names:
            raise ValueError("name the columns to trade off, as in table.pareto('cycles', 'energy')")
        ordered = self.sorted_by(*names)
        values = np.stack([ordered.column(name) for name in names], axis=1).astype(float)  # (designs, columns)
        left = np.arange(len(values))
        front = []
        while len(left):
            best = values[left[0]]  # first in order among the unbeaten: none of the others can beat it
            front.extend(left[(values[left] == best).all(axis=1)])
            left = left[(values[left] < best).any(axis=1)]
        return ordered[np.array(front, dtype=int)]

    def printed(self):
        """Names of the columns worth a place on paper: inputs that vary, and the main results."""
        vary = [name for name in self.inputs if any(value != self.columns[name][0] for value in self.columns[name])]
        results = [name for name in self.columns if name in PRINTED and name not in vary]
        return vary + results or list(self.columns)

    def __repr__(self):
        count, half, head = len(self), SHOWN // 2, self.printed()
        places = range(count) if count <= SHOWN else [*range(half), *range(count - half, count)]
        lines = aligned([head] + [[cell_text(self.columns[name][i]) for name in head] for i in places])
        if count > SHOWN:
            lines.insert(1 + half, f"… {formatted(count - SHOWN, 'printed')} more rows …")
        return "\n".join([f"{formatted(count, 'printed')} designs; columns: {', '.join(self.columns)}"] + lines)


def python_value(value):
    """A numpy value as Python's own."""
    return value.item() if isinstance(value, np.generic) else value


def cell_text(value):
    """Whole numbers with separators, others to four digits."""
    return formatted(python_value(value), "printed4")
