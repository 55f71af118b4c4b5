"""Formulas are set when the book is built: a page needs no MathJax, a screen reader gets MathML, wrong TeX stops the build."""

import re
from collections import Counter

import pytest
from support.pages import pages
from typeset import FORMULA, formula_of, made, typeset, with_formulas

SPOKEN = {"math": "MathMLMath", "mfrac": "MathMLFraction", "msup": "MathMLSup", "msqrt": "MathMLSquareRoot"}
TAGS = f"Object.fromEntries({[*SPOKEN]}.map(tag => [tag, document.querySelectorAll('article ' + tag).length]))"
CODE = re.compile(r"<(pre|code|script)\b.*?</\1>", re.S)


@pytest.mark.parametrize("address", pages())
def test_every_formula_of_a_page_is_set_and_no_script_sets_it(book, address):
    page = (book / address).read_text("utf-8")
    formulas = list(FORMULA.finditer(page))
    assert all("<mjx-math" in match["body"] and "\\" not in match["body"] for match in formulas)
    assert all(match["body"].count("<math") == 1 and 'role="math"' not in match[0] for match in formulas)
    assert ("_static/formulas.css" in page) == bool(formulas) and "mathjax/" not in page
    assert not re.search(r"\\[(\[]", CODE.sub("", FORMULA.sub("", page)))


def test_setting_formulas_twice_changes_nothing(own_book):
    def contents():
        return {path: path.read_bytes() for path in own_book.rglob("*") if path.suffix in (".html", ".css")}

    before = contents()
    typeset(own_book)
    assert contents() == before


def test_the_tex_stays_as_an_attribute_and_is_read_from_there():
    page = '<script defer="defer" src="../_static/mathjax/startup.js?v=1"></script>'
    page += '<span class="math notranslate nohighlight">\\(a &lt; "b"\\)</span>'
    markup = {('a < "b"', False): "<mjx-math></mjx-math>"}
    after = with_formulas(page, markup, "1f")
    assert '<link rel="stylesheet" href="../_static/formulas.css?v=1f">' in after and "<script" not in after
    assert 'data-tex="a &lt; &quot;b&quot;"><mjx-math>' in after
    assert [formula_of(match) for match in FORMULA.finditer(after)] == list(markup)
    assert with_formulas(after, markup, "1f") == after


def test_the_number_of_an_equation_stays_in_front_of_it():
    number = '<span class="eqno">(1)<a class="headerlink" href="#a">#</a></span>'
    page = f'<div class="math notranslate nohighlight" id="a">\n{number}\\[b\\]</div>'
    after = with_formulas(page, {("b", True): "<mjx-math></mjx-math>"}, "1f")
    assert f'id="a" data-tex="b">\n{number}<mjx-math></mjx-math></div>' in after
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


def spoken(page):
    """How often each role is in what the browser tells a screen reader."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return Counter(node.get("role", {}).get("value") for node in nodes if not node.get("ignored"))


@pytest.mark.browser
@pytest.mark.parametrize("address", ["book/01_cost_of_a_layer.html", "book/04_decomposition.html"])
def test_a_screen_reader_meets_fractions_powers_and_roots(page, site, address):
    page.goto(f"{site}/{address}", wait_until="networkidle")
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    counts, roles = page.evaluate(TAGS), spoken(page)
    assert counts["mfrac"] > 4 and counts["msup"] > 8
    assert {tag: roles[role] for tag, role in SPOKEN.items()} == counts


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1300])
def test_what_is_read_aloud_takes_no_room(page, site, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}/book/04_decomposition.html", wait_until="networkidle")
    with_it, without = page.evaluate("""() => {
        const size = () => [document.documentElement.scrollWidth, document.documentElement.scrollHeight];
        const before = size();
        document.querySelectorAll('mjx-assistive-mml').forEach(element => element.remove());
        return [before, size()];
    }""")
    assert with_it == without
