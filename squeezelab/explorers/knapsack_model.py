"""SMCP's choice of widths, one solution after another: offers at the widths that the solution before left, and what is chosen."""

from ..compression.knapsack import greedy, knapsack
from .kit.memo import Memo
from .pruned_model import costs_of_network, worths_of


class Solution:
    """The knapsack and the greedy rule on the same table of offers.

    network, measure; budget: a share of the dense network's cost; chunk: channels are kept in multiples of it; number: how often
    the table was made, each time at the widths of the knapsack's solution before, at first at the dense ones.

    least: the share that the cheapest choice costs in this table; value: of all channels. picks: of the knapsack and of the
    greedy rule, a `Pick` each, the cheapest choice where the budget is below it.
    """

    def __init__(self, network, measure, budget, chunk, number):
        self.costs, self.worths = costs_of_network(network, measure), worths_of(network)
        self.groups = list_of_groups(self.costs.widths)
        self.before = self.costs.widths.full
        if number > 1:
            self.before = solution_of(network, measure, budget, chunk, number - 1).picks[0].widths
        self.chunk = chunk
        self.options = [list(range(chunk, len(self.worths[group]) + 1, chunk)) for group in self.groups]
        self.value = sum([sum(self.worths[group]) for group in self.groups])
        offers, rest = self.offers()
        cheapest = sum([min([cost for _, cost in group]) for group in offers])
        room = budget * self.costs.dense - rest
        self.least = (cheapest + rest) / self.costs.dense
        self.fits = cheapest <= room
        self.picks = [self.pick(solve(offers, max(room, cheapest)), rest) for solve in (knapsack, greedy)]

    def offers(self):
        """For every group (value, cost) at each number of channels, and what the layers cost that read no group.

        A group costs what the layers cost that read it: so each layer stands in one table only."""
        widths, offers, seen = self.costs.widths, [], []
        for group, options in zip(self.groups, self.options):
            readers, there, made = widths.readers(group), dict(self.before), []
            seen += [layer.name for layer in readers]
            for count in options:
                there[group] = count
                cost = sum([self.costs.layer(layer, there) for layer in readers])
                made.append((sum(self.worths[group][:count]), cost))
            offers.append(made)
        rest = [self.costs.layer(layer, self.before) for layer in widths.network.mac_layers if layer.name not in seen]
        return offers, sum(rest)

    def pick(self, found, rest):
        value, cost, places = found
        widths = {}
        for group, options, place in zip(self.groups, self.options, places):
            widths[group] = options[place]
        return Pick(widths, value / self.value, (cost + rest) / self.costs.dense, self.costs.share(widths))


class Pick:
    """widths: {group: channels}; value: share of what all channels are worth; table, true: shares of the dense network's cost,
    as the table has it, and of the network itself."""

    def __init__(self, widths, value, table, true):
        self.widths, self.value, self.table, self.true = widths, value, table, true


def list_of_groups(widths):
    """Names of the groups in the order of the network."""
    return [group.name for group in widths.channels.groups]


# solution_of(network, measure, budget, chunk, number)
solution_of = Memo(Solution, most=600)
