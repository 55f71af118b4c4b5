"""Live figures in a page, in a real browser: from a server and from disk, by keyboard, on a phone, with parts missing."""

import pytest
from support.browser import (
    QUESTION,
    SETTLED,
    move,
    open_groups,
    picture,
    wait_for_change,
    wait_until_warm,
    write_explorer_page,
    write_page,
)
from support.server import serving

from squeezelab import explorers
from squeezelab.widgets import Explorer

pytestmark = pytest.mark.browser


@pytest.fixture
def serve():
    """Serves a folder on this machine; returns its address."""
    servers = []

    def start(folder):
        servers.append(serving(folder))
        return f"{servers[-1].url}/index.html"

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def opened(page, tmp_path, serve):
    """The page with one `layer_cost`, warm."""
    write_explorer_page(tmp_path, "layer_cost")
    page.address = serve(tmp_path)
    page.goto(page.address)
    wait_until_warm(page)
    return page


@pytest.mark.parametrize("name", explorers.names())
def test_every_slider_changes_the_picture(page, tmp_path, serve, name):
    write_explorer_page(tmp_path, name)
    page.goto(serve(tmp_path))
    wait_until_warm(page)
    explorer = page.locator(".sqz-explorer")
    open_groups(page)
    sliders = explorer.locator("input[type=range]:enabled")
    for index in range(sliders.count()):
        before = picture(explorer)
        move(sliders.nth(index))
        wait_for_change(explorer, before)
    assert explorer.locator(".sqz-status").is_hidden()
    assert page.problems == []


def test_the_first_frame_needs_no_engine(page, tmp_path):
    page.route("**/engine.js*", lambda route: route.abort())
    page.goto(write_explorer_page(tmp_path, "layer_cost").as_uri())
    explorer = page.locator(".sqz-explorer")
    assert explorer.locator("svg rect").count() > 0
    before = picture(explorer)
    move(explorer.locator("input[type=range]").first)
    explorer.locator(".sqz-status", has_text="cannot move").wait_for(timeout=SETTLED)
    assert picture(explorer) == before


def test_a_page_from_disk_is_live(page, tmp_path):
    page.goto(write_explorer_page(tmp_path, "layer_cost").as_uri())
    explorer = page.locator(".sqz-explorer")
    before = picture(explorer)
    move(explorer.locator("input[type=range]").first)
    wait_for_change(explorer, before)
    assert page.problems == []


def test_the_engine_fetches_nothing(page, tmp_path):
    path = write_explorer_page(tmp_path, "layer_cost")
    forbidden = '<meta http-equiv="Content-Security-Policy" content="connect-src \'none\'">'
    path.write_text(path.read_text("utf-8").replace('<meta charset="utf-8">', f'<meta charset="utf-8">{forbidden}'), "utf-8")
    page.goto(path.as_uri())
    explorer = page.locator(".sqz-explorer")
    before = picture(explorer)
    move(explorer.locator("input[type=range]").first)
    wait_for_change(explorer, before)
    assert page.problems == []


def test_without_scripts_finding_numbers_and_table_are_there(browser, tmp_path):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(write_page(tmp_path, [Explorer("layer_cost").payload(), QUESTION.payload()]).as_uri())
    text = tab.locator("main").inner_text()
    assert explorers.explore("layer_cost")["finding"] in text
    assert "How many?" in text and "Two and two make four." not in text
    assert tab.locator("table").count() == 1
    tab.locator("summary", has_text="reveal").click()
    assert tab.get_by_text("Two and two make four.").is_visible()
    context.close()


@pytest.fixture
def network(page, tmp_path, serve):
    """Opens an explorer of whole networks in the state of a link."""

    def start(name, link=""):
        write_explorer_page(tmp_path, name)
        page.goto(serve(tmp_path) + (f"#explorer={name}&{link}" if link else ""))
        wait_until_warm(page)
        return page.locator(".sqz-explorer")

    return start


