"""Write the pages about the packages, build the book with warnings as errors, mend and number, then make it light."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import api_pages
from captions import described
from exercise_pages import give_exercises
from figure_numbers import number_figures
from live_pages import give_python
from markup import mended
from paper import on_paper
from progress_page import give_progress
from stills import draw_stills
from trim import trim
from typeset import typeset

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
ROOT_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=book/intro.html">
<title>squeezelab</title>
<p><a href="book/intro.html">squeezelab: the introduction</a></p>
</html>
"""


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


def mend(html):
    """Mend the markup of every page, lead from the root to the introduction, and let hosts serve folders like _static."""
    for page in html.rglob("*.html"):
        before = page.read_text("utf-8")
        after = on_paper(described(mended(before)), page.relative_to(html).as_posix())
        if after != before:
            page.write_text(after, "utf-8")
    (html / "index.html").write_text(ROOT_PAGE, "utf-8")
    (html / ".nojekyll").touch()  # GitHub Pages leaves out what begins with an underscore, unless told not to


if __name__ == "__main__":
    api_pages.write()
    build()
    mend(BUILD / "html")
    draw_stills(BUILD / "html")
    number_figures(BUILD / "html")
    give_python(BUILD / "html")
    give_exercises(BUILD / "html")
    give_progress(BUILD / "html")
    typeset(BUILD / "html")
    trim(BUILD / "html")
