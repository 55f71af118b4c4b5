"""One run of a reader's program, and what its `check` says of it: in a page under MicroPython, in the tests under CPython too.

`squeezelab_run(exercise, setup, program)` gives the message as the status of the exercise shows it. All is inside one function,
so that a program finds nothing of it to change.
"""

import squeezelab.course.checks
from squeezelab.core.programs import MICRO as PAGE
from squeezelab.core.programs import hide_modules, told, watch_house
from squeezelab.course.checks import full_name, verdict


def runner():
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
        changed, stopped = watch_house(), None
        try:
            exec(compile(program, "<answer>", "exec"), scope)
        except BaseException as error:
            stopped = told(error, program, "<answer>")
        touched = changed()
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
        hide_modules(("js", "jsffi"))
    return run


squeezelab_run = runner()
