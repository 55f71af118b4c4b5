"""Say of each table without a caption what it shows: `described(page)`.

A table of a Markdown cell has no caption: the sentence above it says what it holds, and is made its description; its name is the
heading that it stands under.
"""

import re
from html import escape, unescape

BOX = re.compile(r'<div class="pst-scrollable-table-container"[^>]*>\s*<table\b([^>]*)>(?!\s*<caption)')
HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1>", re.S)
ABOVE = re.compile(r"<p>((?:(?!</?p>).)*)</p>\s*\Z", re.S)
SENTENCE = 1500  # characters that are looked through for the end of the sentence above


def words(html):
    """The text of a piece of HTML."""
    text = re.sub(r"<a class=\"headerlink\".*?</a>|<[^>]+>", "", html)
    return " ".join(unescape(text).split())


def described(page):
    """The page with a name for each such table, and its description where a paragraph stands above it; twice is as once."""
    headings = [(match.start(), words(match[2])) for match in HEADING.finditer(page)]
    edits = []
    for number, match in enumerate(BOX.finditer(page), start=1):
        if "aria-label" in match[1]:
            continue
        name = next((text for start, text in reversed(headings) if start < match.start()), "Table")
        box = re.sub(r' aria-label="[^"]*"', f' aria-label="{escape(name)}"', match[0])
        above = ABOVE.search(page, max(0, match.start() - SENTENCE), match.start())
        says = f' aria-describedby="table{number}-says"' if above else ""
        if above:
            edits.append((above.start(), above.start() + 2, f'<p id="table{number}-says"'))
        edits.append((match.start(), match.end(), box.replace("<table", f'<table aria-label="{escape(name)}"{says}')))
    for start, end, text in reversed(edits):
        page = page[:start] + text + page[end:]
    return page
