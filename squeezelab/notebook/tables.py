"""Small tables for the chapters: HTML in a page or notebook, aligned text everywhere else.

>>> Table(["network", "time"], [["v2", 1.146], ["v5", 1]])
network  time
v2       1.15
v5          1
"""

from html import escape

from squeezelab.core.words import formatted


def table_text(value):
    """A whole number in groups of three digits, any other number to three digits, the rest as it is."""
    if getattr(value, "shape", None) == ():  # a single number of numpy
        value = value.item()
    return formatted(value)


def checked_list(values, what):
    """`values` as a list; text, which would fall apart into letters, is none."""
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise ValueError(f"{what} of a table must be a list, not {values!r}")
    return list(values)


class Table:
    """Rows under column titles; names stand flush left, numbers flush right. `caption` says what they show.

    Raises a ValueError for columns, rows or a row that are no list, and for a row with more cells, or fewer, than columns.

    >>> Table(["layer", "MACs"], [["conv1", 1250000], ["fc", None]], caption="One image")
    One image
    layer       MACs
    conv1  1\u202f250\u202f000
    fc             –
    """

    def __init__(self, columns: list, rows: list, caption: str = ""):
        self.columns = checked_list(columns, "columns")
        self.rows = [checked_list(row, "a row") for row in checked_list(rows, "rows")]
        self.caption = str(caption or "")
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row has {len(row)} cells, the table {len(self.columns)} columns: {row}")

    def numeric(self, column):
        """Whether a column stands flush right: numbers, or text that begins like one ("+3 %")."""
        cells = [table_text(row[column]) for row in self.rows]
        return column > 0 and all(cell[:1] in "0123456789+−–" for cell in cells)

    def html_row(self, tag, row):
        cells = []
        for column, value in enumerate(row):
            style = "text-align: right" if self.numeric(column) else "text-align: left"
            if (tag == "td") == self.numeric(column):  # numbers with their units, and what the table is about, stay whole
                style += "; white-space: nowrap"
            scope = "col" if tag == "th" else "row" if column == 0 else ""  # the first cell of a row is its name
            if not scope or not table_text(value):  # an empty title is no title
                cells.append(f'<td style="{style}">{escape(table_text(value))}</td>')
            else:
                weight = "; font-weight: normal" if scope == "row" else ""
                cells.append(f'<th scope="{scope}" style="{style}{weight}">{escape(table_text(value))}</th>')
        return "<tr>" + "".join(cells) + "</tr>"

    def _repr_html_(self):
        caption = f"<caption>{escape(self.caption)}</caption>" if self.caption else ""
        head = self.html_row("th", self.columns)
        body = "".join(self.html_row("td", row) for row in self.rows)
        table = f'<table class="table table-sm">{caption}<thead>{head}</thead><tbody>{body}</tbody></table>'
        label = escape(self.caption or "Table")  # scrolls by itself on a narrow screen, with the keyboard too
        return f'<div style="overflow-x: auto" role="group" aria-label="{label}" tabindex="0">{table}</div>'

    def __repr__(self):
        rows = [[str(column) for column in self.columns]] + [[table_text(cell) for cell in row] for row in self.rows]
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.columns))]
        flush = [str.rjust if self.numeric(i) else str.ljust for i in range(len(widths))]
        lines = [[put(cell, width) for put, cell, width in zip(flush, row, widths, strict=True)] for row in rows]
        return "\n".join(([self.caption] if self.caption else []) + ["  ".join(line).rstrip() for line in lines])
