"""Lets MyST-NB put a live figure into the page: its JSON for the front end, and inside it the readable fallback.

Registered in pyproject.toml as an entry point of `myst_nb.mime_renderers`. It ranks our MIME type first wherever it
occurs and leaves the ranking of all other outputs alone.
"""

import json

from docutils import nodes

from . import MIME, fallback


def embedded(payload):
    """JSON that cannot end the script element around it."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def page_html(payload):
    """The element that page.js brings to life."""
    script = f'<script type="application/json">{embedded(payload)}</script>'
    return f'<div class="sqz sqz-explorer" data-kind="{payload["kind"]}">{script}{fallback.html(payload)}</div>'


class ExplorerRenderer:
    """MyST-NB's protocol for a plug-in that renders a MIME type."""

    mime_priority_overrides = [("*", MIME, 1)]

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Nodes for our MIME type, None for every other."""
        if data.mime_type != MIME or inline:
            return None
        payload = data.content if isinstance(data.content, dict) else json.loads(data.content)
        html = nodes.raw(text=page_html(payload), format="html", classes=["output", "squeezelab"])
        plain = nodes.raw(text=payload.get("figure", {}).get("finding", payload.get("question", "")), format="text")
        return [html, plain]
