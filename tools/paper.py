"""What a page says on paper only: the address at which each live figure moves. `on_paper(page, address)`."""

import json
from html import escape

from live_pages import PAYLOAD
from project import site

LIVE = "<p><small>Switch JavaScript on to move this figure.</small></p>"


def line(address, name):
    """The address of a figure, short for the eye and whole for a click."""
    place = f"{site()}{address}#explorer={name}"
    return f'<p class="sqz-on-paper">It moves at <a href="{escape(place)}">{escape(place.removeprefix("https://"))}</a></p>'


def on_paper(page, address):
    """The page, which is at `address` below the book's root, with a line for each live figure; twice is as once."""
    for match in reversed([*PAYLOAD.finditer(page)]):
        payload, end = json.loads(match[1]), page.find(LIVE, match.end()) + len(LIVE)
        if payload["kind"] == "explorer" and not page.startswith('<p class="sqz-on-paper">', end):
            page = page[:end] + line(address, payload["name"]) + page[end:]
    return page
