"""Write book/reference/figures.md: what a figure is made of, from squeezelab/explorers/figure_contract.json.

    python tools/figure_contract.py

The tests of the explorers and the front end read the same file; a test holds the page to it.
"""

import json

from project import ROOT

CONTRACT = ROOT / "squeezelab/explorers/figure_contract.json"
PAGE = ROOT / "book/reference/figures.md"
INTRO = """# What a figure is made of

{about}

An explorer is a module of `squeezelab.explorers` with a `TITLE`, a list `CONTROLS` and a pure function `figure(**values)`; its
name stands in `NAMES`. `squeezelab.explorers.kit` makes most of the parts below in one line each.
"""
HEADS = "| field | what it is | type |\n|---|---|---|"


def cell(text):
    """Text in a cell of a table; in code nothing is markup but the bar between cells."""
    return text.replace("|", "\\|")


def row(name, field):
    must = "" if field.get("required") else " (if wanted)"
    return f"| `{name}`{must} | {cell(field['is'])} | {field['type']} |"


def section(title, part):
    return "\n".join([f"### {title}", "", part["is"], "", HEADS, *[row(*field) for field in part["fields"].items()], ""])


def page():
    """The page as text."""
    contract = json.loads(CONTRACT.read_text("utf-8"))
    types = "\n".join(f"| {name} | {cell(meaning)} |" for name, meaning in sorted(contract["types"].items()))
    return "\n".join(
        [
            INTRO.format(about=contract["about"]),
            "## Parts\n",
            *[section(name[0].upper() + name[1:], part) for name, part in contract["parts"].items()],
            "## Marks\n",
            section("Every mark", contract["every mark"]),
            *[section(f"`{kind}`", mark) for kind, mark in contract["marks"].items()],
            f"## Types\n\n| type | what it is |\n|---|---|\n{types}\n",
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
