"""The page "Your progress" of the built book, and what chapters keep for it: listed, exported, imported, erased; or not kept."""

import json

import pytest
from progress_page import book as listed
from support.browser import SETTLED
from support.exercises import solution

pytestmark = pytest.mark.browser

BOOK = listed()
PROGRESS = "book/your_progress.html"
CHAPTER = BOOK["chapters"][1]
SPEC = CHAPTER["predictions"][1]  # with values, so that there is a gap
FORGETS = "This browser keeps no answers (its storage is full or forbidden): they are gone when the page is left."
FORBIDDEN = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('forbidden'); } });"
FULL = "void (Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); })"


def progress(page, site):
    page.goto(f"{site}/{PROGRESS}")
    return page.locator(".sqz-progress")


def row(element, label):
    return element.get_by_role("listitem").filter(has_text=label).locator(".sqz-state")


def predict(page, place, choice):
    element = page.locator(f"#{place}")
    element.locator("input").nth(choice).check()
    element.get_by_role("button", name="Commit").click()
    return element


def solve(page, name):
    element = page.locator(f"[data-exercise='{name}']")
    element.locator("textarea").fill(solution(name))
    element.get_by_role("button", name="Run").click()
    element.locator(".sqz-state", has_text="✓ solved").wait_for(timeout=SETTLED)
    return element


def work(page, site):
    """A reader solves 2.1, tries 2.2, and predicts wrongly."""
    page.goto(f"{site}/book/{CHAPTER['page']}")
    solve(page, "02.1")
    page.locator("[data-exercise='02.2'] textarea").fill("cycle = 1\n")
    predict(page, SPEC["place"], 0)


def kept(page):
    return page.evaluate("({ ...localStorage })")


def import_file(element, text, name="mine.json"):
    file = {"name": name, "mimeType": "application/json", "buffer": text.encode()}
    with element.page.expect_file_chooser() as chooser:
        element.get_by_role("button", name="Import").press("Enter")
    chooser.value.set_files(file)
    element.page.wait_for_function("e => e.textContent", arg=element.get_by_role("status").element_handle())
    return element.get_by_role("status").inner_text()


def test_what_was_done_is_listed_and_there_at_the_next_visit(page, site):
    element = progress(page, site)
    assert row(element, "2.1 The law").inner_text() == "not yet"
    assert element.locator(".sqz-finding").inner_text().startswith("0 of ")
    work(page, site)
    page.reload()
    solved = page.locator("[data-exercise='02.1']")
    assert solved.locator(".sqz-state").inner_text() == "✓ solved"
    assert solved.locator("textarea").input_value() == solution("02.1")
    assert page.locator("[data-exercise='02.2'] .sqz-state").inner_text() == ""
    verdict = f"You said “{SPEC['options'][0]}”; right is “{SPEC['options'][SPEC['answer']]}”. You were off by 28×."
    assert page.locator(f"#{SPEC['place']} .sqz-verdict").inner_text() == verdict
    solved.locator("textarea").fill("something else")
    element = progress(page, site)
    states = [row(element, label).inner_text() for label in ("2.1 The law", "2.2 By hand", SPEC["question"])]
    assert states == ["✓ solved", "tried", verdict]
    assert row(element, "4.3 The costly product").inner_text() == "in Colab, not counted"
    assert "1 of 6 exercises solved, 1 tried; 1 of 2 predictions made, 0 of them right." in element.inner_text()
    element.get_by_role("link", name="2.2 By hand").click()
    place = page.locator("#exercise-02-2")
    place.wait_for()
    page.wait_for_function("e => Math.abs(e.getBoundingClientRect().top) < innerHeight / 3", arg=place.element_handle())
    assert page.problems == []


def test_a_solved_exercise_is_reset_and_stays_solved(page, site):
    page.goto(f"{site}/book/{CHAPTER['page']}")
    element = solve(page, "02.1")
    element.get_by_role("button", name="Reset").click()
    page.reload()
    assert element.locator(".sqz-state").inner_text() == "✓ solved" and "..." in element.locator("textarea").input_value()


