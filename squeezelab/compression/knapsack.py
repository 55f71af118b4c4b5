"""One offer of every group within a budget, such that the values add up to the most: the multiple-choice knapsack.

SMCP (Humble et al. 2022) chooses the number of channels of every group so. Groups are merged two by two; of all sums those are
kept that no cheaper one equals in value (a Pareto front), so that costs may be any numbers, and nothing is rounded.

>>> offers = [[(9, 5), (17, 10), (25, 15), (32, 20)], [(8, 3), (13, 6), (18, 9), (19, 12)], [(7, 2), (13, 4), (17, 6), (21, 8)]]
>>> knapsack(offers, 26), greedy(offers, 26)
((54, 26, [2, 0, 3]), (49, 25, [0, 3, 3]))
"""

from ..core.checks import is_number, plain

ROUNDING = 1e-9  # relative: costs are fractions, whose sum depends on the order


def knapsack(offers: list, budget: float) -> tuple:
    """(value, cost, place of the offer taken in every group) of the best choice within `budget`.

    offers: for every group a list of (value, cost), numbers; one of each must be taken. The best is exact, up to the rounding of
    the sums; the cheaper one where two are equal in value. Its work grows with the number of sums on the front, at most the
    product of the groups' sizes.

    Raises a ValueError without groups, for a group without offers, for what is no number, and, with the least that is possible,
    for a budget below the cheapest choice.

    >>> knapsack([[(1, 1), (3, 2)], [(1, 1), (2, 2)]], 3)
    (4, 3, [1, 0])
    """
    offers = checked_offers(offers, budget)
    limit = plain(budget) * (1 + ROUNDING)
    least = [min([cost for _, cost in group]) for group in offers]
    room = limit - sum(least)  # what a choice may cost beyond the cheapest
    front = [(0, 0, None)]  # (cost beyond the cheapest, value, (the front's entry before, place)) by rising cost
    for group, cheapest in zip(offers, least):
        front = merged(front, group, cheapest, room)
    best = front[-1]
    places = []
    while best[2] is not None:
        best, place = best[2]
        places.append(place)
    places.reverse()
    return sum_of(offers, places)


def merged(front, group, cheapest, room):
    """The front of all sums of an entry and an offer that fit, those that are worth more than all cheaper ones."""
    sums = []
    for place, (value, cost) in enumerate(group):
        beyond = cost - cheapest
        for before, entry in enumerate(front):
            if entry[0] + beyond > room:
                break
            sums.append((entry[0] + beyond, -entry[1] - value, before, place))
    sums.sort()  # plain tuples: a key would take MicroPython thirty times as long
    kept = []
    for cost, minus, before, place in sums:
        if not kept or -minus > kept[-1][1]:
            kept.append((cost, -minus, (front[before], place)))
    return kept


def greedy(offers: list, budget: float) -> tuple:
    """The same by the rule that one tries first: start at the cheapest offers, then take, again and again, the step to a dearer
    offer of a group that adds the most value per cost and still fits.

    Raises as `knapsack` does.

    >>> greedy([[(1, 1), (3, 2)], [(1, 1), (2, 2)]], 3)
    (4, 3, [1, 0])
    """
    offers = checked_offers(offers, budget)
    limit = plain(budget) * (1 + ROUNDING)
    places = [cheapest_of(group) for group in offers]
    while True:
        step = best_step(offers, places, limit - sum_of(offers, places)[1])
        if step is None:
            return sum_of(offers, places)
        places[step[0]] = step[1]


def cheapest_of(group):
    """The place of the cheapest offer, of several that of the one worth most."""
    return min(range(len(group)), key=lambda place: (group[place][1], -group[place][0]))


def best_step(offers, places, room):
    """(group, place) of the step that adds the most value per cost within `room`, or None; what costs nothing comes first."""
    best = None
    for number, group in enumerate(offers):
        value, cost = group[places[number]]
        for place, (more, dearer) in enumerate(group):
            if more > value and dearer - cost <= room and dearer >= cost:
                gain = (more - value) / (dearer - cost) if dearer > cost else float("inf")
                if best is None or gain > best[0]:
                    best = gain, number, place
    return best and best[1:]


def sum_of(offers, places):
    """(value, cost, places) of a choice."""
    taken = [group[place] for group, place in zip(offers, places)]
    return sum([value for value, _ in taken]), sum([cost for _, cost in taken]), places


def checked_offers(offers, budget):
    """The offers as pairs of plain numbers; raises for what is none, and for a budget that nothing fits into."""
    offers = [[(plain(value), plain(cost)) for value, cost in group] for group in offers]
    if not offers or min([len(group) for group in offers]) == 0:
        raise ValueError("a knapsack chooses one offer of every group: give at least one group, and none without offers")
    for group in offers:
        for number in [number for offer in group for number in offer]:
            if not is_number(number) or number != number:
                raise ValueError(f"an offer is (value, cost), two numbers, not {number!r}")
    least = sum([min([cost for _, cost in group]) for group in offers])
    if not is_number(plain(budget)) or not least <= plain(budget) * (1 + ROUNDING):
        raise ValueError(f"the budget must be a number of at least {least:g}, the cost of the cheapest choice, not {budget!r}")
    return offers
