"""One pure function per live figure: control values in, a description of the figure out.

An explorer is a module of this package with `TITLE`, `CONTROLS` and `figure(**values)`; add its name to `NAMES`.
It is portable: the same file answers a slider in a notebook (CPython) and in a page of the book (MicroPython).

`CONTROLS` is a list of dicts, each with name, label, kind and value (the start value):

* ``{"kind": "range", "min": 1, "max": 512, "step": 1, "unit": "channels"}``; ``"play": True`` adds a play button;
* ``{"kind": "range", "values": [8, 16, 32]}``: a slider over given values;
* ``{"kind": "choice", "options": [{"value": "ws", "label": "weight stationary"}, ...]}``;
* ``{"kind": "toggle"}``: True or False.

At most five are in view; the others have ``"group": "Blocks of each stage"`` and are folded away under that name, the
controls of a group one after another. A control may depend on one above it: ``"follows": "version"`` with
``"by": [[1, {"value": 6}], ...]`` has, for a value of that control, what is otherwise here: the start value, and fewer
``values``. Choosing a version sets it to that start value; `explore` does the same when it is not given.

`figure` returns a dict of plain lists, dicts, numbers and strings:

* ``finding``: one sentence, the headline; ``problem``: None, or a sentence when the design breaks;
* ``charts``: one to four, each with title, alt, x, y, marks and, if wanted, legend, height (of its width) and wide;
  an axis has label, unit, scale (linear, log2, log10, band), domain and format; a mark has type (bar, hbar, line,
  step, area, point, rule, text, cell, heat) and parallel lists of data, with role (its colour) and label (its tip);
  bars without x have one value for each category of the axis, in order; those with ``"stack": True`` stand on the
  ones before them, share one tip that lists the parts, and may end above a given domain, which cuts them off;
  texts have ``"anchor": "start"`` or ``"end"`` when they begin or end at their x instead of being centred on it;
  heats have ``"value"``, numbers whose sign becomes a colour and whose size a tint, and ``"most"``, the size of the deepest;
* ``readout``: at most eight dicts with label, value, unit, format and role;
* ``table``: caption, columns (label, unit, format) and rows, so that nothing is told by the picture alone;
* and, if wanted, ``formula``, ``note``, ``limits`` (new bounds of a range, ``{"cycle": [0, 27]}``) and ``disabled`` (what
  means nothing in this state, with the reason: ``{"depth": "AlexNet has one depth."}``).
"""

from ..core.checks import plain

NAMES = [
    "layer_cost",
    "roofline",
    "dataflow",
    "staircase",
    "memory",
    "sparse_hardware",
    "rank",
    "degeneracy",
    "kernel_slices",
    "block_composer",
    "width_scaling",
    "ghost",
    "squeezenext_cost",
    "network_cost",
]


def names():
    """The explorers there are, in the order of the book."""
    return list(NAMES)


def module(name):
    """The module of an explorer."""
    if name not in NAMES:
        raise ValueError(f"there is no explorer {name!r}; there are {', '.join(NAMES)}")
    return __import__("squeezelab.explorers." + name, None, None, ["figure"])


def start_values(name):
    """The values that the controls of an explorer start with."""
    return {control["name"]: control["value"] for control in module(name).CONTROLS}


def checked(name, values):
    """`values`, each one allowed by its control and in Python's own types; those not given have their start values."""
    if not isinstance(values, dict):
        raise ValueError(f"the values of explorer {name!r} are a dict {{control: value}}, not {values!r}")
    controls = module(name).CONTROLS
    names_of = [control["name"] for control in controls]
    for key in values:
        if key not in names_of:
            raise ValueError(f"explorer {name!r} has no control {key!r}; it has {', '.join(names_of)}")
    complete = {}
    for control in controls:
        key = control["name"]
        given = key in values
        complete[key] = checked_value(name, control, plain(values[key])) if given else resolved(control, complete)["value"]
    return complete


def resolved(control, values):
    """The control as it is where the control that it follows has its value in `values`."""
    for value, changes in control.get("by", []):
        if value == values[control["follows"]]:
            return control | changes
    return control


def checked_value(name, control, value):
    """The value as the control has it; raises unless the control could have this value."""
    who = f"explorer {name!r}: {control['name']}"
    kind = control["kind"]
    if kind == "toggle":
        return one_of(who, [False, True], value)
    if kind == "choice":
        return one_of(who, [option["value"] for option in control["options"]], value)
    if "values" in control:
        return one_of(who, control["values"], value)
    return within(who, control, value)


def one_of(who, choices, value):
    """The choice that equals the value; True is not taken for 1."""
    for choice in choices:
        if isinstance(value, (bool, int, float, str)) and value == choice:
            if isinstance(value, bool) == isinstance(choice, bool):
                return choice
    raise ValueError(f"{who} is one of {', '.join([repr(choice) for choice in choices])}, not {value!r}")


def within(who, control, value):
    """The value if it lies between the ends of the slider, and is whole where its steps are."""
    low, high = control["min"], control["max"]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ValueError(f"{who} lies between {low} and {high}; {value!r} does not")
    if not isinstance(control.get("step", 1), int):
        return float(value)
    if value != int(value):
        raise ValueError(f"{who} is a whole number, not {value!r}")
    return int(value)


def explore(name, values=None):
    """The figure of an explorer for these control values; the others have their start values.

    >>> explore("layer_cost", {"kind": "depthwise"})["name"]
    'layer_cost'
    """
    complete = checked(name, values or {})
    figure = module(name).figure(**complete)
    figure["name"] = name
    figure["title"] = module(name).TITLE
    return figure


def prepare(name, values=None):
    """One piece of work that lets an explorer answer faster later, such as building a network that a control may ask for
    next; True while there is more. The page calls it in its pauses. An explorer may have a `prepare(**values)`."""
    explorer = module(name)
    return hasattr(explorer, "prepare") and explorer.prepare(**checked(name, values or {}))
