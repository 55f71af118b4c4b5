"""One name, one meaning: a function's name is not that of another function elsewhere in the package."""

import ast
from collections import defaultdict

from support import ROOT

PACKAGE = ROOT / "squeezelab"
# Figures and exercises have the names that their protocols give to the same part of each of them.
PROTOCOLS = ("explorers", "course/exercises")
# A verdict on an answer, and one on a difference that was measured: chapters say both.
BOTH_MEANT = {"verdict"}


def test_a_name_stands_for_one_function():
    places = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE).as_posix()
        if not where.startswith(PROTOCOLS):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.FunctionDef):
                    places[node.name].append(where)
    assert {name: where for name, where in places.items() if len(where) > 1 and name not in BOTH_MEANT} == {}
