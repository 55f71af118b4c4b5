"""SMCP's rule: how many channels of every group stay, such that their importance is the highest that a budget of cost allows.

Each group offers to keep its 1, 2, … most important channels, for the sum of their importance, at the cost of the layers that
read them, whose own outputs have the widths of now; a multiple-choice knapsack takes one offer of each (Humble et al. 2022)
[read]. A table made of the neighbours' widths of now is wrong once they change. SMCP's ramp keeps the changes small; here every
choice walks down in ten steps, is priced as a whole network, and spends what the tables left unspent.
"""

import math

from ..compression import Price, knapsack
from ..compression.prices import MEASURES
from ..compression.widths import Widths
from ..core.arith import ceil_div
from ..core.checks import check_choice
from .allocate import checked, strongest

OFFERS = 32  # at most, of a group; of more channels several go together
STEPS_DOWN = 10  # from the whole network to the budget
TRIES = 12
GRID = 500  # parts of the budget to which costs in a table are rounded up, so that a front of sums stays that small


def within_cost(cost="channels", machine="squeezelerator-16"):
    """The rule that keeps a network at most 1 − share of its `cost`, on `machine` where that is simulated.

    Raises a ValueError for another cost and, naming the least, for a share that no choice reaches.
    """
    check_choice("cost", cost, ("channels", *MEASURES))
    price = None if cost == "channels" else Price(cost, machine)
    made = []  # the costs of the network at hand: a training asks again and again

    def rule(scores, share, round_to, context):
        share, round_to = checked(scores, share, round_to)
        if not made or made[0].network is not context.units.network:
            made[:] = [Costs(context.units.network, price)]
        counts = counts_within(scores, share, round_to, made[0])
        return {name: strongest(each, counts[name]) for name, each in scores.items()}

    return rule


class Costs:
    """What a network costs at any widths, layer by layer, each remembered. price: a `Price`, or None where channels count."""

    def __init__(self, network, price):
        self.network, self.price, self.widths, self.known = network, price, Widths(network), {}
        self.full = self.widths.full
        norms = price is not None and price.measure == "params"  # whose scale and shift are parameters, too
        self.layers = [layer for layer in network.layers if layer.macs or norms and layer.op == "norm"]
        parts = self.widths.parts
        self.touched = {
            name: [layer for layer in self.layers if name in parts[layer.name][0] or name in parts[layer.inputs[0]][0]]
            for name in self.full
        }
        self.readers = {name: self.widths.readers(name) for name in self.full}

    def of(self, layers, counts):
        """What these layers cost together."""
        return sum(self.layer(layer, counts) for layer in layers)

    def layer(self, layer, counts):
        key = (layer.name, self.widths.count(layer.inputs[0], counts), self.widths.count(layer.name, counts))
        if key not in self.known:
            self.known[key] = self.price.layer(self.widths.layer(layer, counts))
        return self.known[key]

    def total(self, counts):
        """What all layers, or the channels, cost together."""
        return sum(counts.values()) if self.price is None else self.of(self.layers, counts)

    def more(self, name, now, count):
        """What a group costs more with another number of channels, the others as they are now."""
        if self.price is None:
            return count - now[name]
        layers = self.touched[name]
        return self.of(layers, {**now, name: count}) - self.of(layers, now)

    def reading(self, name, now, count):
        """What the layers that read a group cost at a number of its channels, the others as they are now."""
        return count if self.price is None else self.of(self.readers[name], {**now, name: count})


def counts_within(scores, share, round_to, costs):
    """{group: channels kept} of the most importance whose network costs at most 1 − share of the whole."""
    whole_cost = costs.total(costs.full)
    limit = (1 - share) * whole_cost * (1 + 1e-9)
    offers = {name: counts_offered(size, round_to) for name, size in costs.full.items()}
    check_reachable(costs, {name: counts[0] for name, counts in offers.items()}, share, limit)
    values = {name: each.sort(descending=True).values.double().cumsum(0).tolist() for name, each in scores.items()}
    now = dict(costs.full)
    for step in range(1, STEPS_DOWN + 1):  # so small that neighbours hardly change within one
        target = whole_cost * (1 - share * step / STEPS_DOWN)
        now = solved(values, offers, costs, now, target)
    for _ in range(TRIES):
        cost = costs.total(now)
        if cost <= limit:
            return filled(values, offers, costs, now, limit)
        target *= limit / cost  # a table that promised too much is asked for less
        now = solved(values, offers, costs, now, target)
    return filled(values, offers, costs, {name: counts[0] for name, counts in offers.items()}, limit)


def check_reachable(costs, least, share, limit):
    cost = costs.total(least)
    if cost > limit:
        what = "channels" if costs.price is None else costs.price.measure
        raise ValueError(
            f"{share:.1%} of the {what} cannot be removed: with {sum(least.values())} of {sum(costs.full.values())} channels "
            f"left, {cost / costs.total(costs.full):.1%} remain"
        )


def counts_offered(size, round_to):
    """The numbers of channels that a group of `size` offers to keep: whole multiples, and all of them."""
    step = min(size, round_to * ceil_div(size, round_to * OFFERS))
    return sorted({*range(step, size + 1, step), size})


def solved(values, offers, costs, now, target):
    """The best counts by a table in which each group's neighbours have their widths of now; the cheapest where none fits."""
    rest = costs.total(now) - sum(costs.reading(name, now, now[name]) for name in offers)
    table = [[(values[name][count - 1], costs.reading(name, now, count)) for count in counts] for name, counts in offers.items()]
    unit = max(target - rest, 1e-9) / GRID
    table = [[(value, math.ceil(cost / unit)) for value, cost in group] for group in table]
    places = knapsack(table, max(GRID, sum(min(cost for _, cost in group) for group in table)))[2]
    return {name: counts[place] for (name, counts), place in zip(offers.items(), places)}


def filled(values, offers, costs, now, limit):
    """The counts with what the budget has left spent, by true cost: again and again the step that adds most for what it costs."""
    while True:
        spent, best = costs.total(now), None
        for name, counts in offers.items():
            place = counts.index(now[name]) + 1
            if place < len(counts):
                dearer = costs.more(name, now, counts[place])
                gain = values[name][counts[place] - 1] - values[name][now[name] - 1]
                rate = gain / max(dearer, 1e-9 * spent)
                if spent + dearer <= limit and (best is None or rate > best[0]):
                    best = rate, name, counts[place]
        if best is None:
            return now
        now = {**now, best[1]: best[2]}
