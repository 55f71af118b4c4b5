"""Number the figures of a built book: `python tools/figure_numbers.py _build/html`.

Live figures, plots and drawings are counted together, in the order of the page: the third of chapter 2 is Figure 2.3, at
`02_dataflows.html#figure-2-3`. A page that is no chapter counts from 1. The number is text, so that it is read aloud, found and
copied; a notebook that was not built has none. Predictions and exercises are not figures.
"""

import json
import re
import sys
from html import escape, unescape
from itertools import count
from pathlib import Path

from live_pages import PAYLOAD

LIVE = r'<div class="sqz sqz-explorer" data-kind="explorer"'
DRAWN = r'<figure class="sqz-figure"(?P<drawn>[^>]*)>(?:\s*<figcaption>(?P<caption>.*?)</figcaption>)?'
FIGURE = re.compile(f"{LIVE}|{DRAWN}", re.S)
MARK = re.compile(r'data-figure="([\d.]+)"')
TAGS = re.compile(r"<[^>]+>")


def chapter_of(name):
    """'2.' for the file of chapter 2, '' for a page that is no chapter."""
    start = re.match(r"(\d\d)_", name)
    return f"{int(start[1])}." if start else ""


def marks(number, title=None):
    """The attributes by which a figure is linked and found."""
    named = "" if title is None else f' data-title="{escape(title)}"'
    return f' id="figure-{number.replace(".", "-")}" data-figure="{number}"{named}'


def label(number):
    return f'<span class="sqz-figure-number">Figure {number}</span>'


def numbered_figure(match, number):
    """What opens a figure, with its number; plots and drawings have theirs before the title, and a link as headings have one."""
    if match["drawn"] is None:
        return match[0] + marks(number)
    caption = match["caption"] or ""
    link = f'<a class="headerlink" href="#figure-{number.replace(".", "-")}" title="Link to this figure">#</a>'
    words = " ".join(filter(None, [label(number), caption]))
    start = f'<figure class="sqz-figure"{match["drawn"]}{marks(number, unescape(TAGS.sub("", caption)))}>'
    return f"{start}<figcaption>{words}{link}</figcaption>"


def told_without_scripts(page):
    """The readable form of a live figure says its number before its title."""
    for payload in PAYLOAD.finditer(page):
        number = MARK.search(payload[0])
        if number:
            title = f"<p>{escape(json.loads(payload[1])['title'])}. "
            page = page.replace(title, title.replace("<p>", f"<p>{label(number[1])} · "), 1)
    return page


def numbered(page, name):
    """The page, whose file has this name, with its figures numbered; twice is as once."""
    if MARK.search(page):
        return page
    places = count(1)
    page = FIGURE.sub(lambda match: numbered_figure(match, f"{chapter_of(name)}{next(places)}"), page)
    return told_without_scripts(page)


def number_figures(html):
    """Number the figures of all pages below this folder."""
    for path in sorted(html.rglob("*.html")):
        before = path.read_text("utf-8")
        after = numbered(before, path.name)
        if after != before:
            path.write_text(after, "utf-8")


if __name__ == "__main__":
    number_figures(Path(sys.argv[1]))
