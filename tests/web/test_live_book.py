"""The live figures in the pages of the built book: by keyboard, on a phone, on paper, from disk, without scripts."""

import pytest
from support.browser import READY, SETTLED, STATE, open_groups, picture, wait_for_change
from support.pages import pages

from squeezelab import explorers

pytestmark = pytest.mark.browser

NAMES = {f"Explorer: {explorers.module(name).TITLE}": name for name in explorers.names()}
LIVE_PAGES = [address for address in pages() if "bibliography" not in address and "glossary" not in address]
SIGNATURE = "book/07_squeezenext.html"


def opened(page, address, warm=True):
    """The page; where it has explorers, with an engine that has answered for each."""
    page.goto(address, wait_until="load")
    if warm and page.locator(".sqz-explorer[data-kind=explorer]").count():
        page.wait_for_function(READY, timeout=2 * SETTLED)
        open_groups(page)
    return page


def explorers_of(page):
    """[(name, element)]"""
    found = page.locator(".sqz-explorer[data-kind=explorer]").all()
    return [(NAMES[element.get_attribute("aria-label")], element) for element in found]


def input_of(element, control):
    """What takes the focus of a control."""
    if control["kind"] == "cells":
        return element.locator(f"[data-cells='{control['name']}'] input[tabindex='0']")
    named = element.locator(f"[name='{control['name']}']")
    return named if named.count() else element.get_by_role("group", name=control["label"]).locator("input:checked")


def press(field, control):
    """One step by keyboard, backwards from the end."""
    if control["kind"] in ("toggle", "cells", "drawing"):
        return field.press("Space")
    at_end = field.evaluate(
        "f => f.type === 'range' ? +f.value >= +f.max : f.options && f.selectedIndex === f.options.length - 1"
    )
    field.press("ArrowLeft" if at_end and control["kind"] == "range" else "ArrowUp" if at_end else "ArrowRight")


def shown(figure):
    return figure["charts"], figure["readout"]


def check_control(name, element, control):
    """A key moves the control, and the picture follows exactly when the figure is another one."""
    controls = explorers.module(name).CONTROLS
    before, figure = picture(element), explorers.explore(name, element.evaluate(STATE, controls))
    press(input_of(element, control), control)
    values = element.evaluate(STATE, controls)
    wanted = explorers.explore(name, values)
    assert values[control["name"]] is not None
    element.locator(".sqz-finding", has_text=wanted["finding"]).wait_for(timeout=SETTLED)
    if shown(figure) != shown(wanted):
        wait_for_change(element, before)


@pytest.mark.parametrize("address", LIVE_PAGES)
def test_every_control_of_a_page_moves_its_figure(page, site, address):
    opened(page, f"{site}/{address}")
    for name, element in explorers_of(page):
        controls = explorers.module(name).CONTROLS
        start, values = picture(element), element.evaluate(STATE, controls)
        for control in controls:
            if input_of(element, control).is_enabled():
                check_control(name, element, control)
        assert element.locator(".sqz-status").is_hidden()
        changed = picture(element)
        element.get_by_role("button", name="Reset").click()
        if changed != start:
            wait_for_change(element, changed)
        assert element.evaluate(STATE, controls) == values
    assert page.problems == []


@pytest.mark.parametrize("address", LIVE_PAGES)
def test_predictions_are_locked_once_made_and_taken_back(page, site, address):
    opened(page, f"{site}/{address}", warm=False)
    for question in page.locator(".sqz-explorer[data-kind=prediction]").all():
        commit = question.get_by_role("button", name="Commit")
        assert commit.is_disabled() and question.locator(".sqz-reveal").count() == 0
        question.locator("input").first.focus()
        question.page.keyboard.press("Space")
        commit.press("Enter")
        assert question.locator(".sqz-reveal").is_visible() and question.locator("input").first.is_disabled()
        question.get_by_role("button", name="Predict again").click()
        assert question.locator(".sqz-reveal").count() == 0 and question.locator("input").first.is_enabled()
    assert page.problems == []


def test_a_link_opens_the_chapter_in_its_state(page, site):
    opened(page, f"{site}/{SIGNATURE}#explorer=squeezenext_cost&array=8&dataflow=ws&version=1&s2=7")
    (name, element) = next(pair for pair in explorers_of(page) if pair[0] == "squeezenext_cost")
    wanted = explorers.explore(name, {"array": 8, "dataflow": "ws", "version": 1, "s2": 7})
    element.locator(".sqz-finding", has_text=wanted["finding"]).wait_for(timeout=SETTLED)
    assert element.bounding_box()["y"] < page.viewport_size["height"]


