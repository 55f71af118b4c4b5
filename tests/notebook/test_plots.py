"""A plot is stored once and shown on white and on dark paper: its colours follow."""

import re

from squeezelab.core.palette import colour
from squeezelab.notebook import ROLES, Plot, axes


def drawn(*roles):
    figure, ax = axes("title", "x", "y")
    for place, role in enumerate(roles):
        ax.bar([place], [1], color=ROLES[role], alpha=0.5)
    return Plot(figure, 'a > b & "c"').svg()


def test_colours_are_variables_with_a_value_for_each_theme():
    svg = drawn("weights", "stall")
    assert set(re.findall(r"var\(--sqz-(\w+), (#\w+)\)", svg)) == {(role, ROLES[role]) for role in ("weights", "stall")}
    for role in ("weights", "stall"):
        assert f"--sqz-{role}:{colour(role)}" in svg and f"--sqz-{role}:{colour(role, dark=True)}" in svg
    assert "--sqz-inputs" not in svg


def test_of_roles_that_share_a_colour_the_first_stands_for_all():
    assert drawn("dram") == drawn("stall") and "--sqz-dram" not in drawn("dram")


def test_a_plot_without_roles_needs_no_style_sheet():
    assert "sqz-plot{" not in drawn()
