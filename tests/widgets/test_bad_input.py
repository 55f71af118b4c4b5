"""Errors of `squeezelab.widgets` teach: each names what is wrong and what would be right."""

import math

import pytest

from squeezelab.widgets import Explorer, Prediction, readable

ASKED = {"question": "How many?", "options": ["two", "four"], "answer": 1, "reveal": "It is four."}
PREDICTIONS = [
    ({"options": "ab"}, "options of a prediction must be a list, not 'ab'"),
    ({"options": ["one"]}, "a prediction needs at least two options, not 1"),
    ({"question": None}, "question of a prediction must be text, not None"),
    ({"reveal": ""}, "reveal of a prediction must be text, not ''"),
    ({"answer": 2}, "answer is the index of an option, 0 to 1, not 2"),
    ({"answer": True}, "answer is the index of an option, 0 to 1, not True"),
    ({"values": [1]}, "2 options need 2 values, not 1"),
    ({"values": [1, math.inf]}, "values of a prediction must be finite numbers, not inf"),
    ({"values": [1, "many"]}, "values of a prediction must be finite numbers, not 'many'"),
    ({"values": 3}, "values of a prediction must be a list, not 3"),
]


@pytest.mark.parametrize("changed, message", PREDICTIONS, ids=[str(changed) for changed, _ in PREDICTIONS])
def test_predictions(changed, message):
    with pytest.raises(ValueError, match=message):
        Prediction(**(ASKED | changed))


def test_explorers_and_their_controls_list_the_choices():
    with pytest.raises(ValueError, match="no explorer 'layer_cots'; there are layer_cost"):
        Explorer("layer_cots")
    with pytest.raises(ValueError, match="has no control 'width'; it has kind, channels"):
        Explorer("layer_cost", width=2)


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 3}', '{"nbformat": 3}'])
def test_what_is_no_notebook_is_named(tmp_path, text):
    path = tmp_path / "mine.ipynb"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"mine.ipynb is no notebook that can be read \(format 4, .ipynb\): "):
        readable(path)
    with pytest.raises(ValueError, match="other.ipynb is no notebook .*FileNotFoundError"):
        readable(tmp_path / "other.ipynb")
    assert path.read_text() == text
