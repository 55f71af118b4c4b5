"""What a figure description must be, so that every front end can draw it: `check_figure(figure)` raises or returns it.

The description is documented in `squeezelab/explorers/__init__.py`.
"""

import itertools
import json
import math

from squeezelab.core import palette, words

ROLES = {role for role, _, _ in palette.ROLES} - {"paper", "surface", "line"}
FORMATS = {name for name in words.FORMATS if not name.startswith("printed")}
SCALES = {"linear", "log2", "log10", "band"}
MARK_DATA = {  # the lists that every mark of a type has
    "bar": ("x", "y"),
    "hbar": ("x", "y"),
    "line": ("x", "y"),
    "step": ("x", "y"),
    "area": ("x", "y"),
    "point": ("x", "y"),
    "rule": (),
    "text": ("x", "y", "text"),
    "cell": ("x", "y"),
    "heat": ("x", "y", "value", "label"),
}
FIGURE_KEYS = {"finding", "problem", "charts", "readout", "table", "formula", "limits", "note", "disabled", "name", "title"}
CHART_KEYS = {"title", "alt", "x", "y", "marks", "height", "legend", "wide"}
AXIS_KEYS = {"label", "unit", "scale", "domain", "format"}
MARK_KEYS = {"type", "stack", "x", "y", "x0", "y0", "role", "label", "name", "dashed", "size", "emphasis", "text", "anchor"}
MARK_KEYS |= {"value", "most"}


def check_figure(figure):
    """Raises an AssertionError that names the first thing a front end could not draw."""
    json.dumps(figure, allow_nan=False)  # plain data, finite numbers
    assert_keys("figure", figure, FIGURE_KEYS, ("finding", "problem", "charts", "readout", "table"))
    check_sentence("finding", figure["finding"])
    for key in ("problem", "note"):
        if figure.get(key) is not None:
            check_sentence(key, figure[key])
    assert 1 <= len(figure["charts"]) <= 4, f"{len(figure['charts'])} charts"
    for chart in figure["charts"]:
        check_chart(chart)
    assert len(figure["readout"]) <= 8, f"{len(figure['readout'])} readouts"
    for row in figure["readout"]:
        check_readout(row)
    check_table(figure["table"])
    for name, (low, high) in figure.get("limits", {}).items():
        assert low <= high, f"limits of {name}: {low} to {high}"
    for name, reason in figure.get("disabled", {}).items():
        check_sentence(f"why {name} is disabled", reason)
    return figure


def assert_keys(where, given, allowed, required=()):
    unknown = set(given) - allowed
    missing = set(required) - set(given)
    assert not unknown, f"{where}: unknown keys {sorted(unknown)}"
    assert not missing, f"{where}: lacks {sorted(missing)}"


def check_sentence(where, text):
    """One readable sentence or more: a capital or a digit first, a stop last, no leftovers of formatting."""
    assert isinstance(text, str) and len(text) > 10, f"{where}: {text!r}"
    assert text[-1] in ".?!", f"{where} does not end like a sentence: {text!r}"
    assert text[0].isupper() or not text[0].isalpha(), f"{where} does not begin like a sentence: {text!r}"
    for leftover in ("  ", "nan", "inf ", "None", "{", "}", "..", " 1 layers", " 1 filters", " 1 cycles"):
        assert leftover not in text, f"{where} holds {leftover!r}: {text!r}"


def check_chart(chart):
    assert_keys("chart", chart, CHART_KEYS, ("title", "alt", "x", "y", "marks"))
    assert chart["title"], "a chart without a title"
    check_sentence("alt", chart["alt"])
    for axis in ("x", "y"):
        check_axis(f"{axis} axis of {chart['title']!r}", chart[axis])
    assert chart["marks"], f"chart {chart['title']!r} is empty"
    for mark in chart["marks"]:
        check_mark(chart, mark)
    for entry in chart.get("legend", []):
        assert entry["role"] in ROLES and entry["label"], f"legend entry {entry}"


def check_axis(where, axis):
    assert_keys(where, axis, AXIS_KEYS, ("label", "scale"))
    assert axis["scale"] in SCALES, f"{where}: scale {axis['scale']!r}"
    assert axis.get("format") in FORMATS | {None}, f"{where}: format {axis.get('format')!r}"
    domain = axis.get("domain")
    if axis["scale"] == "band":
        assert domain and len(set(map(str, domain))) == len(domain), f"{where}: categories {domain}"
    elif domain is not None:
        low, high = domain
        assert low < high, f"{where}: domain {domain}"
        assert axis["scale"] == "linear" or low > 0, f"{where}: a logarithm of {low}"


