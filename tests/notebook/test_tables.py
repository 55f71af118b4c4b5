"""A table: the same cells as HTML and as text, names flush left, numbers flush right."""

import re

from squeezelab.notebook import Table

MIXED = Table(["layer", "change", "note"], [["conv <1>", "+3 %", "first"], ["fc", 0.5, None]], caption="a & b")


def test_text_stands_under_its_title():
    assert repr(MIXED).splitlines() == ["a & b", "layer     change  note", "conv <1>    +3 %  first", "fc           0.5  –"]


def test_html_has_the_same_cells_and_what_reads_like_markup_is_text():
    html = MIXED._repr_html_()
    cells = re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", html)
    assert cells == ["layer", "change", "note", "conv &lt;1&gt;", "+3 %", "first", "fc", "0.5", "–"]
    assert "<caption>a &amp; b</caption>" in html and 'aria-label="a &amp; b"' in html


def test_only_columns_of_numbers_stand_flush_right_and_never_the_first():
    assert [MIXED.numeric(column) for column in range(3)] == [False, True, False]
    assert not Table(["year"], [[2017]]).numeric(0)


def test_a_title_without_text_is_no_heading():
    html = Table(["", "cycles"], [["v1", 1]])._repr_html_()
    assert html.count('<th scope="col"') == 1


def test_the_first_cell_of_a_row_is_its_name():
    html = MIXED._repr_html_()
    assert re.findall(r'<th scope="(\w+)"[^>]*>([^<]*)<', html)[2:] == [("col", "note"), ("row", "conv &lt;1&gt;"), ("row", "fc")]
