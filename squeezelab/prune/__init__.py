"""Pruning: units of a network scored and chosen, channels cut out for real or weights set to zero, and the rest trained.

A method is seven choices: what falls (unit), what it is worth (scorer), how much of each layer goes (allocator), when (schedule),
how what is masked takes part in training (gate), what the rest starts from (recovery), and what pulls while it is trained
(regulariser). A `Recipe` is a few lines of them.

>>> from squeezelab.data import digits
>>> from squeezelab.training import reference
>>> train, test = digits()
>>> result = prune(reference("mini_vgg"), train, "fpgm", sparsity=0.25, epochs=0)
>>> small = result.plan.apply(reference("mini_vgg"), (1, 28, 28))  # a plan is stored as JSON, and cuts a fresh model alike
>>> sum(value.numel() for value in small.parameters()) == result.network.params
True
"""

from .allocate import Context, across_groups, across_weights, per_group, per_layer, two_of_four
from .budget import hit
from .compressed_rows import as_csr
from .ftwt import ftwt
from .neq import neq
from .plan import Plan
from .pruning import Pruned, prune
from .recipes import RECIPES, Recipe
from .relief import largest_parts
from .units import Units
from .weight_units import WeightUnits

__all__ = [
    "RECIPES",
    "Context",
    "Plan",
    "Pruned",
    "Recipe",
    "Units",
    "WeightUnits",
    "across_groups",
    "across_weights",
    "as_csr",
    "ftwt",
    "hit",
    "largest_parts",
    "neq",
    "per_group",
    "per_layer",
    "prune",
    "two_of_four",
]
