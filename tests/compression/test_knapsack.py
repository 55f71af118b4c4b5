"""The multiple-choice knapsack against all choices there are, and the rule of thumb against it."""

import itertools
import random

import pytest

from squeezelab.compression import knapsack
from squeezelab.compression.knapsack import greedy

SMCP = [
    [(9, 5), (17, 10), (25, 15), (32, 20)],
    [(8, 3), (13, 6), (18, 9), (19, 12)],
    [(7, 2), (13, 4), (17, 6), (21, 8)],
]


def best_of_all(offers, budget):
    choices = itertools.product(*[range(len(group)) for group in offers])
    sums = [[sum(group[place][part] for group, place in zip(offers, places)) for part in (0, 1)] for places in choices]
    return max(value for value, cost in sums if cost <= budget * (1 + 1e-9))


def test_the_case_with_a_known_optimum():
    """54 at a cost of 26, by the first 3, 1 and 4 offers; steps by value per cost end at 49."""
    assert knapsack(SMCP, 26) == (54, 26, [2, 0, 3])
    assert greedy(SMCP, 26) == (49, 25, [0, 3, 3])


@pytest.mark.parametrize("seed", range(60))
def test_it_is_the_best_of_all_choices(seed):
    """Whole and broken costs, values that fall as well as rise, groups of one offer."""
    dice = random.Random(seed)
    number = (lambda top: dice.randint(0, top)) if seed % 2 else (lambda top: dice.uniform(-0.2 * top, top))
    offers = [[(number(30), abs(number(20))) for _ in range(dice.randint(1, 5))] for _ in range(dice.randint(1, 5))]
    least, most = (sum(rule(cost for _, cost in group) for group in offers) for rule in (min, max))
    budget = dice.uniform(least, most)
    value, cost, places = knapsack(offers, budget)
    assert value == pytest.approx(best_of_all(offers, budget), abs=1e-9)
    assert cost <= budget * (1 + 1e-9)
    assert (value, cost) == tuple(pytest.approx(sum(group[at][part] for group, at in zip(offers, places))) for part in (0, 1))
    assert greedy(offers, budget)[0] <= value + 1e-9 and greedy(offers, budget)[1] <= budget * (1 + 1e-9)


def test_all_of_it_when_there_is_room_for_all():
    assert knapsack(SMCP, 40) == (72, 40, [3, 3, 3])


def test_the_cheapest_when_there_is_room_for_no_more():
    assert knapsack(SMCP, 10)[2] == [0, 0, 0]


@pytest.mark.parametrize("choose", [knapsack, greedy])
@pytest.mark.parametrize(
    ("offers", "budget", "words"),
    [
        (SMCP, 9, "at least 10, the cost of the cheapest choice, not 9"),
        (SMCP, float("nan"), "at least 10"),
        (SMCP, "all", "at least 10"),
        ([], 3, "at least one group"),
        ([[(1, 1)], []], 3, "none without offers"),
        ([[(1, float("nan"))]], 3, "two numbers, not nan"),
        ([[("much", 1)]], 3, "two numbers, not 'much'"),
    ],
)
def test_bad_offers_and_budgets_are_refused(choose, offers, budget, words):
    with pytest.raises(ValueError, match=words):
        choose(offers, budget)
