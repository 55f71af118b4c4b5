"""What the controls of an explorer must be, `check_controls`, and the states worth testing, `states`."""

import itertools
import math

from support.figure_schema import check_part


def stops(control):
    """The values of a control worth testing: every option, both ends, the middle and the start."""
    if control["kind"] == "toggle":
        return [False, True]
    if "options" in control:
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
        check_part("control", control)
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
        assert value in options, f"{control['name']} for {value!r}: {changes}"
        assert set(changes.get("values", [])) <= set(control.get("values", [])), f"{control['name']} for {value!r}"
        check_start(control | changes)
        if value == leader["value"]:
            assert (control | changes)["value"] == control["value"], f"start value of {control['name']}"
