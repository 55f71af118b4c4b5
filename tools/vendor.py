"""Copy the fonts of MathJax from web/node_modules into book/_static/mathjax (git-ignored), for tools/typeset.py.

npm has checked the package against the lock file. The engine of the live figures is packed by web/build.mjs.
"""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "web/node_modules/mathjax"
TARGET = ROOT / "book/_static/mathjax"

FONTS = "output/chtml/fonts/woff-v2"  # each is fetched only by the formulas that need it


def vendor_mathjax():
    """Replace the folder by a fresh copy of the fonts."""
    shutil.rmtree(TARGET, ignore_errors=True)
    shutil.copytree(SOURCE / "es5" / FONTS, TARGET / FONTS)
    shutil.copy(SOURCE / "LICENSE", TARGET)


if __name__ == "__main__":
    vendor_mathjax()
