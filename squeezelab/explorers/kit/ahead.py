"""Working ahead: the figures one move away are computed in the pauses, so that all they need is known by then."""

from .controls import offered_values, resolved_control
from .memo import Memo, times_dropped

_shown = Memo(lambda *state: True, most=5000)  # (explorer, the values of its controls): what was computed ahead
_dropped = [0]  # what `times_dropped` said when `_shown` began
_walks = {}  # explorer: (the values it shows, the states one move away that are still to be looked at)
STEPWISE = ("range", "cells")  # kinds of controls that are moved in many steps


def look_ahead(name, controls, moved, figure, values):
    """Computes one more figure that is one move away from `values`, and drops it; True while any may be left.

    moved: the names of the controls whose moves are looked at.
    """
    for state in states_left(name, controls, moved, values):
        key = (name,) + in_order(controls, state)
        if key not in _shown:
            _shown(*key)
            try:
                figure(**state)
            except ValueError:  # said when the reader comes there
                pass
            return True
    return False


def in_order(controls, values):
    return tuple([values[control["name"]] for control in controls])


def states_left(name, controls, moved, values):
    """What is left of the walk around `values`; a new state begins a new walk."""
    here = in_order(controls, values)
    if name not in _walks or _walks[name][0] != here:
        if times_dropped() != _dropped[0]:  # something that was computed ahead may be gone
            _shown.clear()
            _dropped[0] = times_dropped()
        _walks[name] = here, one_move_away(controls, moved, values)
    return _walks[name][1]


def one_move_away(controls, moved, values):
    """The states that differ in one of the controls `moved`, and in what follows it: sliders first, which are moved in many
    steps, and of each the nearest values first."""
    sliders = [control for control in controls if control["name"] in moved and control["kind"] in STEPWISE]
    others = [control for control in controls if control["name"] in moved and control["kind"] not in STEPWISE]
    for control in sliders + others:
        for value in nearest_first(offered_values(resolved_control(control, values)), values[control["name"]]):
            state = values | {control["name"]: value}
            for other in controls:
                if other.get("follows") == control["name"]:
                    state[other["name"]] = resolved_control(other, state)["value"]
            yield state


def nearest_first(choices, value):
    """The other choices, those beside `value` first.

    >>> nearest_first([1, 3, 5, 7], 3)
    [1, 5, 7]
    """
    places = [place for place, choice in enumerate(choices) if choice == value]
    here = places[0] if places else 0
    order = sorted([(abs(place - here), place) for place in range(len(choices))])
    return [choices[place] for _, place in order if choices[place] != value]
