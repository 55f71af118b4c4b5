"""Every figure of a page has a number, in the order of the page, at an address of its own."""

import json
import re

import pytest
from figure_numbers import numbered
from support.pages import pages

PAYLOAD = json.dumps({"kind": "explorer", "name": "n", "title": "A & B"})
LIVE = f'<div class="sqz sqz-explorer" data-kind="explorer"><script type="application/json">{PAYLOAD}</script>'
LIVE += "<p>Found.</p><p>A &amp; B. Side: 4</p></div>"
GUESS = '<div class="sqz sqz-explorer" data-kind="prediction"><script type="application/json">{"kind": "x"}</script></div>'
PLOT = '<figure class="sqz-figure"><figcaption>57 cost &lt; 64</figcaption><svg class="sqz-plot"></svg></figure>'
DRAWING = '<figure class="sqz-figure"><svg class="sqz-network" role="img"><title>net</title></svg></figure>'
NUMBER = re.compile(r'id="figure-([\d-]+)" data-figure="([\d.]+)"')


def test_figures_are_counted_in_the_order_of_the_page():
    page = numbered(PLOT + GUESS + LIVE + DRAWING, "02_dataflows.html")
    assert NUMBER.findall(page) == [("2-1", "2.1"), ("2-2", "2.2"), ("2-3", "2.3")]
    assert re.findall(r"Figure [\d.]+", page) == ["Figure 2.1", "Figure 2.2", "Figure 2.3"]
    assert numbered(page, "02_dataflows.html") == page


def test_the_number_is_text_before_the_title():
    plot = numbered(PLOT, "02_x.html")
    assert (
        'Figure 2.1</span> 57 cost &lt; 64<a class="headerlink" href="#figure-2-1" ' in plot
        and 'data-title="57 cost &lt; 64"' in plot
    )
    assert "Figure 2.1</span> · A &amp; B. Side: 4</p>" in numbered(LIVE, "02_x.html")
    assert '<figcaption><span class="sqz-figure-number">Figure 2.1</span><a ' in numbered(DRAWING, "02_x.html")


def test_a_page_that_is_no_chapter_counts_from_one():
    assert NUMBER.findall(numbered(LIVE, "intro.html")) == [("1", "1")]


@pytest.mark.parametrize("address", pages())
def test_every_figure_of_a_built_page_is_numbered_without_a_gap(book, address):
    page = (book / address).read_text("utf-8")
    numbers = [number for _, number in NUMBER.findall(page)]
    start = re.search(r"/(\d\d)_", address)
    before = f"{int(start[1])}." if start else ""
    assert numbers == [f"{before}{place}" for place in range(1, len(numbers) + 1)]
    live, drawn = page.count('data-kind="explorer"'), page.count('<figure class="sqz-figure"')
    assert len(numbers) == live + drawn == len(set(numbers))
    assert all(page.count(f"Figure {number}</span>") == 1 for number in numbers)
    rest = re.sub(r'<figure class="sqz-figure".*?</figure>', "", page, flags=re.S)
    assert not re.search(r'<svg [^>]*class="sqz-(network|plot)', rest)
