"""Measured points for the figures: squeezelab/recorded/NAME.json, read under CPython and in a page alike.

A page gets the results that an explorer names in plain sight, `measured("cp_times")`, and no others: web/build.mjs looks
for exactly this.
"""

import json

FOLDER = __file__.replace("\\", "/").rsplit("/", 3)[0] + "/recorded/"
_read = {}  # what was read, by name


def measured(name):
    """The contents of squeezelab/recorded/NAME.json, the same object each time: look, do not touch.

    >>> measured("scalesim_sample")["program"]
    'SCALE-Sim 3.0.0'
    """
    if name not in _read:
        try:
            with open(f"{FOLDER}{name}.json", encoding="utf-8") as file:
                _read[name] = json.loads(file.read())
        except OSError:
            raise ValueError(f"no recorded result {name!r}: there is no {name}.json, or no explorer names it") from None
    return _read[name]
