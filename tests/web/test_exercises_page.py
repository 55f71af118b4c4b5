"""Exercises in the pages of the built book: solved, failed and hung; by keyboard, on a telephone, from disk; kept for later."""

import re

import pytest
from support.browser import SETTLED
from support.exercises import CHAPTERS, of_chapter, portable
from support.hostile import HOSTILE, RIGHT

pytestmark = pytest.mark.browser

WRITTEN = {chapter: path for chapter, path in CHAPTERS.items() if of_chapter(chapter)}
PAGE = "book/02_dataflows.html"
WRONG = 'def ws_cycles(m, n, k, rows, cols):\n    return m * n\n\n\ncheck("02.1", ws_cycles)\n'
TOLD = "✗ 02.1: for (m, n, k, rows, cols) = (1, 1, 1, 8, 8) it gives 1, but 23 is right"
SAID = "element => element.textContent.length > 0"


def exercise(page, name):
    return page.locator(f"[data-exercise='{name}']")


def verdict(element):
    """What the status says, once it says something."""
    status = element.get_by_role("status")
    element.page.wait_for_function(SAID, arg=status.element_handle(), timeout=SETTLED)
    return status.inner_text()


def run(element, program=None):
    if program is not None:
        element.locator("textarea").fill(program)
    element.get_by_role("button", name="Run").click()
    return verdict(element)


@pytest.mark.parametrize("chapter", WRITTEN)
def test_every_exercise_of_a_chapter_has_its_place(page, site, chapter):
    page.goto(f"{site}/book/{WRITTEN[chapter].stem}.html")
    for name in of_chapter(chapter):
        element = exercise(page, name)
        here = name in portable(chapter)
        assert element.locator("textarea").count() == element.get_by_role("status").count() == int(here)
        if here:
            assert element.get_by_role("button").all_inner_texts() == ["Run", "Hint", "Solution", "Reset"]
            assert f'check("{name}"' in element.locator("textarea").input_value()
        else:
            link = element.get_by_role("button", name="Open in Colab").get_attribute("href")
            assert re.match(
                rf"https://colab\.research\.google\.com/github/.*/book/{WRITTEN[chapter].stem}\.ipynb#scrollTo=", link
            )
    assert not re.search(r"[…✓✗] \d\d\.\w+: ", page.locator(".bd-article").inner_text())
    assert page.problems == []


def test_a_wrong_answer_every_hostile_program_and_each_time_the_right_one(page, site):
    page.goto(f"{site}/{PAGE}")
    element = exercise(page, "02.1")
    assert run(element) == "… 02.1: not answered yet"
    assert run(element, WRONG) == TOLD
    for program, told in HOSTILE.items():
        assert run(element, program) == told
        assert run(element, RIGHT) == "✓ 02.1: right", program
    assert element.locator("textarea").count() == 1
    assert page.problems == []


@pytest.mark.slow
@pytest.mark.parametrize("chapter", WRITTEN)
def test_the_solution_of_every_exercise_is_right_in_the_page(page, site, chapter):
    page.goto(f"{site}/book/{WRITTEN[chapter].stem}.html")
    for name in portable(chapter):
        element = exercise(page, name)
        element.get_by_role("button", name="Solution").click()
        element.locator("[aria-pressed=true]").wait_for(timeout=SETTLED)
        assert run(element) == f"✓ {name}: right"
    assert page.problems == []


def test_an_exercise_is_solved_by_keyboard_alone(page, site):
    page.goto(f"{site}/{PAGE}")
    element = exercise(page, "02.2")
    element.locator("textarea").focus()
    element.locator(".prism-code-editor").wait_for(timeout=SETTLED)
    assert element.locator("textarea").evaluate("field => field === document.activeElement")
    page.keyboard.press("Control+a")
    page.keyboard.type('cycle = 8 + 9 + 5 + 2\ncheck("02.2", cycle)')
    page.keyboard.press("Shift+Enter")
    assert verdict(element) == "✓ 02.2: right"
    page.keyboard.press("Tab")
    assert element.locator("textarea").input_value().count("    ") == 1  # Tab indents
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"
    page.keyboard.press("Enter")
    assert verdict(element).endswith("right") or "line" in verdict(element)


