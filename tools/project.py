"""Facts about the project that more than one tool needs, each read from its one place."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
MAIN = "main"


def repository():
    """The address of the repository, which stands in `_config.yml` only."""
    return yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]["url"]


def site():
    """The address at which GitHub Pages publishes the book of this repository, with a slash at its end."""
    owner, name = re.search(r"//github\.com/([^/]+)/([^/]+)", repository()).groups()
    return f"https://{owner.lower()}.github.io/{name}/"


def version():
    """The version of the package, which stands in `squeezelab/__init__.py` only."""
    return re.search(r'^__version__ = "(.*)"', (ROOT / "squeezelab/__init__.py").read_text("utf-8"), re.MULTILINE)[1]


def tag(version):
    """Where the repository holds this version: the tag of a release, main for what is in development.

    >>> tag("1.2.0"), tag("1.3.0.dev0")
    ('v1.2.0', 'main')
    """
    return MAIN if "dev" in version else f"v{version}"


def chapters():
    """The notebooks of the book, in order."""
    return sorted((ROOT / "book").glob("*.ipynb"))
