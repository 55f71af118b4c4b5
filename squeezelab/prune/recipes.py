"""Recipes: how units are scored, how a sparsity becomes channels of every group, and what happens before and after.

Each says what its paper is and what was read of it: CODE, the algorithm is that of the authors' code; AFTER, only abstracts or
others' summaries were read, and the rest is recalled or inferred.
"""

import random as chance
from collections import namedtuple

import torch

from ..compression.complexity import drawn_widths
from ..core.checks import choose
from . import scores
from .allocate import across_groups, per_group, strongest

Recipe = namedtuple("Recipe", "score allocate pull fresh paper read")
Recipe.__doc__ = """A recipe of channel pruning.

score: function of (units, data, dice) → {group: value of each unit}, higher is kept. allocate: function of (scores, sparsity,
multiple) → {group: places kept}, or, with `fresh`, of the units, too. pull: how far a norm's scale is pulled towards 0 while the
dense model is trained on before scoring, 0 for no such training. fresh: whether the small network starts anew. paper, read: where
it comes from.

>>> RECIPES["slimming"].read
'CODE'
"""


def by_complexity(mode):
    """The allocator of complexity-driven pruning: layers drawn by their share of parameters, operations or memory."""

    def allocate(found, share, multiple, units, dice):
        draw = chance.Random(int(torch.randint(2**31, (1,), generator=dice))).random
        widths = drawn_widths(units.network, mode, share, draw)
        return {name: strongest(each, widths[name]) for name, each in found.items()}

    return allocate


PULL = 0.5  # of a scale, all steps together: between .3 and .6 the scales of small networks part [inferred]

RECIPES = {
    "l1_filter": Recipe(
        scores.magnitude, per_group, 0, False, "Li et al. 2017, Pruning Filters for Efficient ConvNets", "recalled"
    ),
    "fpgm": Recipe(scores.distance, per_group, 0, False, "He et al. 2019, Filter Pruning via Geometric Median", "recalled"),
    "taylor": Recipe(scores.taylor, across_groups, 0, False, "Molchanov et al. 2019, Importance Estimation", "recalled"),
    "slimming": Recipe(scores.gamma, across_groups, PULL, False, "Liu et al. 2017, Network Slimming", "CODE"),
    "nisp": Recipe(scores.propagated, per_group, 0, False, "Yu et al. 2018, NISP", "AFTER"),
    "random": Recipe(scores.random, across_groups, 0, False, "a control: channels drawn over all groups", "control"),
    "uniform": Recipe(scores.random, per_group, 0, False, "a control: the same share of every group, drawn", "control"),
    "complexity_pa": Recipe(scores.random, by_complexity("pa"), 0, True, "Zawish et al. 2022, by parameters", "AFTER"),
    "complexity_fa": Recipe(scores.random, by_complexity("fa"), 0, True, "Zawish et al. 2022, by operations", "AFTER"),
    "complexity_ma": Recipe(scores.random, by_complexity("ma"), 0, True, "Zawish et al. 2022, by memory", "AFTER"),
}


def recipe_of(recipe):
    """A recipe by its name, or one's own; raises, listing the names, for another."""
    return recipe if isinstance(recipe, Recipe) else choose("recipe", recipe, RECIPES)


def places_by(recipe, found, share, multiple, units, dice):
    """{group: places kept} by a recipe's allocator."""
    if recipe.fresh:
        return recipe.allocate(found, share, multiple, units, dice)
    return recipe.allocate(found, share, multiple)
