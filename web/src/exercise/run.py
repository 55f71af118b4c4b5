"""One run of a reader's program, and what its `check` says of it: in a page under MicroPython, in the tests under CPython too.

`squeezelab_run(exercise, setup, program)` gives the message as the status of the exercise shows it. All is inside one function,
so that a program finds nothing of it to change.
"""

import builtins
import io
import sys

import squeezelab.course.checks
from squeezelab.course.checks import full_name, verdict
from squeezelab.course.errors import error_text

PAGE = sys.implementation.name == "micropython"


def runner():
    hidden = ("js", "jsffi")  # MicroPython's way out of its memory, into the browser's
    lacking = (
        ("{**", "this page's Python has no {**a}: write dict(a), then update()"),
        ("[*", "this page's Python has no [*a]: write list(a)"),
        ("match ", "this page's Python has no match: write if and elif"),
        ("=}", "this page's Python has no f'{a=}': write the name yourself"),
        (", /", "this page's Python has no / among the parameters: leave it out"),
    )
    absent = {
        "numpy": "write a loop over a list",
        "torch": "do this one in Colab",
        "typing": "leave the types out",
        "dataclasses": "write a plain class",
        "fractions": "write a / b, or a // b",
        "statistics": "write sum(a) / len(a)",
        "prod": "multiply in a loop",
        "comb": "multiply in a loop",
        "gcd": "write while b: a, b = b, a % b",
        "lcm": "write while b: a, b = b, a % b",
        "hypot": "write sqrt(a * a + b * b)",
        "dist": "write sqrt(a * a + b * b)",
        "removeprefix": "write a[len(b):]",
        "zfill": "write f'{a:03}'",
    }
    dull = ("__dict__", "__doc__", "__builtins__")
    original, look, known = __import__, eval, [name for name in dir(builtins) if name[0] != "_"]

    def guarded(name, *rest):
        if name in hidden:
            raise ImportError(f"no module named '{name}'")
        return original(name, *rest)

    def watched():
        """{where: value} of all that would make the checker say something else."""
        found = {("builtins", name): look(name, {}) for name in known}  # as a program finds it; the module shows no change
        for name in [name for name in sys.modules if name.startswith("squeezelab")] + ["__main__"]:
            module = sys.modules.get(name) or original(name)
            found["sys.modules", name] = module
            for key, value in getattr(module, "__dict__", {}).items():
                found[name, key] = value
                if key == "CHECKS":
                    found.update({(name, key, each): check for each, check in value.items()})
        return found

    def changed(before):
        """Where something is not what it was, or None."""
        now = watched()
        found = [where for where, value in before.items() if where[1] not in dull and now.get(where) is not value]
        whole = [where for where in found if where[0] == "sys.modules"]
        texts = sorted([".".join(where) for where in whole or found])
        return texts[0].replace("__main__.", "") if texts else None

    def line_of(error):
        """The line of the program in which it stopped: the last one that its trace names."""
        if PAGE:
            trace = io.StringIO()
            sys.print_exception(error, trace)
            named = [line for line in trace.getvalue().split("\n") if '"<answer>", line ' in line]
            return int(named[-1].split(", line ")[1].split(",")[0]) if named else None
        lines, trace = [getattr(error, "lineno", None)], error.__traceback__
        while trace:
            lines += [trace.tb_lineno] * (trace.tb_frame.f_code.co_filename == "<answer>")
            trace = trace.tb_next
        return lines[-1]

    def missing(error):
        """What to write instead of what only this Python lacks."""
        if not PAGE or not isinstance(error, (ImportError, AttributeError)):
            return ""
        known = [name for name in str(error).replace("'", " ").split() if name in absent]
        if known:
            return f"; it is not in this page's Python: {absent[known[0]]}"
        return "; it is not in this page's Python" * ("no module named" in str(error))

    def told(error, program):
        """What stopped a program, with its line."""
        line = line_of(error)
        where = f"line {line}: " if line else ""
        if not isinstance(error, SyntaxError):
            return where + error_text(error) + missing(error)
        for sign, words in lacking if PAGE else ():
            if sign in program:
                return words
        return f"line {line} is not Python" if line else "this is not Python"

    def run(exercise, setup, program):
        said = []

        def check(name, answer):
            passed, message = verdict(name, answer)
            said.append((full_name(name), message))
            if full_name(name) != exercise:
                print(message)

        scope = {"__name__": "answer"}
        exec(compile(setup, "<chapter>", "exec"), scope)
        scope["check"] = check
        for module in (squeezelab.course, squeezelab.course.checks) if PAGE else ():
            module.check = check  # for a program that imports it
        before, stopped = watched(), None
        try:
            exec(compile(program, "<answer>", "exec"), scope)
        except BaseException as error:
            stopped = told(error, program)
        touched = changed(before)
        if touched:
            return f"✗ {exercise}: the program changed {touched}, which the checker needs; so this does not count"
        mine = [message for name, message in said if name == exercise]
        if mine:
            return mine[-1]
        if stopped:
            return f"✗ {exercise}: {stopped}"
        if not program.strip():
            return f"… {exercise}: nothing is there; Reset brings the start back"
        return f'… {exercise}: nothing is checked yet; the last line asks, check("{exercise}", …)'

    if PAGE:
        builtins.__import__ = guarded
    return run


squeezelab_run = runner()
