"""Measured points for the figures: squeezelab/recorded/NAME.json, read under CPython and in a page alike.

A page gets the results that an explorer names in plain sight, `measured("cp_times")`, and no others: tools/portable.py
looks for exactly this.
"""

import json

from .memo import Memo

FOLDER = __file__.replace("\\", "/").rsplit("/", 3)[0] + "/recorded/"


def contents(name):
    """What squeezelab/recorded/NAME.json holds."""
    try:
        with open(f"{FOLDER}{name}.json", encoding="utf-8") as file:
            return json.loads(file.read())
    except OSError:
        raise ValueError(f"no recorded result {name!r}: there is no {name}.json, or no explorer names it") from None


_contents = Memo(contents, most=24)


def measured(name: str) -> dict:
    """The contents of squeezelab/recorded/NAME.json, the same object each time: look, do not touch.

    Raises a ValueError for a result that is not there.

    >>> measured("scalesim_sample")["program"]
    'SCALE-Sim 3.0.0'
    """
    return _contents(name)


def measured_later(name: str) -> dict:
    """As `measured`, for what is too heavy to come with a page, such as the weights of a network: the page fetches it when a
    reader turns to the figure, so it must be asked for in a function that only a figure calls, never when a module is imported.

    >>> measured_later("scalesim_sample") is measured("scalesim_sample")
    True
    """
    return _contents(name)
