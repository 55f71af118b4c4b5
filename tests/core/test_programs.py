"""Programs of readers: their names, or one sentence with a line; and whether they left the house as it was."""

import pytest

import squeezelab.core.words as words
from squeezelab.core.programs import names_made, offer, watch_house
from squeezelab.networks import Network


def test_a_program_finds_what_is_given_and_gives_back_its_names():
    names = names_made("def double(x):\n    return 2 * x\n\ny = double(given)", {"given": 4})
    assert names["y"] == 8 and names["double"](3) == 6


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("x = 5 5", "line 1 is not Python"),
        ("\n\nx = (", "line 3 is not Python"),
        ("def f():\n    raise ValueError('mine')\n\nf()", "line 2: mine"),
        ("int('x')", "line 1: 'x' is no whole number"),
        ("x = 1\nx.y", "line 2: it stopped with AttributeError: there is no attribute 'y'"),
        ("raise KeyboardInterrupt", "line 1: it stopped with KeyboardInterrupt"),
    ],
)
def test_what_stopped_a_program_is_told_with_its_line(program, sentence):
    with pytest.raises(ValueError) as caught:
        names_made(program, {})
    assert str(caught.value) == sentence


def test_an_error_of_the_house_names_the_line_of_the_program_that_called():
    with pytest.raises(ValueError) as caught:
        names_made("net = Network('a', (3, 8, 8))\nnet.relu(net.input, name='')", {"Network": Network})
    assert str(caught.value) == "line 2: a layer's name must be text, not ''"


@pytest.mark.parametrize(
    ("owner", "name", "where"),
    [(words, "short", "squeezelab.core.words.short"), (Network, "conv", "Network.conv")],
)
def test_a_house_that_was_changed_is_noticed_and_named(monkeypatch, owner, name, where):
    changed = watch_house()
    assert changed() is None
    monkeypatch.setattr(owner, name, len)
    assert changed() == where


def test_a_builtin_that_was_changed_is_noticed(monkeypatch):
    changed = watch_house()
    monkeypatch.setattr("builtins.abs", len)
    assert changed() == "builtins.abs"


def test_a_package_keeps_the_names_that_it_has():
    before = Network
    offer("squeezelab.networks", {"Network": 5})
    import squeezelab.networks

    assert squeezelab.networks.Network is before
