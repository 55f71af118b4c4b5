"""`squeezelab.course` raises for exercises that do not exist, and lists those that do; for no answer whatever."""

import pytest

from squeezelab.course import check, exercises_of, verdict


@pytest.mark.parametrize("chapter", ["00", "1", "", 1, None])
def test_chapters_without_exercises(chapter):
    with pytest.raises(ValueError, match=f"no chapter {chapter!r} with exercises; there are 01, 02, 03, 04, 05, 06, 07"):
        exercises_of(chapter)


@pytest.mark.parametrize("ask", [check, verdict])
def test_exercises_that_there_are_not(ask):
    with pytest.raises(ValueError, match="no exercise '01.9'; this chapter has 01.1, 01.2, 01.3"):
        ask("1.9", 3)
    with pytest.raises(ValueError, match="no chapter 'banana' with exercises"):
        ask("banana", 3)


@pytest.mark.parametrize("answer", [float("nan"), "banana", [], {}, object, object(), b"4", 10**400, lambda: 3, int])
@pytest.mark.parametrize("exercise", ["01.1", "01.2", "01.5", "02.4", "02.5", "04.3", "07.3", "07.4"])
def test_an_answer_of_whatever_kind_gets_a_sentence(exercise, answer):
    passed, message = verdict(exercise, answer)
    assert not passed and message.startswith(f"✗ {exercise}: ")
