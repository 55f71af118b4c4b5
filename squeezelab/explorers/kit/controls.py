"""Controls: one line for each that a figure has, and the values that it can take."""


def choice(name: str, label: str, options: list, value) -> dict:
    """A control for one of `options`, pairs of (value, label).

    >>> choice("flow", "Dataflow", [("ws", "weight stationary"), ("os", "output stationary")], "ws")["kind"]
    'choice'
    """
    listed = [{"value": option, "label": text} for option, text in options]
    return {"name": name, "label": label, "kind": "choice", "options": listed, "value": value}


def slider(name: str, label: str, low: float, high: float, value: float, unit: str = "", step: float = 1) -> dict:
    """A control for the numbers from `low` to `high`.

    >>> slider("side", "Array side", 2, 6, 4, "PEs")["max"]
    6
    """
    bounds = {"name": name, "label": label, "kind": "range", "min": low, "max": high, "step": step}
    return bounds | {"value": value, "unit": unit}


def stops(name: str, label: str, values: list, value, unit: str = "") -> dict:
    """A slider over given values.

    >>> stops("kernel", "Kernel", [1, 3, 5], 3)["values"]
    [1, 3, 5]
    """
    return {"name": name, "label": label, "kind": "range", "values": values, "value": value, "unit": unit}


def toggle(name: str, label: str, value: bool = False) -> dict:
    """A control for yes or no.

    >>> toggle("fused", "Fuse each block")["value"]
    False
    """
    return {"name": name, "label": label, "kind": "toggle", "value": value}


def cells(name: str, label: str, count: int, value: str = "") -> dict:
    """A control for which of `count` cells are clicked, in a text as `places_text` writes it. Its `values` are those that are
    tested, and computed ahead: the first 0, 1, 2, … cells.

    >>> cells("gone", "Channels that go", 4, "0-1")["values"]
    ['', '0', '0-1', '0-2', '0-3']
    """
    firsts = [places_text(list(range(first))) for first in range(count + 1)]
    return {"name": name, "label": label, "kind": "cells", "values": firsts, "value": value}


def drawing(name: str, label: str, starts: list, value: str) -> dict:
    """A control for a digit that the reader draws, a text as `drawing.text_of` writes it; starts: pairs (drawing, label) that it
    may begin with.

    >>> drawing("digit", "Your digit", [("0" * 784, "nothing"), ("f" * 784, "a square")], "0" * 784)["kind"]
    'drawing'
    """
    return choice(name, label, starts, value) | {"kind": "drawing"}


def places_text(places: list) -> str:
    """Places as a text, runs from end to end, sorted.

    >>> places_text([7, 0, 1, 2])
    '0-2,7'
    """
    runs = []
    for place in sorted(places):
        if runs and place == runs[-1][1] + 1:
            runs[-1][1] = place
        elif not runs or place > runs[-1][1]:
            runs.append([place, place])
    return ",".join([f"{first}-{last}" if last > first else f"{first}" for first, last in runs])


def places_in(text: str, count: int) -> list:
    """The places in such a text, sorted, each below `count`; raises a ValueError for another text.

    >>> places_in("0-2,7", 8)
    [0, 1, 2, 7]
    """
    found = []
    for run in text.split(",") if text else []:
        first, _, last = run.partition("-")
        last = last or first
        if not (first.isdigit() and last.isdigit() and int(first) <= int(last) < count):
            raise ValueError(f"{run!r} is neither a place from 0 to {count - 1} nor a run of them, as 7 or 0-2")
        found += list(range(int(first), int(last) + 1))
    return sorted(set(found))


def program(name: str, label: str, starts: list) -> dict:
    """A control for a program that the reader writes; starts: pairs (program, label) to begin with, the first one shown.

    >>> program("program", "Your program", [("x = 1", "One"), ("x = 2", "Two")])["value"]
    'x = 1'
    """
    return choice(name, label, starts, starts[0][0]) | {"kind": "program"}


def grouped_as(name: str, controls: list) -> list:
    """These controls under a name of their own, folded away until wanted.

    >>> grouped_as("Machine", [toggle("fused", "Fuse each block")])[0]["group"]
    'Machine'
    """
    return [control | {"group": name} for control in controls]


def follow(control: dict, leader: str, by: list) -> dict:
    """The control, for each value of `leader`, which stands above it, with what `by`, pairs of (value, changes), says.

    >>> follow(slider("depth", "Depth", 1, 9, 3), "version", [(2, {"value": 5})])["by"]
    [[2, {'value': 5}]]
    """
    return control | {"follows": leader, "by": [[value, changes] for value, changes in by]}


def resolved_control(control: dict, values: dict) -> dict:
    """The control as it is where the control that it follows has its value in `values`.

    >>> resolved_control(follow(slider("depth", "Depth", 1, 9, 3), "version", [(2, {"value": 5})]), {"version": 2})["value"]
    5
    """
    for value, changes in control.get("by", []):
        if value == values[control["follows"]]:
            return control | changes
    return control


def offered_values(control: dict) -> list:
    """The values that a control can take, in its order; of a program those that it may start with.

    >>> offered_values(slider("side", "Array side", 2, 6, 4, step=2))
    [2, 4, 6]
    """
    if control["kind"] == "toggle":
        return [False, True]
    if "options" in control:
        return [option["value"] for option in control["options"]]
    if "values" in control:
        return control["values"]
    steps = int((control["max"] - control["min"]) / control.get("step", 1) + 0.5)
    return [tidied(control["min"] + step * control.get("step", 1)) for step in range(steps + 1)]


def tidied(number):
    """Seven steps of 0.05 are 0.35, also in binary."""
    return round(number, 10) if isinstance(number, float) else number
