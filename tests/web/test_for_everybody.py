"""What WCAG asks and axe-core can't see: the keyboard is never caught, focus shows, text grows, fingers hit."""

import pytest
from support.browser import SETTLED, write_explorer_page

pytestmark = pytest.mark.browser

CHAPTER = "book/02_dataflows.html"
MOST_STOPS = 700
OURS = ".sqz :is(a[href], button, select, input, textarea, summary, [tabindex='0']), .sqz-scroll, .sqz-elsewhere a"

# What has the focus: whether it is new, and whether it, the text of a radio button or the frame of an editor shows it.
STOP = """() => {
  const e = document.activeElement;
  if (e === document.body) return null;
  window.visited ??= new Set();
  const fresh = !window.visited.has(e);
  window.visited.add(e);
  const seen = (node) => {
    if (!node) return false;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(node);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
  };
  const shows = [e, e.type === 'radio' && e.nextElementSibling, e.closest('.sqz-editor')].some(seen);
  return { fresh, shows, html: e.outerHTML.slice(0, 150), editor: e.matches('textarea') };
}"""
# Every control of ours in sight; of radio buttons the one that the keys come to first, of editors the field that it began as.
LEFT_OUT = """ours => {
  const known = (e) => (e.type === 'radio' ? e.name : e.matches('textarea') ? e.ariaLabel : e);
  const done = new Set([...window.visited].map(known));
  return [...document.querySelectorAll(ours)].filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.disabled)
    .filter(e => !done.has(known(e))).map(e => e.outerHTML.slice(0, 150));
}"""


def opened(page, address):
    """The page with its figures drawn."""
    page.goto(address, wait_until="load")
    page.wait_for_function("[...document.querySelectorAll('.sqz-chart')].every(e => e.querySelector('svg'))", timeout=SETTLED)
    return page


@pytest.mark.slow
@pytest.mark.parametrize("address", [CHAPTER, "book/07_squeezenext.html"])
def test_tab_passes_through_a_chapter_and_shows_where_it_is(page, site, address):
    opened(page, f"{site}/{address}")
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    hidden = []
    for count in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or (count > 10 and "skip" in stop["html"]):
            break
        assert stop["fresh"], f"Tab comes back to {stop['html']}"
        if not stop["shows"]:
            hidden.append(stop["html"])
        if stop["editor"]:
            page.keyboard.press("Escape")  # in an editor Tab indents; the note below it says so
    else:
        pytest.fail(f"{MOST_STOPS} times Tab did not pass through the page")
    assert hidden == [], "nothing shows that the focus is there"
    assert page.evaluate(LEFT_OUT, OURS) == []


SMALL = """ours => [...document.querySelectorAll(ours)]
  .map(e => [e, (e.type === 'radio' || e.type === 'checkbox' ? e.closest('label') : e).getBoundingClientRect()])
  .filter(([e, box]) => e.checkVisibility({ visibilityProperty: true }) && Math.min(box.width, box.height) < 24)
  .map(([e, box]) => `${box.width} x ${box.height}: ${e.outerHTML.slice(0, 120)}`)"""


@pytest.mark.parametrize("address", ["book/intro.html", CHAPTER, "book/04_decomposition.html", "book/07_squeezenext.html"])
def test_what_a_finger_presses_is_24_pixels_wide_and_high(page, site, address):
    page.set_viewport_size({"width": 360, "height": 740})
    opened(page, f"{site}/{address}")
    page.evaluate("document.querySelectorAll('.sqz details').forEach(e => { e.open = true; })")
    assert page.evaluate(SMALL, OURS) == []


SIZES = """[...document.querySelectorAll('.sqz-chart svg text')]
  .map(e => parseFloat(getComputedStyle(e).fontSize) * e.ownerSVGElement.getScreenCTM().a)"""


def test_the_text_of_a_chart_grows_with_the_readers_text(page, site):
    opened(page, f"{site}/book/04_decomposition.html")
    assert 11 <= min(page.evaluate(SIZES)) < 12
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    opened(page, f"{site}/book/04_decomposition.html")
    assert 22 <= min(page.evaluate(SIZES)) < 24
    assert page.evaluate("document.documentElement.scrollWidth") <= 1300


MOTIONS = """() => [...document.querySelectorAll('.sqz, .sqz *')].map(e => getComputedStyle(e))
  .filter(s => s.animationName !== 'none' || s.transitionDuration.split(', ').some(t => parseFloat(t) > 0)).length"""


def test_for_readers_who_want_no_motion_nothing_moves_by_itself(page, site):
    opened(page, f"{site}/{CHAPTER}")
    assert page.evaluate(MOTIONS) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOTIONS) == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


# Forty steps of a slider, one every 40 ms; [what was announced on the way, what after a rest].
DRAG = """async slider => {
  const said = [];
  const box = slider.closest('.sqz-explorer');
  new MutationObserver(all => all.forEach(({ target }) => {
    const region = (target.closest ? target : target.parentElement).closest('[role=status]');
    if (region?.textContent) said.push(region.textContent);
  })).observe(box, { childList: true, characterData: true, subtree: true });
  const wait = ms => new Promise(resolve => setTimeout(resolve, ms));
  for (let step = 0; step < 40; step += 1) {
    slider.value = Number(slider.min) + 1 + step % 20;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await wait(40);
  }
  const onTheWay = said.length;
  await wait(1500);
  return [onTheWay, said.slice(onTheWay)];
}"""


def test_the_finding_is_announced_once_when_the_slider_rests(page, tmp_path):
    opened(page, write_explorer_page(tmp_path, "layer_cost").as_uri())
    page.wait_for_function("performance.getEntriesByName('squeezelab-engine-warm').length > 0", timeout=SETTLED)
    explorer = page.locator(".sqz-explorer")
    on_the_way, rest = explorer.locator("input[type=range]").first.evaluate(DRAG)
    assert on_the_way == 0 and len(rest) == 1
    assert rest[0].endswith(explorer.locator(".sqz-finding").inner_text())


SIGHT = """element => {
  const style = (selector) => getComputedStyle(element.querySelector(selector));
  return [style('.sqz-editor').borderTopColor, style('.sqz-editor').borderTopStyle, style('.sqz-run').borderTopColor,
    style('.sqz-verdict').borderLeftColor, style('.prism-code-editor').color, getComputedStyle(document.body).backgroundColor];
}"""


def test_in_forced_colours_editor_buttons_and_verdict_are_seen(page, site):
    page.emulate_media(forced_colors="active")
    opened(page, f"{site}/{CHAPTER}")
    exercise = page.locator("[data-exercise='02.1']")
    exercise.get_by_role("button", name="Run").click()
    exercise.get_by_text("… 02.1: not answered yet").wait_for(timeout=SETTLED)  # its sign is a letter, not a colour
    edge, kind, run, verdict, ink, ground = exercise.evaluate(SIGHT)
    assert kind == "solid" and ground not in {edge, run, verdict, ink}
