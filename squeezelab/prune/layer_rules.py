"""Rules that ask of a layer how much it can lose, and of its units nothing: complexity (PA, FA, MA), and sensitivity (SBPF)."""

import random as chance

import torch

from ..bridge.independent import independent_copy
from ..compression.complexity import drawn_widths
from ..core.checks import number
from ..training import evaluate
from .allocate import FLOOR, checked, rounded, strongest
from .surgery import layers_of

IMAGES = 1000  # of the training images, on which damage is measured


def by_complexity(mode):
    """The allocator of complexity-driven pruning: layers drawn by their share of parameters, operations or memory."""

    def rule(scores, share, round_to, context):
        share, round_to = checked(scores, share, round_to)
        draw = chance.Random(int(torch.randint(2**31, (1,), generator=context.dice))).random
        widths = drawn_widths(context.units.network, mode, share, draw)
        return {name: strongest(each, rounded(widths[name], len(each), round_to)) for name, each in scores.items()}

    return rule


def by_sensitivity(noise=0.5, draws=3):
    """After SBPF (Lu et al. 2022): groups lose in proportion to 1 − S, where S is a group's part of all accuracy that is lost
    when noise is added to its layers' weights, one group at a time.

    noise: standard deviation of the Gaussian, in that of the weights of a layer; its kind and size, and the formula, are
    inferred. A group keeps at least a tenth. Raises a ValueError for a noise that is no positive number.
    """
    noise = number(noise, "the noise", above=0)
    known = []  # (units, their sensitivities): a search for a budget asks for many shares of the same

    def rule(scores, share, round_to, context):
        share, round_to = checked(scores, share, round_to)
        if not known or known[0][0] is not context.units:
            known[:] = [(context.units, sensitivities(context.units, context.data, noise, draws, context.dice))]
        parts = known[0][1]
        falls = shared_out({name: 1 - part for name, part in parts.items()}, context.units.sizes, share)
        kept = {name: max(1, int((1 - falls[name]) * len(each) + 0.5)) for name, each in scores.items()}
        return {name: strongest(each, rounded(kept[name], len(each), round_to)) for name, each in scores.items()}

    return rule


def sensitivities(units, data, noise, draws, dice):
    """{group: its part of all accuracy lost}; a gain counts as no loss [inferred], and all are alike where nothing is lost."""
    images = data.take(min(IMAGES, len(data)))
    before = evaluate(units.model, images).accuracy
    drops = {}
    for group in units.groups:
        after = [evaluate(with_noise(units, group, noise, dice), images).accuracy for _ in range(draws)]
        drops[group.name] = max(0.0, before - sum(after) / draws)
    total = sum(drops.values())
    return {name: drop / total if total else 1 / len(drops) for name, drop in drops.items()}


def with_noise(units, group, noise, dice):
    """A copy of the model with noise on the weights that make a group's channels."""
    made = independent_copy(units.model)
    modules = {layer.name: module for layer, module in layers_of(made, units.network)}
    with torch.no_grad():
        for name in group.makers:
            weight = modules[name].weight
            weight += noise * weight.std() * torch.randn(weight.shape, generator=dice)
    return made


def shared_out(parts, sizes, share):
    """{group: the share that falls}, in proportion to `parts` as far as the floor allows, so that of all units `share` falls."""
    goal, low, high = share * sum(sizes.values()), 0.0, 1e9

    def falls(scale):
        return {name: min(1 - FLOOR, scale * part) for name, part in parts.items()}

    for _ in range(100):
        middle = (low + high) / 2 if high < 1e9 else 2 * low + 1
        if sum(falls(middle)[name] * size for name, size in sizes.items()) < goal:
            low = middle
        else:
            high = middle
        if low > 1e8:
            break
    return falls(high)
