"""A reader's program, run: the names that it makes, or what stopped it, with its line, in the book's own words.

The one portable file that calls `exec`, and that imports more than `math`, `json` and `collections`.
"""

import builtins
import io
import sys

from .errors import error_text, in_our_words

MICRO = sys.implementation.name == "micropython"  # as in a page
LACKING = (  # (how it looks, what a page's Python has instead)
    ("{**", "this page's Python has no {**a}: write dict(a), then update()"),
    ("[*", "this page's Python has no [*a]: write list(a)"),
    ("match ", "this page's Python has no match: write if and elif"),
    ("=}", "this page's Python has no f'{a=}': write the name yourself"),
    (", /", "this page's Python has no / among the parameters: leave it out"),
)
DULL = ("__dict__", "__doc__", "__builtins__", "__path__", "__spec__", "__loader__", "__cached__")  # nothing hangs on them
ABSENT = {  # what only a page's Python lacks: what to write instead
    "numpy": "write a loop over a list",
    "torch": "do this one in Colab",
    "typing": "leave the types out",
    "dataclasses": "write a plain class",
    "fractions": "write a / b, or a // b",
    "statistics": "write sum(a) / len(a)",
    "product": "write nested loops",
    "combinations": "write nested loops",
    "permutations": "write nested loops",
    "groupby": "write a loop",
    "pairwise": "write zip(a, a[1:])",
    "lru_cache": "leave it out",
    "cache": "leave it out",
    "Counter": "count in a dict",
    "shuffle": "swap places drawn with random.randrange",
    "sample": "draw with random.choice",
    "choices": "draw with random.choice",
    "prod": "multiply in a loop",
    "comb": "multiply in a loop",
    "gcd": "write while b: a, b = b, a % b",
    "lcm": "write while b: a, b = b, a % b",
    "hypot": "write sqrt(a * a + b * b)",
    "dist": "write sqrt(a * a + b * b)",
    "removeprefix": "write a[len(b):]",
    "zfill": "write f'{a:03}'",
}


def names_made(program: str, given: dict, where: str = "<program>") -> dict:
    """All global names after a program ran in which those of `given` were there already.

    Raises a ValueError, one sentence with the line, for a program that is no Python or that is stopped by an error.

    >>> names_made("twice = 2 * x", {"x": 4})["twice"]
    8
    >>> names_made("x = 1\\nx / 0", {})
    Traceback (most recent call last):
    ValueError: line 2: it stopped with ZeroDivisionError: division by zero
    """
    scope = {"__name__": "program"}
    scope.update(given)
    try:
        exec(compile(program, where, "exec"), scope)
    except BaseException as error:  # a program may even leave
        raise ValueError(told(error, program, where, brief))  # noqa: B904 (MicroPython cannot chain)
    return scope


def brief(error: BaseException) -> str:
    """An error in words; one of the book's own says all by itself.

    >>> brief(ValueError("the kernel must be odd")), brief(KeyError("fc"))
    ('the kernel must be odd', 'it stopped with KeyError: fc')
    """
    return in_our_words("ValueError", str(error))[1] if type(error) is ValueError else error_text(error)


def told(error: BaseException, program: str, where: str, words: object = error_text) -> str:
    """What stopped a program that was compiled as of the file `where`, with its line; words: what is said of the error.

    >>> told(SyntaxError("what?"), "x = 5 5", "<program>")
    'this is not Python'
    """
    line = line_of(error, where)
    if isinstance(error, SyntaxError):
        for sign, instead in LACKING if MICRO else ():
            if sign in program:
                return instead
        return f"line {line} is not Python" if line else "this is not Python"
    return (f"line {line}: " if line else "") + words(error) + missing(error)


def missing(error: BaseException) -> str:
    """What to write instead of what only a page's Python lacks; nothing where this is not a page.

    >>> missing(ImportError("no module named 'torch'"))
    ''
    """
    if not MICRO or not isinstance(error, (ImportError, AttributeError)):
        return ""
    known = [name for name in str(error).replace("'", " ").split() if name in ABSENT]
    if known:
        return f"; it is not in this page's Python: {ABSENT[known[0]]}"
    return "; it is not in this page's Python" * ("no module named" in str(error))


def line_of(error: BaseException, where: str) -> int:
    """The line of the file `where` in which an error stopped it: the last one that its trace names; None without one.

    >>> line_of(ValueError("what?"), "<program>") is None
    True
    """
    if MICRO:
        trace = io.StringIO()
        sys.print_exception(error, trace)
        named = [line for line in trace.getvalue().split("\n") if f'"{where}", line ' in line]
        return int(named[-1].split(", line ")[1].split(",")[0]) if named else None
    lines, trace = [getattr(error, "lineno", None)], error.__traceback__
    while trace:
        lines += [trace.tb_lineno] * (trace.tb_frame.f_code.co_filename == where)
        trace = trace.tb_next
    return lines[-1]


def offer(package: str, names: dict) -> None:
    """Has a program find these names in a package: a page leaves the face of a package empty.

    >>> offer("squeezelab.core", {})
    """
    face = sys.modules[package]
    for name in names:
        if not hasattr(face, name):
            setattr(face, name, names[name])


def watch_house() -> object:
    """A function that says where the house, Python's own names included, is no longer what it is now; None where it is.

    All is inside one function, so that a program finds nothing of it to change.

    >>> changed = watch_house()
    >>> changed() is None
    True
    """
    look, import_ = eval, __import__
    builtin_names = sorted([name for name in dir(builtins) if name[0] != "_"])
    as_found = compile("(" + ", ".join(builtin_names) + ")", "<names>", "eval")  # by a program; the module shows no change
    modules = [(name, sys.modules[name]) for name in sys.modules if name.startswith("squeezelab")]
    modules.append(("__main__", import_("__main__")))
    spots, classes = [], {}  # (name of a table, the table, its key, the value); {class: its (name, value)}
    for name, module in modules:
        for key, value in list(getattr(module, "__dict__", {}).items()):
            spots.append((name, module.__dict__, key, value))
            if key == "CHECKS":
                spots += [(f"{name}.CHECKS", value, each, check) for each, check in value.items()]
            if isinstance(value, type):
                classes[value] = list(getattr(value, "__dict__", {}).items())
    builtin_values = look(as_found, {})

    def changed():
        for name, module in modules:
            if name != "__main__" and sys.modules.get(name) is not module:
                return f"sys.modules.{name}"
        found = [f"{name}.{key}" for name, table, key, value in spots if table.get(key) is not value and key not in DULL]
        for kind, parts in classes.items():
            now = getattr(kind, "__dict__", {})
            found += [f"{kind.__name__}.{key}" for key, value in parts if now.get(key) is not value]
        pairs = zip(builtin_names, builtin_values, look(as_found, {}))
        found += [f"builtins.{name}" for name, before, now in pairs if before is not now]
        return sorted(found)[0].replace("__main__.", "") if found else None

    return changed


def hide_modules(names: tuple) -> object:
    """From here on no program can import these, which raises an ImportError: MicroPython's way out of its memory, into the
    browser's. Returns the guard, which is then what `import` calls.

    >>> before = builtins.__import__
    >>> hide_modules(("js",)) is builtins.__import__
    True
    >>> builtins.__import__ = before
    """
    original = __import__

    def guarded(name, *rest):
        if name in names:
            raise ImportError(f"no module named '{name}'")
        return original(name, *rest)

    builtins.__import__ = guarded
    return guarded
