"""What holds for every explorer: complete controls, a figure in each state, the same figure whatever was shown before."""

import pytest
from support import control_schema, figure_schema

from squeezelab.explorers import explore, module, names

MOST = 150  # states of one explorer; an explorer with more is looked at in even steps


@pytest.mark.parametrize("name", names())
def test_controls_are_complete(name):
    control_schema.check_controls(module(name).CONTROLS)


@pytest.mark.parametrize("name", names())
def test_every_state_is_a_complete_figure(name):
    states = list(control_schema.states(module(name).CONTROLS))
    for values in states[:: max(1, len(states) // MOST)]:
        figure_schema.check_figure(explore(name, values))


@pytest.mark.parametrize("name", names())
def test_a_state_has_one_figure_whatever_was_shown_before(name):
    start = explore(name)
    for values in list(control_schema.states(module(name).CONTROLS))[:40]:
        explore(name, values)
    assert explore(name) == start
