"""The links in the text that set a live figure, and what each one shows: `python tools/prose_links.py [book/NN_name.ipynb ...]`.

Such a link is what "Copy link" makes, without the address: `[go to 32 channels](#explorer=layer_cost&channels=32)`, or
`[there](02_dataflows.ipynb#explorer=staircase&filters=57)` from another chapter. `landing` says where it leads, or why nowhere.
"""

import json
import re
import sys
from collections import namedtuple
from pathlib import Path
from urllib.parse import parse_qsl

import nbformat
from project import ROOT, chapters

from squeezelab import explorers
from squeezelab.explorers.kit.controls import offered_values, resolved_control
from squeezelab.widgets import MIME

LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([\w./-]*)#(explorer=[^)\s]*)\)")

Link = namedtuple("Link", "source text page query")  # the file it stands in, its words, the file it leads to, what it sets
Landing = namedtuple("Landing", "name values figure")


def texts(path):
    """The prose of a notebook or of a page in Markdown, piece by piece."""
    if path.suffix == ".md":
        return [path.read_text("utf-8")]
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]


def links_of(path):
    found = [match for text in texts(path) for match in LINK.finditer(text)]
    return [Link(path, text, path.with_name(page) if page else path, query) for text, page, query in map(re.Match.groups, found)]


def figures_of(path):
    """(name, start values) of the explorers of a notebook, in order; a page in Markdown has none."""
    if path.suffix == ".md" or not path.exists():
        return []
    outputs = [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])]
    payloads = [output.data[MIME] for output in outputs if MIME in output.get("data", {})]
    payloads = [json.loads(payload) if isinstance(payload, str) else payload for payload in payloads]
    return [(payload["name"], payload["values"]) for payload in payloads if payload["kind"] == "explorer"]


def text_of(value):
    """A value as JavaScript writes it: 2.0 is 2."""
    return value if isinstance(value, str) else json.dumps(value).removesuffix(".0")


def chosen(control, text):
    """The value of a control that a link writes as `text`."""
    values = {text_of(value): value for value in offered_values(control)}
    if control["kind"] == "range" and "values" not in control:  # 0.15 is three steps of 0.05, but for rounding
        values = {f"{float(value):.6g}": value for value in values.values()}
        text = f"{float(text):.6g}"
    if text not in values:
        raise ValueError(f"{control['name']} can't be {text}; it can be {', '.join(values)}")
    return values[text]


def state(name, start, wanted):
    """The values of an explorer after its link: what is named, what follows that, and else what the figure starts with."""
    values = {}
    for control in explorers.module(name).CONTROLS:
        key, own = control["name"], resolved_control(control, values)
        if key in wanted:
            values[key] = chosen(own, wanted[key])
        else:
            values[key] = own["value"] if control.get("follows") in wanted else start[key]
    return values


def landing(link):
    """Where a link leads; raises a ValueError that says what is wrong with it."""
    wanted = dict(parse_qsl(link.query, keep_blank_values=True, strict_parsing=True))
    name, place = wanted.pop("explorer"), int(wanted.pop("figure", 1))
    there = [start for known, start in figures_of(link.page) if known == name]
    if not 0 < place <= len(there):
        raise ValueError(f"{link.page.name} has {len(there)} figures called {name!r}")
    unknown = wanted.keys() - explorers.start_values(name).keys()
    if unknown:
        raise ValueError(f"{name} has no control {', '.join(sorted(unknown))}")
    values = state(name, there[place - 1], wanted)
    figure = explorers.explore(name, values)
    for key, (low, high) in figure.get("limits", {}).items():
        if not low <= values[key] <= high:
            raise ValueError(f"{key} goes from {low} to {high} here, not to {values[key]}")
    return Landing(name, values, figure)


def pages_with_links():
    return [*chapters(), *sorted((ROOT / "book").glob("*.md"))]


def told(link):
    """A link and what it shows, in a few lines."""
    found = landing(link)
    lines = [f"{link.source.stem}: {link.text}", f"    {link.query}", f"    {found.figure['finding']}"]
    return "\n".join(lines + [f"    ✕ {found.figure['problem']}"] * bool(found.figure.get("problem")))


if __name__ == "__main__":
    for page in map(Path, sys.argv[1:]) if sys.argv[1:] else pages_with_links():
        for each in links_of(page):
            print(told(each))
