"""A link in the text sets a figure: the one that is meant, seen, announced once; and the reader finds back."""

import pytest
from support.browser import SETTLED, STATE, wait_until_warm, write_explorer_page

from squeezelab import explorers

pytestmark = pytest.mark.browser

LINK = '<p id="{0}"><a href="#explorer={1}">{0}</a></p>'
FAR = '<div style="height: 2000px"></div>'
COUNT = """explorer => { const live = explorer.querySelector('.sqz-hidden[role=status]');
  window.said = []; new MutationObserver(() => live.textContent && window.said.push(live.textContent))
    .observe(live, {childList: true, characterData: true, subtree: true}); }"""

AT_REST = """async () => { const place = scrollY;
  await new Promise(done => setTimeout(done, 700)); return scrollY === place; }"""  # ms: a smooth scroll has ended


@pytest.fixture
def text(page, tmp_path):
    """A page with text, a figure of layers, more text, the same figure again, and a staircase; the engine is warm."""
    path = write_explorer_page(tmp_path, "layer_cost", "layer_cost", "staircase")
    html = path.read_text("utf-8")
    first, second, third = (piece for piece in html.split("<main>")[1].split("</main>")[0].split('<div class="sqz sqz-')[1:])
    between = LINK.format("between", "layer_cost&amp;kind=depthwise")
    named = LINK.format("named", "layer_cost&amp;figure=1&amp;kernel=5")
    parts = [LINK.format("near", "layer_cost&amp;channels=32"), first, FAR, between, named, second, FAR, third]
    parts.append(LINK.format("wrong", "no_such&amp;a=1"))
    body = "".join(f'<div class="sqz sqz-{part}' if part.startswith("explorer") else part for part in parts)
    path.write_text(html.split("<main>")[0] + f"<main>{body}{FAR}</main></body></html>", "utf-8")
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(path.as_uri())
    wait_until_warm(page)
    return page


def figure(page, place):
    return page.locator(".sqz-explorer").nth(place)


def state(page, place, name="layer_cost"):
    return figure(page, place).evaluate(STATE, explorers.module(name).CONTROLS)


def says(page, place, finding):
    figure(page, place).locator(".sqz-finding", has_text=finding).wait_for(timeout=SETTLED)


def finding(**values):
    return explorers.explore("layer_cost", values)["finding"]


def in_view(page, place):
    box = figure(page, place).bounding_box()
    return -1 <= box["y"] < 1000


def test_a_click_sets_what_it_names_where_the_reader_is(text):
    figure(text, 0).locator("input[name=size]").press("ArrowRight")
    says(text, 0, finding(size=56))
    link = text.locator("#near a")
    link.scroll_into_view_if_needed()
    before = text.evaluate("scrollY")
    figure(text, 0).evaluate(COUNT)
    link.click()
    says(text, 0, finding(size=56, channels=32))
    assert (state(text, 0)["channels"], state(text, 0)["size"]) == (32, 56)
    assert text.evaluate("location.hash") == "#explorer=layer_cost&channels=32"
    assert text.evaluate("scrollY") == before and text.evaluate("document.activeElement.textContent") == "near"
    text.wait_for_function("said.length", timeout=SETTLED)
    text.wait_for_timeout(1000)  # ms: twice the pause before something is said
    assert text.evaluate("said") == [finding(size=56, channels=32)]
    text.evaluate("said.length = 0")
    link.click()  # it stands there already: the finding is said all the same, once
    text.wait_for_function("said.length", timeout=SETTLED)
    text.wait_for_timeout(1000)
    assert text.evaluate("said") == [finding(size=56, channels=32)] and text.problems == []


def test_of_two_figures_of_a_name_the_nearer_is_set_or_the_one_that_is_counted_off(text):
    text.locator("#between a").click()
    says(text, 1, finding(kind="depthwise"))
    assert state(text, 0)["kind"] == "conv"
    text.locator("#named a").click()
    says(text, 0, finding(kernel=5))
    assert state(text, 1)["kernel"] == 3
    text.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    figure(text, 1).get_by_text("Copy link").click()
    text.wait_for_function("location.hash.includes('figure=2')")
    text.goto("about:blank")
    text.go_back()
    says(text, 1, finding(kind="depthwise"))
    assert state(text, 0)["kind"] == "conv"


def test_who_is_carried_away_sees_where_to_and_finds_back(text):
    link = text.locator("#named a")
    link.focus()
    place = text.evaluate("scrollY")
    link.press("Enter")
    says(text, 0, finding(kernel=5))
    assert in_view(text, 0) and abs(text.evaluate("scrollY") - place) > 900
    assert figure(text, 0).evaluate("el => el === document.activeElement && el.classList.contains('sqz-arrived')")
    text.keyboard.press("Tab")
    assert text.evaluate("document.activeElement.textContent") == "Back to the text"
    text.keyboard.press("Enter")
    assert text.evaluate("document.activeElement.textContent") == "named" and in_view(text, 1)
    assert figure(text, 0).get_by_text("Back to the text").is_hidden() and state(text, 0)["kernel"] == 5
    link.press("Enter")
    text.go_back()
    text.wait_for_function("document.activeElement.textContent === 'named' && scrollY > 900")
    text.wait_for_function("!document.querySelector('.sqz-arrived')")
    text.go_forward()
    text.wait_for_function("scrollY < 900")


def test_a_link_to_what_is_not_there_moves_nothing(text):
    before = state(text, 0)
    text.locator("#wrong a").click()
    assert state(text, 0) == before and text.problems == []


def test_a_link_says_which_figure_it_sets(text):
    assert text.locator("#near a").get_attribute("title") == "Sets the figure: What a layer costs"
    assert text.locator("#wrong a").get_attribute("title") is None


def test_without_motion_the_figure_is_marked_all_the_same(text):
    text.emulate_media(reduced_motion="reduce")
    text.locator("#near a").click()
    style = figure(text, 0).evaluate("el => { const s = getComputedStyle(el); return [s.animationName, s.outlineStyle]; }")
    assert style == ["none", "solid"]


@pytest.mark.parametrize("width", [1280, 360])
def test_a_link_of_a_chapter_works_from_disk(page, book, width):
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"file://{book}/book/02_dataflows.html")
    page.get_by_role("link", name="the last cycle").click()
    explorer = page.locator(".sqz-explorer[data-explorer=dataflow]")
    explorer.locator(".sqz-finding", has_text="After 16 cycles the product is done").wait_for(timeout=SETTLED)
    page.wait_for_function(AT_REST)
    top = explorer.bounding_box()["y"]
    picture = explorer.locator(".sqz-chart").first.bounding_box()
    assert 0 <= top and (picture["y"] + picture["height"] <= 741 or top < 80)
    assert explorer.get_by_role("heading").first.inner_text().upper().startswith("FIGURE 2.")
    assert page.problems == []


def test_a_link_from_another_chapter_lands_in_its_state(page, site):
    page.goto(f"{site}/book/07_squeezenext.html")
    page.get_by_role("link", name="69,780 cycles").click()
    page.wait_for_url("**/05_bottlenecks.html#explorer=block_composer*")
    explorer = page.locator(".sqz-explorer[data-explorer=block_composer]")
    explorer.locator("output", has_text="32").first.wait_for(timeout=SETTLED)
    assert explorer.evaluate(STATE, explorers.module("block_composer").CONTROLS)["size"] == 56
