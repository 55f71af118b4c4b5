"""Formulas are set when the book is built: a page needs no MathJax, and a mistake in the TeX stops the build."""

import re

import pytest
from support.pages import pages
from typeset import FORMULA, formula_of, made, typeset, with_formulas

CODE = re.compile(r"<(pre|code|script)\b.*?</\1>", re.S)


@pytest.mark.parametrize("address", pages())
def test_every_formula_of_a_page_is_set_and_no_script_sets_it(book, address):
    page = (book / address).read_text("utf-8")
    formulas = list(FORMULA.finditer(page))
    assert all("<mjx-math" in match["body"] and "\\" not in match["body"] for match in formulas)
    assert ("_static/formulas.css" in page) == bool(formulas) and "mathjax/" not in page
    assert not re.search(r"\\[(\[]", CODE.sub("", FORMULA.sub("", page)))


def test_setting_formulas_twice_changes_nothing(book):
    def contents():
        return {path: path.read_bytes() for path in book.rglob("*") if path.suffix in (".html", ".css")}

    before = contents()
    typeset(book)
    assert contents() == before


def test_the_tex_stays_as_the_label_and_is_read_from_there():
    page = '<script defer="defer" src="../_static/mathjax/startup.js?v=1"></script>'
    page += '<span class="math notranslate nohighlight">\\(a &lt; "b"\\)</span>'
    markup = {('a < "b"', False): "<mjx-math></mjx-math>"}
    after = with_formulas(page, markup, "1f")
    assert '<link rel="stylesheet" href="../_static/formulas.css?v=1f">' in after and "<script" not in after
    assert 'role="math" aria-label="a &lt; &quot;b&quot;"><mjx-math>' in after
    assert [formula_of(match) for match in FORMULA.finditer(after)] == list(markup)
    assert with_formulas(after, markup, "1f") == after


def test_the_number_of_an_equation_stays_in_front_of_it():
    number = '<span class="eqno">(1)<a class="headerlink" href="#a">#</a></span>'
    page = f'<div class="math notranslate nohighlight" id="a">\n{number}\\[b\\]</div>'
    after = with_formulas(page, {("b", True): "<mjx-math></mjx-math>"}, "1f")
    assert f'id="a" role="math" aria-label="b">\n{number}<mjx-math></mjx-math></div>' in after
    assert with_formulas(after, {("b", True): "<mjx-math></mjx-math>"}, "1f") == after


def test_what_is_no_tex_is_named():
    with pytest.raises(ValueError, match="no TeX can be read from '<span .*>a</span>'"):
        formula_of(FORMULA.search('<span class="math notranslate nohighlight">a</span>'))


def test_a_mistake_in_the_tex_is_named_with_the_formula():
    with pytest.raises(ValueError, match=r"Missing superscript or subscript argument in a_"):
        made([("a_", False)])


@pytest.mark.browser
def test_a_formula_is_as_high_as_the_text_beside_it(page, site):
    page.goto(f"{site}/book/04_decomposition.html", wait_until="networkidle")
    formula = page.locator("mjx-container").first
    own, around = formula.evaluate("e => [e, e.parentElement].map(one => parseFloat(getComputedStyle(one).fontSize))")
    assert 0.8 < own / around < 1.4 and own != around
    assert page.evaluate("[...document.fonts].filter(f => f.status === 'loaded' && /MJX/.test(f.family)).length") > 1
