"""Where a link takes its reader: the explorer or heading that it names is at the top, and stays there until the reader moves."""

import pytest
from support.browser import write_explorer_page

from squeezelab import explorers

pytestmark = pytest.mark.browser

NAMED = [
    ("02_dataflows", "explorer=staircase", "[aria-label='Explorer: {}']"),
    ("04_decomposition", "explorer=degeneracy", "[aria-label='Explorer: {}']"),
    ("05_bottlenecks", "explorer=block_composer", "[aria-label='Explorer: {}']"),
    ("02_dataflows", "the-staircase", "#the-staircase"),
]
MARGIN = 80  # px: the theme keeps 64 free for its bar
FONTS = "document.fonts.ready.then(() => null)"  # the last that a page waits for before it is at rest


def top_of(page, target, selector):
    name = target.removeprefix("explorer=")
    title = explorers.module(name).TITLE if name != target else ""
    return page.locator(selector.format(title)).first.bounding_box()["y"]


@pytest.mark.parametrize("size", [(1280, 720), (360, 740)])
@pytest.mark.parametrize(("chapter", "target", "selector"), NAMED)
def test_a_link_lands_at_what_it_names(page, site, chapter, target, selector, size):
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    page.goto(f"{site}/book/{chapter}.html#{target}", wait_until="load")
    page.evaluate(FONTS)
    page.wait_for_timeout(800)  # ms: what still moves, moves now
    assert 0 <= top_of(page, target, selector) < MARGIN


@pytest.fixture
def slow(page, tmp_path):
    """A page of two explorers whose second is linked; its `load` waits for a picture until `page.release()`."""
    path, held = write_explorer_page(tmp_path, "layer_cost", "roofline"), []
    path.write_text(path.read_text("utf-8").replace("<main>", '<img src="late.svg" alt=""><main>'), "utf-8")
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="700"/>'
    page.route("**/late.svg", lambda route: held.append(route))
    page.goto(f"{path.as_uri()}#explorer=roofline", wait_until="domcontentloaded")
    page.locator(".sqz-explorer svg").first.wait_for()
    page.release = lambda: held[0].fulfill(body=picture, content_type="image/svg+xml")
    return page


def settled(page):
    page.release()
    page.wait_for_load_state("load")
    page.evaluate(FONTS)
    page.wait_for_timeout(300)
    return page.locator(".sqz-explorer").nth(1).bounding_box()["y"]


def test_what_arrives_late_above_it_does_not_push_it_away(slow):
    assert abs(settled(slow)) < MARGIN


def test_a_reader_who_has_moved_is_not_carried_back(slow):
    slow.mouse.wheel(0, -5000)
    slow.wait_for_function("scrollY === 0")
    assert settled(slow) > 700 and slow.evaluate("scrollY") == 0


def test_a_reload_keeps_the_place(slow):
    settled(slow)
    slow.unroute("**/late.svg")
    slow.mouse.wheel(0, -5000)
    slow.wait_for_function("scrollY === 0")
    slow.reload(wait_until="load")
    slow.evaluate(FONTS)
    slow.wait_for_timeout(300)
    assert slow.evaluate("scrollY") < 50
