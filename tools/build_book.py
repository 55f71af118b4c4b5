"""Build the book with warnings as errors, then trim it."""

import shutil
import subprocess
import sys
from pathlib import Path

from trim import trim

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"


def build():
    """Run Jupyter Book; after a failure it must read every page anew, or the next build would hide the warnings."""
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [jupyter_book, "build", ROOT, "--warningiserror", "--nitpick", "--keep-going", "--quiet"]
    result = subprocess.run(command, cwd=ROOT)
    if result.returncode:
        shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
        sys.exit("The book was not built: see the warnings above, each of which counts as an error.")


if __name__ == "__main__":
    build()
    trim(BUILD / "html")
