"""Links in the text that set a figure: each leads to a figure of its page, and asks for what its controls can be."""

from html import escape

import pytest
from project import ROOT
from prose_links import Link, figures_of, landing, links_of, pages_with_links

CHAPTER = ROOT / "book/02_dataflows.ipynb"
PAGES = [page for page in pages_with_links() if links_of(page)]


def link(query, page=CHAPTER):
    return Link(CHAPTER, "a text", page, query)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_of_a_page_lands(page):
    for each in links_of(page):
        assert landing(each).figure["finding"], each


def test_every_figure_of_the_book_is_set_by_the_text_beside_it():
    for page in pages_with_links():
        asked = {landing(each).name for each in links_of(page) if each.page == page}
        assert {name for name, _ in figures_of(page)} <= asked, page.name
    assert sum(len(links_of(page)) for page in PAGES) > 80


def test_what_is_not_named_stays_as_the_page_starts_and_followers_follow():
    chapter = ROOT / "book/07_squeezenext.ipynb"
    values = landing(link("explorer=squeezenext_cost&version=3&array=8", chapter)).values
    assert (values["version"], values["array"], values["s1"], values["s2"]) == (3, 8, 4, 8)
    assert landing(link("explorer=network_cost&sparsity=0.15", chapter)).values["family"] == "mobilenet"


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("explorer=stairs&filters=57", "has 0 figures called 'stairs'"),
        ("explorer=memory&batch=1", "has 0 figures called 'memory'"),
        ("explorer=staircase&figure=2", "has 1 figures called 'staircase'"),
        ("explorer=staircase&channels=57", "has no control channels"),
        ("explorer=staircase&filters=57.5", "filters can't be 57.5"),
        ("explorer=staircase&filters=129", "filters can't be 129"),
        ("explorer=staircase&side=7", "side can't be 7"),
        ("explorer=staircase&dataflow=WS", "dataflow can't be WS"),
        ("explorer=staircase&filters=", "could not convert"),
        ("explorer=dataflow&outputs=6&filters=4&side=4&cycle=17", "cycle goes from 1 to 16 here, not to 17"),
    ],
)
def test_a_link_that_would_be_ignored_is_refused(query, why):
    with pytest.raises(ValueError, match=why):
        landing(link(query))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_built_page_has_the_link_as_it_was_written(book, page):
    html = (book / f"book/{page.stem}.html").read_text("utf-8")
    for each in links_of(page):
        where = "" if each.page == page else f"{each.page.stem}.html"
        assert f'href="{where}#{escape(each.query)}"' in html, each.query
