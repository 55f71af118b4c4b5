"""Checks let numbers of every library through, and name what is wrong and what would be right."""

import math
from fractions import Fraction

import numpy as np
import pytest

from squeezelab.core.checks import check_choice, check_sparsity, choose, is_number, number, pair, plain, share, there_are, whole
from squeezelab.core.names import checked_name, checked_path

THREE = [3, np.int64(3), np.uint8(3), np.array(3)]
HALF = [0.5, np.float64(0.5), np.float32(0.5), Fraction(1, 2), np.array(0.5)]
NO_NUMBERS = [True, False, np.True_, "3", None, [3], np.array([3, 3]), {}]


@pytest.mark.parametrize("three", THREE, ids=repr)
def test_whole_numbers_of_every_library_become_pythons(three):
    assert type(whole(three, "stride")) is int and whole(three, "stride") == 3
    assert pair(three, "kernel") == pair((three, 3), "kernel") == (3, 3)


@pytest.mark.parametrize("half", HALF, ids=repr)
def test_fractions_of_every_library_become_pythons(half):
    assert type(number(half, "the rate")) is float and number(half, "the rate") == share(half, "a") == check_sparsity(half) == 0.5


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_what_is_no_number_is_named(value):
    assert not is_number(value)
    for ask, words in ((whole, "stride must be a whole number of at least 1, not "), (number, "stride must be a number, not ")):
        with pytest.raises(ValueError, match=words):
            ask(value, "stride")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**15])
def test_a_number_stays_within_the_range_of_floats(value):
    with pytest.raises(ValueError, match="the rate must be a number"):
        number(value, "the rate")


@pytest.mark.parametrize(
    "ask, words",
    [
        (lambda: whole(0, "stride"), "stride must be a whole number of at least 1, not 0"),
        (lambda: whole(10**15, "stride"), r"stride must be less than 10\^15, not 1000000000000000"),
        (lambda: whole(2.0, "stride"), "stride must be a whole number of at least 1, not 2.0"),
        (lambda: pair((1, 2, 3), "kernel"), r"kernel must be one number or a pair \(rows, columns\), not \(1, 2, 3\)"),
        (lambda: pair((1, -1), "padding", 0), "padding must be a whole number of at least 0, not -1"),
        (lambda: number(0, "x", above=0), "x must be a number above 0, not 0"),
        (lambda: number(1, "x", least=0, below=1), "x must be a number of at least 0 and below 1, not 1"),
        (lambda: number(1, "x", most=0, asked="nothing"), "x must be nothing, not 1"),
        (lambda: share(1, "x"), "x must be a share from 0 up to, not including, 1, not 1"),
        (lambda: check_sparsity(-0.1), "sparsity must be a share of zeros from 0 up to, not including, 1, not -0.1"),
        (lambda: check_choice("flow", "rs", ["ws", "os"]), "unknown flow 'rs'; there are ws, os"),
        (lambda: choose("depth", 19, {18: 0, 50: 1}), "unknown depth 19; there are 18, 50"),
        (lambda: choose("depth", "18", {18: 0}), "unknown depth '18'; there are 18"),
        (lambda: choose("depth", 1.0, {"1.0": 0}), "unknown depth 1.0; there are '1.0'"),
        (lambda: checked_name("", "a network's name"), "a network's name must be text, not ''"),
        (lambda: checked_name(3, "a network's name"), "a network's name must be text, not 3"),
        (lambda: checked_path("a..b", "a layer's name"), "a layer's name must be words of letters, digits and _ joined by dots"),
        (lambda: checked_path("a b", "a layer's name"), "as 's1.b2.conv1', not 'a b'"),
    ],
)
def test_an_error_names_what_is_wrong_and_what_would_be_right(ask, words):
    with pytest.raises(ValueError, match=words):
        ask()


def test_choices_are_found_and_listed():
    assert choose("depth", np.int64(18), {18: "a"}) == "a"
    assert there_are([]) == "there are none"


def test_several_numbers_stay_as_they_are():
    several = np.array([1, 2])
    assert plain(several) is several and plain("3") == "3"
