"""Exercises as a page runs them: one checker in all places; any program gets one sentence, and the next one runs."""

import pytest
from support.exercises import (
    CHAPTERS,
    attempts,
    cells,
    jobs_of,
    of_chapter,
    portable,
    run_in_threads,
    solution,
    told_here,
    told_there,
)
from support.hostile import HOSTILE, RIGHT, with_body

from squeezelab.course import exercises_of

WRITTEN = [chapter for chapter in CHAPTERS if of_chapter(chapter)]
ELSEWHERE = {"04.3"}  # needs torch


@pytest.mark.parametrize("chapter", WRITTEN)
def test_every_exercise_is_in_the_page_but_those_that_need_more_than_a_page_has(chapter):
    assert set(of_chapter(chapter)) == set(exercises_of(chapter))
    assert set(of_chapter(chapter)) - set(portable(chapter)) == ELSEWHERE & set(of_chapter(chapter))


@pytest.mark.slow
@pytest.mark.parametrize("chapter", WRITTEN)
def test_page_and_kernel_say_the_same(chapter):
    for name in portable(chapter):
        assert len(attempts(name)) >= 6, name
    programs = {name: [*cells(name, "exercise"), solution(name), *attempts(name)] for name in portable(chapter)}
    jobs = [job for name, texts in programs.items() for job in jobs_of(name, texts)]
    here, there = told_here(jobs), told_there(chapter, jobs)
    assert [(job[0], job[2], *both) for job, *both in zip(jobs, here, there) if both[0] != both[1]] == []
    said = {name: [message for job, message in zip(jobs, here) if job[0] == name] for name in programs}
    assert {name: messages[0] for name, messages in said.items()} == {name: f"… {name}: not answered yet" for name in programs}
    assert {name: messages[1] for name, messages in said.items()} == {name: f"✓ {name}: right" for name in programs}
    assert all(message.startswith("✗") for messages in said.values() for message in messages[2:])


@pytest.mark.slow
@pytest.mark.parametrize("chapter", WRITTEN)
def test_every_solution_is_right_within_the_time_of_a_page(chapter):
    jobs = [job for name in portable(chapter) for job in jobs_of(name, [solution(name)])]
    answers, _ = run_in_threads(chapter, jobs)
    assert [answer["message"] for answer in answers] == [f"✓ {job[0]}: right" for job in jobs]


MISTAKES = {
    "foo()": "✗ 02.1: line 1: it stopped with NameError: name 'foo' is not defined",
    "x = 1\nx / 0": "✗ 02.1: line 2: it stopped with ZeroDivisionError: division by zero",
    "def f(a):\n    return a + 'x'\n\n\nf(1)": "✗ 02.1: line 2: it stopped with TypeError: these types do not go together",
    "(1, 2)[5]": "✗ 02.1: line 1: it stopped with IndexError: index out of range",
    "{}['k']": "✗ 02.1: line 1: it stopped with KeyError: k",
    "(5).foo": "✗ 02.1: line 1: it stopped with AttributeError: there is no attribute 'foo'",
    "len(5)": "✗ 02.1: line 1: it stopped with TypeError: 'int' has no length",
    "5()": "✗ 02.1: line 1: it stopped with TypeError: 'int' is not callable",
    "for i in 5:\n    pass": "✗ 02.1: line 1: it stopped with TypeError: 'int' can't be gone through one by one",
    "a, b = 1, 2, 3": "✗ 02.1: line 1: it stopped with ValueError: there are more or fewer values than names for them",
    "int('x')": "✗ 02.1: line 1: it stopped with ValueError: 'x' is no whole number",
    "max([])": "✗ 02.1: line 1: it stopped with ValueError: the largest or smallest of nothing is asked for",
    "def f():\n    return f()\n\n\nf()": "✗ 02.1: line 2: it stopped with RecursionError: it calls itself without end",
    "raise ValueError('mine')": "✗ 02.1: line 1: it stopped with ValueError: mine",
    "raise SystemExit": "✗ 02.1: line 1: it stopped with SystemExit",
    "": "… 02.1: nothing is there; Reset brings the start back",
    "x = 5": '… 02.1: nothing is checked yet; the last line asks, check("02.1", …)',
    "check('02.9', 1)": "✗ 02.1: line 1: it stopped with ValueError: no exercise '02.9'; this chapter has 02.1, 02.2, 02.3,"
    " 02.4, 02.5, 02.5b",
    "x = 5 5": "✗ 02.1: line 1 is not Python",
    with_body(
        "return m / 0"
    ): "✗ 02.1: for (m, n, k, rows, cols) = (1, 1, 1, 8, 8) it stopped with ZeroDivisionError: division by zero",
    RIGHT.replace(
        "m, n, k, rows", "m, k, rows"
    ): "✗ 02.1: for (m, n, k, rows, cols) = (1, 1, 1, 8, 8) it stopped with TypeError: it"
    " is called with more or fewer arguments than it takes",
}