def test_an_opened_solution_does_not_replace_what_is_kept(page, site):
    page.goto(f"{site}/book/{CHAPTER['page']}")
    element = page.locator("[data-exercise='02.1']")
    element.locator("textarea").fill("mine")
    element.get_by_role("button", name="Solution").click()
    element.locator("[aria-pressed=true]").wait_for(timeout=SETTLED)
    page.reload()
    assert element.locator("textarea").input_value() == "mine"


def test_a_file_takes_the_progress_to_another_browser(page, browser, site, tmp_path):
    work(page, site)
    element = progress(page, site)
    with page.expect_download() as download:
        element.get_by_role("button", name="Export").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name.startswith("squeezelab-progress-20") and path.suffix == ".json"
    assert element.get_by_role("status").inner_text() == f"{path.name} holds 2 exercises, 1 prediction."
    context = browser.new_context()
    other = progress(context.new_page(), site)
    said = import_file(other, path.read_text("utf-8"))
    assert said == "mine.json has 2 exercises, 1 prediction; 3 of them changed something here."
    assert row(other, "2.1 The law").inner_text() == "✓ solved" and row(other, "2.2 By hand").inner_text() == "tried"
    other.page.goto(f"{site}/book/{CHAPTER['page']}")
    assert other.page.locator("[data-exercise='02.2'] textarea").input_value() == "cycle = 1\n"
    assert other.page.locator(f"#{SPEC['place']} .sqz-verdict").is_visible()
    context.close()


def test_a_file_that_is_none_changes_nothing(page, site):
    work(page, site)
    element, before = progress(page, site), kept(page)
    sound = {"format": "squeezelab-progress", "version": 1, "book": BOOK["title"], "entries": {"02.2": {"solved": True, "at": 1}}}
    cases = {
        "{": "it is damaged, or no progress file",
        "[1]": "it is no progress file",
        json.dumps(sound | {"book": "another"}): f"it is not from this book, {BOOK['title']}",
        json.dumps(sound | {"version": 9}): "its format has version 9, and this page reads version 1",
        json.dumps(sound | {"entries": {"02.2": {"solved": 1}}}): "it is damaged at “02.2”",
        " " * 2_000_001: "it has more than 2 MB, and no progress file has",
    }
    for number, (text, said) in enumerate(cases.items()):
        name = f"{number}.json"
        import_file(element, text, name)
        element.get_by_text(f"Nothing was changed by {name}: {said}.", exact=True).wait_for(timeout=SETTLED)
        assert kept(page) == before, said
    page.evaluate(FULL)
    import_file(element, json.dumps(sound), "full.json")
    told = "Nothing was changed by full.json: this browser's storage is full or forbidden."
    element.get_by_text(told, exact=True).wait_for(timeout=SETTLED)
    assert kept(page) == before


def test_by_keyboard_everything_is_erased_after_one_question(page, site):
    work(page, site)
    element = progress(page, site)
    element.get_by_role("button", name="Erase everything").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Keep"
    page.keyboard.press("Enter")
    assert len(kept(page)) >= 3 and page.evaluate("document.activeElement.textContent") == "Erase everything"
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert element.locator(".sqz-ask").is_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.textContent") == "Erase 2 exercises, 1 prediction"
    page.keyboard.press("Enter")
    assert element.get_by_role("status").inner_text() == "Erased: 2 exercises, 1 prediction."
    assert not [key for key in kept(page) if key.startswith("squeezelab")]
    assert element.locator(".sqz-finding").inner_text().startswith("0 of ")
    page.keyboard.press("Enter")
    assert element.get_by_role("status").inner_text() == "Nothing is kept, so there is nothing to erase."
    assert page.problems == []


