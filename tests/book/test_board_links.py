"""Families in the board's table lead to the place in the book that explains them."""

import pytest

from squeezelab.explorers.board_names import METHODS, PLACE_IN_BOOK


@pytest.mark.parametrize("method", [method for method, _, _ in METHODS])
def test_a_family_leads_to_a_heading_of_the_book(book, method):
    page, _, place = PLACE_IN_BOOK[method].partition("#")
    assert f'<section id="{place}">' in (book / "book" / page).read_text("utf-8")


@pytest.mark.browser
def test_a_name_in_the_table_is_a_link_in_a_page(page, site):
    page.goto(f"{site}/book/12_dynamic_and_equilibrium.html")
    figure = page.locator("[data-explorer=board]").first
    figure.locator("summary", has_text="Show the data").click()
    link = figure.locator(".sqz-table th a").first
    link.click()
    page.wait_for_url("**/book/*.html#*")
    assert not page.problems
