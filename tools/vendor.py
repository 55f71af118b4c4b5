"""Copy the third-party files that the pages need from web/node_modules into book/_static (git-ignored).

npm has checked its packages against the lock file; the engine is checked once more against the bytes we tested.
"""

import hashlib
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "web/node_modules"
STATIC = ROOT / "book/_static"

MICROPYTHON = {
    "micropython.mjs": "c2be87e7ba24e3b47d133022b009a66bff07f4720aa23d816d216ef8cc47014c",
    "micropython.wasm": "06338c955b03c5700aa0069015d3e392d76836ef8e2ce25bedbe59b88ccd373c",
}

# The parts that TeX on a page takes; the all-in-one bundle would weigh 100 kB (gzip) more for menus and MathML.
# `_config.yml` names the same parts. Extensions and fonts are fetched only by the formulas that need them.
MATHJAX = [
    "startup.js",
    "core.js",
    "input/tex.js",
    "input/tex/extensions",
    "output/chtml.js",
    "output/chtml/fonts/tex.js",
    "output/chtml/fonts/woff-v2",
]


def checked(path, expected):
    """The path, if its SHA-256 is the expected one."""
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    if actual != expected:
        raise SystemExit(f"{path} has SHA-256 {actual}, but the tested file has {expected}")
    return path


def fresh(folder):
    """An empty folder, whatever was there before."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def vendor_micropython():
    source = MODULES / "@micropython/micropython-webassembly-pyscript"
    target = fresh(STATIC / "micropython")
    for name, digest in MICROPYTHON.items():
        shutil.copy(checked(source / name, digest), target)


def vendor_mathjax():
    source, target = MODULES / "mathjax/es5", fresh(STATIC / "mathjax")
    for part in MATHJAX:
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (source / part).is_dir() else shutil.copy
        copy(source / part, target / part)
    shutil.copy(MODULES / "mathjax/LICENSE", target)


if __name__ == "__main__":
    vendor_micropython()
    vendor_mathjax()