def test_an_error_is_told_in_the_same_words_with_its_line():
    jobs = jobs_of("02.1", MISTAKES)
    assert told_here(jobs) == list(MISTAKES.values())
    assert told_there("02", jobs) == list(MISTAKES.values())


STOPPED = "✗ 02.1: line {}: it stopped with {}; it is not in this page's Python"
LACKING = {
    "import numpy": STOPPED.format(1, "ImportError: no module named 'numpy'") + ": write a loop over a list",
    "import socket": STOPPED.format(1, "ImportError: no module named 'socket'"),
    "from math import gcd": STOPPED.format(1, "ImportError: a name that is not there can't be imported")
    + ": write while b: a, b = b, a % b",
    "from itertools import product": STOPPED.format(1, "ImportError: a name that is not there can't be imported")
    + ": write nested loops",
    "import math\nmath.prod([1, 2])": STOPPED.format(2, "AttributeError: there is no attribute 'prod'") + ": multiply in a loop",
    "def f(a, /):\n    return a": "✗ 02.1: this page's Python has no / among the parameters: leave it out",
    "match 1:\n    case 1:\n        pass": "✗ 02.1: this page's Python has no match: write if and elif",
    "x = {**{}}": "✗ 02.1: this page's Python has no {**a}: write dict(a), then update()",
    "x = [*range(3)]": "✗ 02.1: this page's Python has no [*a]: write list(a)",
}


def test_what_this_python_lacks_is_named_with_what_to_write_instead():
    assert told_there("02", jobs_of("02.1", LACKING)) == list(LACKING.values())


@pytest.mark.slow
def test_a_hostile_program_gets_its_sentence_and_the_next_right_answer_passes():
    programs = [text for hostile in HOSTILE for text in (hostile, RIGHT)]
    answers, started = run_in_threads("02", jobs_of("02.1", programs))
    assert [answer["message"] for answer in answers[::2]] == list(HOSTILE.values())
    assert {answer["message"] for answer in answers[1::2]} == {"✓ 02.1: right"}
    assert all(len(answer["printed"]) <= 20_000 for answer in answers)
    print(f"started in {started} ms, from click to verdict", sorted(answer["ms"] for answer in answers[1::2]))


WAYS_OUT = ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "importScripts", "indexedDB", "caches", "localStorage"]
WAYS_OUT += ["postMessage", "Worker", "navigator", "process", "require", "eval", "Function", "setTimeout"]
ESCAPES = {
    "import js": "no module named 'js'; it is not in this page's Python",
    "import jsffi": "no module named 'jsffi'; it is not in this page's Python",
    "import socket": "no module named 'socket'; it is not in this page's Python",
    "import ssl": "no module named 'ssl'; it is not in this page's Python",
    **{f"js.{name}": f"there is no attribute '{name}'" for name in WAYS_OUT},
    "made.constructor.constructor('return 1')": "'undefined' is not callable",
}
UNGUARDED = "import builtins\ndel builtins.__import__\nimport js\nimport jsffi\nmade = jsffi.to_js([1])\n"


def test_a_program_finds_no_way_out():
    programs = [way if way.startswith("import") else UNGUARDED + way for way in ESCAPES]
    answers, _ = run_in_threads("02", jobs_of("02.1", programs))
    for way, end, answer in zip(ESCAPES, ESCAPES.values(), answers):
        assert answer["message"].startswith("✗ 02.1: line "), way
        assert answer["message"].endswith(end), way


def test_a_reader_may_import_as_the_notebook_does():
    lines = ["from squeezelab.hardware import systolic_cost", "from squeezelab.course import check", "import math"]
    (answer,), _ = run_in_threads("02", jobs_of("02.1", ["\n".join([*lines, "print(math.pi)", RIGHT])]))
    assert answer["message"] == "✓ 02.1: right" and answer["printed"].startswith("3.14159")


def test_names_of_the_chapter_are_there_as_far_as_the_question_needs_them():
    names = {name: each.names for chapter in WRITTEN for name, each in portable(chapter).items()}
    assert names["02.1"] == [] and names["02.3"] == ["systolic_cost"]
    assert names["06.5"] == ["alone", "both", "ghost_module", "plain"]
    assert "cycles" not in names["02.5b"]  # they would give away 2.5
    for chapter in WRITTEN:
        for name, each in portable(chapter).items():
            for known in each.names:
                assert told_here([[name, each.setup, f"{known}\ncheck('{name}', ...)"]]) == [f"… {name}: not answered yet"]
