"""A finger on a chart and on a slider: what it reads stays when it is lifted, and a swipe that scrolls sets nothing."""

import pytest
from support.browser import write_explorer_page

pytestmark = pytest.mark.browser

STILL = 400  # ms, after which nothing more comes of a touch


@pytest.fixture
def phone(browser, tmp_path):
    """A telephone with one explorer on a long page; `finger(kind, points)` touches it."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    tab, path = context.new_page(), write_explorer_page(tmp_path, "layer_cost")
    path.write_text(path.read_text("utf-8").replace("</main>", "<p style='margin-top: 900px'>The end</p></main>"), "utf-8")
    tab.goto(path.as_uri())
    session = context.new_cdp_session(tab)
    places = lambda points: [{"x": x, "y": y} for x, y in points]  # noqa: E731
    tab.finger = lambda kind, *points: session.send(
        "Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": places(points)}
    )
    yield tab
    context.close()


def middle_of(locator):
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def tap(phone, place):
    phone.finger("Start", place)
    phone.finger("End")
    phone.wait_for_timeout(STILL)


def test_a_value_stays_when_the_finger_is_lifted_and_goes_at_a_tap_elsewhere(phone):
    tip = phone.locator(".sqz-tip").first
    tap(phone, middle_of(phone.locator(".sqz-stage rect").nth(1)))
    tip.wait_for()
    assert tip.inner_text()
    tap(phone, middle_of(phone.locator(".sqz-title").first))
    tip.wait_for(state="hidden")


def swipe(phone, place, length):
    phone.finger("Start", place)
    for step in range(1, 11):
        phone.finger("Move", (place[0], place[1] - step * length / 10))
        phone.wait_for_timeout(16)
    phone.finger("End")
    phone.wait_for_timeout(STILL)


def test_a_swipe_that_begins_on_a_slider_scrolls_and_sets_nothing(phone):
    slider = phone.locator(".sqz-explorer input[type=range]").first
    before, (x, y) = slider.input_value(), middle_of(slider)
    shown = slider.get_attribute("aria-valuetext")
    swipe(phone, (x + 90, y), 300)
    phone.wait_for_function("scrollY > 100")
    assert (slider.input_value(), slider.get_attribute("aria-valuetext")) == (before, shown)


def test_a_finger_that_stays_on_the_slider_sets_it(phone):
    slider = phone.locator(".sqz-explorer input[type=range]").first
    before, (x, y) = slider.input_value(), middle_of(slider)
    tap(phone, (x + 90, y))
    phone.wait_for_function("([slider, before]) => slider.value !== before", arg=[slider.element_handle(), before])


def test_a_swipe_over_a_chart_leaves_no_value_behind(phone):
    swipe(phone, middle_of(phone.locator(".sqz-stage").first), 200)
    phone.wait_for_function("scrollY > 50")
    phone.locator(".sqz-tip").first.wait_for(state="hidden")
