"""Marks and charts that several figures share: time split into what it is spent on, stacks, curves with dots."""

from .figures import axis, legend_entry

# What cycles are spent on, in the order of a stack: (colour, what the array does, the same in a short legend). The field of
# a `LayerCost` is the colour's name with "_cycles".
TIME = [
    ("compute", "computing", "compute"),
    ("fill", "filling and draining", "fill and drain"),
    ("stall", "waiting for DRAM", "waiting for DRAM"),
]
TIME_LEGEND = [legend_entry(role, doing) for role, doing, _ in TIME]
SHORT_TIME_LEGEND = [legend_entry(role, brief) for role, _, brief in TIME]


def time_parts(costs: list) -> list:
    """For each of `TIME` the cycles of every cost that go into it.

    >>> from squeezelab.hardware import accelerator, layer_cost, loop_nest
    >>> from squeezelab.networks import alexnet
    >>> nest = loop_nest(alexnet()["conv3"])
    >>> cost = layer_cost(nest, accelerator("squeezelerator-16"), "hybrid", 1, "skip", "dense")
    >>> sum([cycles for cycles, in time_parts([cost])]) == cost.cycles
    True
    """
    return [[getattr(cost, role + "_cycles") for cost in costs] for role, _, _ in TIME]


def time_chart(title: str, alt: str, names: list, parts: list, tip, height: float) -> dict:
    """A bar for each name, of its cycles: computing, filling and draining, waiting.

    parts: as `time_parts` has them; tip: (place of the name, cycles, what the array does in them) → words.

    >>> chart = time_chart("Time", "Two.", ["a", "b"], [[5, 6], [1, 0], [0, 3]], lambda place, cycles, doing: doing, 0.5)
    >>> [mark["x"] for mark in chart["marks"]]
    [[5, 6], [6, 6], [6, 9]]
    """
    spent = []
    for (role, doing, _), cycles in zip(TIME, parts):
        spent.append((role, cycles, [tip(place, count, doing) for place, count in enumerate(cycles)]))
    return {
        "title": title,
        "alt": alt,
        "x": axis("Time", "cycles", format="si"),
        "y": axis("", scale="band", domain=names),
        "height": height,
        "legend": TIME_LEGEND,
        "marks": stacked_bars(names, spent),
    }


def stacked_bars(names: list, parts: list) -> list:
    """Horizontal bars, each part beginning where the one before it ends; parts: (colour, sizes, tips).

    >>> stacked_bars(["a"], [("inputs", [2], ["two"]), ("weights", [3], ["three"])])[1]["x0"]
    [2]
    """
    marks, ends = [], [0] * len(names)
    for role, sizes, tips in parts:
        starts, ends = ends, [end + size for end, size in zip(ends, sizes)]
        marks.append({"type": "hbar", "y": names, "x0": starts, "x": ends, "role": role, "label": tips})
    return marks


def stacked_columns(parts: list) -> list:
    """Upright bars on one another, one for each category of the axis; parts: (colour, sizes, what they are).

    >>> stacked_columns([("dram", [2, 5], "fetched again")])[0]["stack"]
    True
    """
    return [{"type": "bar", "stack": True, "y": sizes, "role": role, "label": label} for role, sizes, label in parts]


def line(xs: list, ys: list, role: str, name: str = None, tips: list = None, dashed: bool = None) -> dict:
    """A curve with its name at its end.

    >>> line([1, 2], [3, 4], "compute", "cycles")["name"]
    'cycles'
    """
    mark = {"type": "line", "x": xs, "y": ys, "role": role}
    for key, value in (("name", name), ("label", tips), ("dashed", dashed)):
        if value is not None:
            mark[key] = value
    return mark


def dots(curve: dict, ringed: list) -> dict:
    """What was measured or computed, on a `line` that only joins it; ringed: for each point whether it is the current one.

    >>> dots(line([1, 2], [3, 4], "stall", tips=["one", "two"]), [False, True])["size"]
    [3, 3]
    """
    count = len(curve["x"])
    mark = {"type": "point", "x": curve["x"], "y": curve["y"], "label": curve["label"], "emphasis": ringed}
    return mark | {"role": [curve["role"]] * count, "size": [3] * count}
