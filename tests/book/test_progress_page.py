"""The list behind the page "Your progress": all exercises and predictions of the book, by names that last, with their places."""

import json

import pytest
from progress_page import book as listed
from progress_page import give_progress
from support.exercises import of_chapter

CHAPTERS = listed()["chapters"]


def test_the_list_has_every_exercise_and_prediction_with_names_of_its_own():
    assert {each["name"] for chapter in CHAPTERS for each in chapter["exercises"]} == {
        name for chapter in CHAPTERS for name in of_chapter(chapter["page"][:2])
    }
    everything = [each for chapter in CHAPTERS for each in [*chapter["exercises"], *chapter["predictions"]]]
    assert len({each["name"] for each in everything}) == len(everything)
    assert all(chapter["predictions"] for chapter in CHAPTERS)
    for spec in [spec for chapter in CHAPTERS for spec in chapter["predictions"]]:
        assert len(set(spec["options"])) == len(spec["options"]), spec["name"]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter["page"])
def test_each_of_them_has_its_place_in_the_chapter(book, chapter):
    page = (book / "book" / chapter["page"]).read_text("utf-8")
    for each in [*chapter["exercises"], *chapter["predictions"]]:
        assert page.count(f'id="{each["place"]}"') == 1, each["name"]
    for each in chapter["exercises"]:
        assert page.index(f'id="{each["place"]}"') < page.index(f'data-exercise="{each["name"]}"')
    for each in chapter["predictions"]:
        start = page.index(f'id="{each["place"]}"')
        assert f'data-name="{each["name"]}"' in page[start : start + 200]
        payload = page[page.index('<script type="application/json">', start) :].split("</script>")[0]
        assert json.loads(payload.split(">", 1)[1])["question"] == each["question"]


def test_the_page_holds_the_list(book):
    page = (book / "book/your_progress.html").read_text("utf-8")
    payload = page.split('<div class="sqz sqz-progress"><script type="application/json">')[1].split("</script>")[0]
    assert json.loads(payload) == listed()


def test_giving_the_list_twice_changes_nothing(book):
    def contents():
        return {path: path.read_bytes() for path in book.rglob("*.html")}

    before = contents()
    give_progress(book)
    assert contents() == before


def test_an_entry_goes_by_the_name_of_its_exercise_or_cell_whatever_else_the_page_holds(book):
    chapter = CHAPTERS[1]
    page = (book / "book" / chapter["page"]).read_text("utf-8")
    names = [each["name"] for each in [*chapter["exercises"], *chapter["predictions"]]]
    assert names[:2] == ["02.1", "02.2"] and names[-2:] == ["02.prediction", "02.prediction2"]
    assert all(f'data-exercise="{name}"' in page or f'data-name="{name}"' in page for name in names)
