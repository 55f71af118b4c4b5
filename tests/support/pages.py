"""The pages of the book, by its table of contents."""

import re

from support import ROOT


def pages():
    """Addresses of all pages below the site's root."""
    return [f"{name}.html" for name in re.findall(r"book/[\w/]+", (ROOT / "_toc.yml").read_text("utf-8"))]
