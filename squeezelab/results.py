"""Recorded results: what was measured once and is too slow, or needs another program, to be computed in a chapter."""

import json
from importlib.metadata import metadata
from pathlib import Path
from urllib.request import urlopen

FOLDER = Path(__file__).parents[1] / "book" / "results"


def recorded(name):
    """The contents of book/results/NAME.json: from the clone, or where there is none (Colab) from the repository.

    >>> recorded("scalesim_sample")["program"]
    'SCALE-Sim 3.0.0'
    """
    if FOLDER.is_dir():
        path = FOLDER / f"{name}.json"
        if not path.exists():
            raise ValueError(f"no recorded result {name!r}; there are {', '.join(names())}")
        return json.loads(path.read_text("utf-8"))
    with urlopen(f"{raw_address()}/book/results/{name}.json", timeout=30) as answer:
        return json.load(answer)


def names():
    """The results in the clone."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def raw_address():
    """Where the files of the repository can be read, derived from the address in the package's metadata."""
    links = dict(link.split(", ", 1) for link in metadata("squeezelab").get_all("Project-URL"))
    return links["Repository"].replace("https://github.com/", "https://raw.githubusercontent.com/") + "/main"
