"""Pruning: channels of a trained network scored, chosen, cut out for real, and the rest trained until it has recovered.

>>> from squeezelab.data import digits
>>> from squeezelab.training import reference
>>> train, test = digits()
>>> result = prune(reference("mini_vgg"), train, "fpgm", sparsity=0.25, epochs=0)
>>> small = result.plan.apply(reference("mini_vgg"), (1, 28, 28))  # a plan is stored as JSON, and cuts a fresh model alike
>>> sum(value.numel() for value in small.parameters()) == result.network.params
True
"""

from .allocate import across_groups, per_group
from .budget import hit
from .plan import Plan
from .pruning import Pruned, prune
from .recipes import RECIPES, Recipe
from .units import Units

__all__ = ["RECIPES", "Plan", "Pruned", "Recipe", "Units", "across_groups", "hit", "per_group", "prune"]
