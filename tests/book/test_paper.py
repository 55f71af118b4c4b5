"""On paper and on a telephone a chapter has all its figures and tables; each table says what it shows."""

import io
import re
from unicodedata import normalize

import pytest
from captions import described
from paper import on_paper
from pdf import for_paper, linked, printed
from project import chapters, site
from pypdf import PdfReader
from support.pages import pages
from typeset import KEPT, with_formulas

CHAPTER = "02_dataflows"
FORMULA = '<span class="math notranslate nohighlight">\\(n\\)</span>'
BOX = '<div class="pst-scrollable-table-container" tabindex="0" aria-label="Table">'
TABLE = f'{BOX}<table class="table"><tr><td>1</td></tr></table></div>'
PHONE = {"width": 360, "height": 740}

# What a reader of a telephone would miss: pictures that leave the window or scroll, their text in pixels, more than one picture.
FIGURES = """() => [...document.querySelectorAll('article figure.sqz-figure')].map(figure => {
    const shown = [...figure.querySelectorAll('svg')].filter(svg => svg.checkVisibility());
    const {left, right, width} = shown[0].getBoundingClientRect();
    const scale = width / shown[0].viewBox.baseVal.width;
    const sizes = [...shown[0].querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text).fontSize) * scale);
    return {pictures: shown.length, left, right, text: Math.min(...sizes), title: figure.textContent.trim().slice(0, 60)};
})"""
UNTOLD = """() => [...document.querySelectorAll('article table')]
    .filter(table => !table.caption && !document.getElementById(table.getAttribute('aria-describedby'))
        && !table.getAttribute('aria-label'))
    .map(table => table.textContent.trim().slice(0, 60))"""
UNSCOPED = "() => [...document.querySelectorAll('article th:not([scope])')].map(cell => cell.textContent)"


def text_of(pdf):
    """What is printed, without the ligatures of a font."""
    return " ".join(normalize("NFKC", " ".join(page.extract_text() for page in pdf.pages)).split())


def titles(outline):
    """The bookmarks, those within others as well."""
    return [title for entry in outline for title in (titles(entry) if isinstance(entry, list) else [entry.title])]


@pytest.fixture(scope="module")
def printed_pages(browser, tmp_path_factory):
    """{with solutions: the PDF of a chapter}"""
    folder, found = tmp_path_factory.mktemp("pdf"), {}
    for solutions in (False, True):
        path = folder / f"{solutions}.pdf"
        assert printed(browser, CHAPTER, path, solutions) == "2 · Dataflows"
        found[solutions] = PdfReader(io.BytesIO(path.read_bytes()))
    return found


@pytest.mark.browser
def test_a_printed_chapter_has_its_text_its_figures_and_the_way_to_the_live_ones(printed_pages):
    pdf = printed_pages[False]
    text = text_of(pdf)
    assert 10 <= len(pdf.pages) <= 20
    assert "57 filters cost as many cycles as 64" in text and "utilisation of 16×16 PEs" in text
    assert "no sooner. 64, 57, 56 filters take" in text  # the answer of the first prediction
    assert f"It moves at {site().removeprefix('https://')}book/{CHAPTER}.html#explorer=staircase" in text
    for control in ("Copy link", "Reset", "Commit\n", "Switch JavaScript on", "Hide the code"):
        assert control not in text, control


@pytest.mark.browser
def test_a_printed_chapter_has_bookmarks_page_numbers_and_links_to_the_published_book(printed_pages):
    pdf = printed_pages[False]
    assert {"2 · Dataflows", "The wavefront", "Summary"} <= set(titles(pdf.outline))
    assert f"2 / {len(pdf.pages)}" in pdf.pages[1].extract_text()
    links = [note.get_object()["/A"].get("/URI", "") for page in pdf.pages for note in page.get("/Annots", [])
             if "/A" in note.get_object()]  # fmt: skip
    assert f"{site()}book/01_cost_of_a_layer.html" in links and not [link for link in links if "127.0.0.1" in link]


@pytest.mark.browser
def test_solutions_are_printed_by_choice(printed_pages):
    solution = "cycle = 8 + 9 + 5 + 2"
    assert solution in text_of(printed_pages[True]) and solution not in text_of(printed_pages[False])


@pytest.mark.browser
def test_no_formula_of_a_printed_chapter_is_without_its_letters(printed_pages):
    assert "(R − 1) + (C − 1) + V" in text_of(printed_pages[False])


@pytest.mark.browser
def test_on_a_telephone_no_figure_is_cut_and_no_text_is_small(page, site):
    page.set_viewport_size(PHONE)
    seen = 0
    for path in chapters():
        page.goto(f"{site}/book/{path.stem}.html", wait_until="load")
        for figure in page.evaluate(FIGURES):
            seen += 1
            assert figure["pictures"] == 1 and figure["left"] >= 0 and figure["right"] <= PHONE["width"], figure
            assert figure["text"] >= 11, figure
    assert seen >= 21


@pytest.mark.browser
def test_every_table_says_what_it_shows_and_every_head_whose_it_is(page, site):
    for address in pages():
        page.goto(f"{site}/{address}", wait_until="load")
        assert page.evaluate(UNTOLD) == [] and page.evaluate(UNSCOPED) == [], address


def test_a_table_is_named_by_its_heading_and_described_by_the_sentence_above():
    page = f'<h2>Two <em>laws</em><a class="headerlink" href="#x">#</a></h2>\n<p>They hold.</p>\n{TABLE}\n{TABLE}'
    done = described(page)
    assert '<p id="table1-says">They hold.</p>' in done and done.count('aria-label="Two laws"') == 4
    assert done.count("aria-describedby") == 1 and 'aria-describedby="table1-says"' in done and described(done) == done
    with_caption = TABLE.replace("<tr>", "<caption>Counts</caption><tr>")
    assert described(with_caption) == with_caption


def test_what_touches_a_formula_stays_on_its_line():
    markup = {("n", False): "<mjx-container>n</mjx-container>"}
    done = with_formulas(f"<p>It has ({FORMULA}), then {FORMULA} of {FORMULA}-bit words.</p>", markup, "0")
    assert done.count(KEPT) == 1 and f"{KEPT}(<span" in done and "</span>),</span> then <span" in done
    assert with_formulas(done, markup, "0") == done


def test_a_live_figure_names_its_address_once():
    payload = '<div class="sqz sqz-explorer"><script type="application/json">{"kind": "explorer", "name": "rank"}</script>'
    page = f"{payload}<p>Found.</p><p><small>Switch JavaScript on to move this figure.</small></p></div>"
    done = on_paper(page, "book/x.html")
    assert f'<a href="{site()}book/x.html#explorer=rank">' in done and on_paper(done, "book/x.html") == done


def test_a_page_leads_to_its_pdf_in_place_of_print():
    button = '<button onclick="window.print()"\n class="item"\n title="Print to PDF">.pdf</button>'
    page = linked(f"<li>{button}</li>", CHAPTER)
    assert re.fullmatch(
        r'<li><a href="\.\./pdf/02_dataflows\.pdf" download\s+class="item"\s+title="Download the PDF">\.pdf</a></li>', page
    )


def test_solutions_of_a_page_are_opened_only_for_those_who_want_them():
    page = '<title>2 · Dataflows &#8212; squeezelab</title><div class="cell tag_solution"><details class="hide">'
    assert for_paper(page, False) == '<title>2 · Dataflows</title><div class="cell tag_solution"><details class="hide">'
    assert '<details open class="hide">' in for_paper(page, True)
