"""The built book: complete, offline, light, and free of errors in a real browser."""

import re

import nbformat
import pytest
from project import chapters, repository, tag, version
from support.pages import pages
from trim import trim

MENTIONED_NOT_FETCHED = re.compile(r'<a [^>]*href="https?://[^"]*"|<link rel="canonical"[^>]*>')
FETCHED = re.compile(r'<(?:script|img|link|iframe|source)\b[^>]*(?:src|href)="((?:https?:)?//[^"]*)"')


def test_no_page_names_a_file_of_another_host(book):
    for path in book.rglob("*.html"):
        text = MENTIONED_NOT_FETCHED.sub("", path.read_text("utf-8"))
        assert not FETCHED.findall(text), path.name


def test_the_root_leads_to_the_introduction(book):
    assert "url=book/intro.html" in (book / "index.html").read_text("utf-8")


def test_every_chapter_opens_in_colab_from_the_repository_of_the_config(book):
    for notebook in chapters():
        address = f"{repository()}/blob/{tag(version())}/book/{notebook.name}".replace("https://github.com", "/github")
        page = (book / f"book/{notebook.stem}.html").read_text("utf-8")
        assert f'href="https://colab.research.google.com{address}"' in page


def test_the_icon_script_is_gone_and_the_icon_fonts_are_small(book):
    assert not list(book.rglob("fontawesome/**/*.js"))
    assert sum(font.stat().st_size for font in book.rglob("fontawesome/**/*.woff2")) < 20_000


def test_trimming_twice_changes_nothing(own_book):
    def contents():
        return {path: path.read_bytes() for path in own_book.rglob("*") if path.suffix in (".html", ".css", ".woff2")}

    before = contents()
    trim(own_book)
    assert contents() == before


@pytest.mark.browser
@pytest.mark.parametrize("address", [*pages(), "search.html?q=roofline"])
def test_page_loads_without_errors_or_foreign_requests(page, site, address):
    page.goto(f"{site}/{address}", wait_until="networkidle")
    assert page.problems == []


@pytest.mark.browser
@pytest.mark.parametrize("address", pages())
def test_page_is_readable_from_disk(page, book, address):
    page.goto(f"file://{book}/{address}", wait_until="load")
    assert page.locator("article h1").is_visible()
    assert page.problems == []


@pytest.mark.browser
def test_search_finds_a_term_of_the_glossary(page, site):
    page.goto(f"{site}/search.html?q=roofline", wait_until="networkidle")
    assert page.locator("#search-results a", has_text="Glossary").count() > 0


@pytest.mark.browser
def test_the_switch_changes_between_light_and_dark(page, site):
    page.goto(f"{site}/book/intro.html", wait_until="networkidle")
    seen = set()
    for _ in range(3):
        page.locator(".theme-switch-button").first.click()
        seen.add(page.evaluate("document.documentElement.dataset.theme"))
    assert seen == {"light", "dark"}


@pytest.mark.browser
def test_every_icon_of_a_page_has_its_glyph(page, site):
    page.goto(f"{site}/book/glossary.html", wait_until="networkidle")
    widths = page.evaluate("[...document.querySelectorAll('.article-header-buttons i')].map(i => i.offsetWidth)")
    loaded = page.evaluate("[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)")
    assert any(widths) and any("Awesome" in family for family in loaded)


def test_a_cell_that_is_not_compared_says_why():
    for path in chapters():
        for cell in nbformat.read(path, as_version=4).cells:
            if "nbval-ignore-output" in cell.metadata.get("tags", []):
                assert "# Not compared: " in cell.source, f"{path.name}, {cell.id}"


def folded_outputs():
    """(chapter, cell) of each folded cell with an output, solutions left out: their buttons say that they are solutions."""
    for path in chapters():
        for cell in nbformat.read(path, as_version=4).cells:
            if {"hide-cell", "solution"} & set(cell.metadata.get("tags", [])) == {"hide-cell"} and cell.outputs:
                yield path, cell


def test_a_fold_that_hides_a_result_says_which(book):
    buttons = [(path, cell, cell.metadata.mystnb["code_prompt_show"]) for path, cell in folded_outputs()]
    assert len(set((path, shown) for path, _, shown in buttons)) == len(buttons) > 10
    for path, cell, shown in buttons:
        assert shown.startswith("Show the table: " if "<table" in str(cell.outputs) else "Show the count: "), cell.id
        page = (book / f"book/{path.stem}.html").read_text("utf-8")
        assert shown in page and shown.replace("Show", "Hide") in page, cell.id
