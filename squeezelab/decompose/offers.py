"""What a layer can be had for, and how a budget is spent on many layers.

Every layer offers its ranks, each with a price and with the share of its kernel's energy that it keeps. What one layer
drops no later one brings back, so the shares multiply, and their product is to be large (Zhang et al. 2016); the sum of what
is given up would empty one layer for the sake of the others. All layers start at their cheapest offer; then the step is
taken that multiplies the product most for its price, wherever it is, until nothing fits any more. Where every rank costs the
same and keeps less than the one before, this is the best there is, up to the last step. On an accelerator prices are
staircases: the next rank is often free, and a step goes to the edge of a stair.
"""

import numpy as np
import torch

from .spectra import given_up


class Offers:
    """The offers of one layer: `costs` ascend, `losses` (−ln of the share of energy kept) descend, `ranks` go along (None:
    dense). `place` is the offer taken, at first the cheapest; `dense` is what the layer costs as it is."""

    def __init__(self, layer, kernel, method, price):
        self.dense = price.layer(layer)
        ranks, shares = given_up(kernel, method)
        costs = price.factors(layer, method, as_arrays(ranks)).tolist()
        options = [(self.dense, 0.0, None), *zip(costs, shares.tolist(), ranks)]
        costs, shares, self.ranks = zip(*worth_their_price(options))
        self.costs, shares = (torch.tensor(column, dtype=torch.float64) for column in (costs, shares))
        self.losses = -torch.log1p(-shares)
        self.place = 0

    @property
    def rank(self):
        """The rank of the offer taken."""
        return self.ranks[self.place]

    @property
    def saved(self):
        """What the offer taken saves of the dense layer's cost."""
        return self.dense - float(self.costs[self.place])

    def price_of(self, place):
        """What a step from the offer taken to another costs."""
        return float(self.costs[place] - self.costs[self.place])

    def step(self, room):
        """(loss avoided per cost, place) of the best step up that costs at most `room`; nothing is avoided if none fits."""
        prices = self.costs[self.place + 1 :] - self.costs[self.place]  # (offers above this one,), rising
        fitting = int((prices <= room).sum())
        if not fitting:
            return 0.0, self.place
        losses = self.losses[self.place + 1 : self.place + 1 + fitting]
        gains = (self.losses[self.place] - losses) / prices[:fitting]
        best = int(gains.argmax())
        return float(gains[best]), self.place + 1 + best


def as_arrays(ranks):
    """A list of ranks as an array, a list of pairs (r_out, r_in) as two."""
    columns = np.array(ranks).T  # (ranks,) or (2, ranks)
    return columns if columns.ndim == 1 else tuple(columns)


def worth_their_price(options):
    """The (cost, share, …) that give up less than all cheaper ones."""
    kept = []
    for option in sorted(options, key=lambda option: option[:2]):
        if not kept or option[1] < kept[-1][1]:
            kept.append(option)
    return kept


def spend(offers, room):
    """Takes the best step of all layers, again and again, until none fits into `room`."""
    steps = [one.step(room) for one in offers]
    while any(gain for gain, _ in steps):
        best = max(range(len(steps)), key=lambda i: steps[i][0])
        place = steps[best][1]
        price = offers[best].price_of(place)
        if price <= room:
            room -= price
            offers[best].place = place
        steps[best] = offers[best].step(room)  # from the new place, or what still fits
