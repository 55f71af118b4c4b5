"""Pages say what is a head, a name, a figure's title; what is wider than a telephone scrolls in a box that shows it."""

import re
from collections import Counter

import pytest
from markup import mended
from support.pages import pages

NARROW = {"width": 320, "height": 800}  # 1280 pixels at 400 %


def test_cells_of_a_head_are_of_their_column_those_of_a_body_of_their_row():
    page = mended("<table><thead><tr><th class='x'>a</th></tr></thead><tbody><tr><th>b</th></tr></tbody></table>")
    assert '<th scope="col" class=' in page and '<th scope="row">b' in page


def test_mending_twice_changes_nothing(book):
    for address in pages():
        page = (book / address).read_text("utf-8")
        assert mended(page) == page, address


@pytest.mark.parametrize("address", pages())
def test_no_id_is_doubled_and_every_head_has_its_scope(book, address):
    page = (book / address).read_text("utf-8")
    assert [name for name, times in Counter(re.findall(r'\sid="([^"]+)"', page)).items() if times > 1] == []
    assert not re.search(r"<th(?! scope)\b", page) and "doc-biblioentry" not in page


def test_every_plot_of_a_page_has_its_title_as_text(book):
    plots = 0
    for address in pages():
        page = (book / address).read_text("utf-8")
        plots += page.count('<svg class="sqz-plot"')
        assert page.count('<figure class="sqz-figure"') == page.count("<figcaption>"), address
    assert plots >= 19


def test_the_root_is_a_page_with_a_link_and_hosts_serve_all_folders(book):
    root = (book / "index.html").read_text("utf-8")
    assert root.startswith("<!DOCTYPE html>") and "<title>" in root and '<a href="book/intro.html">' in root
    assert (book / ".nojekyll").exists()


@pytest.mark.browser
@pytest.mark.parametrize("address", pages())
def test_a_narrow_page_scrolls_sideways_in_boxes_only(page, site, address):
    page.set_viewport_size(NARROW)
    page.goto(f"{site}/{address}", wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


@pytest.mark.browser
def test_what_is_wider_than_a_telephone_takes_the_focus_and_shows_its_edge(page, site):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{site}/book/02_dataflows.html", wait_until="networkidle")
    wide = "e => e.scrollWidth > e.clientWidth + 1 && !e.closest('.sqz, pre, mjx-container')"
    found = page.locator("article .cell_output [tabindex='0'], .pst-scrollable-table-container").all()
    boxes = [box for box in found if box.evaluate(wide)]
    assert len(boxes) > 1
    for box in boxes:
        assert box.get_attribute("tabindex") == "0" and "gradient" in box.evaluate("e => getComputedStyle(e).backgroundImage")
    table = page.locator(".text_html > [role=group]", has=page.locator("table")).filter(visible=True).first
    table.evaluate("e => e.scrollLeft = 60")
    left = table.evaluate("e => [e, e.querySelector('tbody tr > *')].map(one => one.getBoundingClientRect().left)")
    assert abs(left[1] - left[0]) <= 1  # the name of the row stays


@pytest.mark.browser
def test_without_scripts_a_figure_says_what_would_move_it(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/book/02_dataflows.html")
    assert page.get_by_text("Switch JavaScript on to move this figure.").first.is_visible()
    context.close()
