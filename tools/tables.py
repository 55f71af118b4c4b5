"""Write web/src/tables.json: how numbers are written and which colours things have, for the page's JavaScript.

`squeezelab.core.words` and `squeezelab.core.palette` are the source; after a change there: `python tools/tables.py`.
"""

import json
from pathlib import Path

from squeezelab.core import palette, words

TARGET = Path(__file__).parents[1] / "web/src/tables.json"


def tables():
    """What the front end reads, by name."""
    return {
        "formats": words.FORMATS,
        "prefixes": words.PREFIXES,
        "before": words.BEFORE,
        "thin": words.THIN,
        "minus": words.MINUS,
        "none": words.NONE,
        "roles": palette.ROLES,
        "together": palette.TOGETHER,
        "darkHosts": palette.DARK_HOSTS,
    }


def rows(value):
    """JSON with a line for each entry of a table."""
    if isinstance(value, dict):
        inside = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in value.items()]
        return "{\n    " + ",\n    ".join(inside) + "\n  }"
    if isinstance(value, tuple) and isinstance(value[0], tuple):
        return "[\n    " + ",\n    ".join(json.dumps(entry) for entry in value) + "\n  ]"
    return json.dumps(value)


def text():
    """The file."""
    return "{\n" + ",\n".join(f'  "{name}": {rows(value)}' for name, value in tables().items()) + "\n}\n"


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
