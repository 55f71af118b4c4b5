"""The reader's own network in its page: drawn as it is typed, kept, sent in a link; what cannot be drawn disturbs nothing."""

import json
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from support.browser import READY, SETTLED, move, picture, wait_for_change, wait_until_warm, write_explorer_page
from support.own_network import DEEP, RIGHT, asked, seal

from squeezelab.explorers import explore, start_values, your_network

pytestmark = pytest.mark.browser

ADDRESS = "book/your_network.html"
WRONG = 'net = Network("wrong", (3, 8, 8))\nnet.conv(net.input, 4, 0)\n'
SENTENCE = "line 2: conv 'conv1': the kernel must be a whole number of at least 1, not 0"
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"

LISTEN = """() => {
  window.said = [];
  const note = ([{ target }]) => {
    const node = (target.nodeType === 1 ? target : target.parentElement).closest('[role=status]');
    if (node.textContent && window.said.at(-1) !== node.textContent) window.said.push(node.textContent);
  };
  for (const node of document.querySelectorAll('.sqz-explorer [role=status]:not(.sqz-busy)'))
    new MutationObserver(note).observe(node, { childList: true, characterData: true, subtree: true });
}"""
TYPE = """(area, text) => {
  for (let end = 1; end <= text.length; end += 1) {
    area.value = text.slice(0, end);
    area.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
}"""
# The end of the 2 s of a program comes when the test calls it.
HELD = """globalThis.due = [];
  const later = setTimeout;
  globalThis.setTimeout = (run, wait) => (wait === 2000 ? (due.push(run), 0) : later(run, wait));"""


@pytest.fixture
def opened(page, site):
    """The page, warm; `page.figure` is the explorer, `page.area` its text field."""

    def start(link=""):
        page.goto("about:blank")
        page.goto(f"{site}/{ADDRESS}{link}")
        page.wait_for_function(READY, timeout=SETTLED)
        page.figure = page.locator(".sqz-explorer[data-kind=explorer]")
        page.area = page.figure.locator("textarea")
        return page

    return start


def finding(page, text):
    page.figure.locator(".sqz-finding", has_text=text).wait_for(timeout=SETTLED)


def complaint(page, text):
    page.figure.locator(".sqz-status", has_text=text).wait_for(timeout=SETTLED)


def drawn(program, **values):
    return explore("your_network", asked(program, **values))["finding"]


def held(program):
    """A link that brings this program."""
    values = asked(program) | {"seal": seal(program), "explorer": "your_network"}
    return "#" + urlencode({key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()})


def test_it_is_drawn_as_it_is_typed_and_a_mistake_leaves_the_last_picture_greyed(opened):
    page = opened()
    page.area.fill(RIGHT)
    finding(page, drawn(RIGHT))
    before = picture(page.figure)
    page.area.fill(WRONG)
    complaint(page, SENTENCE)
    assert picture(page.figure) == before and "sqz-earlier" in page.figure.get_attribute("class")
    page.area.fill("while True:\n    pass")
    complaint(page, "it was stopped after 2 seconds")
    assert picture(page.figure) == before
    page.area.fill(DEEP)
    finding(page, drawn(DEEP))
    assert "sqz-earlier" not in page.figure.get_attribute("class") and page.figure.locator(".sqz-status").is_hidden()
    page.figure.locator("input[name=width]").focus()
    page.keyboard.press("ArrowLeft")
    finding(page, drawn(DEEP, width=0.875))
    page.area.fill(RIGHT + "print('said')")
    page.figure.locator(".sqz-printed", has_text="said").wait_for(timeout=SETTLED)
    assert page.problems == []


def test_a_state_is_announced_once_when_the_typing_rests(opened):
    page = opened()
    page.area.focus()
    page.figure.locator(".prism-code-editor").wait_for(timeout=SETTLED)
    page.evaluate(LISTEN)
    page.area.evaluate(TYPE, RIGHT)
    page.wait_for_function("window.said.length > 0", timeout=SETTLED)
    page.area.evaluate(TYPE, WRONG)
    page.wait_for_function("window.said.length > 1", timeout=SETTLED)
    page.wait_for_timeout(1000)
    said = page.evaluate("window.said")
    assert len(said) == 2, said
    first, second = said
    assert first.endswith(drawn(RIGHT)) and second == f"{SENTENCE}. The picture is that of the program before."


def test_the_editor_is_left_by_escape_and_tab_and_all_is_done_by_keyboard(opened):
    page = opened()
    page.area.focus()
    page.figure.locator(".prism-code-editor").wait_for(timeout=SETTLED)
    page.keyboard.press("Control+a")
    page.keyboard.type('net = Network("typed", (3, 8, 8))\nfor i in range(3):\n')
    page.keyboard.press("Tab")
    page.keyboard.type("net.conv(net.input, 8, 3)")
    finding(page, "The network typed needs")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") != "TEXTAREA"
    start = page.figure.get_by_role("button", name="ResNet's block")
    start.focus()
    page.keyboard.press("Enter")
    finding(page, drawn(your_network.RESNET))
    page.figure.get_by_role("button", name="My program again").press("Enter")
    finding(page, "The network typed needs")


def test_what_was_typed_is_there_at_the_next_visit_and_reset_brings_the_start_back(opened):
    page = opened()
    page.area.fill(RIGHT)
    finding(page, drawn(RIGHT))
    page.reload()
    finding(page, drawn(RIGHT))
    assert page.area.input_value() == RIGHT
    page.figure.get_by_role("button", name="Reset").click()
    finding(page, drawn(your_network.SQUEEZENEXT))
    page.reload()
    page.figure.get_by_role("button", name="My program again").click()
    finding(page, drawn(RIGHT))


