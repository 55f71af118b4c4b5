"""Lottery tickets: train, let the smallest weights fall, set the rest back to where they began, and again (Frankle, Carbin 2019,
The Lottery Ticket Hypothesis) [recalled].

>>> shares_of_rounds(0.9, 0.5)
[0.5, 0.75, 0.875, 0.9]
"""

import math

from ..core.checks import number
from .choosing import Trained, trained_behind
from .rounds import below_zero

PER_ROUND = 0.2  # of the weights that are left


def shares_of_rounds(sparsity: float, per_round: float = PER_ROUND) -> list:
    """The share of all weights that has fallen after each round, in which `per_round` of those left falls; the last one ends at
    the sparsity. Nothing falls in none."""
    if sparsity == 0:
        return []
    rounds = math.ceil(math.log(1 - sparsity) / math.log(1 - per_round) - 1e-9)
    return [1 - (1 - per_round) ** done for done in range(1, rounds)] + [sparsity]


def rewound(per_round, rewind):
    """The driver of iterative magnitude pruning: as many trainings as rounds, and one of the ticket.

    rewind: how far into the first training the weights are that all others begin with, a share of it; 0 for the initial ones.
    Raises a ValueError for shares that are none.
    """
    per_round = number(per_round, "the share of the weights left that falls in a round", above=0, below=1)
    rewind = number(rewind, "the share of the first training to rewind to", least=0, below=1)

    def drive(choosing, data, sparsity, epochs, scaled, settings):
        """The `Trained` ticket. Its weights are those of the beginning, so that `scaled` changes nothing."""
        units = choosing.units
        begin, kept = Snapshot(units.model, rewind), units.everything()
        for share in shares_of_rounds(sparsity, per_round):
            history, meter = trained_behind(kept, units, data, epochs, settings, begin.look)
            if history is not None and history.interrupted:
                return Trained(kept, None, history, meter)
            choosing.add_spent(meter, history, len(data))
            choosing.scores = below_zero(choosing.scored(), kept)
            kept = choosing(share)
            choosing.notes.append({"left": 1 - units.sparsity(kept)})
            begin.put_back(units.model)
        start = units.masked(kept)
        return Trained(kept, start, *trained_behind(kept, units, data, epochs, settings))

    return drive


class Snapshot:
    """The state to which weights are set back: that of the beginning, or where `rewind` of the first training has passed."""

    def __init__(self, model, rewind):
        self.rewind, self.state, self.taken = rewind, copied(model), rewind == 0

    def look(self, training):
        if not self.taken and training.step >= self.rewind * training.steps:
            self.state, self.taken = copied(training.model), True

    def put_back(self, model):
        model.load_state_dict(self.state)


def copied(model):
    return {name: value.detach().clone() for name, value in model.state_dict().items()}
