"""The checks judge in a page as they do here: the same verdict and the same sentence, under MicroPython."""

import json
import math

import pytest
from support.course_answers import FUNCTIONS, NUMBERS, VECTORS, WORDS, answer_of
from support.micropython import printed

from squeezelab.course import verdict
from squeezelab.course.checks import CHAPTERS
from squeezelab.course.dice import Dice

PROGRAM = """
import json
from math import ceil, log, sqrt
from squeezelab.course import verdict
from squeezelab.course.dice import Dice

def answer_of(text, names):
    if not text.startswith("def "):
        return eval(text, names)
    scope = dict(names)
    exec(text, scope)
    return scope["f"]

names = dict(ceil=ceil, log=log, sqrt=sqrt)
"""


def in_page(program):
    """What a program prints under MicroPython, as JSON; it may use `verdict`, `Dice` and `answer_of`."""
    return json.loads(printed(PROGRAM + program))


def attempts(chapter):
    """[exercise, text] for all answers of a chapter, right and wrong ones, starters and nonsense."""
    found = []
    for table in (FUNCTIONS, NUMBERS, VECTORS):
        for exercise, (right, wrong) in table.items():
            rights = right if isinstance(right, list) else [right]
            found += [
                [exercise, text] for text in [*rights, *wrong, "...", "None", "'banana'", "lambda *x: ...", "[1, [2]]", "1e400"]
            ]
    for exercise, (right, wrong) in WORDS.items():
        found += [[exercise, repr(text)] for text in [right, right.upper(), right.replace("x", " × "), *wrong]]
    return [attempt for attempt in found if attempt[0].startswith(chapter)]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_page_and_kernel_say_the_same(chapter):
    asked = attempts(chapter)
    assert len(asked) > 60
    names = {"ceil": math.ceil, "log": math.log, "sqrt": math.sqrt}
    here = [list(verdict(exercise, answer_of(text, names))) for exercise, text in asked]
    there = in_page(
        f"asked = json.loads({json.dumps(asked)!r})\n"
        "print(json.dumps([list(verdict(exercise, answer_of(text, names))) for exercise, text in asked]))"
    )
    assert [(*case, ours, theirs) for case, ours, theirs in zip(asked, here, there) if ours != theirs] == []


def test_dice_fall_alike():
    def thrown():
        dice = Dice(7)
        cards = list(range(20))
        dice.shuffle(cards)
        return [[dice.randint(-5, 10**9) for _ in range(50)], [dice.choice("abcdef") for _ in range(50)], cards]

    there = in_page(
        "dice = Dice(7)\ncards = list(range(20))\ndice.shuffle(cards)\n"
        "print(json.dumps([[dice.randint(-5, 10**9) for _ in range(50)], [dice.choice('abcdef') for _ in range(50)], cards]))"
    )
    assert there == thrown() and sorted(there[2]) == list(range(20))


def test_dice_are_fair_enough():
    dice = Dice(1)
    counts = [0] * 6
    for _ in range(60_000):
        counts[dice.randint(0, 5)] += 1
    assert all(abs(count - 10_000) < 400 for count in counts)  # four standard deviations
    firsts = {Dice(seed).randint(0, 10**6) for seed in range(100)}
    assert len(firsts) == 100


def test_what_fails_in_a_page_is_a_sentence_there_too():
    asked = ["lambda *x: 1 / 0", "lambda *x: x[99]", "lambda: 1", "lambda *x: undefined_name", "lambda *x: [1, 2]", "object"]
    there = in_page(
        f"asked = {asked}\nprint(json.dumps([verdict('01.1', eval(text))[1] for text in asked] + [verdict('1.1', ...)[1]]))"
    )
    assert all(message.startswith("✗ 01.1: for (c_in, c_out, size, kernel, stride, groups) = (3, 6, 8") for message in there[:-1])
    assert there[-1] == "… 01.1: not answered yet"
