"""Lottery tickets: train, let the smallest weights fall, set the rest back to where they began, and again (Frankle, Carbin 2019,
The Lottery Ticket Hypothesis) [recalled].

>>> shares_of_rounds(0.9, 0.5)
[0.5, 0.75, 0.875, 0.9]
"""

import math

import torch

from ..core.checks import number, there_are
from .choosing import Trained, trained_behind
from .rounds import below_zero

PER_ROUND = 0.2  # of the weights that are left


def shares_of_rounds(sparsity: float, per_round: float = PER_ROUND, fallen: float = 0.0) -> list:
    """The share of all weights that has fallen after each round, in which `per_round` of those left falls; the last one ends at
    the sparsity. fallen: the share before the first. Nothing falls in no round."""
    rounds = math.ceil(math.log((1 - sparsity) / (1 - fallen)) / math.log(1 - per_round) - 1e-9)
    if rounds < 1:
        return []
    return [1 - (1 - fallen) * (1 - per_round) ** done for done in range(1, rounds)] + [sparsity]


def rewound(per_round, rewind, begun=None):
    """The driver of iterative magnitude pruning: as many trainings as rounds, and one of the ticket.

    rewind: how far into the first training the weights are that all others begin with, a share of it; 0 for the initial ones.
    begun: masks of rounds before, from which these go on. Raises a ValueError for shares that are none, and for masks before a
    rewind to early weights, for the training that they are of is over.
    """
    per_round = number(per_round, "the share of the weights left that falls in a round", above=0, below=1)
    rewind = number(rewind, "the share of the first training to rewind to", least=0, below=1)
    if begun is not None and rewind:
        raise ValueError("rounds that go on from masks rewind to the initial weights: rewind is 0 with kept")

    def drive(choosing, data, sparsity, epochs, scaled, settings):
        """The `Trained` ticket. Its weights are those of the beginning, so that `scaled` changes nothing."""
        units = choosing.units
        begin, kept = Snapshot(units.model, rewind), masks_before(begun, units, sparsity)
        for share in shares_of_rounds(sparsity, per_round, units.sparsity(kept)):
            history, meter = trained_behind(kept, units, data, epochs, settings, begin.look)
            if history is not None and history.interrupted:
                return Trained(kept, None, history, meter)
            choosing.add_spent(meter, history, len(data))
            choosing.scores = below_zero(choosing.scored(), kept)
            kept = choosing(share)
            choosing.notes.append({"left": 1 - units.sparsity(kept), "training_macs": choosing.spent})
            begin.put_back(units.model)
        start = units.masked(kept)
        return Trained(kept, start, *trained_behind(kept, units, data, epochs, settings))

    return drive


def masks_before(begun, units, sparsity):
    """The masks with which rounds begin: those given, or all weights. Raises a ValueError, naming what is wrong, for masks of
    other layers or shapes, and for such as keep less than is asked for."""
    if begun is None:
        return units.everything()
    if not isinstance(begun, dict):
        raise ValueError(f"kept is a dict {{layer: mask}}, not {type(begun).__name__}")
    for name, module in units.modules.items():
        if name not in begun:
            raise ValueError(f"the masks lack the layer {name!r}; {there_are(begun)}")
        mask = begun[name]
        if not torch.is_tensor(mask) or mask.dtype != torch.bool or mask.shape != module.weight.shape:
            raise ValueError(f"the mask of {name!r} is a tensor of True and False of the shape {tuple(module.weight.shape)}")
    if units.sparsity(begun) > sparsity + 1e-6:
        raise ValueError(f"the masks keep {1 - units.sparsity(begun):.2%} of the weights, less than {1 - sparsity:.2%}")
    return {name: begun[name].clone() for name in units.modules}


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
