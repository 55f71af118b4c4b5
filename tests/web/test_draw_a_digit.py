"""A digit that is drawn in the page: by mouse, finger and keyboard, and read with the integers of Python, in every browser."""

import pytest
from support import ROOT
from support.axe import stoppers
from support.bidi import Firefox
from support.browser import SETTLED, STATE, wait_until_warm, write_explorer_page
from support.engines import Chromium, needed
from support.webdriver import WebKit

from squeezelab.core.words import formatted
from squeezelab.explorers import explore, module
from squeezelab.explorers.digit_model import DIGITS, WIDTHS, agreed
from squeezelab.explorers.kit.drawing import EMPTY, SIDE

pytestmark = pytest.mark.browser

READER = (ROOT / "tests/support/reader.js").read_text("utf-8")
MAKERS = {"firefox": Firefox, "webkit": WebKit}
DESCRIBED = "e => document.getElementById(e.getAttribute('aria-describedby')).textContent"
CONTROLS = module("draw_a_digit").CONTROLS

# Chooses a drawing and a width; answers with the scores of the table and the tile that counts the shipped vectors that agree.
SCORES = """async (drawing, place) => {
  const el = reader.explorers()[0];
  await reader.until(() => el.querySelector('.sqz-chart svg'));
  el.querySelector('.sqz-data').open = true;
  const set = (input, value, event) => {
    input.value = value;
    input.dispatchEvent(new Event(event, { bubbles: true }));
  };
  const before = reader.picture(el);
  set(el.querySelector('.sqz-starts select'), drawing, 'change');
  set(el.querySelector('[name=bits]'), place, 'input');
  await reader.until(() => reader.picture(el) !== before && el.querySelector('.sqz-data table'));
  await new Promise(resolve => setTimeout(resolve, 400));
  const rows = [...el.querySelectorAll('.sqz-data tbody tr')].map(row => [...row.cells].map(cell => cell.textContent));
  const tiles = [...el.querySelectorAll('.sqz-tile')].map(tile => tile.textContent);
  return { rows, agreed: tiles.find(text => text.includes('scored as in torch')) };
}"""


@pytest.fixture(params=["chromium", "firefox", "webkit"])
def engine(request):
    """A window of one browser engine."""
    paths = needed(request.param)
    made = Chromium(request.getfixturevalue("browser")) if request.param == "chromium" else MAKERS[request.param](*paths)
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.alone
def test_every_browser_makes_the_recorded_integers(engine, tmp_path):
    engine.goto(write_explorer_page(tmp_path, "draw_a_digit").as_uri())
    for bits, digit in zip(WIDTHS, (8, 5, 0, 1, 9, 2)):
        drawing = DIGITS[digit]["drawing"]
        wanted = explore("draw_a_digit", {"digit": drawing, "bits": bits})["table"]["rows"]
        call = f"(...values) => {{ {READER}; return ({SCORES})(...values); }}"
        shown = engine.call(call, drawing, WIDTHS.index(bits))
        assert shown["rows"][:10] == [[row[0], *(formatted(score, "integer") for score in row[1:])] for row in wanted[:10]]
        assert shown["agreed"].endswith(f"{agreed(bits)} of {len(DIGITS)}") and agreed(bits) == len(DIGITS)


@pytest.fixture
def field(page, tmp_path):
    """The field of the drawing, of an explorer that has answered; `page.figure` is the explorer."""
    page.goto(write_explorer_page(tmp_path, "draw_a_digit").as_uri())
    wait_until_warm(page)
    page.figure = page.locator(".sqz-explorer")
    return page.figure.locator("canvas")


def drawn(page):
    """The drawing that the page has, once its figure is that of this drawing."""
    values = page.figure.evaluate(STATE, CONTROLS)
    page.figure.locator(".sqz-finding", has_text=explore("draw_a_digit", values)["finding"]).wait_for(timeout=SETTLED)
    return values["digit"]


def inked(text):
    return sum(bin(int(letter, 16)).count("1") for letter in text)


def test_a_mouse_draws_and_the_answer_follows(page, field):
    page.get_by_role("button", name="Clear").click()
    assert drawn(page) == EMPTY and page.figure.locator(".sqz-problem").is_visible()
    box = field.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.8 * box["height"], steps=10)
    page.mouse.up()
    text = drawn(page)
    assert 150 < inked(text) < 190 and page.figure.locator(".sqz-finding", has_text="is read as a 1").count() == 1
    page.mouse.move(box["x"] + 5, box["y"] + 5, steps=3)  # without a button nothing is drawn
    assert drawn(page) == text and page.problems == []


def test_keys_alone_draw_erase_and_clear(page, field):
    page.get_by_role("button", name="Clear").click()
    field.focus()
    for key in ["ArrowUp"] * 9 + ["Space"] + ["ArrowDown"] * 18 + ["Space"]:
        page.keyboard.press(key)
    where = page.figure.locator(".sqz-drawing output")
    assert where.inner_text() == f"pen up, row {SIDE // 2 + 19}, column {SIDE // 2 + 1}"
    text = drawn(page)
    assert inked(text) > 150 and page.figure.locator(".sqz-finding", has_text="is read as a 1").count() == 1
    for key in ["e", "Space", "ArrowUp", "ArrowUp"]:
        page.keyboard.press(key)
    assert where.inner_text().startswith("eraser down, row ")
    assert inked(drawn(page)) < inked(text)
    page.keyboard.press("Delete")
    assert drawn(page) == EMPTY


def test_a_drawing_starts_from_a_test_digit_and_reset_brings_the_first_one_back(page, field):
    menu = page.figure.get_by_label("Start from")
    start = drawn(page)
    menu.select_option(label=f"test digit {DIGITS[7]['place']}, a 7")
    assert drawn(page) == DIGITS[7]["drawing"]
    field.click()
    assert menu.locator("option:checked").inner_text() == "your drawing"
    page.get_by_role("button", name="Reset").click()
    assert drawn(page) == start


def test_a_link_brings_a_drawing_along(page, tmp_path):
    address = write_explorer_page(tmp_path, "draw_a_digit").as_uri()
    page.goto(f"{address}#explorer=draw_a_digit&bits=2&digit={DIGITS[6]['drawing']}")
    wait_until_warm(page)
    page.figure = page.locator(".sqz-explorer")
    assert drawn(page) == DIGITS[6]["drawing"]


def test_a_finger_draws_and_the_page_stays(browser, tmp_path):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    tab = context.new_page()
    tab.goto(write_explorer_page(tmp_path, "draw_a_digit").as_uri())
    wait_until_warm(tab)
    tab.figure = tab.locator(".sqz-explorer")
    tab.get_by_role("button", name="Clear").tap()
    session, box = context.new_cdp_session(tab), tab.figure.locator("canvas").bounding_box()
    finger = lambda kind, *points: session.send(  # noqa: E731
        "Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": [{"x": x, "y": y} for x, y in points]}
    )
    x, before = box["x"] + box["width"] / 2, tab.evaluate("scrollY")
    finger("Start", (x, box["y"] + 30))
    for step in range(10):
        finger("Move", (x, box["y"] + 30 + step * (box["height"] - 60) / 9))
    finger("End")
    assert inked(drawn(tab)) > 150 and tab.evaluate("scrollY") == before
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_kept_from_drawing(page, field, theme):
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    field.focus()
    page.keyboard.press("Space")
    drawn(page)
    assert stoppers(page, ".sqz-explorer") == []
    assert field.get_attribute("aria-label") == "Your digit" and "arrow keys" in field.evaluate(DESCRIBED)
