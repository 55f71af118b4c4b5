"""What a package offers explains itself: types, what raises, an example that runs."""

import ast
import doctest
import functools
import importlib
import pkgutil
import re

import pytest
from api_pages import absolute, defined, exported, packages, tree_of

import squeezelab

CHECKS = "squeezelab.core.checks"
MODULES = [module.name for module in pkgutil.walk_packages(squeezelab.__path__, "squeezelab.") if "__main__" not in module.name]
NEED_TORCH = tuple(f"squeezelab.{part}" for part in ("bridge", "data", "decompose", "prune", "training"))


@functools.cache
def functions():
    """{full name: (node, module)} of every function that a package exports, each under the place of its definition."""
    found = {}
    for package in packages():
        for name, where in exported(f"squeezelab.{package}"):
            node, module = defined(name, where)
            if isinstance(node, ast.FunctionDef):
                found[f"{module}.{node.name}"] = node, module
    return found


def called(node):
    """Names of the functions that a piece of code calls: `whole` for whole(...) and for checks.whole(...)."""
    calls = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
    return {each.id if isinstance(each, ast.Name) else each.attr for each in calls if isinstance(each, (ast.Name, ast.Attribute))}


def raises_itself(node):
    return any(isinstance(each, ast.Raise) for each in ast.walk(node))


@functools.cache
def raising_checks():
    """The checks of the ground floor that raise, on their own or through one another."""
    checks = {node.name: node for node in tree_of(CHECKS)[0].body if isinstance(node, ast.FunctionDef)}
    raising = {name for name, node in checks.items() if raises_itself(node)}
    while more := {name for name, node in checks.items() if called(node) & raising} - raising:
        raising |= more
    return raising


def checks_of(module):
    """The names under which a module has those checks."""
    tree, is_package = tree_of(module)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    aliases = [alias for node in imports if absolute(node, module, is_package) == CHECKS for alias in node.names]
    own = raising_checks() if module == CHECKS else set()
    return own | {alias.asname or alias.name for alias in aliases if alias.name in raising_checks()}


def unannotated(node):
    """The arguments without a type, and "return" where what it returns has none."""
    arguments = node.args
    each = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *filter(None, [arguments.vararg, arguments.kwarg])]
    return [argument.arg for argument in each if argument.annotation is None] + ["return"] * (node.returns is None)


@pytest.mark.parametrize("name", functions())
def test_an_exported_function_has_types(name):
    assert not unannotated(functions()[name][0])


@pytest.mark.parametrize("name", functions())
def test_an_exported_function_that_raises_says_so(name):
    node, module = functions()[name]
    if raises_itself(node) or called(node) & checks_of(module):
        assert re.search(r"\brais(es|ed)\b", ast.get_docstring(node) or "", re.IGNORECASE)


@pytest.mark.parametrize("name", functions())
def test_an_exported_function_has_an_example(name):
    assert ">>> " in (ast.get_docstring(functions()[name][0]) or "")


def test_the_checks_that_raise_are_found():
    assert {"whole", "pair", "share", "choose", "check_choice"} <= raising_checks()
    assert not {"plain", "is_number", "there_are"} & raising_checks()


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_run(name):
    if name.startswith(NEED_TORCH):
        pytest.importorskip("torch")
    assert doctest.testmod(importlib.import_module(name)).failed == 0
