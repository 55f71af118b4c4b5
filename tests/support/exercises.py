"""Exercises as a page runs them: what a reader's program is told, by the page's MicroPython in Node and by this Python."""

import contextlib
import io
import json
from functools import lru_cache

import nbformat
from exercise_pages import exercises, files_of, seconds
from live_pages import files_for
from project import chapters

from support import ROOT
from support.course_answers import FUNCTIONS, NUMBERS, VECTORS, WORDS
from support.micropython import node, printed

RUN = (ROOT / "web/src/exercise/run.py").read_text("utf-8")
ANSWERS = FUNCTIONS | NUMBERS | VECTORS
CHAPTERS = {path.stem[:2]: path for path in chapters() if path.stem[:2].isdigit()}

LOOP = """
import gc, json
gc.enable()
print(json.dumps([squeezelab_run(*job) for job in json.loads(JOBS)]))
"""


@lru_cache(None)
def notebook(chapter):
    return nbformat.read(CHAPTERS[chapter], 4)


@lru_cache(None)
def of_chapter(chapter):
    """{name: Exercise} of a chapter."""
    return {each.name: each for each in exercises(notebook(chapter))}


def portable(chapter):
    """Those that a page can run."""
    return {name: each for name, each in of_chapter(chapter).items() if each.setup is not None}


def cells(exercise, kind):
    """Sources of the cells of an exercise that are tagged so."""
    tagged = [cell.source for cell in notebook(exercise[:2]).cells if kind in cell.metadata.get("tags", [])]
    return [source for source in tagged if f'check("{exercise}"' in source]


def solution(exercise):
    """The program that the page's button Solution shows."""
    return "\n\n".join([of_chapter(exercise[:2])[exercise].prelude, *cells(exercise, "solution")])


def program(exercise, text):
    """An answer of `course_answers` as a reader writes it."""
    given = text if text.startswith("def ") else f"f = {text}"
    return f'from math import ceil, log, sqrt\n{given}\ncheck("{exercise}", f)\n'


def attempts(exercise):
    """Programs with wrong answers, at least six."""
    wrong = ANSWERS[exercise][1] if exercise in ANSWERS else [repr(word) for word in WORDS[exercise][1]]
    return [program(exercise, text) for text in wrong]


def jobs_of(exercise, programs):
    return [[exercise, of_chapter(exercise[:2])[exercise].setup, text] for text in programs]


def told_here(jobs):
    """What this Python says of each job."""
    names = {"__name__": "run"}
    exec(RUN, names)
    with contextlib.redirect_stdout(io.StringIO()):
        return [names["squeezelab_run"](*job) for job in jobs]


def told_there(chapter, jobs):
    """What MicroPython says of each, one after the other."""
    text = f"JOBS = {json.dumps(jobs, ensure_ascii=False)!r}\n{RUN}{LOOP}"
    files = files_for(["layer_cost"]) | files_of(chapter, portable(chapter).values())
    return json.loads(printed(text, files).strip().split("\n")[-1])


def run_in_threads(chapter, jobs):
    """([{message, printed, ms}], ms of the first start): each job in a thread of its own, as in a page."""
    times = {name: seconds(each) for name, each in portable(chapter).items()}
    jobs = [[*job, times[job[0]]] for job in jobs]
    done = node("run_exercises.mjs", files=files_of(chapter, portable(chapter).values()), chapter=chapter, jobs=jobs)
    return json.loads(done.stdout), int(done.stderr.split()[0])
