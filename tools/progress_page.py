"""Fill the page "Your progress" of a built book: `python tools/progress_page.py _build/html`.

The list of all exercises and predictions comes from the notebooks, as JSON within the page; page.js adds what the reader's
browser keeps of each. Each has a name that stays when the book is built anew, and a place in its page that the list leads to.
"""

import html
import json
import re
import sys
from pathlib import Path

import nbformat
import yaml
from exercise_pages import exercises
from project import ROOT, chapters

from squeezelab.widgets import MIME

TITLE = re.compile(r"^# (.+)", re.M)
QUESTION = re.compile(r"^\*\*(\d+\.\w+) (?:· )?(.+?)\.?\*\*", re.M)
PREDICTION = re.compile(r'(<div class="sqz sqz-explorer")( data-kind="prediction">)')
LIST = re.compile(r'(<div class="sqz sqz-progress">)(?!<script)')


def place(kind, name):
    """Where something is in its page; without a full stop, which would mean a class in a selector."""
    return f"{kind}-{name.replace('.', '-')}"


def titles(notebook):
    """{"2.1": "The law"} of a chapter."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return {short: title.replace("'", "’") for short, title in QUESTION.findall(text)}


def exercises_of(notebook):
    named = titles(notebook)
    for each in exercises(notebook):
        short = each.name.lstrip("0")
        yield {
            "name": each.name,
            "place": place("exercise", each.name),
            "title": f"{short} {named[short]}",
            "here": each.setup is not None,
        }


def predictions_of(notebook, chapter):
    """The predictions of a chapter, in order, each named by the id of its cell."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            payload = output.get("data", {}).get(MIME, {})
            if payload.get("kind") == "prediction":
                told = {key: payload[key] for key in ("question", "options", "answer", "values") if key in payload}
                name = f"{chapter}.{cell['id']}"
                yield {"name": name, "place": place("prediction", name), **told}


def listed(path):
    """A chapter as the list has it; None for a page without exercises and predictions."""
    notebook, chapter = nbformat.read(path, 4), path.stem[:2]
    found = {"exercises": [*exercises_of(notebook)], "predictions": [*predictions_of(notebook, chapter)]}
    if not any(found.values()):
        return None
    title = next(TITLE.search(cell.source)[1] for cell in notebook.cells if TITLE.search(cell.source))
    return {"title": title, "page": f"{path.stem}.html", **found}


def book():
    """All that a reader can solve or predict."""
    title = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["title"]
    return {"title": title, "chapters": [chapter for chapter in map(listed, chapters()) if chapter]}


def with_places(text, chapter):
    """A chapter's page in which each exercise and each prediction can be linked; as it is if they can already."""
    for each in chapter["exercises"]:
        short = re.escape(each["name"].lstrip("0"))
        text = re.sub(rf"<p>(?=<strong>{short} )", f'<p id="{each["place"]}">', text, count=1)
    specs = iter(chapter["predictions"])

    def marked(match):
        spec = next(specs)
        return f'{match[1]} id="{spec["place"]}" data-name="{html.escape(spec["name"])}"{match[2]}'

    return PREDICTION.sub(marked, text)


def give_progress(root):
    """Marks the places in the chapters below this folder, and fills the page with the list."""
    given = book()
    for chapter in given["chapters"]:
        change(root / "book" / chapter["page"], lambda text, chapter=chapter: with_places(text, chapter))
    data = json.dumps(given, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    script = f'<script type="application/json">{data}</script>'
    change(root / "book/your_progress.html", lambda text: LIST.sub(lambda match: match[1] + script, text))


def change(page, edit):
    """Writes the page anew where this changes it."""
    before = page.read_text("utf-8")
    after = edit(before)
    if after != before:
        page.write_text(after, "utf-8")


if __name__ == "__main__":
    give_progress(Path(sys.argv[1]))
