"""In Chromium, Firefox and WebKit: figures move, exercises run, by script for all of them and by keyboard for one of each.

Chromium moves every control and runs every solution in `test_live_book.py` and `test_exercises_page.py`.
"""

import pytest
from support import ROOT
from support.bidi import Firefox
from support.engines import Chromium, needed
from support.exercises import CHAPTERS, portable
from support.webdriver import WebKit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.alone]  # WebKit needs a third of a program's 20 seconds

READER = (ROOT / "tests/support/reader.js").read_text("utf-8")
ALL = {"chromium", "firefox", "webkit"}
LIVE = {"intro": [], **{path.stem: portable(chapter) for chapter, path in CHAPTERS.items()}}
FOCUS = "selector => document.querySelector(selector).focus()"
FOCUSED = "selector => document.activeElement.matches(selector)"


@pytest.fixture(scope="module", params=sorted(ALL))
def engine(request):
    """A window of one engine; it is closed when its tests are done."""
    paths = needed(request.param)
    makers = {"firefox": Firefox, "webkit": WebKit}
    if request.param == "chromium":
        made = Chromium(request.getfixturevalue("browser"))
    else:
        made = makers[request.param](*paths)
    made.name = request.param
    yield made
    made.close()


def read(engine, function, *values):
    """What a function of `reader.js` answers in the page."""
    return engine.call(f"(...values) => {{ {READER}; return ({function})(...values); }}", *values)


@pytest.mark.parametrize("page", LIVE)
def test_every_slider_moves_its_figure_and_every_solution_is_right(engine, site, page):
    if engine.name == "chromium":
        pytest.skip("see the tests named above")
    engine.goto(f"{site}/book/{page}.html")
    sliders = read(engine, "reader.moveAll")
    assert sliders["moved"] and sliders["stuck"] == []
    assert read(engine, "reader.solve") == {name: f"✓ {name}: right" for name in LIVE[page]}


def test_a_chapter_from_disk_moves_and_checks(engine, book):
    engine.goto((book / "book/07_squeezenext.html").as_uri())
    move = "() => reader.moves(reader.explorers()[0], reader.explorers()[0].querySelector('input[type=range]:enabled'))"
    assert read(engine, move)
    assert read(engine, "reader.solve", 1) == {"07.1": "✓ 07.1: right"}


def tab_to(engine, selector, most=12):
    """Presses Tab until what is named has the focus."""
    for _ in range(most):
        engine.press("Tab")
        if engine.call(FOCUSED, selector):
            return
    pytest.fail(f"{most} times Tab did not lead to {selector}")


def test_a_slider_is_reached_and_moved_by_keyboard(engine, site):
    engine.goto(f"{site}/book/01_cost_of_a_layer.html")
    read(engine, "() => reader.until(() => document.querySelector('.sqz-chart svg'))")
    before = read(engine, "() => reader.picture(reader.explorers()[0])")
    engine.call(FOCUS, ".sqz-explorer[data-kind=explorer] .sqz-actions button:not([hidden])")
    tab_to(engine, "input[type=range]")
    engine.press("ArrowRight")
    assert read(engine, "before => reader.until(() => reader.picture(reader.explorers()[0]) !== before)", before)
    tab_to(engine, ".sqz-stage")
    engine.press("End")
    assert engine.call("() => document.activeElement.querySelector('.sqz-tip').textContent")


def test_an_exercise_is_solved_by_keyboard(engine, site):
    engine.goto(f"{site}/book/02_dataflows.html")
    engine.call(FOCUS, "[data-exercise='02.2'] .sqz-run")
    read(engine, "() => reader.until(() => document.querySelector('[data-exercise=\"02.2\"] .prism-code-editor'))")
    engine.press("Shift+Tab")
    assert engine.call(FOCUSED, "textarea")
    engine.press("Control+a", "Delete", *'check("02.2", 24)')
    engine.press("Escape", "Tab")
    assert engine.call(FOCUSED, ".sqz-run")
    engine.press("Shift+Tab", "Shift+Enter")  # the keys of WebDriver press no button in a Firefox without a screen
    assert read(engine, "() => reader.verdict(document.querySelector('[data-exercise=\"02.2\"]'))") == "✓ 02.2: right"


def test_an_exercise_is_solved_with_a_finger(browser, site):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{site}/book/02_dataflows.html")
    exercise = page.locator("[data-exercise='02.2']")
    exercise.locator("textarea").tap()
    exercise.locator(".prism-code-editor").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text('check("02.2", 24)')  # as the keyboard on the glass does
    exercise.get_by_role("button", name="Run").tap()
    exercise.get_by_text("✓ 02.2: right", exact=True).wait_for()
    context.close()
