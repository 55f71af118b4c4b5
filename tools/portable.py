"""The portable Python as a page gets it: which files its figures need, each without what only readers of the source need.

A page carries no more than that. What would defeat it, or break it in the reader's hands, has a rule:

* The face of a package imports all of the package. In a page every import leads straight to the file that defines the name
  (`from ..networks import build` to `squeezelab.networks.zoo`), and a face that only passes names on is empty.
* A look-up by name, `__import__("squeezelab.explorers." + name)`, finds the modules that the page asked for.
* What can't be followed is refused with its line: a star, a package as a whole, `exec`, a record whose name is computed. One
  file runs readers' programs, and may.
"""

import ast
import re
from collections import namedtuple
from functools import lru_cache

from project import ROOT

PACKAGES = ("core", "networks", "hardware", "compression", "explorers", "course")
LIBRARY = {"math", "json", "collections"}  # what a page's Python brings along
RUNS_PROGRAMS = "squeezelab.core.programs"  # it may call `exec`: what a reader wrote imports what is there already
UNFOLLOWED = {"exec", "eval", "globals", "import_module"}
SPACE = re.compile(r'("(?:\\.|[^"\\])*")|\s+')

# A file's text, and the names of what it needs; later: the records that a page fetches when a figure first moves.
Part = namedtuple("Part", "text modules records lookups later")


def file_of(module):
    """The file of a module, from the root of the project; None where there is no such module."""
    stem = module.replace(".", "/")
    return next((path for path in (f"{stem}.py", f"{stem}/__init__.py") if (ROOT / path).is_file()), None)


def is_package(module):
    return (file_of(module) or "").endswith("/__init__.py")


def is_portable(module):
    return file_of(module) is not None and module.split(".")[1:2] in [[name] for name in PACKAGES]


def parsed(module):
    """The syntax tree of a module, a new one each time."""
    return ast.parse((ROOT / file_of(module)).read_text("utf-8"))


def is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def only_passes_on(node):
    listing = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    return listing or is_text(node) or isinstance(node, ast.ImportFrom)


@lru_cache(None)
def passes_on(module):
    """Whether a module is a package's face with nothing of its own; that of the house has what is for notebooks only."""
    return module == "squeezelab" or (is_package(module) and all(map(only_passes_on, parsed(module).body)))


def source_of(module, node):
    """The full name of the module from which an import in `module` takes its names."""
    if not node.level:
        return node.module
    parents = module.split(".") + ["__init__"] * is_package(module)
    return ".".join(parents[: -node.level] + [node.module] * bool(node.module))


@lru_cache(None)
def passed_on(module):
    """{name: (module, name there)} of what a module imports from others of the house."""
    imports = [(source_of(module, node), node.names) for node in parsed(module).body if isinstance(node, ast.ImportFrom)]
    inside = [(source, alias) for source, names in imports if source.startswith("squeezelab") for alias in names]
    return {alias.asname or alias.name: (source, alias.name) for source, alias in inside}


def home(module, name):
    """(module, name) where that is defined which `module` offers as `name`; (module, None) if it is a module itself.

    >>> home("squeezelab.networks", "squeezenext"), home("squeezelab.networks", "zoo")
    (('squeezelab.networks.squeezenext', 'squeezenext'), ('squeezelab.networks.zoo', None))
    """
    if file_of(module) and name in passed_on(module):
        return home(*passed_on(module)[name])
    if is_package(module) and file_of(f"{module}.{name}"):
        return f"{module}.{name}", None
    return module, name


