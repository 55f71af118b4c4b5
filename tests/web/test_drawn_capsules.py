"""A digit in capsules, in the page: nothing heavy comes before a reader turns to it; every browser makes Python's integers."""

import gzip

import pytest
from support import ROOT
from support.bidi import Firefox
from support.browser import SETTLED, wait_until_warm, write_explorer_page
from support.engines import Chromium, needed
from support.webdriver import WebKit

from squeezelab.core.words import formatted
from squeezelab.explorers import explore
from squeezelab.explorers.drawn_capsules_model import ROW
from squeezelab.explorers.kit.drawn_digits import DIGITS

pytestmark = pytest.mark.browser

READER = (ROOT / "tests/support/reader.js").read_text("utf-8")
MAKERS = {"firefox": Firefox, "webkit": WebKit}
HEAVIEST = 230_000  # bytes, compressed: 216,608 codes of weights that fill their 8 bits nearly

# Chooses a drawing and an iteration; answers with the rows of the table and the tile that compares the lengths with torch's.
LENGTHS = """async (drawing, place) => {
  const el = reader.explorers()[0];
  await reader.until(() => el.querySelector('.sqz-chart svg'));
  el.querySelector('.sqz-data').open = true;
  const set = (input, value, event) => {
    input.value = value;
    input.dispatchEvent(new Event(event, { bubbles: true }));
  };
  const before = reader.picture(el);
  set(el.querySelector('.sqz-starts select'), drawing, 'change');
  set(el.querySelector('[name=iterations]'), place, 'input');
  await reader.until(() => reader.picture(el) !== before && el.querySelector('.sqz-data table'));
  await new Promise(resolve => setTimeout(resolve, 600));
  const rows = [...el.querySelectorAll('.sqz-data tbody tr')].map(row => [...row.cells].map(cell => cell.textContent));
  const tiles = [...el.querySelectorAll('.sqz-tile')].map(tile => tile.textContent);
  const same = tiles.find(text => text.includes("beside torch's"));
  return { rows, same, finding: el.querySelector('.sqz-finding').textContent };
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
def test_every_browser_makes_the_recorded_lengths_from_disk(engine, tmp_path):
    engine.goto(write_explorer_page(tmp_path, "drawn_capsules").as_uri())
    for digit, iterations in ((8, 3), (0, 2), (3, 1)):
        state = {"digit": DIGITS[digit]["drawing"], "iterations": iterations}
        call = f"(...values) => {{ {READER}; return ({LENGTHS})(...values); }}"
        shown = engine.call(call, state["digit"], iterations)
        assert [row[1] for row in shown["rows"]] == [formatted(score, "integer") for score in ROW["scores"][digit]]
        assert shown["same"].endswith("the same")
        assert shown["finding"].replace("\n", "") == explore("drawn_capsules", state)["finding"]


def heavy(page):
    """A list that grows by the address of each script of what comes later."""
    asked = []
    page.on("request", lambda request: "/later/" in request.url and asked.append(request.url))
    return asked


def test_weights_come_only_once_a_reader_turns_to_the_figure(page, tmp_path):
    asked = heavy(page)
    page.goto(write_explorer_page(tmp_path, "drawn_capsules", "staircase").as_uri())
    wait_until_warm(page)
    assert asked == []
    page.locator(".sqz-explorer").last.hover()
    page.wait_for_timeout(300)
    assert asked == [], "another figure needs none"
    page.locator(".sqz-explorer").first.hover()
    page.wait_for_function("Object.keys(squeezelabSources).some(path => path.endsWith('capsule_weights.json'))", timeout=SETTLED)
    assert len(asked) == 1


def test_weights_that_cannot_be_had_are_told_and_the_picture_stays(page, tmp_path):
    page.route("**/later/**", lambda route: route.abort())
    page.goto(write_explorer_page(tmp_path, "drawn_capsules").as_uri())
    wait_until_warm(page)
    figure = page.locator(".sqz-explorer")
    before = figure.locator(".sqz-finding").inner_text()
    page.get_by_role("button", name="Clear").click()
    figure.locator(".sqz-status", has_text="could not be loaded").wait_for(timeout=SETTLED)
    assert figure.locator(".sqz-finding").inner_text() == before
    page.unroute("**/later/**")
    figure.get_by_label("Start from").select_option(label=f"test digit {DIGITS[7]['place']}, a 7")
    figure.locator(".sqz-finding", has_text="The capsule of 7 is the longest").wait_for(timeout=SETTLED)


def test_the_weights_of_the_figure_keep_to_their_bytes(tmp_path):
    write_explorer_page(tmp_path, "drawn_capsules")
    (script,) = (tmp_path / "live/later").glob("*.js")
    assert len(gzip.compress(script.read_bytes())) < HEAVIEST


def test_a_mouse_draws_and_the_lengths_follow(page, tmp_path):
    page.goto(write_explorer_page(tmp_path, "drawn_capsules").as_uri())
    wait_until_warm(page)
    figure = page.locator(".sqz-explorer")
    page.get_by_role("button", name="Clear").click()
    figure.locator(".sqz-problem", has_text="Nothing is drawn").wait_for(timeout=SETTLED)
    box = figure.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.8 * box["height"], steps=10)
    page.mouse.up()
    figure.locator(".sqz-finding", has_text="The capsule of 1 is the longest").wait_for(timeout=SETTLED)
    assert page.problems == []
