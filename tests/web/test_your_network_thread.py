"""The thread in which a reader's own network is costed: a program gets one sentence, finds no way out, and the next one runs."""

import pytest
from support.own_network import RIGHT, asked, told_in_a_thread

from squeezelab.explorers import explore

HOSTILE = {
    "import builtins\ndel builtins.__import__\nimport js": "the program changed builtins.__import__, which the figure needs; so"
    " it is not drawn",
    "while True:\n    pass": "it was stopped after 2 seconds; does a loop never end?",
    "while True:\n    print('again')": "it was stopped, for it printed more than 20,000 characters",
    "x = 'x' * (2 << 30)": "line 1: it stopped with MemoryError: it asks for more memory than there is",
    'net = Network("a", (3, 8, 8))\nwhile True:\n    net.conv(net.input, 4, 3)': "it was stopped after 2 seconds; does a loop"
    " never end?",
    "Network.conv = 5": "the program changed Network.conv, which the figure needs; so it is not drawn",
    "import builtins\nbuiltins.len = 5": "the program changed builtins.len, which the figure needs; so it is not drawn",
    "import squeezelab.hardware.workload as w\nw.Run = 5": "the program changed squeezelab.hardware.workload.Run, which the"
    " figure needs; so it is not drawn",
    "x = {**{}}": "this page's Python has no {**a}: write dict(a), then update()",
    "match 1:\n    case 1:\n        pass": "this page's Python has no match: write if and elif",
    "def f(a, /):\n    pass": "this page's Python has no / among the parameters: leave it out",
    "import math\nmath.prod([2, 3])": "line 2: it stopped with AttributeError: there is no attribute 'prod'; it is not in this"
    " page's Python: multiply in a loop",
    "import torch": "line 1: it stopped with ImportError: no module named 'torch'; it is not in this page's Python: do this one"
    " in Colab",
}
UNGUARDED = """import builtins
guard = __import__
del builtins.__import__
import js
import jsffi
builtins.__import__ = guard
made = jsffi.to_js([1])
"""
WAYS_OUT = ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "importScripts", "indexedDB", "caches", "localStorage"]
WAYS_OUT += ["postMessage", "Worker", "navigator", "process", "require", "eval", "Function", "setTimeout"]


@pytest.mark.slow
def test_a_hostile_program_gets_its_sentence_and_the_next_right_one_is_drawn():
    answers = told_in_a_thread([asked(text) for hostile in HOSTILE for text in (hostile, RIGHT)])
    assert [answer.get("error") for answer in answers[::2]] == list(HOSTILE.values())
    assert {answer["figure"]["finding"] for answer in answers[1::2]} == {explore("your_network", asked(RIGHT))["finding"]}
    assert all(len(answer["printed"]) <= 20_000 for answer in answers)


def test_a_program_finds_no_way_out():
    programs = ["import js", "import jsffi", "import socket", *[UNGUARDED + f"js.{name}" for name in WAYS_OUT]]
    programs.append(UNGUARDED + "made.constructor.constructor('return 1')")
    told = [answer["error"] for answer in told_in_a_thread([asked(text) for text in programs])]
    assert [sentence.split("'")[1] for sentence in told[:3]] == ["js", "jsffi", "socket"]
    assert [sentence.split("'")[1] for sentence in told[3:-1]] == WAYS_OUT
    assert all("AttributeError: there is no attribute" in sentence for sentence in told[3:-1])
    assert told[-1].endswith("'undefined' is not callable")


def test_what_a_program_prints_is_given_back():
    states = [asked(RIGHT + "print(net.params, 'params')", width=width) for width in (1.0, 0.5)]
    answers = told_in_a_thread([states[0], asked(RIGHT), states[1]])
    assert [answer["printed"] for answer in answers] == ["112 params", "", "112 params"]
    assert all("figure" in answer for answer in answers)
