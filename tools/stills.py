"""Draw the live figures of a built book as they first stand, for readers without scripts: `python tools/stills.py _build/html`.

The page's own charts are drawn, in Node (web/stills.mjs); a script that runs puts the live figure in their place.
"""

import json
import re
import sys
from pathlib import Path

from live_pages import PAYLOAD
from node import run
from project import ROOT

START = '<div class="sqz-charts">'
FIGURE = re.compile(rf"{PAYLOAD.pattern}\s*<p>(?:(?!</p>).)*</p>(?!{START})", re.S)  # with its finding, which the charts follow


def drawn(figures):
    """The HTML of the charts of each figure."""
    done = run("node", ROOT / "web/stills.mjs", input=json.dumps(figures), capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"the figures of the book were not drawn: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def with_stills(page):
    """The page with the charts of each explorer below its finding; twice is as once."""
    payloads = [(match, json.loads(match[1])) for match in FIGURE.finditer(page)]
    explorers = [(match.end(), payload["figure"]["charts"]) for match, payload in payloads if payload["kind"] == "explorer"]
    stills = drawn([charts for _, charts in explorers]) if explorers else []
    for (end, _), still in reversed([*zip(explorers, stills, strict=True)]):
        page = f"{page[:end]}{START}{still}</div>{page[end:]}"
    return page


def draw_stills(html):
    """Draw the figures of all pages below this folder."""
    for path in sorted(html.rglob("*.html")):
        before = path.read_text("utf-8")
        after = with_stills(before)
        if after != before:
            path.write_text(after, "utf-8")


if __name__ == "__main__":
    draw_stills(Path(sys.argv[1]))
