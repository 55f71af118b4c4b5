"""Six ways to spread a cut over the layers of a network, each stopped where the network meets the same budget."""

from ..compression.complexity import FLOOR, group_of, layer_shares, removals
from ..compression.thinned import kept_of
from ..core.arith import ceil_div
from ..networks.stored import peak_words
from .kit.measured import measured
from .kit.memo import Memo
from .knapsack_model import solution_of
from .pruned_model import costs_of_network, widths_of

METHODS = [
    ("pa", "PA, by parameters"),
    ("fa", "FA, by operations"),
    ("ma", "MA, by memory"),
    ("uniform", "uniform"),
    ("sensitivity", "sensitivity"),
    ("knapsack", "knapsack"),
]
DRAWN = ("pa", "fa", "ma")
NOISE = 1.0  # times the standard deviation of the weights, of the record
CHUNK = 4  # channels, for the knapsack
TABLES = 6  # that the knapsack makes at most
PARTS = 64  # steps of a path that is none of single filters: as many as the widest groups have channels


def even_numbers():
    """A function that gives numbers from 0 to 1 which halve the gaps that are left, without chance (van der Corput).

    >>> draw = even_numbers()
    >>> [draw() for _ in range(5)]
    [0.5, 0.25, 0.75, 0.125, 0.625]
    """
    count = [0]

    def draw():
        count[0] += 1
        rest, number, part = count[0], 0, 0.5
        while rest:
            number += part * (rest % 2)
            rest, part = rest // 2, part / 2
        return number

    return draw


def sensitivities(network):
    """{group: share of the accuracy lost to noise in its layers}, as experiments/layer_sensitivity.py measured it."""
    drops = {}
    for row in measured("layer_sensitivity")["rows"]:
        if row["network"] == network and row["noise"] == NOISE:
            for group in row["groups"]:
                drops[group["group"]] = drops.get(group["group"], 0) + max(0, group["drop"])
    total = sum(drops.values())
    for name in drops:
        drops[name] /= total
    return drops


def path(network, method):
    """Widths from the dense network on, each with a little less than the one before, to the floor, a tenth of each group."""
    widths = widths_of(network)
    if method in DRAWN:
        return [counts for counts, _ in removals(widths.network, method, even_numbers())]
    full = widths.full
    pace = dict([(name, 1) for name in full])
    if method == "sensitivity":
        lost = sensitivities(network)
        fastest = 1 - min(lost.values())
        pace = dict([(name, (1 - lost[name]) / fastest) for name in full])
    steps = []
    for step in range(PARTS):
        counts = {}
        for name in full:
            counts[name] = max(ceil_div(full[name], FLOOR), kept_of(full[name], pace[name] * step / PARTS))
        steps.append(counts)
    return steps


# path_of(network, method): all ten are kept
path_of = Memo(path, most=20)


class Cut:
    """A network cut by a method: widths, {group: channels}; meets: whether it is within the budget, else it is the least that
    the method reaches. cost, params, macs, cycles, memory: shares of the dense network's, memory at its peak."""

    def __init__(self, network, method, measure, share):
        costs = costs_of_network(network, measure)
        found = chosen(network, measure, share) if method == "knapsack" else least_cut(path_of(network, method), costs, share)
        self.widths, self.cost = found, costs.share(found)
        self.meets = self.cost <= share * (1 + 1e-9)
        self.after = {"memory": peak_share(network, found)}
        for each in ("params", "macs", "cycles"):
            self.after[each] = costs_of_network(network, each).share(found)
        full = costs.widths.full
        self.removed = {}
        for name in full:
            self.removed[name] = full[name] - found[name]

    def share_of(self, group):
        """The part of the removed channels that are of a group."""
        total = sum(self.removed.values())
        return self.removed[group] / total if total else 0


def peak_share(network, widths):
    here = widths_of(network)
    return peak_words(here.network_of(widths)) / peak_words(here.network)


def least_cut(steps, costs, share):
    """The first of the widths of a path that cost at most this share, or the last."""
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        if costs.share(steps[middle]) <= share * (1 + 1e-9):
            high = middle
        else:
            low = middle + 1
    return steps[low]


def chosen(network, measure, share):
    """The most valuable of the knapsack's solutions that are within the budget when they are measured again."""
    picks = [solution_of(network, measure, share, CHUNK, number + 1).picks[0] for number in range(TABLES)]
    inside = [pick for pick in picks if pick.true <= share * (1 + 1e-9)]
    return (max(inside, key=lambda pick: pick.value) if inside else min(picks, key=lambda pick: pick.true)).widths


# cut_by(network, method, measure, share)
cut_by = Memo(Cut, most=480)


def dense_shares(network, mode):
    """{group: its part of the dense network's complexity}, by which PA, FA and MA draw first."""
    widths, found = widths_of(network), {}
    shares = layer_shares(widths.network, mode)
    for name in shares:
        group = group_of(widths, widths.network[name])
        found[group] = found.get(group, 0) + shares[name]
    return found


# shares_of(network, mode)
shares_of = Memo(dense_shares, most=12)
