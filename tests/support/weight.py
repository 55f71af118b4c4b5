"""What a browser fetches for a page, in bytes as a server that compresses sends them."""

import gzip
from urllib.parse import urlsplit

from support.browser import READY, SETTLED

LIVE = "/_static/live/"
PARTS = ["HTML", "page.js", "engine", "Python", "rest"]  # rest: style sheets, the theme's scripts, fonts, pictures, formulas


def first_load(page, address):
    """{path on the server: bytes} of all that a page fetches until it is at rest and its figures can move."""
    answers = []
    page.on("response", lambda answer: answer.url.startswith("http") and answers.append(answer))
    page.goto(address, wait_until="networkidle")
    if page.locator(".sqz-explorer[data-kind=explorer]").count():
        page.wait_for_function(READY, timeout=2 * SETTLED)
    page.wait_for_load_state("networkidle")
    return {urlsplit(answer.url).path: sent(answer.body()) for answer in answers if answer.ok}


def sent(body):
    """Bytes on the line; what is compressed already, such as a font, stays as it is."""
    return min(len(body), len(gzip.compress(body, 6)))


def part_of(path):
    """The part of a page that a file belongs to, one of `PARTS`."""
    if path.endswith(".html"):
        return "HTML"
    if LIVE not in path:
        return "rest"
    name = path.split(LIVE)[1]
    return {"page.js": "page.js", "engine.js": "engine"}.get(name, "Python" if name.endswith(".js") else "rest")


def by_part(sizes):
    """{part: bytes} of a first load."""
    return {part: sum(size for path, size in sizes.items() if part_of(path) == part) for part in PARTS}
