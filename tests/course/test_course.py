"""Exercises: starters are not right yet, folded solutions are, wrong answers get a hint, nothing an answer does gets out."""

import contextlib
import doctest
import importlib
import io
import os
import sys

import nbformat
import pytest
from support import ROOT

from squeezelab.course import check, exercises_of, verdict
from squeezelab.course.checks import CHAPTERS, choice_hint, function_hint, number_hint

BOOK = ROOT / "book"
WRITTEN = [chapter for chapter in CHAPTERS if list(BOOK.glob(f"{chapter}_*.ipynb"))]
EXERCISES = [(exercise, run) for chapter in WRITTEN for exercise, run in exercises_of(chapter).items()]
FOLDED = {"hide-cell", "hide-input"}


def forever(*arguments):
    return forever(*arguments)


def raises(*arguments):
    raise KeyError("mine")


def leaves(*arguments):
    sys.exit("bye")


def nothing(*arguments):
    return None


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("not even this")

    __repr__ = __str__


def raises_unprintable(*arguments):
    raise Unprintable


class Chameleon:
    """Claims to equal everything, and breaks when looked at closely."""

    __hash__ = None

    def __eq__(self, other):
        return True

    def __float__(self):
        raise SystemExit

    def __repr__(self):
        raise ZeroDivisionError


def chameleon(*arguments):
    return Chameleon()


WRONG = [-98765.4321, float("nan"), float("inf"), 10**400, 1j, True, "banana", b"8", [], {}, (), object, nothing]
HOSTILE = [forever, raises, leaves, raises_unprintable, chameleon, Chameleon()]


def path_of(chapter):
    (path,) = BOOK.glob(f"{chapter}_*.ipynb")
    return path


def code_cells(chapter):
    """The code cells of a chapter but for its set-up cell, which is not plain Python."""
    notebook = nbformat.read(path_of(chapter), as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code" and "setup" not in cell.metadata.get("tags", [])]


def printed_by_checks(chapter):
    """Runs a chapter top to bottom; (exercise, whether its cell is folded, what the check printed) for each check."""
    found = []

    def recording_check(exercise, answer):
        found.append((exercise, folded, verdict(exercise, answer)))

    names = {}
    for cell in code_cells(chapter):
        folded = bool(FOLDED & set(cell.metadata.get("tags", [])))
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(cell.source, f"{chapter}: {cell.id}", "exec"), names)
        if names.get("check") is check:
            names["check"] = recording_check
    return found


@pytest.fixture(scope="module", params=WRITTEN)
def chapter_run(request):
    """(chapter, what its checks said), each chapter run once, in its own folder as in a notebook."""
    folder = os.getcwd()
    os.chdir(BOOK)
    yield request.param, printed_by_checks(request.param)
    os.chdir(folder)


def test_there_are_at_least_four_exercises_a_chapter():
    for chapter in WRITTEN:
        assert len(exercises_of(chapter)) >= 4, f"chapter {chapter} has {', '.join(exercises_of(chapter))}"


def test_every_starter_is_not_right_yet(chapter_run):
    chapter, said = chapter_run
    starters = [(exercise, result) for exercise, folded, result in said if not folded]
    assert sorted(exercise for exercise, _ in starters) == sorted(exercises_of(chapter))
    assert [result for exercise, result in starters if result != (False, f"… {exercise}: not answered yet")] == []


def test_every_folded_solution_is_right(chapter_run):
    chapter, said = chapter_run
    solutions = [(exercise, result) for exercise, folded, result in said if folded]
    assert sorted({exercise for exercise, _ in solutions}) == sorted(exercises_of(chapter))
    assert [message for _, (passed, message) in solutions if not passed] == []


@pytest.mark.parametrize("exercise", [exercise for exercise, _ in EXERCISES])
def test_a_wrong_answer_gets_a_hint(exercise):
    for answer in WRONG:
        passed, message = verdict(exercise, answer)
        assert not passed and message.startswith(f"✗ {exercise}: ") and len(message) > 20, answer


@pytest.mark.parametrize("exercise", [exercise for exercise, _ in EXERCISES])
def test_a_hostile_answer_is_contained(exercise):
    for answer in HOSTILE:
        passed, message = verdict(exercise, answer)
        assert not passed and message.startswith(f"✗ {exercise}: ")


@pytest.mark.parametrize("exercise", [exercise for exercise, _ in EXERCISES])
@pytest.mark.parametrize("answer", [None, ...])
def test_an_empty_answer_is_not_wrong_but_missing(exercise, answer):
    assert verdict(exercise, answer) == (False, f"… {exercise}: not answered yet")


def test_an_unknown_exercise_lists_those_of_its_chapter():
    with pytest.raises(ValueError, match="01.1, 01.2"):
        verdict("01.99", 1)
    with pytest.raises(ValueError, match="chapter.*01"):
        check("99.1", 1)


def test_a_number_says_which_way_and_how_far_it_is_off():
    assert number_hint(100, 100) is None
    assert number_hint(100.5, 100, tolerance=0.01) is None
    assert number_hint(300, 100, unit="words") == "300 words is too large, by more than a factor of 2"
    assert number_hint(25, 100) == "25 is too small, by more than a factor of 2"


def test_a_function_is_shown_the_first_case_that_differs():
    hint = function_hint(lambda a, b: a + b, lambda a, b: a * b, [(2, 2), (2, 3)], "a, b")
    assert hint == "for a, b = (2, 3) it gives 5, but 6 is right"


def test_a_usual_mistake_is_named():
    mistakes = [(lambda a: 2 * a, "one MAC, not two FLOPs")]
    assert function_hint(lambda a: 2 * a, lambda a: a, [(1,), (5,)], "a", mistakes=mistakes) == "one MAC, not two FLOPs"


def test_a_choice_explains_the_wrong_ones_and_lists_the_others():
    hints = {"ws": "each weight is used once"}
    assert choice_hint("os", "os", hints) is None
    assert choice_hint("ws", "os", hints) == "each weight is used once"
    assert choice_hint("xs", "os", hints) == "choose one of 'os', 'ws'"


@pytest.mark.parametrize("module", ["", ".answers", ".checks", ".dice"])
def test_examples_in_docstrings_run(module):
    found = doctest.testmod(importlib.import_module("squeezelab.course" + module))
    assert found.failed == 0 and found.attempted > 0


def test_a_whole_number_has_to_be_met_and_any_other_nearly():
    assert number_hint(25.0, 25) is None and number_hint(0.1 + 0.2, 0.3) is None
    assert number_hint(25.5, 25) == "a whole number is asked for, not 25.5"
    assert number_hint(0.3000001, 0.3) is None and number_hint(0.300001, 0.3) == "0.300001 is too large"


def test_an_answer_that_stops_says_for_which_case():
    hint = function_hint(lambda a: 1 / (a - 5), lambda a: a, [(1,), (5,)], "(a)")
    assert hint == "for a = 5 it stopped with ZeroDivisionError: division by zero"
