"""The figures that were published, each with a mark that says how we know it (squeezelab/recorded/paper_tables.json).

>>> published("hardware_simulation")["AlexNet"]["time_16x16"]
(8.26, 'recalled+checked')
"""

from squeezelab.core.checks import there_are
from squeezelab.networks import alexnet, mobilenet, squeezenet, squeezenext, vgg
from squeezelab.recorded.results import recorded

UNKNOWN = (None, "")


def published(table):
    """A published table as {model: {field: (value, mark)}}; a figure that is not known is (None, "")."""
    tables = recorded("paper_tables")
    known = [name for name, content in tables.items() if isinstance(content, dict) and "rows" in content]
    if table not in known:
        raise ValueError(f"no published table {table!r}; {there_are(sorted(known))}")
    return {row["model"]: {field: cell(entry) for field, entry in row.items()} for row in tables[table]["rows"] if "model" in row}


def cell(entry):
    """(value, mark) of an entry of the file."""
    if entry is None:
        return UNKNOWN
    return tuple(entry) if isinstance(entry, list) else (entry, "")


def with_mark(entry):
    """A published value with its mark, as a cell of a table.

    >>> with_mark((73.98, "read"))
    '73.98 [read]'
    """
    value, mark = entry
    return None if value is None else f"{value:g} [{mark}]" if mark else f"{value:g}"


def published_networks():
    """Our networks by the names that they have in the published tables."""
    nets = {"AlexNet": alexnet(), "VGG-16": vgg(16), "VGG-19": vgg(19), "MobileNet": mobilenet()}
    nets.update({"SqueezeNet v1.0": squeezenet(), "SqueezeNet v1.1": squeezenet("1.1", resolution=224)})
    nets.update({"1.0-SqNxt-23": squeezenext(), "1.0-G-SqNxt-23": squeezenext(groups=2)})
    nets.update({f"1.0-SqNxt-23v{version}": squeezenext(version=version) for version in (2, 3, 4, 5)})
    nets.update({f"{width}-SqNxt-23": squeezenext(width) for width in (1.5, 2.0)})
    nets.update({f"2.0-SqNxt-23v{version}": squeezenext(2.0, version=version) for version in (4, 5)})
    doubled = (12, 12, 16, 2)  # inferred from the published parameters
    nets.update({f"{width}-SqNxt-44": squeezenext(width, depths=doubled) for width in (1.0, 1.5, 2.0)})
    return nets


def deviation(ours, theirs):
    """How far our value is from theirs, in percent, as text; empty if one of them is missing."""
    return f"{100 * (ours / theirs - 1):+.1f} %".replace("-", "−") if ours and theirs else ""


def beside(ours, theirs, mark=""):
    """Three cells of an audit: ours, theirs (a star where an independent number agrees with memory) and the deviation.

    >>> beside(2.89, 2.59)
    ['2.89', '2.59', '+11.6 %']
    """
    star = "*" if mark == "recalled+checked" else ""
    return [f"{ours:.2f}", f"{theirs:.2f}{star}" if theirs else None, deviation(ours, theirs)]
