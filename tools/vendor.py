"""Copy MathJax from web/node_modules into book/_static/mathjax (git-ignored): the parts that TeX on a page takes.

npm has checked the package against the lock file. The engine of the live figures is packed by web/build.mjs.
"""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "web/node_modules/mathjax"
TARGET = ROOT / "book/_static/mathjax"

# The all-in-one bundle would weigh 100 kB (gzip) more, for menus and MathML. `_config.yml` names the same parts.
# Extensions and fonts are fetched only by the formulas that need them.
PARTS = [
    "startup.js",
    "core.js",
    "input/tex.js",
    "input/tex/extensions",
    "output/chtml.js",
    "output/chtml/fonts/tex.js",
    "output/chtml/fonts/woff-v2",
]


def vendor_mathjax():
    """Replace the folder by a fresh copy of the parts."""
    shutil.rmtree(TARGET, ignore_errors=True)
    for part in PARTS:
        source, target = SOURCE / "es5" / part, TARGET / part
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, target)
    shutil.copy(SOURCE / "LICENSE", TARGET)


if __name__ == "__main__":
    vendor_mathjax()
