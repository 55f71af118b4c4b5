"""Someone adds an explorer: one file, and one name in `NAMES`. In a copy of the package."""

import json
import shutil
import subprocess
import sys

import pytest
from support import ROOT
from support.figure_schema import check_figure
from support.micropython import everything, run_micropython

TOY = '''"""How many handshakes a party needs."""

from ..core.words import plural
from .kit.charts import line
from .kit.controls import slider, toggle
from .kit.figures import axis, column, tile
from .kit.memo import Memo

TITLE = "Handshakes"
CONTROLS = [slider("guests", "Guests", 2, 30, 8), toggle("twice", "On leaving, too")]
AHEAD = ["guests"]
GUESTS = list(range(2, 31))
shakes = Memo(lambda guests: guests * (guests - 1) // 2, most=64)


def figure(guests, twice):
    counts = [shakes(each) * (2 if twice else 1) for each in GUESTS]
    now = counts[guests - 2]
    return {
        "finding": f"{plural(guests, 'guest')} need {plural(now, 'handshake')}.",
        "problem": "The night is too short for all of them." if now > 600 else None,
        "charts": [
            {
                "title": "Handshakes grow with the square of the guests",
                "alt": f"From {counts[0]} to {counts[-1]} handshakes.",
                "x": axis("Guests"),
                "y": axis("Handshakes"),
                "marks": [line(GUESTS, counts, "accent")],
            }
        ],
        "readout": [tile("Handshakes", now)],
        "table": {
            "caption": "Handshakes",
            "columns": [column("Guests"), column("Handshakes", "integer")],
            "rows": [list(row) for row in zip(GUESTS, counts)],
        },
    }
'''
ASK = """
import json
from squeezelab.explorers import ahead, explore, names
from squeezelab.widgets import Explorer
assert names()[-1] == "toy" and ahead("toy"), "it works ahead"
try:
    explore("toy", {"guests": 31})
except ValueError as error:
    refused = str(error)
print(json.dumps([explore("toy"), explore("toy", {"guests": 30, "twice": True}), repr(Explorer("toy", guests=3)), refused]))
"""
FACE = "squeezelab/explorers/__init__.py"


def with_toy(text):
    """The face of the explorers with one name more."""
    return text.replace('    "your_network",\n', '    "your_network",\n    "toy",\n')


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the package with a toy explorer."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "squeezelab", folder / "squeezelab", ignore=shutil.ignore_patterns("__pycache__", "*.safetensors"))
    (folder / "squeezelab/explorers/toy.py").write_text(TOY, "utf-8")
    face = folder / FACE
    face.write_text(with_toy(face.read_text("utf-8")), "utf-8")
    return folder


def test_a_new_explorer_is_one_file_and_one_name(copy):
    done = subprocess.run([sys.executable, "-c", ASK], cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    start, full, shown, refused = json.loads(done.stdout)
    assert start["finding"] == "8 guests need 28 handshakes." and start["title"] == "Handshakes"
    assert full["problem"] == "The night is too short for all of them."
    assert "3 guests need 3 handshakes." in shown
    assert "'toy': guests must be a number between 2 and 30, not 31" in refused
    check_figure(start)


def test_a_new_explorer_answers_in_a_page_as_well():
    sources = everything() | {"squeezelab/explorers/toy.py": TOY, FACE: with_toy(everything()[FACE])}
    (figure,) = run_micropython([("toy", {"guests": 4})], sources)
    assert check_figure(figure)["finding"] == "4 guests need 6 handshakes."
