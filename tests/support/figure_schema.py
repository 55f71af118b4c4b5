"""What a figure description must be, so that every front end can draw it: `check_figure(figure)` raises or returns it.

Parts, fields and kinds of marks are those of `squeezelab/explorers/figure_contract.json`, which the front end reads, too; what
is said here is what the types in it mean, and what holds between the parts.
"""

import json
import math
from numbers import Real

from squeezelab.core import palette, words
from support import ROOT

CONTRACT = json.loads((ROOT / "squeezelab/explorers/figure_contract.json").read_text("utf-8"))
ROLES = {role for role, _, _ in palette.ROLES} - {"paper", "surface", "line"}
FORMATS = {name for name in words.FORMATS if not name.startswith("printed")}
SCALES = {"linear", "log2", "log10", "band"}


def check_figure(figure):
    """Raises an AssertionError that names the first thing a front end could not draw."""
    json.dumps(figure, allow_nan=False)  # plain data, finite numbers
    check_part("figure", figure)
    for chart in figure["charts"]:
        for mark in chart["marks"]:
            check_mark(chart, mark)
    for row in figure["table"]["rows"]:
        assert len(row) == len(figure["table"]["columns"]), f"{len(row)} cells under {len(figure['table']['columns'])} heads"
    return figure


def tiles(figure):
    """{label: value} of the readout."""
    return {tile["label"]: tile["value"] for tile in figure["readout"]}


# The types of the contract.


def number(value):
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def text(value):
    return isinstance(value, str) and value != ""


def label(value):
    return isinstance(value, str)


def flag(value):
    return isinstance(value, bool)


def role(value):
    return text(value) and value in ROLES


def place(value):
    return number(value) or text(value)


def cell(value):
    return value is None or label(value) or number(value)


def lists(one, least=0, most=math.inf):
    return lambda values: isinstance(values, list) and least <= len(values) <= most and all(map(one, values))


def one_or_each(one):
    return lambda value: one(value) or lists(one)(value)


def parts(name, least=0, most=math.inf):
    """As many parts of that name; one that is wrong raises by itself."""
    return lists(lambda given: check_part(name, given), least, most)


def sentence(value):
    """One readable sentence or more: a capital or a digit first, a stop last, no leftovers of formatting."""
    leftovers = ("  ", "nan", "inf ", "None", "{", "}", "..", " 1 layers", " 1 filters", " 1 cycles")
    return (
        isinstance(value, str)
        and len(value) > 10
        and value[-1] in ".?!"
        and (value[0].isupper() or not value[0].isalpha())
        and not any(leftover in value for leftover in leftovers)
    )


def named(one):
    return lambda given: isinstance(given, dict) and all(text(name) and one(value) for name, value in given.items())


TYPES = {
    "text": text,
    "label": label,
    "sentence": sentence,
    "sentence or none": lambda value: value is None or sentence(value),
    "number": number,
    "flag": flag,
    "value": lambda value: flag(value) or value == "" or place(value),
    "cell": cell,
    "cells": lists(label),
    "role": role,
    "format": lambda value: value is None or value in FORMATS,
    "scale": lambda value: value in SCALES,
    "anchor": lambda value: value in ("start", "end"),
    "kind": lambda value: value in ("range", "choice", "toggle", "cells", "drawing", "program"),
    "mark": lambda value: value in CONTRACT["marks"],
    "domain": lists(place, least=1),
    "bounds": named(lambda ends: lists(number, 2, 2)(ends) and ends[0] <= ends[1]),
    "reasons": named(sentence),
    "addresses": named(lambda value: text(value) and value.partition("#")[0].endswith(".html")),
    "numbers": lists(number),
    "place": place,
    "places": lists(place),
    "texts": lists(text),
    "flags": lists(flag),
    "values": lists(lambda value: value == "" or place(value), least=1),
    "options": lists(lambda option: set(option) == {"value", "label"} and text(option["label"]), least=2),
    "changes": lists(lambda pair: len(pair) == 2 and set(pair[1]) <= {"value", "values"}),
    "rows": lists(lists(cell), least=1),
    "number or numbers": one_or_each(number),
    "text or texts": one_or_each(text),
    "role or roles": one_or_each(role),
    "axis": lambda given: check_part("axis", given),
    "charts": parts("chart", 1, 4),
    "marks": lists(lambda mark: check_fields(f"a {mark.get('type')} mark", mark, mark_fields(mark)), least=1),
    "legend": parts("legend entry"),
    "tiles": parts("tile", most=8),
    "table": lambda given: check_part("table", given),
    "columns": parts("column", least=1),
}


