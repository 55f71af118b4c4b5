"""Each check against a dozen plausible answers: all wrong ones fail with a sentence that is true, all right forms pass."""

import ast
import functools
import inspect
import math
import re
from decimal import Decimal
from fractions import Fraction
from importlib import import_module

import numpy as np
import pytest
import torch
from support.course_answers import FUNCTIONS, NUMBERS, TENSORS, VECTORS, WORDS, answer_of
from support.course_mutants import DOMAINS, differs, mutants

from squeezelab.course import checks, exercises_of, verdict
from squeezelab.course.checks import CHAPTERS

NAMES = {"ceil": math.ceil, "log": math.log, "sqrt": math.sqrt, "torch": torch}
SHOWN = re.compile(r"for (.+?) = (.+?) it gives (\S+), but (\S+) is right$")
EVERY = sorted([*FUNCTIONS, *NUMBERS, *TENSORS, *VECTORS, *WORDS])


def read(text):
    return answer_of(text, NAMES)


def wrong_answers(exercise):
    table = next(table for table in (FUNCTIONS, NUMBERS, TENSORS, VECTORS, WORDS) if exercise in table)
    return [text if table is WORDS else read(text) for text in table[exercise][1]]


def forms(value):
    """A number as students' libraries hold it."""
    whole = float(value).is_integer()
    single = [] if whole else [np.float32(value), torch.tensor(value, dtype=torch.float32)]
    double = [float(value), np.float64(value), np.array(value), np.array([value]), torch.tensor(value, dtype=torch.float64)]
    exact = [int(value), np.int64(value), torch.tensor(int(value))] if whole else []
    return [value, *single, *double, *exact, Fraction(value), Decimal(value), [value], (value,)]


class Callable:
    """An answer that is an object with a call."""

    def __init__(self, inner):
        self.inner = inner

    def __call__(self, *arguments):
        return self.inner(*arguments)


def test_every_exercise_is_attacked():
    assert sorted(exercise for chapter in CHAPTERS for exercise in exercises_of(chapter)) == EVERY


@pytest.mark.parametrize("exercise", EVERY)
def test_wrong_answers_fail_with_a_sentence(exercise):
    answers = wrong_answers(exercise)
    assert len(answers) >= 6
    for answer in answers:
        passed, message = verdict(exercise, answer)
        assert not passed and message.startswith(f"✗ {exercise}: "), answer
        assert "stopped" not in message or exercise in TENSORS, message
        assert not re.search(r"\d\.\d{13}", message), message  # nobody needs 0.06000000000000005


@pytest.mark.parametrize("exercise", sorted(NUMBERS))
def test_a_right_number_passes_in_every_form(exercise):
    for answer in forms(read(NUMBERS[exercise][0])):
        assert verdict(exercise, answer)[0], repr(answer)


@pytest.mark.parametrize("exercise", sorted(VECTORS))
def test_right_numbers_pass_in_every_form(exercise):
    right = read(VECTORS[exercise][0])
    several = [
        right,
        list(right),
        np.array(right),
        torch.tensor(right),
        tuple(map(np.float64, right)),
        tuple(map(Fraction, right)),
    ]
    for answer in [*several, list(map(torch.tensor, right)), np.array(right, dtype=np.float32)]:
        assert verdict(exercise, answer)[0], repr(answer)


@pytest.mark.parametrize("exercise", sorted(WORDS))
def test_a_right_word_passes_in_every_spelling(exercise):
    right = WORDS[exercise][0]
    spellings = [
        right,
        right.upper(),
        f" {right} ",
        f'"{right}"',
        right.replace(" ", ""),
        np.str_(right),
        right.replace("x", "×"),
    ]
    for answer in [*spellings, right.replace("x", " × ").replace(" ", "  ")]:
        assert verdict(exercise, answer)[0], repr(answer)


@pytest.mark.parametrize("exercise", sorted(FUNCTIONS | TENSORS))
def test_a_right_function_passes_in_every_form(exercise):
    table = FUNCTIONS if exercise in FUNCTIONS else TENSORS
    for text in table[exercise][0]:
        right = read(text)
        for answer in (right, Callable(right), functools.partial(right), lambda *other_names, right=right: right(*other_names)):
            assert verdict(exercise, answer) == (True, f"✓ {exercise}: right")


