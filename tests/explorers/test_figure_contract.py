"""The figure contract: each of its types has a check, what breaks it is refused by name, and its page in the book is current."""

import figure_contract
import pytest
from support.figure_schema import CONTRACT, TYPES, check_figure, check_part

from squeezelab.explorers import explore

DESCRIBED = [*CONTRACT["parts"].values(), *CONTRACT["marks"].values(), CONTRACT["every mark"]]
FIELDS = [field for part in DESCRIBED for field in part["fields"].values()]


def test_each_type_is_used_described_and_checked():
    assert {field["type"] for field in FIELDS} == set(CONTRACT["types"]) == set(TYPES)


def test_each_meaning_is_a_sentence():
    for text in [CONTRACT["about"], *CONTRACT["types"].values(), *[each["is"] for each in DESCRIBED + FIELDS]]:
        assert text[-1] == "." or text.endswith("}."), text


def broken(change):
    figure = explore("layer_cost")
    change(figure)
    return figure


BROKEN = [
    (lambda figure: figure.pop("table"), r"figure .*: lacks \['table'\]"),
    (lambda figure: figure.update(colour="red"), r"unknown fields \['colour'\]; there are finding"),
    (lambda figure: figure.update(problem="oh"), "problem is no sentence or none: 'oh'"),
    (lambda figure: figure.update(charts=[]), "charts is no charts: .*One to four charts"),
    (lambda figure: figure["charts"][0]["x"].update(scale="sqrt"), "axis .*: scale is no scale: 'sqrt'. One of linear"),
    (lambda figure: figure["charts"][0]["marks"][0].update(type="pie"), "there is no mark 'pie'; there are bar, hbar"),
    (lambda figure: figure["charts"][0]["marks"][0].update(y0=[0]), r"a hbar mark: unknown fields \['y0'\]"),
    (lambda figure: figure["charts"][0]["marks"][0]["x"].pop(), "of y for 2 of x"),
    (lambda figure: figure["readout"][0].update(role="paper"), "tile Parameters: role is no role: 'paper'"),
    (lambda figure: figure["table"]["rows"][0].pop(), "cells under 7 heads"),
]


@pytest.mark.parametrize(("change", "words"), BROKEN)
def test_what_breaks_the_contract_is_refused_by_name(change, words):
    with pytest.raises(AssertionError, match=words):
        check_figure(broken(change))


def test_a_control_is_a_part_like_others():
    with pytest.raises(AssertionError, match="control Speed: kind is no kind: 'dial'. One of range, choice, toggle"):
        check_part("control", {"name": "speed", "label": "Speed", "kind": "dial", "value": 1})


def test_the_page_in_the_book_is_current():
    assert figure_contract.PAGE.read_text("utf-8") == figure_contract.page(), "python tools/figure_contract.py"
