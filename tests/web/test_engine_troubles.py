"""The engine's troubles in the page: a line that is slow or down, a worker that is gone. The reader is told, and can go on."""

import pytest
from support.browser import SETTLED, move, picture, wait_for_change, wait_until_warm, write_explorer_page

pytestmark = pytest.mark.browser

IMPATIENT = """
    const later = setTimeout;
    globalThis.setTimeout = (run, wait) => later(run, wait < 30_000 ? wait : wait / 10);
    globalThis.workers = [];
    globalThis.Worker = class extends Worker { constructor(...all) { super(...all); workers.push(this); } };
"""  # a reader who waits 3 s, not 30, for an answer


def slider_of(page):
    return page.locator(".sqz-explorer input[type=range]").first


def test_a_download_that_failed_is_tried_again_at_the_next_move(page, tmp_path):
    page.route("**/engine.js*", lambda route: route.abort())
    page.goto(write_explorer_page(tmp_path, "layer_cost").as_uri())
    explorer, first = page.locator(".sqz-explorer"), picture(page.locator(".sqz-explorer"))
    move(slider_of(page))
    explorer.locator(".sqz-status", has_text="engine.js could not be loaded").wait_for(timeout=SETTLED)
    page.unroute("**/engine.js*")
    move(slider_of(page))
    wait_for_change(explorer, first)
    assert explorer.locator(".sqz-status").is_hidden()


def test_a_slow_line_is_said_to_be_slow(page, tmp_path):
    held = []
    page.route("**/engine.js*", lambda route: held.append(route))
    page.goto(write_explorer_page(tmp_path, "layer_cost").as_uri())
    explorer, first = page.locator(".sqz-explorer"), picture(page.locator(".sqz-explorer"))
    move(slider_of(page))
    explorer.locator("[role=status]", has_text="starting…").wait_for(timeout=SETTLED)
    assert explorer.locator(".sqz-charts").get_attribute("aria-busy") == "true"
    for route in held:
        route.continue_()
    wait_for_change(explorer, first)
    explorer.locator(".sqz-charts[aria-busy=false]").wait_for(timeout=SETTLED)
    assert explorer.get_by_text("starting…").count() == 0 and page.problems == []


@pytest.mark.parametrize("trouble", ["workers[0].dispatchEvent(new ErrorEvent('error'))", "workers[0].terminate()"])
def test_a_worker_that_is_gone_is_replaced(page, tmp_path, trouble):
    page.add_init_script(IMPATIENT)
    page.goto(write_explorer_page(tmp_path, "layer_cost").as_uri())
    wait_until_warm(page)
    explorer, first = page.locator(".sqz-explorer"), picture(page.locator(".sqz-explorer"))
    page.evaluate(trouble)
    move(slider_of(page))
    wait_for_change(explorer, first)
    assert page.evaluate("workers.length") == 2 and explorer.locator(".sqz-status").is_hidden()
    assert page.problems == []
