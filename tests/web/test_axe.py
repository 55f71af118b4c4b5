"""No page has a violation that axe-core calls serious or critical: light and dark, wide and narrow, at rest and in use."""

import pytest
from support import ROOT
from support.axe import stoppers
from support.browser import SETTLED
from support.exercises import CHAPTERS, portable
from support.pages import pages

pytestmark = pytest.mark.browser

WIDTHS = [1280, 360]
SEEN = 500  # ms, after which the theme has seen that the window has another width
THEMES = ["light", "dark"]
DRAWN = """() => [...document.querySelectorAll('.sqz-explorer[data-kind=explorer]')].every(e => e.querySelector('.sqz-chart svg'))
  && document.readyState === 'complete'"""
# As a transition ends, so that a colour on its way is not taken for one of the page.
THEME = """theme => {
  Object.assign(document.documentElement.dataset, { mode: theme, theme });
  document.getAnimations().forEach(each => each.finish());
}"""
OPEN = """() => {
  document.querySelectorAll('details').forEach(each => { each.open = true; });
  document.querySelectorAll('.sqz-explorer[data-kind=prediction]').forEach(each => {
    each.querySelector('input').click();
    each.querySelector('.sqz-commit').click();
  });
}"""
SEARCHED = "search.html?q=depthwise"
OTHERS = ["genindex.html", "index.html", "search.html", SEARCHED]


def narrowed(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(SEEN)


def shown(page, theme):
    page.evaluate(THEME, theme)
    page.wait_for_function(DRAWN, timeout=SETTLED)


def staying(book):
    """The first page without what sends its reader on."""
    text = (book / "index.html").read_text("utf-8")
    assert "refresh" in text
    return "".join(line for line in text.splitlines(keepends=True) if "refresh" not in line)


@pytest.mark.parametrize("address", [*pages(), *OTHERS])
def test_a_page_at_rest(page, site, book, address):
    if address == "index.html":  # as those see it whom their browser does not send on
        page.route(f"**/{address}", lambda route: route.fulfill(body=staying(book), content_type="text/html"))
    page.goto(f"{site}/{address}", wait_until="load")
    if address == SEARCHED:
        page.locator("#search-results .highlighted").first.wait_for(timeout=SETTLED)
    for width in WIDTHS:
        narrowed(page, width)
        for theme in THEMES:
            shown(page, theme)
            assert stoppers(page) == [], (width, theme)


def use(page, chapter):
    """All folds open, all predictions made, an exercise with its editor, a hint and a verdict, a chart under the keys."""
    page.evaluate(OPEN)
    element = page.locator(f"[data-exercise='{next(iter(portable(chapter)))}']")
    element.get_by_role("button", name="Hint").click()
    element.get_by_role("button", name="Run").click()
    element.locator(".prism-code-editor").wait_for(timeout=SETTLED)
    page.wait_for_function("e => e.textContent", arg=element.get_by_role("status").element_handle(), timeout=SETTLED)
    page.locator(".sqz-stage").first.focus()
    page.keyboard.press("End")


@pytest.mark.parametrize("chapter", [chapter for chapter in CHAPTERS if portable(chapter)])
def test_a_chapter_in_use(page, site, chapter):
    page.goto(f"{site}/book/{CHAPTERS[chapter].stem}.html", wait_until="load")
    use(page, chapter)
    for width, theme in zip(WIDTHS, THEMES, strict=True):
        narrowed(page, width)
        shown(page, theme)
        assert stoppers(page) == [], (width, theme)


def test_the_list_of_pages_is_whole(book):
    built = {str(path.relative_to(book)) for path in book.rglob("*.html") if "_static" not in path.parts}
    assert built == {*pages(), *OTHERS} - {SEARCHED}
    assert (ROOT / "web/node_modules/axe-core/axe.min.js").exists()
