"""How an exercise is checked: find its function, run the answer, say what differs. Nothing here ever raises for an answer."""

import math
from importlib import import_module

CHAPTERS = ("01", "02", "03", "04", "05", "06", "07")


def exercises(chapter):
    """The exercises of a chapter: a dict {id: function}; a function takes the answer and returns None or a hint."""
    if chapter not in CHAPTERS:
        raise ValueError(f"no chapter {chapter!r} with exercises; there are {', '.join(CHAPTERS)}")
    return import_module(f"{__package__}.ch{chapter}").CHECKS


def verdict(exercise, answer):
    """(passed, message) for an answer; raises only if there is no such exercise."""
    checks = exercises(str(exercise).split(".")[0])
    if exercise not in checks:
        raise ValueError(f"no exercise {exercise!r}; this chapter has {', '.join(checks)}")
    if answer is None or answer is Ellipsis:
        return False, f"… {exercise}: not answered yet"
    try:
        hint = checks[exercise](answer)
    except (Exception, SystemExit) as error:  # whatever an answer does, the student gets a sentence, not a stack trace
        hint = stopped(error)
    return (False, f"✗ {exercise}: {hint}") if hint else (True, f"✓ {exercise}: right")


def stopped(error):
    """An error of the answer in words; an answer may even bring errors that cannot be printed."""
    try:
        return f"it stopped with {type(error).__name__}: {error}"
    except Exception:
        return f"it stopped with {type(error).__name__}"


def check(exercise, answer):
    """Prints whether the answer to an exercise is right, and a hint if not."""
    print(verdict(exercise, answer)[1])


def number(answer, expected, tolerance=0.0, unit=""):
    """None if the answer is the expected number, within a relative tolerance; else what differs, without giving it away."""
    try:
        value = math.nan if isinstance(answer, (str, bytes, bool)) else float(answer)
    except (TypeError, ValueError, OverflowError):
        value = math.nan
    if math.isnan(value):
        return f"a number is asked for, not {type(answer).__name__}"
    if abs(value - expected) <= tolerance * abs(expected):
        return None
    side = "too large" if value > expected else "too small"
    return f"{value:g}{' ' + unit if unit else ''} is {side}{rough_gap(value, expected)}"


def rough_gap(value, expected):
    """How far off in words coarse enough not to give the answer away."""
    factor = abs(value / expected) if expected and value else 1
    for least in (100, 10, 2):
        if max(factor, 1 / factor) > least:
            return f", by more than a factor of {least}"
    return ""


def function(answer, oracle, cases, names, tolerance=1e-9, mistakes=()):
    """None if ``answer(*case)`` equals ``oracle(*case)`` in every case; else the first case in which it does not.

    mistakes: pairs of a wrong function that students write and the hint for it.
    """
    if not callable(answer):
        return f"a function of {names} is asked for, not {type(answer).__name__}"
    for wrong, hint in mistakes:
        if all(not number(answer(*case), wrong(*case), tolerance) for case in cases):
            return hint
    for case in cases:
        got, expected = answer(*case), oracle(*case)
        if got is None or got is Ellipsis:
            return "it returns nothing yet"
        if number(got, expected, tolerance):
            return f"for {names} = {case} it gives {got}, but {expected} is right"
    return None


def choice(answer, right, hints):
    """None if the right one of several options is chosen; else that option's hint."""
    known = type(answer) is type(right)
    if known and answer == right:
        return None
    if not known or answer not in hints:
        return f"choose one of {', '.join([repr(option) for option in sorted([right, *hints])])}"
    return hints[answer]
