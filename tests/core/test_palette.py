"""One palette: every mark reaches 3:1 and every text 4.5:1 on its paper, wherever a picture is shown."""

import re

import pytest

from squeezelab.core import palette
from squeezelab.core.palette import KINDS, ROLES, TOGETHER, colour, kind_role, themes, variable
from squeezelab.networks import NETWORKS, build
from squeezelab.networks.capsule_layers import ROUTING
from squeezelab.notebook import ROLES as PLOTTED

GROUNDS = ("paper", "surface", "line")
BLUE = {colour(role, dark) for role in ("compute", "fill", "rf", "accent") for dark in (False, True)}


def luminance(hexes):
    """Relative luminance after WCAG 2.1."""
    shares = [int(hexes[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("role", [role for role, _, _ in ROLES if role not in GROUNDS])
def test_marks_are_seen_on_their_paper(role, dark):
    least = 4.5 if role in ("text", "muted", "failure", "accent") else 3
    assert contrast(colour(role, dark), colour("paper", dark)) >= least


def test_a_kind_of_layer_has_a_colour_of_its_own_and_none_is_blue():
    roles = [role for _, _, role in KINDS]
    assert len({colour(role) for role in roles}) == len(roles)
    assert [group for group in TOGETHER if set(roles) == set(group)], (
        "the test of the palette asks whether they can be told apart"
    )
    assert not {colour(role, dark) for role in roles for dark in (False, True)} & BLUE


def test_every_kind_in_the_zoo_is_in_the_table():
    kinds = {layer.kind for name in NETWORKS for layer in build(name).layers if layer.macs}
    assert kinds - set(ROUTING) <= {kind for kind, _, _ in KINDS}
    assert {kind_role(kind) for kind in ROUTING} == {palette.OTHER_KIND}  # no sixth colour can be told from the other five


def test_roles_of_one_colour_share_it_in_both_themes():
    """A plot knows only the light colour, and takes the first role that has it."""
    dark_of = {}
    for role, light, dark in ROLES:
        assert dark_of.setdefault(light, dark) == dark, role


def test_plots_use_the_palette():
    assert PLOTTED and all(colour(role) == light for role, light in PLOTTED.items())


def test_every_variable_of_a_picture_is_declared_in_both_themes():
    picture = build("mobilenet").diagram()
    used = set(re.findall(r"var\(--sqz-(\w+), (#\w+)\)", picture))
    assert used and all(colour(role) == fallback for role, fallback in used)
    for role, _ in used:
        assert f"--sqz-{role}:{colour(role)}" in picture and f"--sqz-{role}:{colour(role, dark=True)}" in picture
    assert variable(kind_role("depthwise")) == "currentColor" and "fill:currentColor" in picture


def test_a_dark_host_is_the_book_jupyterlab_or_colab():
    sheet = themes(".plot", ["fill"])
    for host in ("html[data-theme=dark] .plot", "body[data-jp-theme-light=false] .plot", "html[theme=dark] .plot"):
        assert host in sheet


def test_an_unknown_role_lists_the_roles():
    for ask in (colour, variable, palette.row):
        with pytest.raises(ValueError, match="unknown colour role 'blue'; there are compute, weights, inputs, outputs, fill"):
            ask("blue")
