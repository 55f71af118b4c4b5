"""Facts about the project that more than one tool needs, each read from its one place."""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]


def repository():
    """The address of the repository, which stands in `_config.yml` only."""
    return yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]["url"]


def chapters():
    """The notebooks of the book, in order."""
    return sorted((ROOT / "book").glob("*.ipynb"))
