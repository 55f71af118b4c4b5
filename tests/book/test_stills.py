"""Without scripts a page has its live figures as they first stand."""

import pytest
from live_pages import explorers_in
from stills import drawn, with_stills
from support.pages import pages

PAGE = '<div class="sqz sqz-explorer"><script type="application/json">{}</script><p>Found.</p><p>Set.</p></div>'
CHART = '{"title": "a < b", "alt": "b grows", "x": {"domain": ["p", "q"], "scale": "band"}, "y": {}, '
CHART += '"marks": [{"type": "bar", "x": ["p", "q"], "y": [1, 2], "role": "compute"}]}'
PAYLOAD = f'{{"kind": "explorer", "name": "n", "figure": {{"charts": [{CHART}]}}}}'


def test_the_charts_follow_the_finding_and_come_once():
    page = with_stills(PAGE.format(PAYLOAD))
    title = '<figcaption class="sqz-title">a &lt; b</figcaption>'
    assert f'<p>Found.</p><div class="sqz-charts"><figure class="sqz-chart">{title}' in page
    assert '<div role="img" aria-label="b grows"><svg' in page and page.endswith("</figure></div><p>Set.</p></div>")
    assert with_stills(page) == page


def test_a_prediction_has_no_charts():
    page = PAGE.format('{"kind": "prediction"}')
    assert with_stills(page) == page


def test_what_cannot_be_drawn_stops_the_build():
    with pytest.raises(ValueError, match="were not drawn: "):
        drawn([[{"marks": [{"type": "cloud"}]}]])


@pytest.mark.browser
def test_a_page_without_scripts_shows_every_chart_in_its_own_width(browser, book, site):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    for address in pages():
        names = explorers_in((book / address).read_text("utf-8"))
        if names:
            page.goto(f"{site}/{address}")
            assert page.locator(".sqz-explorer:has(.sqz-charts svg)").count() == len(names), address
            for picture in page.locator(".sqz-explorer .sqz-charts svg").all():
                box = picture.bounding_box()
                assert box["height"] > 40 and box["x"] >= 0 and box["x"] + box["width"] <= 360, address
    context.close()
