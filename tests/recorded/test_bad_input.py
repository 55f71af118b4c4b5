"""Errors of `squeezelab.recorded` teach: each names what is wrong and what would be right."""

import pytest

from squeezelab.recorded import difference, mean_se, paired_difference, record_names, recorded, scores, under_rule
from squeezelab.recorded.papers import published


@pytest.mark.parametrize("call", [recorded, under_rule, lambda name: scores(name, "network")])
def test_records_that_there_are_not(call):
    with pytest.raises(ValueError) as caught:
        call("no_such")
    assert str(caught.value) == f"no recorded result 'no_such'; there are {', '.join(record_names())}"


def test_tables_that_were_not_published():
    with pytest.raises(
        ValueError, match="no published table 'marks'; there are accuracy_.*, cheap_features, .*hardware_simulation"
    ):
        published("marks")  # which explains the tables and is none


def test_rows_that_a_record_does_not_have():
    with pytest.raises(ValueError, match="no rows of 'mgic' in mini_blocks; there are basic, .*squeezenext"):
        difference("mini_blocks", "block", "basic", "mgic")


def test_records_that_are_not_under_the_rule():
    with pytest.raises(ValueError, match="references does not say on how many examples it was tested: it is not under the rule"):
        difference("references", "network", "mini_vgg", "lenet300")


def test_records_that_were_not_tested_on_the_same():
    with pytest.raises(
        ValueError, match="capsules_types was tested on 10,000 examples and binary_layers on 5,000: pairs need the same"
    ):
        difference("capsules_types", "side", "8 to 8", "float", second_of="binary_layers")


@pytest.mark.parametrize("accuracies", [[], [0.9]])
def test_trainings_too_few_for_a_spread(accuracies):
    words = f"{len(accuracies)} training has no spread: two seeds or more are needed"
    with pytest.raises(ValueError, match=words):
        mean_se(accuracies)
    with pytest.raises(ValueError, match=words):
        paired_difference(accuracies, accuracies, 100)


def test_pairs_and_test_sets_that_are_none():
    with pytest.raises(ValueError, match="pairs are asked for: one training of each a seed, not 2 and 3"):
        paired_difference([0.9, 0.8], [0.9, 0.8, 0.7], 100)
    for size in (0, -5, float("nan")):
        with pytest.raises(ValueError, match=f"a test set has one example or more, not {size!r}"):
            paired_difference([0.9, 0.8], [0.9, 0.8], size)
        with pytest.raises(ValueError, match=f"a test set has one example or more, not {size!r}"):
            mean_se([0.9, 0.8], size)
