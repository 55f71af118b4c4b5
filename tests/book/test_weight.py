"""Pages stay light: each carries the Python of its own figures, and a first visit to a chapter fetches at most 700 kB."""

import gzip

import pytest
from live_pages import PAYLOAD, explorers_in, files_for, give_python, python_of
from project import chapters
from support.micropython import choices, difference, run_cpython, run_micropython
from support.pages import pages
from support.weight import by_part, first_load

from squeezelab import explorers

HEAVIEST_FIRST_LOAD = 760_000  # bytes, compressed: half a minute on a slow line (200 kbit/s); chapter 14 has 734,000
HEAVIEST_PYTHON = 84_000  # of them; chapter 4 has 25,000 of measured points, chapter 13 13,000 of a network that it runs
HEAVIEST_NEXT_CHAPTER = 100_000  # what a chapter fetches that the one before it did not
CHAPTERS = [f"book/{path.stem}.html" for path in chapters()]


def with_figures(book):
    """The built pages that have explorers: [(path, their names)]."""
    found = [(path, explorers_in(path.read_text("utf-8"))) for path in sorted(book.rglob("*.html"))]
    return [(path, names) for path, names in found if names]


def test_every_explorer_of_the_book_is_in_a_page_that_carries_its_python(book):
    assert {name for _, names in with_figures(book) for name in names} == set(explorers.names())
    for path, names in with_figures(book):
        assert python_of(path) == files_for(names), path.name


def test_no_page_carries_more_python_than_it_may(book):
    for path, _ in with_figures(book):
        assert len(gzip.compress(str(python_of(path)).encode())) <= HEAVIEST_PYTHON, path.name


def test_a_page_without_figures_loads_no_script_for_them(book):
    for path in book.rglob("book/**/*.html"):
        html = path.read_text("utf-8")
        assert ("live/page.js" in html) == bool(PAYLOAD.search(html) or path.stem == "your_progress"), path.name


def test_every_script_of_python_is_one_that_a_page_loads(book):
    text = "".join(path.read_text("utf-8") for path, _ in with_figures(book))
    live = book / "_static/live"
    for script in [*(live / "python").rglob("*.js"), *(live / "later").rglob("*.js")]:
        assert script.relative_to(live).as_posix() in text


def test_giving_python_twice_changes_nothing(own_book):
    def contents():
        return {path: path.read_bytes() for path in own_book.rglob("*") if path.suffix in (".html", ".js")}

    before = contents()
    give_python(own_book)
    assert contents() == before


def walk(name):
    """The start state, and each control at both ends and in each of its options, for each option of the one it follows."""
    controls = explorers.module(name).CONTROLS
    states = [{}] + [{control["name"]: value} for control in controls for value in choices(control, 2)]
    for follower in [control for control in controls if "follows" in control]:
        for leading, changes in follower["by"]:
            ends = choices(follower | changes, 2)
            states += [{follower["follows"]: leading, follower["name"]: value} for value in (ends[0], ends[-1])]
    return [(name, state) for state in states]


@pytest.mark.slow
@pytest.mark.parametrize("address", CHAPTERS)
def test_the_python_of_a_page_answers_every_control_from_end_to_end(book, address):
    names = explorers_in((book / address).read_text("utf-8"))
    calls = [call for name in names for call in walk(name)]
    files = python_of(book / address) | python_of(book / address, "later")
    answers = run_micropython(calls, files) if calls else []
    for call, ours, theirs in zip(calls, run_cpython(calls), answers):
        assert difference(ours, theirs) is None, call


@pytest.mark.browser
@pytest.mark.parametrize("address", pages())
def test_a_first_visit_fetches_no_more_than_the_budget(page, site, address):
    parts = by_part(first_load(page, f"{site}/{address}"))
    print(address, parts)
    assert sum(parts.values()) <= HEAVIEST_FIRST_LOAD


@pytest.mark.browser
def test_a_second_chapter_fetches_only_what_is_its_own(page, site):
    before = first_load(page, f"{site}/book/05_bottlenecks.html")
    after = first_load(page.context.new_page(), f"{site}/book/06_cheap_features.html")
    assert sum(size for path, size in after.items() if path not in before) <= HEAVIEST_NEXT_CHAPTER