def test_a_chapter_that_was_edited_and_built_anew_keeps_all_but_the_choice_of_an_edited_question(page, site, book):
    work(page, site)
    text = (book / "book" / CHAPTER["page"]).read_text("utf-8")
    edited = text.replace("<h2>Exercises", "<p>A new paragraph.</p><h2>Exercises").replace(SPEC["question"], "Is it so?")
    page.route(f"**/{CHAPTER['page']}", lambda route: route.fulfill(body=edited, content_type="text/html"))
    page.reload()
    assert page.get_by_text("A new paragraph.").is_visible() and page.locator("legend", has_text="Is it so?").is_visible()
    assert page.locator("[data-exercise='02.1'] .sqz-state").inner_text() == "✓ solved"
    assert page.locator("[data-exercise='02.2'] textarea").input_value() == "cycle = 1\n"
    assert page.locator(f"#{SPEC['place']} .sqz-reveal").count() == 0


def test_two_books_on_a_host_keep_apart(page, site, book):
    work(page, site)
    page.route(f"{site}/other/**", lambda route: route.fulfill(path=book / route.request.url.split("?")[0].split("/other/")[1]))
    element = progress(page, f"{site}/other")
    assert element.locator(".sqz-finding").inner_text().startswith("0 of ")
    page.goto(f"{site}/other/book/{CHAPTER['page']}")
    assert page.locator("[data-exercise='02.2'] textarea").input_value() != "cycle = 1\n"
    predict(page, SPEC["place"], 1)
    element = progress(page, f"{site}/other")
    element.get_by_role("button", name="Erase everything").click()
    element.get_by_role("button", name="Erase 0 exercises, 1 prediction").click()
    assert progress(page, site).locator(".sqz-finding").inner_text().startswith("1 of ")


def test_another_tab_tells_the_list(page, site):
    element = progress(page, site)
    other = page.context.new_page()
    other.goto(f"{site}/book/{CHAPTER['page']}")
    predict(other, SPEC["place"], SPEC["answer"])
    element.get_by_text(f"You said “{SPEC['options'][SPEC['answer']]}”, and that is right.").wait_for(timeout=SETTLED)


@pytest.mark.parametrize("refusal", [FORBIDDEN, FULL], ids=["forbidden", "full"])
def test_where_nothing_is_kept_one_sentence_says_so_and_the_text_stays(page, site, refusal):
    page.add_init_script(refusal)
    assert progress(page, site).get_by_role("status").inner_text() == FORGETS
    page.goto(f"{site}/book/{CHAPTER['page']}")
    element = page.locator("[data-exercise='02.1']")
    element.locator("textarea").fill("mine")
    assert element.locator(".sqz-forgets").inner_text() == FORGETS
    assert element.locator("textarea").input_value() == "mine"
    asked = predict(page, SPEC["place"], 0)
    assert asked.locator(".sqz-reveal").is_visible() and asked.locator(".sqz-note").inner_text() == FORGETS


def test_without_scripts_one_sentence_says_what_is_needed(browser, site):
    context = browser.new_context(java_script_enabled=False)
    element = progress(context.new_page(), site)
    assert element.inner_text() == "This list needs JavaScript: only your browser knows what you did."
    context.close()


def test_on_paper_a_prediction_has_its_answer(page, site):
    page.goto(f"{site}/book/{CHAPTER['page']}")
    answer = page.locator(f"#{SPEC['place']}").get_by_text(f"Right is “{SPEC['options'][SPEC['answer']]}”.")
    assert answer.is_hidden()
    page.emulate_media(media="print")
    assert answer.is_visible() and page.locator(f"#{SPEC['place']}").get_by_role("button").count() == 0


def test_the_list_is_operated_on_a_telephone(page, site):
    page.set_viewport_size({"width": 360, "height": 740})
    element = progress(page, site)
    element.get_by_role("button", name="Erase everything").click()
    boxes = [button.bounding_box() for button in element.get_by_role("button").all()]
    assert all(min(box["width"], box["height"]) >= 24 and box["x"] + box["width"] <= 360 for box in boxes)