def test_a_group_of_controls_is_folded_tells_its_state_and_opens_by_keyboard(network):
    explorer = network("squeezenext_cost")
    group = explorer.locator(".sqz-group", has_text="Blocks of each stage")
    assert explorer.locator("input[type=range]:visible").count() == 3 and group.locator("summary").inner_text().endswith(
        "2 · 4 · 14 · 1"
    )
    group.locator("summary").focus()
    group.locator("summary").press("Enter")
    before = picture(explorer)
    move(group.locator("input[name=s2]"))
    wait_for_change(explorer, before)
    wanted = explorers.explore("squeezenext_cost", {"s2": 5})["finding"]
    explorer.locator(".sqz-finding", has_text=wanted).wait_for(timeout=SETTLED)
    assert group.locator("summary").inner_text().endswith("2 · 5 · 14 · 1") and group.locator("input[name=s2]").is_visible()


def test_choosing_a_version_sets_the_blocks_and_reset_brings_them_back(network):
    explorer = network("squeezenext_cost")
    blocks = explorer.locator(".sqz-group").first
    before = picture(explorer)
    explorer.locator("select[name=version]").select_option(index=0)
    moved = wait_for_change(explorer, before)
    assert blocks.locator("summary").inner_text().endswith("6 · 6 · 8 · 1")
    explorer.get_by_text("Reset").click()
    assert wait_for_change(explorer, moved) == before
    assert blocks.locator("summary").inner_text().endswith("2 · 4 · 14 · 1")


@pytest.mark.parametrize(
    ("link", "values", "unfolded"),
    [
        ("version=1", {"version": 1}, [False, False]),
        ("version=1&s2=7", {"version": 1, "s2": 7}, [True, False]),
        ("zeros=channels&sparsity=0.5&rivals=moved", {"zeros": "channels", "sparsity": 0.5, "rivals": "moved"}, [False, True]),
        ("s1=16&s4=99", {"s1": 16}, [True, False]),  # 99 is not on the slider
    ],
)
def test_a_link_opens_what_it_changed(network, link, values, unfolded):
    explorer = network("squeezenext_cost", link)
    wanted = explorers.explore("squeezenext_cost", values)["finding"]
    explorer.locator(".sqz-finding", has_text=wanted).wait_for(timeout=SETTLED)
    assert explorer.locator(".sqz-group").evaluate_all("groups => groups.map(group => group.open)") == unfolded


def test_what_a_family_lacks_is_disabled_with_a_reason_and_comes_back(network):
    explorer = network("network_cost", "family=alexnet&depth=50")
    wanted = explorers.explore("network_cost", {"family": "alexnet"})
    explorer.locator(".sqz-finding", has_text=wanted["finding"]).wait_for(timeout=SETTLED)
    for name in ("width", "depth"):
        slider = explorer.locator(f"input[name={name}]")
        assert slider.is_disabled()
        reason = explorer.page.locator("#" + slider.get_attribute("aria-describedby"))
        assert reason.is_visible() and reason.inner_text() == wanted["disabled"][name]
    explorer.locator("select[name=family]").select_option(label="ResNet")
    explorer.locator(".sqz-finding", has_text="ResNet-18 needs").wait_for(timeout=SETTLED)
    depth = explorer.locator("input[name=depth]")
    assert depth.is_enabled() and (depth.get_attribute("min"), depth.get_attribute("max")) == ("0", "2")
    move(depth)
    explorer.locator(".sqz-finding", has_text="ResNet-34 needs").wait_for(timeout=SETTLED)
    assert explorer.locator("input[name=width]").is_disabled()


def test_a_link_carries_the_state(opened):
    opened.goto("about:blank")
    opened.goto(opened.address + "#explorer=layer_cost&kernel=5&kind=depthwise&channels=999")
    explorer = opened.locator(".sqz-explorer")
    wanted = explorers.explore("layer_cost", {"kernel": 5, "kind": "depthwise"})["finding"]
    explorer.locator(".sqz-finding", has_text=wanted).wait_for(timeout=SETTLED)
    assert explorer.locator("input[name=kernel]").get_attribute("aria-valuetext").startswith("5")
    assert explorer.locator("input[name=channels]").input_value() == "64"  # 999 is not on the slider


