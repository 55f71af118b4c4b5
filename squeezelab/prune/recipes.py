"""Recipes: seven small choices each, by name. A recipe is a function of its options that gives a `Recipe`.

Each says what its paper is and what was read of it: CODE, the algorithm is that of the authors' code; AFTER, only abstracts or
others' summaries were read, and the rest is recalled or inferred.

>>> RECIPES["complexity"](mode="fa").paper
'Zawish et al. 2022, Complexity-Driven CNN Compression'
"""

import functools
import inspect

from ..core.checks import check_choice, choose, number, whole
from . import scores, weight_scores
from .allocate import across_groups, across_weights, per_group, per_layer, two_of_four
from .cost_rule import within_cost
from .gates import KINDS_OF_GATE
from .layer_rules import by_complexity, by_sensitivity
from .recipe import Recipe, of_weights
from .relief import by_parts
from .rounds import in_rounds
from .schedules import cubic, exponential
from .sparse_recipes import aswl, colt, grown_at_random, lottery, rigl, static


def l1_filter():
    return Recipe(scores.filter_size, per_group, paper="Li et al. 2017, Pruning Filters for Efficient ConvNets", read="recalled")


def fpgm():
    return Recipe(scores.distance, per_group, paper="He et al. 2019, Filter Pruning via Geometric Median", read="recalled")


def taylor():
    return Recipe(scores.taylor_first_order, across_groups, paper="Molchanov et al. 2019, Importance Estimation", read="recalled")


PULL = 0.5  # of a scale, all steps together: between .3 and .6 the scales of small networks part [inferred]


def slimming(pull=PULL, pull_epochs=1):
    """pull: how far scales are pulled towards 0 in all, over so many epochs; 0 for a model that was trained so already."""
    pull, epochs = number(pull, "the pull", least=0), whole(pull_epochs, "pull_epochs", 0)
    paper = "Liu et al. 2017, Learning Efficient Convolutional Networks through Network Slimming"
    return Recipe(scores.gamma, across_groups, pull=pull, pull_epochs=epochs, paper=paper, read="CODE")


def nisp():
    return Recipe(scores.propagated, per_group, paper="Yu et al. 2018, NISP", read="AFTER")


def sbpf(noise=0.5):
    """noise: standard deviation of what damages a layer, in that of its weights [inferred]."""
    return Recipe(scores.drawn_units, by_sensitivity(noise), paper="Lu et al. 2022, Sensitiveness Based Pruning", read="AFTER")


def complexity_driven(mode="fa"):
    """mode: pa, by parameters; fa, by operations; ma, by memory."""
    check_choice("mode of complexity", mode, ("pa", "fa", "ma"))
    paper = "Zawish et al. 2022, Complexity-Driven CNN Compression"
    return Recipe(scores.drawn_units, by_complexity(mode), fresh=True, paper=paper, read="AFTER")


MEMORIES = ("latest", "average", "momentum")


def smcp(
    cost="channels",
    machine="squeezelerator-16",
    gate="soft",
    warm_up=None,
    ramp=None,
    frozen=None,
    unit_score="read_by",
    memory="latest",
):
    """cost: what the sparsity is a share of: channels, or params, macs, cycles or energy on `machine`. gate: soft, hard,
    permanent. warm_up, ramp, frozen: epochs, by default the paper's shares of training. unit_score: read_by, the paper's, or
    magnitude, its script's default. memory: whether a choice goes by the gradients of the latest step, its
    script's default, or by an average or momentum of the scores of all steps before."""
    check_choice("kind of gate", gate, KINDS_OF_GATE)
    check_choice("memory of smcp", memory, MEMORIES)
    score = choose("unit_score", unit_score, {"read_by": scores.read_by, "magnitude": scores.filter_size})
    schedule = exponential(warm_up, ramp, frozen)
    paper = "Humble et al. 2022, Soft Masking for Cost-Constrained Channel Pruning"
    return Recipe(score, within_cost(cost, machine), schedule=schedule, gate=gate, paper=paper, read="CODE", memory=memory)


