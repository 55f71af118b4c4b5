"""How an exercise is checked: find its function, run the answer, say what differs. Nothing here ever raises for an answer.

The checks run in the page as well, under MicroPython: they use the portable part of Python alone.
"""

from ..core.checks import there_are
from ..core.errors import error_text
from .answers import found_in, number_in, numbers_in, same_number, single, type_name, value_text, whole_in, word_in

CHAPTERS = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15")
UNTOUCHED = "not answered yet"


def exercises_of(chapter: str) -> dict:
    """The exercises of a chapter: {id: function}; a function takes the answer and returns None or a hint.

    Raises a ValueError, listing the chapters, for one without exercises.

    >>> sorted(exercises_of("01"))
    ['01.1', '01.2', '01.3', '01.4', '01.5', '01.5b']
    """
    if chapter not in CHAPTERS:
        raise ValueError(f"no chapter {chapter!r} with exercises; {there_are(CHAPTERS)}")
    return __import__(f"squeezelab.course.exercises.ch{chapter}", None, None, ["CHECKS"]).CHECKS


def full_name(exercise):
    """An exercise's name as the checks have it: "1.5b", 1.5 and " 01.5B " are written as in the text, too.

    >>> full_name("1.5b"), full_name(1.5)
    ('01.5b', '01.5')
    """
    text = str(exercise).strip().lower()
    return "0" + text if text[1:2] == "." else text


def verdict(exercise: str, answer: object) -> tuple:
    """(passed, message) for an answer; raises a ValueError, listing the exercises, only if there is no such one.

    >>> verdict("01.5", "5x5 kernel")
    (True, '✓ 01.5: right')
    """
    name = full_name(exercise)
    checks = exercises_of(name.split(".")[0])
    if name not in checks:
        raise ValueError(f"no exercise {name!r}; this chapter has {', '.join(sorted(checks))}")
    if answer is None or answer is Ellipsis:
        hint = UNTOUCHED
    else:
        hint = hint_for(checks[name], answer)
    if hint == UNTOUCHED:
        return False, f"… {name}: {UNTOUCHED}"
    return (False, f"✗ {name}: {hint}") if hint else (True, f"✓ {name}: right")


def hint_for(run, answer):
    """What a check says; whatever an answer does, the student gets a sentence, not a stack trace."""
    try:
        return run(answer)
    except (Exception, SystemExit) as error:
        return error_text(error)


def check(exercise: str, answer: object) -> None:
    """Prints whether the answer to an exercise is right, and a hint if not; raises as `verdict`.

    >>> check("01.2", 64)
    ✗ 01.2: C/2 is the ratio on a map without end; on 28 × 28 the weights still cost something
    """
    print(verdict(exercise, answer)[1])


_computed = {}


def computed_once(name, compute):
    """What `compute()` gives, computed once: simulating whole networks takes a page a second."""
    if name not in _computed:
        _computed[name] = compute()
    return _computed[name]


def number_hint(answer, expected, tolerance=None, unit="", slips=()):
    """None if the answer is the expected number; else what differs, without giving it away.

    tolerance: relative; without it a whole number has to be met exactly, any other within 1e-6 (single precision).
    slips: pairs of a wrong number that students find and the hint for it; fractions among them may be rounded.
    """
    value = number_in(answer)
    if value is None:
        return f"a number is asked for, not {'nan' if type_name(single(answer)) == 'float' else type_name(answer)}"
    if same_number(value, expected, tolerance):
        return None
    for slip, hint in slips:
        if same_number(value, slip, tolerance if type(slip) is int or tolerance else 1e-3):
            return hint
    if type(expected) is int and tolerance is None and whole_in(value) is None and abs(value) < 2**53:
        return f"a whole number is asked for, not {value_text(value)}"
    side = "too large" if value > expected else "too small"
    return f"{value_text(value, beside=expected)}{' ' + unit if unit else ''} is {side}{rough_gap(value, expected)}"


def rough_gap(value, expected):
    """How far off in words coarse enough not to give the answer away."""
    if value > 0 and expected > 0:
        for least in (100, 10, 2):
            if value > least * expected or expected > least * value:
                return f", by more than a factor of {least}"
    return ""


def vector_hint(answer, expected, names, slips=(), tolerance=None):
    """None if the answer holds the expected numbers in their order; else a hint. slips: pairs of wrong numbers and a hint."""
    values = numbers_in(answer)
    if values is None or len(values) != len(expected):
        return f"{len(expected)} numbers are asked for, {names}, not {found_in(answer)}"

    def equal(others):
        return agree(values, others, tolerance)

    if equal(expected):
        return None
    for wrong, hint in slips:
        if equal(wrong):
            return hint
    for name, value, right in zip(names.strip("()").split(", "), values, expected):
        if not same_number(value, right, tolerance):
            return f"{name}: {number_hint(value, right, tolerance)}"


def fresh_copy(argument):
    """A copy that an answer may change without harm: lists and tensors are copied, numbers and layers stay."""
    if isinstance(argument, list):
        return [fresh_copy(each) for each in argument]
    return argument.clone() if hasattr(argument, "clone") else argument


def case_text(case, names):
    """A case as a message says it, with all its digits: the reader will try it."""
    values = value_text(case, least=12)
    return f"{names.strip('()')} = {values[1:-1]}" if len(case) == 1 else f"{names} = {values}"


def function_hint(answer, oracle, cases, names, tolerance=None, mistakes=(), tell=None):
    """None if ``answer(*case)`` equals ``oracle(*case)`` in every case; else the first case in which it does not.

    mistakes: pairs of a wrong function that students write and the hint for it. tell: a case in words; without it, its values.
    """
    results, hint = results_of(answer, cases, names, tell)
    if hint:
        return hint
    right = [oracle(*case) for case in cases]
    values = [number_in(result) for result in results]
    if None not in values and not agree(values, right, tolerance):
        for wrong, hint in mistakes:
            if agree(values, [wrong(*case) for case in cases], tolerance):
                return hint
    for case, result, value, expected in zip(cases, results, values, right):
        if value is None:
            return f"for {tell(*case) if tell else case_text(case, names)} it gives {type_name(result)}; a number is asked for"
        if not same_number(value, expected, tolerance):
            where = tell(*case) if tell else case_text(case, names)
            return f"for {where} it gives {value_text(value, expected)}, but {value_text(expected, value)} is right"
    return None


def results_of(answer, cases, names, tell=None):
    """(what a function answers in every case, None), or (None, why there is no such list)."""
    if not callable(answer):
        return None, f"a function of {names} is asked for, not {type_name(answer)}"
    results = []
    for case in cases:
        try:
            result = answer(*[fresh_copy(argument) for argument in case])
        except (Exception, SystemExit) as error:
            return None, f"for {tell(*case) if tell else case_text(case, names)} {error_text(error)}"
        if result is Ellipsis:
            return None, UNTOUCHED
        if result is None:
            return None, "it returns nothing yet; does it end with `return`?"
        results.append(result)
    return results, None


def agree(values, others, tolerance):
    return all([same_number(value, other, tolerance) for value, other in zip(values, others)])


def choice_hint(answer, right, hints):
    """None if the right one of several options is chosen; else that option's hint."""
    word = word_in(answer)
    if word is not None and word == word_in(right):
        return None
    for option, hint in hints.items():
        if word is not None and word == word_in(option):
            return hint
    return f"choose one of {', '.join([repr(option) for option in sorted([right] + list(hints))])}"
