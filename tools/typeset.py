"""Set the formulas of a built book, so that no page fetches and runs MathJax: `python tools/typeset.py _build/html`.

In a browser MathJax weighs 160 kB compressed; what it makes of a chapter's formulas weighs 3 to 8 kB more than their TeX. So
it runs here, in Node (web/typeset.mjs). Pages keep its markup, one style sheet for the characters of the whole book, and its
fonts. Inside the markup is the formula as MathML, which a screen reader reads: fractions, powers and roots are more than
their letters in a row. The TeX stays as an attribute: it is what the next build sets again.
"""

import hashlib
import json
import re
import sys
from html import escape, unescape
from pathlib import Path

from node import run
from project import ROOT

FORMULA = re.compile(
    r'<(span|div) class="math notranslate nohighlight"(?P<attributes>[^>]*?)(?: data-tex="(?P<tex>[^"]*)")?>'
    r'(?P<number>\s*<span class="eqno">.*?</span>)?(?P<body>.*?)</\1>',
    re.S,
)
TEX = re.compile(r"\s*\\[(\[](.*)\\[)\]]\s*", re.S)
SHEET = re.compile(r'<link rel="stylesheet" href="([^"]*)_static/formulas\.css[^"]*" ?/?>')
SETTINGS = re.compile(r"\s*<script>window\.MathJax = .*?</script>", re.S)
SCRIPT = re.compile(r'<script\b[^>]*? src="([^"]*)_static/mathjax/startup\.js[^"]*"></script>')
# MathJax measures how high an x is beside a formula, and makes its own x, of 0.442 em, as high; a style sheet can say so.
SIZE = "mjx-container { font-size: calc(1ex / 0.442) }\n"
# The MathML takes no room, so that a wide one widens no page.
UNSEEN = "mjx-assistive-mml { position: absolute; top: 0; left: 0; width: 1px; height: 1px; overflow: hidden; "
UNSEEN += "clip-path: inset(50%); user-select: none }\n"
# What touches a formula stays on its line: a browser breaks before and after each of its boxes.
KEEP = ".sqz-keep { white-space: nowrap }\n"


KEPT = '<span class="sqz-keep">'
INLINE = r'<span class="math notranslate nohighlight"[^>]*>(?:(?!</span>).)*</span>'
ATTACHED = re.compile(rf"([^\s<>–—-]*)({INLINE})([^\s<>–—-]*)", re.S)


def formula_of(match):
    """(TeX, whether it stands alone) of a formula in a page, set or not."""
    kept, tex = match["tex"], TEX.fullmatch(unescape(match["body"]))
    if kept is None and tex is None:
        raise ValueError(f"no TeX can be read from {match[0]!r}")
    return (tex[1].strip() if kept is None else unescape(kept)), match[1] == "div"


def made(formulas):
    """({(TeX, alone): markup}, style sheet) by MathJax."""
    done = run("node", ROOT / "web/typeset.mjs", input=json.dumps(formulas), capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"MathJax did not set the formulas of the book: {done.stderr[-2000:]}")
    answer = json.loads(done.stdout)
    return dict(zip(formulas, answer["formulas"])), answer["css"] + SIZE + UNSEEN + KEEP


def with_formulas(html, markup, stamp):
    """The page with its formulas set, and a style sheet in place of MathJax."""

    def put(match):
        tex, alone = formula_of(match)
        start = f'<{match[1]} class="math notranslate nohighlight"{match["attributes"]} data-tex="{escape(tex)}">'
        return f"{start}{match['number'] or ''}{markup[tex, alone]}</{match[1]}>"

    sheet = rf'<link rel="stylesheet" href="\1_static/formulas.css?v={stamp}">' if FORMULA.search(html) else ""
    return ATTACHED.sub(kept, FORMULA.sub(put, SETTINGS.sub("", SCRIPT.sub(sheet, SHEET.sub(sheet, html)))))


def kept(match):
    """A formula in a line with the full stop behind it or the bracket before it, as one; what is one already stays."""
    alone = not (match[1] or match[3]) or match.string.endswith(KEPT, 0, match.start())
    return match[0] if alone else f"{KEPT}{match[0]}</span>"


def typeset(html):
    """Set all formulas below this folder; doing it twice changes nothing."""
    pages = {path: path.read_text("utf-8") for path in sorted(html.rglob("*.html"))}
    formulas = list(dict.fromkeys(formula_of(match) for page in pages.values() for match in FORMULA.finditer(page)))
    markup, css = made(formulas)
    (html / "_static/formulas.css").write_text(css, "utf-8")
    stamp = hashlib.sha256(css.encode()).hexdigest()[:8]
    for path, before in pages.items():
        after = with_formulas(before, markup, stamp)
        if after != before:
            path.write_text(after, "utf-8")


if __name__ == "__main__":
    typeset(Path(sys.argv[1]))
