"""The state of an explorer as a link: what is copied comes back, in the controls, in the figure and in the next copy."""

import json
import random
from urllib.parse import parse_qsl, urlencode

import pytest
from support.browser import SETTLED, STATE, write_explorer_page
from support.own_network import seal

from squeezelab import explorers
from squeezelab.explorers.kit.controls import offered_values, resolved_control

pytestmark = pytest.mark.browser

NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"  # then the address bar takes the link


def legal_state(name, rng):
    """Values that the controls of an explorer can show together."""
    controls, values = explorers.module(name).CONTROLS, {}
    for control in controls:
        values[control["name"]] = rng.choice(offered_values(resolved_control(control, values)))
    for limited, (low, high) in explorers.explore(name, values).get("limits", {}).items():
        values[limited] = rng.randint((low + high) // 2, high)  # the upper half is beyond many another state's bounds
    return values


def text_of(value):
    """A value as JavaScript writes it: 2.0 is 2."""
    return value if isinstance(value, str) else json.dumps(value).removesuffix(".0")


def opened_at(page, path, name, values):
    """The explorer after its link was opened, when it shows what the link asks for."""
    link = {"explorer": name, **{key: text_of(value) for key, value in values.items()}}
    link = urlencode(link | ({"seal": seal(values["program"])} if "program" in values else {}))
    page.goto("about:blank")
    page.goto(f"{path.as_uri()}#{link}")
    explorer = page.locator(".sqz-explorer")
    explorer.locator(".sqz-finding", has_text=explorers.explore(name, values)["finding"]).wait_for(timeout=SETTLED)
    return explorer


@pytest.mark.parametrize("name", explorers.names())
def test_a_link_brings_controls_and_figure_to_the_same_state(page, tmp_path, name):
    path, rng = write_explorer_page(tmp_path, name), random.Random(name)
    for _ in range(2):
        values = legal_state(name, rng)
        explorer = opened_at(page, path, name, values)
        assert explorer.evaluate(STATE, explorers.module(name).CONTROLS) == values
        page.evaluate(f"{NO_CLIPBOARD}; history.replaceState(null, '', '#')")
        explorer.get_by_text("Copy link").click()
        page.wait_for_function("location.hash !== ''", timeout=SETTLED)
        copied = dict(parse_qsl(page.evaluate("location.hash.slice(1)")))
        assert copied.pop("seal", None) == (seal(values["program"]) if "program" in values else None)
        assert copied == {"explorer": name, **{key: text_of(value) for key, value in values.items()}}
    assert page.problems == []