def check_mark(chart, mark):
    where = f"{mark.get('type')} of {chart['title']!r}"
    assert_keys(where, mark, MARK_KEYS, ("type",))
    assert mark["type"] in MARK_DATA, f"{where}: unknown type"
    roles = mark.get("role", "accent")
    for role in roles if isinstance(roles, list) else [roles]:
        assert role in ROLES, f"{where}: role {role!r}"
    if mark["type"] == "heat":
        assert mark["most"] > 0, f"{where}: the deepest tint stands for {mark['most']}"
    if mark["type"] == "rule":
        assert ("x" in mark) != ("y" in mark), f"{where}: a rule has x or y"
        return
    if "x" not in mark and mark["type"] == "bar":
        mark = mark | {"x": chart["x"]["domain"]}
    for key in MARK_DATA[mark["type"]]:
        assert isinstance(mark.get(key), list), f"{where}: {key} is no list"
    count = len(mark["x"])
    for key in MARK_KEYS - {"type"}:
        if isinstance(mark.get(key), list):
            assert len(mark[key]) == count, f"{where}: {len(mark[key])} of {key} for {count} of x"
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


def check_readout(row):
    assert_keys("readout", row, {"label", "value", "unit", "format", "role"}, ("label", "value"))
    assert row.get("format") in FORMATS | {None}, f"readout {row['label']!r}: format {row.get('format')!r}"
    assert row.get("role") in ROLES | {None}, f"readout {row['label']!r}: role {row.get('role')!r}"


def check_table(table):
    assert_keys("table", table, {"caption", "columns", "rows"}, ("caption", "columns", "rows"))
    for column in table["columns"]:
        assert_keys("column", column, {"label", "unit", "format"}, ("label",))
        assert column.get("format") in FORMATS | {None}, f"column {column['label']!r}: format {column.get('format')!r}"
    for row in table["rows"]:
        assert len(row) == len(table["columns"]), f"a row of {len(row)} cells under {len(table['columns'])} heads"


def stops(control):
    """The values of a control worth testing: every option, both ends, the middle and the start."""
    if control["kind"] == "toggle":
        return [False, True]
    if control["kind"] == "choice":
        return [option["value"] for option in control["options"]]
    if "values" in control:
        values = control["values"]
        return sorted({values[0], values[len(values) // 2], values[-1], control["value"]})
    low, high, step = control["min"], control["max"], control.get("step", 1)
    middle = low + int((high - low) / step) // 2 * step
    return sorted({low, middle, high, control["value"]})


MOST_STATES = 20_000


def states(controls):
    """Combinations of control values: each listed value on its own, then all `stops` with one another, or, where these
    are too many, as many spread over all of them."""
    start = {control["name"]: control["value"] for control in controls}
    for control in controls:
        for value in control.get("values", []):
            yield start | {control["name"]: value}
    offered = [stops(control) for control in controls]
    count = math.prod(len(values) for values in offered)
    pitch = count // MOST_STATES + 1
    while math.gcd(pitch, count) > 1:  # so that each control takes each of its values
        pitch += 1
    for place in range(0, count, pitch):
        values = []
        for choices in offered:
            place, index = divmod(place, len(choices))
            values.append(choices[index])
        yield dict(zip(start, values, strict=True))


def check_controls(controls):
    """At most five controls in view, the groups of others in one piece each; each with a start value that it can take."""
    assert 1 <= len([control for control in controls if "group" not in control]) <= 5, "more than five controls in view"
    groups = [name for name, _ in itertools.groupby(controls, lambda control: control.get("group"))]
    assert len(set(groups)) == len(groups), f"the controls of a group follow one another: {groups}"
    for place, control in enumerate(controls):
        assert control["label"] and control["kind"] in ("range", "choice", "toggle"), f"control {control}"
        check_start(control)
        if "follows" in control:
            check_follower(control, controls[:place])


def check_start(control):
    if control["kind"] == "range" and "values" not in control:
        assert control["min"] <= control["value"] <= control["max"], f"start value of {control['name']}"
    else:
        assert control["value"] in control.get("values", stops(control)), f"start value of {control['name']}"


def check_follower(control, before):
    """It follows a choice above it; for each of its options it can start, with values that it has anyway."""
    leader = next(each for each in before if each["name"] == control["follows"])
    options = [option["value"] for option in leader["options"]]
    for value, changes in control["by"]:
        assert value in options and set(changes) <= {"value", "values"}, f"{control['name']} for {value!r}: {changes}"
        assert set(changes.get("values", [])) <= set(control.get("values", [])), f"{control['name']} for {value!r}"
        check_start(control | changes)
        if value == leader["value"]:
            assert (control | changes)["value"] == control["value"], f"start value of {control['name']}"