def magnitude():
    paper = "Han et al. 2015, Learning both Weights and Connections; one threshold for all layers"
    return of_weights(weight_scores.size_of_weight, across_weights, paper, "recalled")


def gradual(begin=0.1, end=0.7):
    """begin, end: of the cubic ramp, as shares of training."""
    paper = "Zhu, Gupta 2017, To Prune, or Not to Prune"
    return of_weights(weight_scores.size_of_weight, across_weights, paper, "recalled", schedule=cubic(begin, end))


def snip():
    return of_weights(weight_scores.sensitivity_of_weight, across_weights, "Lee et al. 2019, SNIP", "recalled", fresh=True)


def synflow(rounds=100):
    """rounds: in which the density falls exponentially."""
    return of_weights(weight_scores.flow, in_rounds(rounds), "Tanaka et al. 2020, SynFlow", "recalled", fresh=True)


def two_four(count=2):
    """count: of four neighbours that stay, 1, 2 or 3. Sparse tensor cores know 2 [recalled]; the others are for comparison."""
    if whole(count, "the weights of four that stay") > 3:
        raise ValueError(f"of four weights 1, 2 or 3 stay, not {count}")
    paper = "Mishra et al. 2021, Accelerating Sparse Deep Neural Networks: 2 of 4"
    allocate = functools.update_wrapper(functools.partial(two_of_four, count=count), two_of_four)  # with its name
    return of_weights(weight_scores.size_of_weight, allocate, paper, "recalled")


def nnrelief(alpha=None, reading="code", images=1000):
    """alpha: a share of what flows into a neuron, or a pair (of convolutions, of linear layers), .9 and .95 in the paper; without
    it, that which meets the sparsity. reading: code or paper, which differ. images: over which is averaged."""
    paper = "Dekhovich et al. 2024, Neural network relief"
    return of_weights(weight_scores.unscored, by_parts(alpha, reading, whole(images, "images")), paper, "CODE")


def random(unit="channel", densities=None):
    """unit: channel, or weight, from a fresh start with masks of the same density in all layers, or of {layer: density}."""
    check_choice("unit", unit, ("channel", "weight"))
    paper = f"a control: {unit}s drawn at random"
    if unit == "weight":
        return of_weights(weight_scores.drawn_weights, per_layer(densities), paper, "control", fresh=True)
    return Recipe(scores.drawn_units, across_groups, paper=paper, read="control")


def uniform():
    return Recipe(scores.drawn_units, per_group, paper="a control: the same share of every group, drawn", read="control")


RECIPES = {
    "magnitude": magnitude,
    "gradual": gradual,
    "l1_filter": l1_filter,
    "fpgm": fpgm,
    "taylor": taylor,
    "snip": snip,
    "synflow": synflow,
    "two_four": two_four,
    "slimming": slimming,
    "nisp": nisp,
    "smcp": smcp,
    "nnrelief": nnrelief,
    "sbpf": sbpf,
    "complexity": complexity_driven,
    "random": random,
    "uniform": uniform,
    "lottery": lottery,
    "colt": colt,
    "rigl": rigl,
    "set": grown_at_random,
    "static": static,
    "aswl": aswl,
}


def recipe_of(recipe: str | Recipe, options: dict) -> Recipe:
    """A recipe by its name, with its options, or one's own; raises a ValueError that lists the recipes, or the options."""
    if isinstance(recipe, Recipe):
        if options:
            raise ValueError(f"a recipe of one's own takes no options, and {next(iter(options))!r} is given")
        return recipe
    make = choose("recipe", recipe, RECIPES)
    known = list(inspect.signature(make).parameters)
    for name in options:
        if name not in known:
            raise ValueError(f"{recipe} has no option {name!r}; it takes {', '.join(known) if known else 'none'}")
    return make(**options)