def test_hints_come_one_by_one_and_reset_brings_the_start_back(page, site):
    page.goto(f"{site}/book/03_memory_and_energy.html")
    element = exercise(page, "03.2")
    hint = element.get_by_role("button", name="Hint")
    assert "count weights and inputs" not in page.locator(".bd-article").inner_text()
    hint.click()
    assert element.locator(".sqz-hints li").all_inner_texts() == ["count weights and inputs."]
    hint.click()
    assert element.locator(".sqz-hints li").count() == 2 and hint.is_disabled()
    start = element.locator("textarea").input_value()
    element.locator("textarea").fill("mine")
    element.get_by_role("button", name="Solution").click()
    element.locator("[aria-pressed=true]").wait_for(timeout=SETTLED)
    assert "two halves" in element.locator("textarea").input_value()
    element.get_by_role("button", name="Solution").click()
    element.locator("[aria-pressed=false]").wait_for(timeout=SETTLED)
    assert element.locator("textarea").input_value() == "mine"
    element.get_by_role("button", name="Reset").click()
    assert element.locator("textarea").input_value() == start


def test_what_runs_programs_is_fetched_when_a_reader_turns_to_an_exercise(page, site):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{site}/{PAGE}", wait_until="networkidle")
    assert not any("exercise.js" in url or "/exercises/" in url for url in fetched)
    exercise(page, "02.1").locator("textarea").focus()
    exercise(page, "02.1").locator(".prism-code-editor").wait_for(timeout=SETTLED)
    assert any("exercise.js" in url for url in fetched) and any("/exercises/02." in url for url in fetched)
    assert page.problems == []


def test_an_answer_is_there_at_the_next_visit(page, site):
    page.goto(f"{site}/{PAGE}")
    run(exercise(page, "02.1"), WRONG)
    page.goto(f"{site}/book/01_cost_of_a_layer.html")
    page.goto(f"{site}/{PAGE}")
    assert exercise(page, "02.1").locator("textarea").input_value() == WRONG
    kept = page.evaluate("Object.keys(localStorage)")
    assert [key for key in kept if key.startswith("squeezelab:1:")] == ["squeezelab:1:/:02.1"]  # with the path of the book


def test_a_page_from_disk_checks_too(page, book):
    page.goto((book / PAGE).as_uri())
    assert run(exercise(page, "02.1"), WRONG) == TOLD


def test_without_the_script_a_sentence_and_with_it_again_the_verdict(page, site):
    page.route("**/exercise.js*", lambda route: route.abort())
    page.goto(f"{site}/{PAGE}")
    element = exercise(page, "02.1")
    said = "… 02.1: this browser did not start the book's Python; the exercise can be done in JupyterLab or Colab"
    assert run(element, WRONG) == said
    page.unroute("**/exercise.js*")
    element.get_by_role("button", name="Run").click()
    page.wait_for_function("([e, t]) => e.textContent === t", arg=[element.get_by_role("status").element_handle(), TOLD])


def test_where_storage_is_forbidden_the_reader_is_told(page, site):
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('forbidden'); } });")
    page.goto(f"{site}/{PAGE}")
    element = exercise(page, "02.1")
    assert run(element, WRONG) == TOLD
    assert element.locator(".sqz-forgets").inner_text().startswith("This browser keeps no answers")


def test_on_a_telephone_nothing_is_cut(browser, site):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, color_scheme="dark")
    page = context.new_page()
    page.goto(f"{site}/{PAGE}")
    element = exercise(page, "02.1")
    element.locator("textarea").fill(WRONG)
    element.get_by_role("button", name="Run").tap()
    assert verdict(element) == TOLD
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for control in element.get_by_role("button").all():
        box = control.bounding_box()
        assert min(box["width"], box["height"]) >= 24 and box["x"] + box["width"] <= 360
    context.close()
