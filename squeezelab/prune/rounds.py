"""Weights that fall in many rounds, scored anew in each: what SynFlow needs, whose scores belong to the weights that are left."""

import torch

from ..core.checks import whole
from .allocate import across_weights, checked


def in_rounds(rounds):
    """The rule that in round k of n keeps d^(k/n) of the weights, d the density asked for; one round empties whole layers
    (Tanaka et al. 2020) [recalled]. Raises a ValueError for what is no number of rounds."""
    rounds = whole(rounds, "the number of rounds")

    def rule(scores, share, round_to, context):
        share, _ = checked(scores, share, round_to)
        units, kept = context.units, None
        weights = {name: module.weight.detach().clone() for name, module in units.modules.items()}
        try:
            for number in range(1, rounds + 1):
                if kept is not None:
                    scores = context.score(units, context.data, context.dice)
                kept = across_weights(below_zero(scores, kept), 1 - (1 - share) ** (number / rounds))
                set_weights(units, {name: weights[name] * mask for name, mask in kept.items()})
        finally:
            set_weights(units, weights)
        return kept

    return rule


def below_zero(scores, kept):
    """Scores in which what fell before is below all that is left, also where its own is 0."""
    if kept is None:
        return scores
    return {name: torch.where(kept[name], each, -1) for name, each in scores.items()}


def set_weights(units, values):
    with torch.no_grad():
        for name, value in values.items():
            units.modules[name].weight.copy_(value)
