"""No file of the package reads, by whatever way, a file that reads it: imports inside of functions count, too."""

import ast

import pytest
from support import ROOT

PACKAGE = ROOT / "squeezelab"
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def module_of(path):
    """The dotted name of a file: squeezelab.networks for its __init__.py."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def reads(path):
    """The modules of the package that a file imports from anywhere in it, the names that it takes from them not counted."""
    parents = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = parents[: len(parents) - node.level + 1] if node.level else ()
            module = ".".join([*base, *filter(None, [node.module])])
            inside = [f"{module}.{alias.name}" for alias in node.names if f"{module}.{alias.name}" in MODULES]
            yield from inside
            if len(inside) < len(node.names):  # something of the module itself, not only files in its folder
                yield module


GRAPH = {name: [target for target in reads(path) if target in MODULES] for name, path in MODULES.items()}


def circle_from(start, graph):
    """A way from a module back to itself, or None."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop()
        for target in graph[way[-1]]:
            if target == start:
                return [*way, start]
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return None


@pytest.mark.parametrize("room", ROOMS)
def test_no_file_is_read_by_what_it_reads(room):
    inside = [name for name in GRAPH if name.split(".")[1:2] == [room]]
    circles = [way for way in (circle_from(name, GRAPH) for name in inside) if way]
    assert not circles


def test_a_circle_inside_of_functions_would_be_found():
    assert circle_from("a", {"a": ["b"], "b": ["c"], "c": ["a"]}) == ["a", "b", "c", "a"]
    assert circle_from("a", {"a": ["b"], "b": ["c"], "c": ["b"]}) is None
    file = PACKAGE / "decompose/border_rank.py"
    assert "squeezelab.decompose.cp" in set(reads(file)) and "squeezelab.core.checks" in set(reads(file))
