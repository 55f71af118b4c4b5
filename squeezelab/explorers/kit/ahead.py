"""Working ahead: the figures one move away are computed in the pauses, so that all they need is known by then."""

from .. import resolved

MOST_SEEN = 5000
_seen = set()  # (explorer, the values of its controls): what was computed ahead


def forget():
    """To be called by who throws away what was computed: it may be worth computing again."""
    _seen.clear()


def show_one_ahead(name, controls, figure, values):
    """Computes one more figure that is one move away from `values`, and drops it; True while any is left."""
    for state in one_move_away(controls, values):
        key = name, tuple([state[control["name"]] for control in controls])
        if key not in _seen:
            if len(_seen) == MOST_SEEN:
                _seen.clear()
            _seen.add(key)
            figure(**state)
            return True
    return False


def one_move_away(controls, values):
    """The states that differ in one control, and in what follows it: sliders first, which are moved in many steps."""
    moved = [control for control in controls if control["kind"] == "range"]
    moved += [control for control in controls if control["kind"] != "range"]
    for control in moved:
        for value in offered(resolved(control, values) if "follows" in control else control):
            state = values | {control["name"]: value}
            for other in controls:
                if other.get("follows") == control["name"]:
                    state[other["name"]] = resolved(other, state)["value"]
            yield state


def offered(control):
    """The values that a control can take."""
    if control["kind"] == "toggle":
        return [False, True]
    if control["kind"] == "choice":
        return [option["value"] for option in control["options"]]
    if "values" in control:
        return control["values"]
    steps = int((control["max"] - control["min"]) / control.get("step", 1) + 0.5)
    return [control["min"] + step * control.get("step", 1) for step in range(steps + 1)]