# Parts and fields.


def mark_fields(mark):
    kind = mark.get("type")
    assert kind in CONTRACT["marks"], f"there is no mark {kind!r}; there are {', '.join(CONTRACT['marks'])}"
    return CONTRACT["every mark"]["fields"] | CONTRACT["marks"][kind]["fields"]


def check_part(name, given):
    """True, or an AssertionError that names the part and its field."""
    check_fields(f"{name} {given.get('title') or given.get('label') or ''}".strip(), given, CONTRACT["parts"][name]["fields"])
    if name == "axis":
        check_domain(given)
    return True


def check_fields(where, given, fields):
    unknown = set(given) - set(fields)
    missing = {name for name, field in fields.items() if field.get("required")} - set(given)
    assert not unknown, f"{where}: unknown fields {sorted(unknown)}; there are {', '.join(fields)}"
    assert not missing, f"{where}: lacks {sorted(missing)}"
    for name, value in given.items():
        kind = fields[name]["type"]
        assert TYPES[kind](value), f"{where}: {name} is no {kind}: {value!r}. {CONTRACT['types'][kind]}"
    return True


def check_domain(axis):
    domain = axis.get("domain")
    where = f"axis {axis['label']!r}"
    if axis["scale"] == "band":
        assert domain and len(set(map(str, domain))) == len(domain), f"{where}: categories {domain}"
    elif domain is not None:
        low, high = domain
        assert low < high, f"{where}: domain {domain}"
        assert axis["scale"] == "linear" or low > 0, f"{where}: a logarithm of {low}"


def check_mark(chart, mark):
    """What holds between a mark and its chart: equally many data everywhere, each on its axis."""
    where = f"{mark['type']} of {chart['title']!r}"
    if mark["type"] == "heat":
        assert mark["most"] > 0, f"{where}: the deepest tint stands for {mark['most']}"
    if mark["type"] == "rule":
        assert ("x" in mark) != ("y" in mark), f"{where}: a rule has x or y"
        return
    if "x" not in mark:
        mark = mark | {"x": chart["x"]["domain"]}
    count = len(mark["x"])
    for name, values in mark.items():
        if isinstance(values, list):
            assert len(values) == count, f"{where}: {len(values)} of {name} for {count} of x"
    check_places(where, chart["x"], mark["x"])
    if mark.get("stack"):  # may end above the domain
        assert min(mark["y"]) >= 0 and chart["y"]["domain"][0] == 0, f"{where}: a stack stands on zero"
    else:
        check_places(where, chart["y"], mark["y"])


def check_places(where, axis, values):
    """Data lie on their axis: known categories, positive numbers on a logarithm, inside a given domain."""
    if axis["scale"] == "band":
        strangers = [value for value in values if value not in axis["domain"]]
        assert not strangers, f"{where}: {strangers[:3]} not among the categories"
        return
    for value in values:
        assert isinstance(value, (int, float)) and math.isfinite(value), f"{where}: {value!r}"
        assert axis["scale"] == "linear" or value > 0, f"{where}: {value} on a {axis['scale']} axis"
    if axis.get("domain") and values:
        low, high = axis["domain"]
        slack = 1e-9 * max(abs(low), abs(high))
        assert low - slack <= min(values) and max(values) <= high + slack, f"{where}: {values} beyond {axis['domain']}"
