"""Write the pages about the packages, build the book with warnings as errors, say what its folds hold, then make it light."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import api_pages
from live_pages import give_python
from trim import trim
from typeset import typeset

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
SOLUTION = re.compile(
    r'("cell tag_solution[^>]*>\s*<details[^>]*>\s*<summary>\s*<p[^>]*>)Show the code(<.*?>)Hide the code', re.S
)


def build():
    """Run Jupyter Book; after a failure it must read every page anew, or the next build would hide the warnings.

    It writes every page and every static file anew, for pages that look old: what is done to pages is done to fresh ones.
    """
    for page in (BUILD / "html").rglob("*.html"):
        os.utime(page, (0, 0))
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [jupyter_book, "build", ROOT, "--warningiserror", "--nitpick", "--keep-going", "--quiet"]
    result = subprocess.run(command, cwd=ROOT)
    if result.returncode:
        shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
        sys.exit("The book was not built: see the warnings above, each of which counts as an error.")


def name_folds(html):
    """Folded cells say what opens: without the label that hides it from screen readers, and solutions by their name."""
    for page in html.rglob("*.html"):
        before = page.read_text("utf-8")
        after = before.replace('<summary aria-label="Toggle hidden content">', "<summary>")
        after = SOLUTION.sub(r"\1Show a solution\2Hide the solution", after)
        if after != before:
            page.write_text(after, "utf-8")


if __name__ == "__main__":
    api_pages.write()
    build()
    name_folds(BUILD / "html")
    give_python(BUILD / "html")
    typeset(BUILD / "html")
    trim(BUILD / "html")
