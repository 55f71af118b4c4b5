"""Which names of a chapter an exercise needs, and the portable code that makes them.

The cells before an exercise are read as one list of statements. `code_for` picks those that make the names asked for, and what
these need in turn, in their order; an import leads as in the notebook, for a page's packages look their names up (`face`).
"""

import ast
import builtins
from collections import namedtuple

from portable import LIBRARY, home, is_package, is_portable, passes_on

BUILTIN = set(dir(builtins)) | {"check"}
READERS_LIBRARY = LIBRARY | {"itertools", "functools"}  # a reader may use more than the house
ADDERS = {"append", "extend", "update", "add", "setdefault", "insert"}
INNER = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)
LOOPS = (ast.For, ast.While, ast.If, ast.With)

Code = namedtuple("Code", "text modules")  # the lines, and the portable modules that they import from


class NotPortable(Exception):
    """A name that no portable code of the chapter makes."""


def stores(node):
    """Names that are given a value anywhere in a statement."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def reads(node):
    """Names that are read in a statement, without the arguments of its functions and the variables of its comprehensions."""
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    arguments = {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    return names - arguments - BUILTIN - inside(node)


def inside(node):
    """Variables of comprehensions."""
    return {name for each in ast.walk(node) if isinstance(each, INNER) for name in stores(each)}


def makes(statement):
    """Names that a statement gives a value in its cell."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {known_as(alias) for alias in statement.names}
    return stores(statement) - inside(statement)


def known_as(alias):
    return (alias.asname or alias.name).split(".")[0]


def needs(statement):
    """Names that have to be there before a statement runs."""
    if isinstance(statement, ast.FunctionDef):
        return reads(statement) - stores(statement) - {statement.name}
    if isinstance(statement, LOOPS):
        return reads(statement) - makes(statement)
    return reads(statement)


def changes(statement):
    """Names of what a statement adds to: an entry, a field, or by a method."""
    found = set()
    for each in ast.walk(statement):
        if isinstance(each, (ast.Subscript, ast.Attribute)) and isinstance(each.ctx, ast.Store):
            found.add(owner(each))
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr in ADDERS:
            found.add(owner(each.func))
    return found


def owner(node):
    """The name at the root of `a.b[c].d(e)`."""
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def statements(source):
    """The statements of a cell; `a, b = x, y` is two, so that one can be had without the other."""
    for node in ast.parse(source).body:
        pair = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple)
        if pair and len(node.targets[0].elts) == len(node.value.elts):
            for target, value in zip(node.targets[0].elts, node.value.elts):
                yield ast.copy_location(ast.Assign([target], value), node)
        else:
            yield node


def last_that_makes(body, name, before):
    """The place of the statement that gives a name its value; raises NotPortable where there is none."""
    places = [place for place in range(before) if name in makes(body[place])]
    if not places:
        raise NotPortable(name)
    return places[-1]


def places_for(body, wanted):
    """{place: names wanted of it} of all statements that these names need."""
    found, seen = {}, set()
    waiting = [(name, len(body)) for name in wanted]
    while waiting:
        name, before = waiting.pop()
        if (name, before) in seen:
            continue
        seen.add((name, before))
        place = last_that_makes(body, name, before)
        found.setdefault(place, set()).add(name)
        for more in [place] + [later for later in range(place + 1, before) if name in changes(body[later])]:
            found.setdefault(more, set())
            end = before if isinstance(body[more], ast.FunctionDef) else more  # a function looks its names up when called
            waiting += [(each, end) for each in needs(body[more]) - ({name} if more > place else set())]
    return found


def code_for(body, wanted):
    """The code that makes these names; raises NotPortable, with the name, where a page has no such module."""
    found = places_for(body, wanted)
    lines, modules = [], set()
    attributes = {
        (each.value.id, each.attr)
        for place in found
        for each in ast.walk(body[place])
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name)
    }
    for place in sorted(found):
        statement = body[place]
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            statement = only(statement, found[place])
            modules |= homes(statement, attributes)
            statement = straight(statement)
        lines.append(ast.unparse(statement))
    return Code("\n".join(lines), modules)


def only(statement, names):
    """An import of these names alone."""
    return type(statement)(**{**vars(statement), "names": [alias for alias in statement.names if known_as(alias) in names]})


def straight(statement):
    """An import from a package that no page has, such as `squeezelab.decompose`, from where its names are defined."""
    if isinstance(statement, ast.Import) or statement.module in READERS_LIBRARY | {"squeezelab"} or is_portable(statement.module):
        return statement
    found = [home(statement.module, alias.name) for alias in statement.names]
    ((module, name),) = found  # one name, or it would need a line each
    return ast.ImportFrom(module, [ast.alias(name, statement.names[0].asname)], 0)


def homes(statement, attributes):
    """The portable modules behind an import; of a package, those of the names that are asked of it."""
    if isinstance(statement, ast.Import):
        return library([alias.name for alias in statement.names])
    if statement.module in READERS_LIBRARY:
        return set()
    found = set()
    for alias in statement.names:
        module, name = home(statement.module, alias.name)
        if name is None and is_package(module):
            found |= {home(module, each)[0] for known, each in attributes if known == known_as(alias)} | {module}
        elif is_portable(module) and not (name and passes_on(module)):
            found.add(module)
        else:
            raise NotPortable(alias.name)
    return found


def library(names):
    for name in names:
        if name not in READERS_LIBRARY:
            raise NotPortable(name)
    return set()
