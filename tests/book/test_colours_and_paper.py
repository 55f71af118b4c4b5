"""Where the reader's own colours rule, and on paper, a page says what it says on the screen."""

import pytest

EXPLORER = "document.querySelector('.sqz-explorer[data-kind=explorer] .sqz-chart svg')"
STYLES = "([one, what]) => [...document.querySelectorAll(one)].map(e => getComputedStyle(e)[what])"

CONTRAST = """([one, ground]) => {
    const style = (selector) => getComputedStyle(document.querySelector(selector));
    const share = (colour) => {
        const numbers = colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
        return colour.startsWith('rgb') ? numbers.map(v => v / 255) : numbers;
    };
    const light = (colour) => share(colour)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0.05);
    const [a, b] = [light(style(one).borderTopColor), light(style(ground).backgroundColor)];
    return Math.max(a / b, b / a);
}"""


def opened(page, site, address, **media):
    """The page with its figures drawn, for readers with these settings."""
    page.emulate_media(**media)
    page.goto(f"{site}/{address}", wait_until="networkidle")
    page.wait_for_function(EXPLORER)


@pytest.mark.browser
def test_forced_colours_leave_keys_tiles_and_the_chosen_option_to_be_seen(page, site):
    opened(page, site, "book/04_decomposition.html", forced_colors="active")
    assert len(set(page.evaluate(STYLES, [".sqz-key", "backgroundColor"]))) > 2
    assert len(set(page.evaluate(STYLES, [".sqz-tile", "borderLeftColor"]))) > 2
    chosen = page.evaluate(STYLES, [".sqz-options input:checked + span", "backgroundColor"])
    others = page.evaluate(STYLES, [".sqz-options input:not(:checked) + span", "backgroundColor"])
    assert chosen and not set(chosen) & set(others)


@pytest.mark.browser
def test_paper_has_the_keys_of_a_chart_and_what_is_set_but_no_controls(page, site):
    opened(page, site, "book/04_decomposition.html", media="print")
    assert set(page.evaluate(STYLES, [".sqz-key", "printColorAdjust"])) == {"exact"}
    for control in ("input[type=range]", ".sqz-play", ".sqz-actions", ".sqz-commit"):
        assert not page.locator(f".sqz {control}").filter(visible=True).count(), control
    groups = page.locator(".sqz-options").filter(visible=True)
    assert groups.count() and all(group.locator("label").filter(visible=True).count() == 1 for group in groups.all())


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edge_of_a_control_reaches_three_to_one(page, site, scheme):
    opened(page, site, "book/04_decomposition.html", color_scheme=scheme)
    for control in (".sqz select", ".sqz-options input:not(:checked) + span", ".sqz-play"):
        assert page.evaluate(CONTRAST, [control, ".sqz-controls"]) >= 3, control


@pytest.mark.browser
def test_paper_is_dark_on_white_unfolded_and_cuts_nothing(page, site):
    opened(page, site, "book/07_squeezenext.html", media="print", color_scheme="dark")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    ink = "e => getComputedStyle(e).color.match(/\\d+/g).slice(0, 3).map(Number)"
    for dark in ("article p", ".sqz-figure svg", ".highlight span", "article table td"):
        assert max(page.locator(dark).first.evaluate(ink)) < 120, dark
    folded = page.locator(".cell:not(.tag_solution) details:not([open]) :is(.cell_input, table)")
    assert folded.count() > 20 and all(one.evaluate("e => e.checkVisibility()") for one in folded.all())
    assert not page.evaluate(
        "[...document.querySelectorAll('article pre')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    )
    assert page.locator("article .highlight").first.evaluate("e => getComputedStyle(e).breakInside") == "avoid"