@pytest.mark.parametrize("exercise", sorted(set(FUNCTIONS) - {"02.4"}))
def test_what_a_right_function_returns_may_have_any_form(exercise):
    right = read(FUNCTIONS[exercise][0][0])
    example = right(*DOMAINS[exercise](0)) if exercise in DOMAINS else 1
    for place in range(len(forms(example))):

        def answer(*arguments, place=place):
            found = forms(right(*arguments))
            return found[min(place, len(found) - 1)]

        assert verdict(exercise, answer)[0], f"form {place} of {example!r}"


@pytest.mark.parametrize("exercise", sorted(FUNCTIONS))
def test_a_message_reports_what_the_answer_gives(exercise):
    right = read(FUNCTIONS[exercise][0][0])
    for answer in wrong_answers(exercise):
        found = SHOWN.search(verdict(exercise, answer)[1])
        if found and exercise not in ("01.4", "07.2"):  # their arguments are told in words
            case = ast.literal_eval(found[2])
            case = case if found[1].startswith("(") else (case,)
            assert [float(found[3]), float(found[4])] == pytest.approx([answer(*case), right(*case)], rel=1e-3)
            assert found[3] != found[4]


@pytest.mark.parametrize("exercise", sorted(DOMAINS))
def test_a_changed_formula_fails_unless_it_is_the_same_function(exercise):
    text = min(FUNCTIONS[exercise][0], key=len)
    for changed in mutants(text):
        answer = read(changed)
        if verdict(exercise, answer)[0]:
            assert not differs(answer, read(text), exercise), changed


def calls_of(name, exercise, monkeypatch):
    """The arguments with which a check calls `name` of `checks` for an answer of 0."""
    run = exercises_of(exercise[:2])[exercise]
    module = import_module(run.__module__)
    calls, original = [], getattr(checks, name)

    def recording(*arguments, **options):
        calls.append(inspect.signature(original).bind(*arguments, **options))
        return original(*arguments, **options)

    monkeypatch.setattr(module, name, recording)
    run(0 if name == "number_hint" else lambda *arguments: 0)
    for call in calls:
        call.apply_defaults()
    return [call.arguments for call in calls]


@pytest.mark.parametrize("exercise", sorted(set(FUNCTIONS) - {"02.4"}))
def test_every_usual_mistake_gets_its_own_hint(exercise, monkeypatch):
    (call,) = calls_of("function_hint", exercise, monkeypatch)
    assert len(call["mistakes"]) >= 4
    for wrong, hint in call["mistakes"]:
        assert checks.function_hint(**{**call, "answer": wrong}) == hint


@pytest.mark.parametrize("exercise", sorted(NUMBERS))
def test_every_usual_slip_gets_its_own_hint(exercise, monkeypatch):
    for call in calls_of("number_hint", exercise, monkeypatch):
        for slip, hint in call["slips"]:
            assert checks.number_hint(**{**call, "answer": slip}) == hint, slip


@pytest.mark.parametrize("exercise", sorted(FUNCTIONS))
def test_an_answer_cannot_spoil_its_arguments(exercise):
    """Each answer is given lists of its own, as the chapters pass them, and may empty them."""
    right = read(FUNCTIONS[exercise][0][0])

    def answer(*arguments):
        result = right(*arguments)
        for argument in arguments:
            if isinstance(argument, list):
                argument.clear()
        return result

    assert verdict(exercise, answer)[0]


@pytest.mark.parametrize("name", ["1.1", "01.1", 1.1, " 1.1 ", "1.5b", "01.5B"])
def test_an_exercise_is_called_as_in_the_text(name):
    passed, message = verdict(name, ...)
    assert message in ("… 01.1: not answered yet", "… 01.5b: not answered yet")


@pytest.mark.parametrize("exercise", sorted(FUNCTIONS | TENSORS))
def test_an_untouched_starter_is_not_wrong_but_missing(exercise):
    assert verdict(exercise, lambda *arguments: ...) == (False, f"… {exercise}: not answered yet")


def test_close_to_a_whole_number_is_not_equal_to_it():
    for near in (66.999999, 67.000001, Fraction(67 * 10**9 + 1, 10**9), np.float32(67.0001)):
        passed, message = verdict("01.2", near)
        assert not passed and ("whole" in message or "reaches" in message)
    assert verdict("01.2", "67")[1].endswith("a number is asked for, not str")


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), -float("inf")])
def test_what_no_float_holds_is_too_large_or_too_small(value):
    assert f"is too {'large' if value > 0 else 'small'}" in verdict("01.2", value)[1]
