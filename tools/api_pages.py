"""Write the pages of the book about the packages: `book/reference/PACKAGE.md`, made from docstrings.

    python tools/api_pages.py

The sources are read, not imported: the book is built without torch. What a page says stands in the package alone, so
the pages are not committed; `make book` writes them anew.
"""

import ast
import functools
import math
import textwrap

import yaml
from docstring_text import fence, first_sentence, markdown, prose
from project import ROOT

REFERENCE = ROOT / "book/reference"
OVERVIEW = "package"  # the page that lists the others
WIDEST = 84  # columns of a signature that fit on the page; a longer one has a line for each argument


def packages():
    """The packages that have a page, in the order of the table of contents."""
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]
    pages = [page for part in parts for page in part["chapters"] if page["file"].endswith(f"reference/{OVERVIEW}")]
    return [section["file"].rsplit("/", 1)[1] for section in pages[0]["sections"]]


@functools.cache
def tree_of(module):
    """(syntax tree, whether it is a package) of a dotted name."""
    path = ROOT / module.replace(".", "/")
    is_package = (path / "__init__.py").exists()
    source = path / "__init__.py" if is_package else path.with_suffix(".py")
    return ast.parse(source.read_text("utf-8")), is_package


def docstring(module):
    return ast.get_docstring(tree_of(module)[0]) or ""


def names_of(node):
    """The names that a statement of a module defines."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def exported(module):
    """[(name, module)] of what a module lets others use: what `__all__` lists, or the functions and classes that it defines;
    of a package that has neither, those of its modules."""
    tree, is_package = tree_of(module)
    for node in tree.body:
        if "__all__" in names_of(node):
            return [(name, module) for name in ast.literal_eval(node.value)]
    found = [(node.name, module) for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    if not found and is_package:
        files = sorted((ROOT / module.replace(".", "/")).glob("[a-z]*.py"))
        found = [each for path in files for each in exported(f"{module}.{path.stem}")]
    return [(name, where) for name, where in found if not name.startswith("_")]


def defined(name, module):
    """(node, module) of the statement that defines a name, found along the imports that lead to it."""
    tree, is_package = tree_of(module)
    for node in tree.body:
        if name in names_of(node):
            return node, module
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if name == (alias.asname or alias.name):
                    return defined(alias.name, absolute(node, module, is_package))
    raise LookupError(f"{module} exports {name}, but neither defines nor imports it")


def absolute(node, module, is_package):
    """The full name of the module that a `from … import` reads."""
    parents = module.split(".") if is_package else module.split(".")[:-1]
    base = parents[: len(parents) - node.level + 1] if node.level else []
    return ".".join([*base, *filter(None, [node.module])])


def signature(node, name, method=False, widest=WIDEST):
    """How a function is called, as Python prints it; on one line, or with a line for each argument."""
    arguments = split_arguments(ast.unparse(node.args))
    if method and not any(ast.unparse(mark) == "staticmethod" for mark in node.decorator_list):
        arguments = arguments[1:]
    end = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    line = f"{name}({', '.join(arguments)}){end}"
    if len(line) <= widest:
        return line
    return f"{name}(\n" + "".join(f"    {argument},\n" for argument in arguments) + f"){end}"


def split_arguments(text):
    """'a, b=(1, 2)' → ['a', 'b=(1, 2)']: at the commas outside of brackets and quotes."""
    pieces, depth = [""], 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            pieces.append("")
        else:
            pieces[-1] += letter
    return [piece.strip() for piece in pieces]


def is_property(node):
    return any(ast.unparse(mark).endswith("property") for mark in node.decorator_list)


def member_text(node):
    """A method or property of a class, as an item of a list; nothing for one that says nothing."""
    text = ast.get_docstring(node)
    if node.name.startswith("_") or not text:
        return ""
    called = node.name if is_property(node) else signature(node, node.name, method=True, widest=math.inf)
    return f"* `{called}`\n\n" + textwrap.indent(markdown(text), "  ") + "\n"


def how_made(node, made):
    """How an object of a class is made: by `__init__`, from the fields of a dataclass, or as its bases say."""
    if made:
        return signature(made[0], node.name, method=True)
    fields = [ast.unparse(each) for each in node.body if isinstance(each, ast.AnnAssign)]
    if node.decorator_list and fields:
        return f"{node.name}({', '.join(fields)})"
    return f"class {node.name}({', '.join(map(ast.unparse, node.bases))})"


def class_text(node):
    """A class: how it is made, what it is, what it can."""
    methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
    made = [each for each in methods if each.name == "__init__"]
    texts = [fence("python", how_made(node, made))]
    texts += [markdown(ast.get_docstring(each)) for each in [node, *made] if ast.get_docstring(each)]
    return "\n".join([*texts, *filter(None, map(member_text, methods))])


def value_text(node):
    """A constant: as it stands in the source where that is short, else the keys of a table."""
    source = ast.unparse(node)
    if len(source) <= 2 * WIDEST:
        return fence("python", source)
    keys = [key.value for key in getattr(node.value, "keys", []) if isinstance(key, ast.Constant)]
    listed = f", a table of {', '.join(f'`{key!r}`' for key in keys)}" if keys else ""
    return f"A constant{listed}.\n"


def entry(name, module, documented):
    """The part of a page about one name; a line that says where, if the page of another package has it."""
    node, home = defined(name, module)
    owner = home.split(".")[1]
    if owner != module.split(".")[1] and name in documented.get(owner, []):
        return f"## {prose(name)}\n\nSee [`squeezelab.{owner}`]({owner}.md#{name.lower()}), where it comes from.\n"
    if isinstance(node, ast.FunctionDef):
        text = fence("python", signature(node, name)) + "\n" + markdown(ast.get_docstring(node) or "")
    else:
        text = class_text(node) if isinstance(node, ast.ClassDef) else value_text(node)
    return f"## {prose(name)}\n\n{text}"


def page(package, documented):
    """The page of a package: what it is for, then each name; under its module where the package gathers none itself."""
    module = f"squeezelab.{package}"
    text = f"# {module}\n\n{markdown(docstring(module))}\n"
    heading = module
    for name, where in exported(module):
        if where != heading:
            heading = where
            text += f"## {where}\n\n{prose(first_sentence(docstring(where)))}\n\n"
        text += ("#" if where != module else "") + entry(name, where, documented) + "\n"
    return text


def overview():
    """The page that says what each package is for."""
    rows = ["# The package\n\nWhat `squeezelab` offers, package by package. These pages are made from its docstrings.\n"]
    for package in packages():
        rows.append(f"* [`squeezelab.{package}`]({package}.md): {prose(first_sentence(docstring(f'squeezelab.{package}')))}")
    return "\n".join(rows) + "\n"


def texts():
    """{file name: text} of all pages."""
    documented = {package: [name for name, _ in exported(f"squeezelab.{package}")] for package in packages()}
    pages = {f"{package}.md": page(package, documented) for package in packages()}
    return {f"{OVERVIEW}.md": overview(), **pages}


def write():
    """Write the pages that changed; a builder that looks at dates reads only those again."""
    REFERENCE.mkdir(exist_ok=True)
    for name, text in texts().items():
        path = REFERENCE / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


if __name__ == "__main__":
    write()
