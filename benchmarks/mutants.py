"""Small faults of a Python source, one at a time, for `mutation.py`: what they are, where they are, and a sample of them."""

import ast
import collections
import copy
import json
import random
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINE = 130  # columns of the source that is shown for a fault

OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult}
OPERATORS[ast.Pow] = ast.Mult
COMPARISONS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
COMPARISONS |= {ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}
NAMES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "any": "all", "all": "any"}


class Mutant:
    """One fault: the `package` and file it is in, the function, the text before and after, and the faulty source."""

    def __init__(self, path, scope, line, before, after, source, nth):
        self.path, self.scope, self.line, self.nth = path, scope, line, nth  # of several that read the same, the nth
        self.before, self.after, self.source = before, after, source
        self.file = str(path.relative_to(ROOT))
        self.package = path.parent.name

    @property
    def identity(self):
        return json.dumps([self.file, self.scope, self.before, self.after, self.nth])

    def __str__(self):
        return f"{self.file}:{self.line} {self.scope}: {self.before}  →  {self.after}"


def faults(node):
    """What could be wrong with a node, as nodes in its place."""
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield changed(node, op=OPERATORS[type(node.op)]())
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARISONS:
        yield changed(node, ops=[COMPARISONS[type(node.ops[0])]()])
    if isinstance(node, ast.BoolOp):
        yield changed(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    if isinstance(node, ast.IfExp):
        yield changed(node, body=node.orelse, orelse=node.body)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield changed(node, value=node.value + 1)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield changed(node, value=not node.value)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in NAMES:
        yield changed(node, id=NAMES[node.id])


def changed(node, **fields):
    """A copy of a node with other fields."""
    twin = copy.copy(node)
    for name, value in fields.items():
        setattr(twin, name, value)
    return twin


def places(node, shown=None, scope="module"):
    """(parent, field, index or None, scope, what is shown) of every expression that may be wrong: no messages, no types.

    Shown is the widest piece of source around it that still fits into a line.
    """
    for field, value in ast.iter_fields(node):
        if isinstance(node, (ast.Raise, ast.JoinedStr)) or field in ("annotation", "returns"):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST):
                continue
            inner, within = scope, shown
            if isinstance(child, ast.stmt) or (isinstance(child, ast.expr) and len(headline(shown)) > LINE):
                within = child
            if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
                inner = child.name if scope == "module" else f"{scope}.{child.name}"
            if isinstance(child, ast.expr):
                yield node, field, index, inner, within
            yield from places(child, within, inner)


def mutants_of(path):
    """All faults of one file, in the order of their places."""
    tree = ast.parse(path.read_text())
    found, seen = [], collections.Counter()
    for parent, field, index, scope, shown in list(places(tree)):
        whole = getattr(parent, field)
        node = whole if index is None else whole[index]
        for other in faults(node):
            before = headline(shown)
            put(parent, field, index, other)
            after = headline(other if shown is node else shown)
            seen[scope, before, after] += 1
            found.append(Mutant(path, scope, node.lineno, before, after, ast.unparse(tree), seen[scope, before, after]))
            put(parent, field, index, node)
    return found


def put(parent, field, index, node):
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def headline(statement):
    """A statement in one line; of a function, a loop or a condition its head."""
    return ast.unparse(statement).strip().split(":\n")[0].replace("\n", " ")


def sample(packages, count, seed):
    """So many faults, drawn from all of these packages' files."""
    paths = [path for package in packages for path in sorted((ROOT / "squeezelab" / package).glob("*.py"))]
    found = [mutant for path in paths if path.name != "__init__.py" for mutant in mutants_of(path)]
    drawn = random.Random(seed).sample(range(len(found)), min(count, len(found)))
    return [found[place] for place in sorted(drawn)], len(found)