def test_copy_link_puts_the_state_into_the_address(opened):
    explorer = opened.locator(".sqz-explorer")
    opened.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    move(explorer.locator("input[name=channels]"))
    explorer.get_by_text("Copy link").click()
    opened.wait_for_function("location.hash !== ''", timeout=SETTLED)
    assert "explorer=layer_cost" in opened.url and "channels=68" in opened.url


def test_reset_returns_to_the_first_picture(opened):
    explorer = opened.locator(".sqz-explorer")
    first = picture(explorer)
    move(explorer.locator("input[type=range]").first)
    moved = wait_for_change(explorer, first)
    explorer.get_by_text("Reset").click()
    assert wait_for_change(explorer, moved) == first


def test_an_error_is_a_sentence_and_the_picture_stays(page, tmp_path):
    path = write_explorer_page(tmp_path, "layer_cost")
    path.write_text(path.read_text("utf-8").replace('"name":"layer_cost"', '"name":"layer_cots"'), "utf-8")
    page.goto(path.as_uri())
    explorer = page.locator(".sqz-explorer")
    before = picture(explorer)
    move(explorer.locator("input[type=range]").first)
    status = explorer.locator(".sqz-status", has_text="there is no explorer 'layer_cots'")
    status.wait_for(timeout=SETTLED)
    assert "Traceback" not in status.inner_text()
    assert picture(explorer) == before


def test_a_wild_drag_ends_at_the_last_value(opened):
    explorer = opened.locator(".sqz-explorer")
    explorer.locator("input[name=channels]").evaluate(
        """async input => {
            for (let value = 4; value <= 400; value += 4) {
                input.value = value;
                input.dispatchEvent(new Event('input', { bubbles: true }));
                if (value % 40 === 0) await new Promise(requestAnimationFrame);
            }
        }"""
    )
    wanted = explorers.explore("layer_cost", {"channels": 400})["finding"]
    explorer.locator(".sqz-finding", has_text=wanted).wait_for(timeout=SETTLED)
    assert explorer.locator("input[name=channels]").input_value() == "400"


def test_arrow_keys_read_the_values_of_a_chart(opened):
    chart = opened.locator(".sqz-stage").first
    assert chart.get_attribute("aria-label").endswith("Arrow keys read the values.")
    chart.focus()
    chart.press("Home")
    tip = chart.locator(".sqz-tip")
    first = tip.inner_text()
    chart.press("End")
    assert tip.is_visible() and tip.inner_text() != first
    chart.press("Escape")
    assert tip.is_hidden()


def test_the_table_opens_with_the_data_of_the_picture(opened):
    explorer = opened.locator(".sqz-explorer")
    explorer.locator("summary").click()
    explorer.locator("tbody").wait_for()
    rows = explorers.explore("layer_cost")["table"]["rows"]
    assert explorer.locator("tbody tr").count() == len(rows)


@pytest.mark.parametrize("name", explorers.names())
def test_a_phone_shows_everything_without_scrolling_sideways(page, tmp_path, name):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(write_explorer_page(tmp_path, name).as_uri())
    page.locator(".sqz-explorer svg").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_prediction_is_locked_remembered_and_taken_back(page, tmp_path):
    page.goto(write_page(tmp_path, [QUESTION.payload()]).as_uri())
    commit = page.get_by_role("button", name="Commit")
    assert commit.is_disabled() and page.get_by_text("Two and two make four.").is_hidden()
    page.get_by_label("eight").check()
    commit.click()
    assert page.get_by_text("You said “eight”; right is “four”. You were off by 2×.").is_visible()
    assert page.locator("input").first.is_disabled()
    page.reload()
    assert page.get_by_text("Two and two make four.").is_visible()
    page.get_by_role("button", name="Predict again").click()
    assert page.locator("input").first.is_enabled() and page.get_by_text("Two and two make four.").is_hidden()
    assert page.problems == []


def test_what_is_touched_is_at_least_24_pixels_high(opened):
    targets = opened.locator(".sqz :is(button, select, summary, input[type=range], .sqz-option)")
    shown = "all => all.filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().height)"
    assert min(targets.evaluate_all(shown)) >= 24
