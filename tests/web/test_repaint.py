"""A move paints only what it changed, and the picture is the one that would be drawn at once."""

import pytest
from support.browser import SETTLED, move, open_groups, picture, wait_for_change, wait_until_warm, write_explorer_page

from squeezelab import explorers

pytestmark = pytest.mark.browser

AXES = "el => [...el.querySelectorAll('.sqz-picture svg > g:nth-child(2)')]"  # those below the charts
MARK = f"el => ({AXES})(el).forEach(axis => {{ axis.kept = true; }})"
KEPT = f"el => ({AXES})(el).map(axis => axis.kept === true)"


def opened(page, path, link=""):
    page.goto("about:blank")
    page.goto(path.as_uri() + link)
    wait_until_warm(page)
    return page.locator(".sqz-explorer")


@pytest.mark.parametrize("name", ["network_cost", "layer_cost", "staircase"])
def test_a_picture_that_was_moved_to_is_the_one_drawn_at_once(page, tmp_path, name):
    path = write_explorer_page(tmp_path, name)
    explorer = opened(page, path)
    slider = explorer.locator("input[type=range]:enabled").first
    for _ in range(3):
        before = picture(explorer)
        move(slider)
        moved = wait_for_change(explorer, before)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    explorer.get_by_text("Copy link").click()
    page.wait_for_function("location.hash !== ''", timeout=SETTLED)
    state, finding = page.evaluate("location.hash"), explorer.locator(".sqz-finding").inner_text()
    explorer = opened(page, path, state)
    explorer.locator(".sqz-finding", has_text=finding).wait_for(timeout=SETTLED)
    assert picture(explorer) == moved


def test_the_names_of_the_layers_stay_while_their_bars_move(page, tmp_path):
    explorer = opened(page, write_explorer_page(tmp_path, "network_cost"))
    open_groups(page)
    explorer.evaluate(MARK)
    before = picture(explorer)
    explorer.locator("select[name=accelerator]").select_option(index=1)
    wait_for_change(explorer, before)
    scales = [chart["x"]["scale"] for chart in explorers.explore("network_cost")["charts"]]
    assert [kept for kept, scale in zip(explorer.evaluate(KEPT), scales, strict=True) if scale == "band"] == [True] * 3
