"""What the controls of an explorer are asked for, checked at the door: each value is one that its control can have."""

from ...core.checks import number, plain
from .controls import offered_values, places_in, places_text, resolved_control

MOST_CHARACTERS = 20_000  # of a program: ten lines have five hundred


def complete_values(name: str, controls: list, values: dict) -> dict:
    """`values`, each one allowed by its control and in Python's own types; those not given have their start values.

    Raises a ValueError that names the explorer `name`, the control, and what it can be.

    >>> complete_values("toy", [{"name": "side", "kind": "range", "min": 1, "max": 8, "value": 4}], {})
    {'side': 4}
    """
    if not isinstance(values, dict):
        raise ValueError(f"the values of explorer {name!r} are a dict {{control: value}}, not {values!r}")
    known = [control["name"] for control in controls]
    for key in values:
        if key not in known:
            raise ValueError(f"explorer {name!r} has no control {key!r}; it has {', '.join(known)}")
    complete = {}
    for control in controls:
        key = control["name"]
        given = key in values
        complete[key] = (
            checked_value(name, control, plain(values[key])) if given else resolved_control(control, complete)["value"]
        )
    return complete


def checked_value(name, control, value):
    """The value as the control has it; raises unless the control could have this value."""
    who = f"explorer {name!r}: {control['name']}"
    if control["kind"] == "range" and "values" not in control:
        return within(who, control, value)
    if control["kind"] == "program":
        return checked_program(who, value)
    if control["kind"] == "cells":
        return checked_cells(who, len(control["values"]) - 1, value)
    if control["kind"] == "drawing":
        return checked_drawing(who, len(control["value"]), value)
    return one_of(who, offered_values(control), value)


def checked_program(who, value):
    """The text of a program that is not endless; what it does is another question."""
    if not isinstance(value, str):
        raise ValueError(f"{who} is the text of a program, not {value!r}")
    if len(value) > MOST_CHARACTERS:
        raise ValueError("the program is longer than 20,000 characters")
    return value


def checked_cells(who, count, value):
    """The text for the cells that are clicked, as `places_text` writes it."""
    if not isinstance(value, str) or len(value) > MOST_CHARACTERS:
        raise ValueError(f"{who} is a list of places, as 0-2,7, not {value!r}")
    try:
        return places_text(places_in(value, count))
    except ValueError as error:
        raise ValueError(f"{who} is a list of places, as 0-2,7: {error}") from error


def checked_drawing(who, length, value):
    """The text of a drawing, four points a letter."""
    if not isinstance(value, str) or len(value) != length or not all([letter in "0123456789abcdef" for letter in value]):
        shown = repr(value if not isinstance(value, str) or len(value) < 40 else value[:37] + "...")
        raise ValueError(f"{who} is a text of {length} letters from 0 to f, four points each, not {shown}")
    return value


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
    value = number(value, who, least=low, most=high, asked=f"a number between {low} and {high}")
    if not isinstance(control.get("step", 1), int):
        return float(value)
    if value != int(value):
        raise ValueError(f"{who} is a whole number, not {value!r}")
    return int(value)
