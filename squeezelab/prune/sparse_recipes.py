"""Recipes that never train the dense network, or train it to find out what it can do without.

>>> ticket = lottery(rewind=0.05)
>>> ticket.unit, ticket.fresh, ticket.read
('weight', True, 'recalled')
"""

from ..core.checks import check_choice
from . import weight_scores
from .allocate import across_weights
from .aswl import attended
from .colt import overlapping
from .drop_grow import by_density, drawn_places, largest_gradient, moving
from .recipe import of_weights
from .tickets import PER_ROUND, rewound

KINDS_OF_DENSITY = ("erk", "er", "uniform")


def lottery(per_round=PER_ROUND, rewind=0.0, kept=None):
    """per_round: the share of the weights left that falls in a round; rewind: the share of the first training to which all others
    go back, 0 for the initial weights; kept: {layer: mask} of rounds before, from which these go on; at the masks' own sparsity
    just the ticket is trained. The epochs are those of each round, and of the ticket."""
    paper = "Frankle, Carbin 2019, The Lottery Ticket Hypothesis"
    return from_start(weight_scores.size_of_weight, across_weights, paper, "recalled", driver=rewound(per_round, rewind, kept))


def colt(parts=2, per_round=0.15, kept=None):
    """parts: of the classes, a model each; per_round: the share of the weights left that each model lets fall in a round; kept:
    as in `lottery`. The epochs are those of each training, and of the ticket. The classifier stays whole."""
    paper = "Hossain et al. 2022, COLT: Cyclic Overlapping Lottery Tickets"
    return from_start(weight_scores.size_of_weight, across_weights, paper, "CODE", driver=overlapping(parts, per_round, kept))


def aswl(alpha=1.0, decay=1.0):
    """alpha: the exponent with which an attention becomes the share that falls; decay: of the squared distance from the density
    asked for. That density is only strived for; it is as the training ends that what takes no part falls."""
    paper = "He, Shi, Dong 2021, Learning Pruned Structure and Weights Simultaneously from Scratch: ASWL"
    return from_start(weight_scores.size_of_weight, across_weights, paper, "CODE", driver=attended(alpha, decay))


def static(densities="erk"):
    """densities: erk, er or uniform: drawn masks that never move, the control of `rigl` and `set`."""
    return with_drawn_masks("a control: weights drawn at random, densities of each layer as in RigL", "control", densities)


def rigl(densities="erk", alpha=0.3, every=None, until=0.75):
    """alpha: share of the weights that moves at first, falling as a cosine; every: steps between updates, by default the paper's
    100, or a twentieth of a shorter training; until: the share of training after which masks stay."""
    paper = "Evci et al. 2020, Rigging the Lottery: RigL"
    return with_drawn_masks(paper, "CODE", densities, moving(largest_gradient, alpha, every, until))


def grown_at_random(densities="erk", alpha=0.3, every=None, until=0.75):
    """SET; as `rigl`, but new weights are drawn, and a step follows each update (the released code steps first)."""
    paper = "Mocanu et al. 2018, Sparse Evolutionary Training: SET, as RigL's code has it"
    return with_drawn_masks(paper, "CODE", densities, moving(drawn_places, alpha, every, until, takes_step=True))


def with_drawn_masks(paper, read, densities, driver=None):
    check_choice("kind of density", densities, KINDS_OF_DENSITY)
    return from_start(weight_scores.drawn_weights, by_density(densities), paper, read, driver=driver)


def from_start(score, allocate, paper, read, **others):
    return of_weights(score, allocate, paper, read, fresh=True, **others)
