"""Let each exercise of a built book be done in the page: `python tools/exercise_pages.py _build/html`.

The cell of the start is marked with the exercise's name, with the names of the chapter that are there, and with the script that
page.js fetches when the reader turns to it: the Python of the chapter's checks, and what makes those names. An exercise whose
solution needs what a page does not have, such as torch, leads to Colab instead.
"""

import ast
import html
import json
import re
import sys
from collections import namedtuple
from pathlib import Path

import nbformat
from exercise_names import LOOPS, NotPortable, code_for, last_that_makes, makes, needs, statements
from live_pages import python_of, write_text
from portable import file_of, home, needed, passed_on, passes_on
from project import chapters, repository, tag, version

CHECK = re.compile(r'^check\("([\w.]+)"', re.M)
CELL = '<div class="cell tag_exercise docutils container">'
INPUT_END = re.compile(r"</pre></div>\n</div>\n</div>\n")
STREAM = re.compile(r'(<div class="output stream [^>]*><div class="highlight"><pre><span></span>)([^<]*)(</pre></div>\n</div>\n)')
EMPTY = re.compile(r'<div class="cell_output docutils container">\n</div>\n')
STALE = re.compile(r"^[…✓✗] \d\d\.\w+: .*\n?", re.M)
WORD = re.compile(r"`([A-Za-z_]\w*)")

Exercise = namedtuple("Exercise", "name cell setup names prelude modules")  # setup is None for one that a page can't run


def tags(cell):
    return cell.metadata.get("tags", [])


def exercises(notebook):
    """The exercises of a chapter, in order."""
    chapter, solutions, text, start, found = [], [], "", None, []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = cell.source
        elif "exercise" in tags(cell):
            start = cell
        elif "solution" in tags(cell) and CHECK.search(cell.source):
            found.append(exercise(start, cell, text, chapter, solutions))
            solutions += statements(cell.source)
        elif "setup" not in tags(cell):
            chapter += statements(cell.source)
    return found


def missing(body):
    """Names that these statements need and do not make."""
    made, wanted = set(), set()
    for statement in body:
        wanted |= needs(statement) - made
        made |= makes(statement)
    return wanted


def through_check(source):
    """A solution as far as its check; what it shows afterwards is the notebook's."""
    body = ast.parse(source).body
    (end,) = [place for place, statement in enumerate(body) if ast.unparse(statement).startswith("check(")]
    return body[: end + 1]


def exercise(start, solution, text, chapter, solutions):
    name, cell = CHECK.search(start.source)[1], start["id"]
    wanted = missing(through_check(solution.source))
    told = hinted(text, start, chapter)
    borrowed = {each for each in wanted if made_by(solutions, each)}
    try:
        prelude = code_for(chapter + solutions, borrowed) if borrowed else None
        code = code_for(chapter, wanted - borrowed | told)
    except NotPortable:
        return Exercise(name, cell, None, [], "", set())
    named = sorted(wanted - borrowed | told)
    modules = code.modules | (prelude.modules if prelude else set())
    return Exercise(name, cell, code.text, named, prelude.text if prelude else "", modules)


def made_by(body, name):
    try:
        return last_that_makes(body, name, len(body)) is not None
    except NotPortable:
        return False


def hinted(text, start, chapter):
    """Names of the chapter that the question or its hint speaks of, as far as a page can have them.

    Not those that the start names itself, nor what is left of a loop.
    """
    found = set()
    plain = [statement for statement in chapter if not isinstance(statement, LOOPS)]
    kept = {name for statement in plain for name in makes(statement)} - {"check", *re.findall(r"\w+", start.source)}
    for name in set(WORD.findall(text)) & kept:
        try:
            code_for(chapter, {name})
            found.add(name)
        except NotPortable:
            pass
    return found


def face(module, files):
    """A package as a page has it: it passes on what is in the files that are there, for readers import from packages."""
    known = [(name, *home(module, name)) for name in passed_on(module)]
    return "".join(
        f"from {where} import {there} as {name}\n" for name, where, there in known if there and file_of(where) in files
    )


def files_of(chapter, found):
    """{path: text} of what the exercises of a chapter need in a page."""
    checks = ["squeezelab.core.programs", "squeezelab.course.checks", f"squeezelab.course.exercises.ch{chapter}"]
    files = needed(*checks, *sorted({module for each in found for module in each.modules}))
    packages = [path.removesuffix("/__init__.py").replace("/", ".") for path in files if path.endswith("/__init__.py")]
    faces = {file_of(module): face(module, files) for module in packages if module != "squeezelab" and passes_on(module)}
    return files | faces


def seconds(each):
    """How long a program may take: where a whole network is built or simulated, a slow computer needs ten times as long."""
    whole = {"squeezelab.hardware.simulate", "squeezelab.networks.squeezenext"}
    return 20 if whole & set(each.modules) else 2


def script_of(chapter, found, there):
    """What page.js fetches when a reader turns to an exercise, beside the files that the page's figures brought already."""
    told = {
        each.name: {"setup": each.setup, "prelude": each.prelude, "seconds": seconds(each)}
        for each in found
        if each.setup is not None
    }
    files = {path: text for path, text in files_of(chapter, found).items() if there.get(path) != text}
    given = json.dumps({"files": files, "exercises": told}, ensure_ascii=False, sort_keys=True)
    return f'(globalThis.squeezelabExercises ??= {{}})["{chapter}"] = {given};\n'.replace("<", "\\u003c")


def marked(each, script):
    """The attributes of an exercise's cell."""
    given = {"data-exercise": each.name}
    if each.setup is not None:
        given |= {"data-script": script, "data-names": " ".join(each.names)}
    return "".join(f' {key}="{html.escape(value)}"' for key, value in given.items())


def colab(chapter, each):
    """For an exercise that a page can't run: the same cell elsewhere."""
    address = repository().replace("https://github.com", "https://colab.research.google.com/github")
    link = f"{address}/blob/{tag(version())}/book/{chapter}.ipynb#scrollTo={each.cell}"
    return f'<p class="sqz-elsewhere"><a class="sqz-button" role="button" href="{link}">Open in Colab</a></p>\n'


def without_stale(text):
    """A page without what checks said when the chapter was executed."""

    def mended(match):
        left = STALE.sub("", match[2])
        return match[1] + left + match[3] if left.strip() else ""

    return EMPTY.sub("", STREAM.sub(mended, text))


def give_exercises(root):
    """Marks the exercises of all chapters below this folder, and writes their scripts beside page.js."""
    (live,) = {path.parent for path in root.rglob("live/page.js")}
    for path in chapters():
        page = root / "book" / f"{path.stem}.html"
        found = exercises(nbformat.read(path, 4))
        if found and page.exists():
            script = write_text(live / "exercises", path.stem[:2], script_of(path.stem[:2], found, python_of(page)))
            page.write_text(with_exercises(page.read_text("utf-8"), path.stem, found, script), "utf-8")


def with_exercises(text, chapter, found, script):
    """A chapter's page with its exercises marked; as it is if they are marked already."""
    pieces = without_stale(text).split(CELL)
    if len(pieces) != len(found) + 1:
        return text
    for place, each in enumerate(found, 1):
        piece = pieces[place]
        if each.setup is None:
            end = INPUT_END.search(piece).end()
            piece = piece[:end] + colab(chapter, each) + piece[end:]
        pieces[place] = f'<div class="cell tag_exercise docutils container"{marked(each, script)}>' + piece
    return "".join(pieces)


if __name__ == "__main__":
    give_exercises(Path(sys.argv[1]))