def test_the_dark_switch_recolours_the_figures(page, site):
    page.goto(f"{site}/{SIGNATURE}", wait_until="load")
    element = page.locator(".sqz-explorer svg").first
    element.wait_for()
    looks = {}
    for _ in range(3):
        page.locator(".theme-switch-button").first.click()
        paper = element.evaluate("e => getComputedStyle(e.closest('.sqz')).backgroundColor")
        ink = element.locator("[style^=fill]").first.evaluate("e => getComputedStyle(e).fill")
        looks.setdefault(page.evaluate("document.documentElement.dataset.theme"), (paper, ink))
    assert set(looks) == {"light", "dark"}
    assert all(light != dark for light, dark in zip(looks["light"], looks["dark"], strict=True))


@pytest.mark.parametrize("address", pages())
def test_a_phone_never_scrolls_sideways(page, site, address):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{site}/{address}", wait_until="load")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    heights = "[...document.querySelectorAll('article svg text')].map(t => t.getBoundingClientRect().height)"
    small = f"{heights}.filter(h => h && h < 7)"  # an exponent is seven tenths of its number
    assert page.evaluate(f"{small}.length") == 0, "text too small to be read"


@pytest.mark.parametrize("address", LIVE_PAGES)
def test_without_scripts_findings_and_tables_are_there(browser, book, address):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"file://{book}/{address}")
    for element in tab.locator(".sqz-explorer[data-kind=explorer]").all():
        assert element.locator("p").first.is_visible() and element.locator("td").count() > 3
        assert element.locator("p").first.inner_text().strip().endswith(".")
    for element in tab.locator(".sqz-explorer[data-kind=prediction]").all():
        assert element.locator("details").count() == 1
    context.close()


def test_a_chapter_from_disk_is_live(page, book):
    opened(page, f"file://{book}/{SIGNATURE}")
    for name, element in explorers_of(page):
        check_control(name, element, explorers.module(name).CONTROLS[1])
    assert page.problems == []


def test_on_paper_figures_are_light_and_nothing_is_left_to_press(page, site):
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{site}/{SIGNATURE}", wait_until="load")
    element = page.locator(".sqz-explorer[data-kind=explorer]").first
    element.locator("svg").first.wait_for()
    assert element.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    assert element.get_by_role("button", name="Reset").is_hidden() and element.locator("svg").first.is_visible()


def test_every_figure_can_be_named_focused_and_read(page, site):
    opened(page, f"{site}/{SIGNATURE}")
    nameless = """[...document.querySelectorAll('.sqz :is(input, select, button, .sqz-stage)')]
        .filter(e => !(e.labels?.length || e.getAttribute('aria-label') || e.textContent.trim())).map(e => e.outerHTML)"""
    assert page.evaluate(nameless) == []
    stage = page.locator(".sqz-explorer .sqz-stage").first
    stage.focus()
    page.keyboard.press("End")
    assert stage.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
    tip = stage.locator(".sqz-tip")
    assert tip.get_attribute("role") == "status" and tip.inner_text().startswith("fc")
    announced = page.locator(".sqz-explorer .sqz-hidden[role=status]").first
    assert announced.get_attribute("aria-live") == "polite"


OUTLINE = "all => all.map(e => [e.textContent, +(e.getAttribute('aria-level') ?? e.tagName[1])])"


@pytest.mark.parametrize("address", [address for address in LIVE_PAGES if "reference" not in address])
def test_the_title_of_an_explorer_is_a_heading_of_its_section(page, site, address):
    opened(page, f"{site}/{address}", warm=False)
    outline = page.locator("article :is(h1, h2, h3, h4, [role=heading])").evaluate_all(OUTLINE)
    titles = [f"Figure {it.get_attribute('data-figure')} · {explorers.module(name).TITLE}" for name, it in explorers_of(page)]
    assert [text for text, _ in outline if text in titles] == titles
    assert all(after <= before + 1 for (_, before), (_, after) in zip(outline, outline[1:]))


@pytest.mark.parametrize("width", [1279, 1280, 1281])
def test_pictures_to_be_compared_stand_side_by_side(page, site, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}/book/04_decomposition.html", wait_until="load")
    slices = next(element for name, element in explorers_of(page) if name == "kernel_slices")
    tops = slices.locator(".sqz-chart").evaluate_all("all => all.map(chart => chart.getBoundingClientRect().top)")
    assert len(tops) == 3 and len(set(tops)) == 1