def test_a_link_shows_its_program_and_waits_and_nothing_of_mine_is_lost(opened):
    page = opened()
    page.area.fill(RIGHT)
    finding(page, drawn(RIGHT))
    theirs = RIGHT.replace("right", "theirs").replace("4, 3", "5, 3")
    page = opened(held(theirs))
    page.figure.locator(".sqz-notice", has_text="came with a link").wait_for(timeout=SETTLED)
    assert page.area.input_value() == theirs
    page.figure.locator("input[name=width]").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(1000)
    assert "theirs" not in page.figure.locator(".sqz-finding").inner_text()
    page.figure.get_by_role("button", name="Run").click()
    finding(page, drawn(theirs, width=0.875))
    assert page.figure.locator(".sqz-notice").is_hidden() and page.figure.get_by_role("button", name="Run").is_hidden()
    page.figure.get_by_role("button", name="My program again").click()
    finding(page, drawn(RIGHT, width=0.875))


def test_a_link_that_is_damaged_foreign_or_too_long_gets_a_sentence(opened):
    page = opened()
    good = held(RIGHT)
    for link, words in {
        good.replace("conv", "con"): "This link is damaged",
        good.replace(f"&seal={seal(RIGHT)}", ""): "This link is damaged",
        good.replace("%0A", "%FF"): "This link is damaged",
        good + "&more=" + "x" * 4000: "longer than 4,000 letters",
        "#explorer=layer_cost&kernel=5": "This link is not for this page",
        "#program=" + quote(RIGHT): "This link is not for this page",
    }.items():
        page = opened(link)
        page.figure.locator(".sqz-notice", has_text=words).wait_for(timeout=SETTLED)
        assert page.area.input_value() == your_network.SQUEEZENEXT
    assert page.problems == []


def test_copy_link_carries_the_program_unless_it_is_too_long(opened):
    page = opened()
    page.evaluate(NO_CLIPBOARD)
    page.area.fill(RIGHT)
    page.figure.get_by_role("button", name="Copy link").click()
    page.wait_for_function("location.hash !== ''", timeout=SETTLED)
    carried = dict(parse_qsl(page.evaluate("location.hash.slice(1)")))
    assert carried["program"] == RIGHT and carried["seal"] == seal(RIGHT) and carried["width"] == "1"
    page.area.fill(RIGHT + "# " + "x" * 4000)
    copy = page.figure.get_by_role("button", name="Copy link")
    copy.wait_for(timeout=SETTLED)
    copy.click()
    page.figure.get_by_role("button", name="Too long for a link").wait_for(timeout=SETTLED)


def test_a_program_that_hangs_does_not_disturb_the_other_figures(page, tmp_path):
    page.add_init_script(HELD)
    page.goto(write_explorer_page(tmp_path, "your_network", "layer_cost").as_uri())
    wait_until_warm(page)
    own, other = page.locator(".sqz-explorer").all()
    own.locator("textarea").fill("while True:\n    pass")
    page.wait_for_function("due.length", timeout=SETTLED)
    before = picture(other)
    move(other.locator("input[type=range]").first)
    wait_for_change(other, before)
    assert own.locator(".sqz-status").is_hidden()  # it still runs
    page.evaluate("due.forEach(stop => stop())")
    own.locator(".sqz-status", has_text="it was stopped after 2 seconds").wait_for(timeout=SETTLED)
    assert page.problems == []


def test_without_the_script_a_sentence_and_the_picture_stays(page, site):
    page.route("**/exercise.js*", lambda route: route.abort())
    page.goto(f"{site}/{ADDRESS}")
    page.figure = page.locator(".sqz-explorer[data-kind=explorer]")
    before = picture(page.figure)
    page.figure.locator("textarea").fill(RIGHT)
    complaint(page, "The figures cannot move now: exercise.js could not be loaded")
    assert picture(page.figure) == before
    page.unroute("**/exercise.js*")
    page.figure.locator("textarea").fill(RIGHT + "\n")
    finding(page, drawn(RIGHT))


def test_where_storage_is_forbidden_the_reader_is_told(opened):
    forbidden = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('forbidden'); } });"
    page = opened()
    page.evaluate(forbidden)
    page.area.fill(RIGHT)
    finding(page, drawn(RIGHT))
    assert page.figure.locator(".sqz-forgets").inner_text().startswith("This browser keeps no answers")


def test_on_a_telephone_nothing_is_cut(browser, site):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, color_scheme="dark")
    page = context.new_page()
    page.goto(f"{site}/{ADDRESS}")
    page.figure = page.locator(".sqz-explorer[data-kind=explorer]")
    page.figure.locator("textarea").fill(DEEP)
    finding(page, drawn(DEEP))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for control in page.figure.get_by_role("button").all():
        box = control.bounding_box()
        assert min(box["width"], box["height"]) >= 24 and box["x"] + box["width"] <= 360
    context.close()


def test_without_scripts_program_picture_and_table_are_there(browser, book):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((book / ADDRESS).as_uri())
    element = tab.locator(".sqz-explorer[data-kind=explorer]")
    assert element.locator("pre").inner_text().strip() == start_values("your_network")["program"].strip()
    assert element.locator("svg").count() >= 3 and element.locator("td").count() > 20
    context.close()