class Linker(ast.NodeTransformer):
    """Rewrites a module for the page, and notes what it needs."""

    def __init__(self, module):
        self.module, self.modules, self.records, self.lookups, self.optional = module, [], [], [], []
        self.later = []

    def refuse(self, node, why):
        raise ValueError(f"{file_of(self.module)}, line {node.lineno}: a page can't tell what `{ast.unparse(node)}` needs; {why}")

    def visit_Expr(self, node):
        return ast.Pass() if is_text(node) else self.generic_visit(node)

    def visit_arg(self, node):
        return ast.arg(node.arg)  # without its annotation

    def visit_FunctionDef(self, node):
        node.returns = None
        return self.generic_visit(node)

    def visit_Try(self, node):
        if any(handler.type and ast.unparse(handler.type) == "ImportError" for handler in node.handlers):
            self.optional += node.body  # what it does without the import is said there
        return self.generic_visit(node)

    def visit_Import(self, node):
        known = LIBRARY | ({"builtins", "io", "sys"} if self.module == RUNS_PROGRAMS else set())
        if node not in self.optional and not known.issuperset(alias.name for alias in node.names):
            self.refuse(node, "it has " + ", ".join(sorted(known)) + " and `from` a portable module")
        return node

    def visit_ImportFrom(self, node):
        source = source_of(self.module, node)
        if source in LIBRARY or node in self.optional:
            return node
        return [self.straight(node, source, alias) for alias in node.names]

    def straight(self, node, source, alias):
        """The import of one name from where it is defined."""
        module, name = home(source, alias.name)
        if name == "*" or not is_portable(module) or (name and passes_on(module)):
            self.refuse(node, f"no portable file defines {alias.name}")
        if name is None and is_package(module):
            self.refuse(node, f"{alias.name} is a whole package: say which of its names")
        self.modules.append(module)
        if name is None:
            module, _, name = module.rpartition(".")
        known = alias.asname or alias.name
        return ast.ImportFrom(module, [ast.alias(name, None if known == name else known)], 0)

    def visit_Call(self, node):
        called = ast.unparse(node.func).split(".")[-1]
        if called in UNFOLLOWED and self.module != RUNS_PROGRAMS:
            self.refuse(node, f"{called} may import anything")
        if called == "__import__":
            self.lookups.append(self.in_plain_sight(node, beginning(node.args[0])))
        if called == "measured":
            self.records.append(self.in_plain_sight(node, node.args[0]))
        if called == "measured_later":
            self.later.append(self.in_plain_sight(node, node.args[0]))
        return self.generic_visit(node)

    def in_plain_sight(self, node, argument):
        if not isinstance(argument, ast.Constant):
            self.refuse(node, "the name, or how it begins, has to stand there in plain sight")
        return argument.value


def beginning(argument):
    """The first piece of a text that is put together."""
    if isinstance(argument, ast.JoinedStr):
        return argument.values[0]
    return beginning(argument.left) if isinstance(argument, ast.BinOp) else argument


@lru_cache(None)
def part(module):
    """The module as a page gets it, and what it needs."""
    if passes_on(module):
        return Part("", (), (), (), ())
    linker = Linker(module)
    text = ast.unparse(linker.visit(parsed(module))) + "\n"
    return Part(text, tuple(linker.modules), tuple(linker.records), tuple(linker.lookups), tuple(linker.later))


def with_packages(module):
    """The module and the packages that it is in."""
    names = module.split(".")
    return [".".join(names[:count]) for count in range(1, len(names) + 1)]


def parts_for(roots):
    """{module: Part} of all that these modules import, directly or not."""
    found, waiting = {}, list(roots)
    while waiting:
        for module in with_packages(waiting.pop()):
            if module not in found:
                found[module] = part(module)
                waiting += found[module].modules
    return found


def needed(*roots):
    """{path: text} of all that these modules need in a page, themselves included; raises where that can't be told.

    >>> "squeezelab/networks/zoo.py" in needed("squeezelab.compression.thinned")
    False
    """
    for root in roots:
        if not is_portable(root):
            raise ValueError(f"no portable module is called {root}")
    found = parts_for(roots)
    for module, piece in found.items():
        for start in piece.lookups:
            if not any(root.startswith(start) for root in roots):
                raise ValueError(f"{file_of(module)} looks up {start}…, but the page asks for no module of that name")
    records = {name for piece in found.values() for name in piece.records}
    return {file_of(module): piece.text for module, piece in found.items()} | dict(map(record, records))


def needed_later(*roots):
    """{path: text} of the records that these modules need once their figures move, and that are too heavy to come with a page."""
    return dict(map(record, {name for piece in parts_for(roots).values() for name in piece.later}))


def record(name):
    """(path, text) of a recorded result without its white space; not parsed, for 1.0 stays a float, a long integer exact."""
    path = f"squeezelab/recorded/{name}.json"
    return path, SPACE.sub(lambda match: match[1] or "", (ROOT / path).read_text("utf-8"))
