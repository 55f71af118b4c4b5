"""Masks that move while a sparse network is trained: every so often the smallest weights fall, and as many others begin at 0.

RigL lets those grow whose gradient is largest (Evci et al. 2020, Rigging the Lottery), SET draws them (Mocanu et al. 2018)
[read]. Each layer keeps its number of weights. What fell may be among what grows, and is then as it was; what is truly new begins
with the value and the momentum 0.

>>> moved(torch.tensor([3.0, 0.1, 2.0, 0.0]), torch.tensor([0.0, 0.0, 0.0, 9.0]), torch.tensor([True, True, True, False]), 1)
tensor([ True, False,  True,  True])
"""

import math
from collections import namedtuple

import torch

from ..compression import counts_at
from ..core.checks import number, whole
from .allocate import checked, highest
from .choosing import trained_masked
from .gates import Gate

Moves = namedtuple("Moves", "growth share every until takes_step")
Moves.__doc__ = """How masks move. growth: function of (module, dice) → the value of each place for a new weight; share: of a
layer's weights that fall in the first update, α; every: steps between updates, None for the paper's, min(100, a twentieth of
training); until: the share of training after which masks stay; takes_step: whether an optimizer's step follows an update."""

OTHER = 1_000_003  # between the seed of the first masks and that of moves: with the same draws all that fell would return
MOST_STEPS = 100  # between two updates of RigL's paper; of a short training a twentieth
BACKWARD = "backward_weights"


def by_density(kind):
    """The rule that keeps the highest of each layer, as many as its density of this kind allows (`compression.densities`)."""

    def rule(scores, share, round_to, context):
        share, _ = checked(scores, share, round_to)
        counts = counts_at(context.units.network, 1 - share, kind)
        return {name: highest(each.flatten(), counts[name]).view_as(each) for name, each in scores.items()}

    return rule


def largest_gradient(module, dice):
    """|g|, also of the weights that are not there."""
    return module.weight.grad.abs()


def drawn_places(module, dice):
    return torch.rand(module.weight.shape, generator=dice)


def moved(sizes: torch.Tensor, growth: torch.Tensor, mask: torch.Tensor, count: int) -> torch.Tensor:
    """The mask after `count` of its weights fell, those of the smallest `sizes`, and as many places of the highest `growth` among
    all that is not kept have got one. All three have the shape of the layer's weight."""
    active = int(mask.count_nonzero())
    kept = highest(torch.where(mask, sizes, -1.0).flatten(), active - count)
    grown = highest(torch.where(kept, -1.0, growth.flatten()), count)
    return (kept | grown).view_as(mask)


class MovingMasks:
    """The hook of `fit`. kept: the masks that hold; updates: the steps at which they moved."""

    def __init__(self, choosing, sparsity, epochs, moves):
        self.choosing, self.sparsity, self.moves = choosing, sparsity, moves
        self.gate, self.dice = Gate(choosing.units.model, choosing.recipe.gate), torch.Generator()
        self.dice.manual_seed(OTHER + choosing.seed)
        self.kept, self.meter, self.unseen, self.updates = None, None, 0, []

    def begin(self, steps):
        """Masks before the first forward pass; raises for an interval longer than the training."""
        self.every = self.moves.every or min(MOST_STEPS, max(1, steps // 20))
        if steps and self.every > steps:
            raise ValueError(
                f"masks that move every {self.every} steps never do in {steps}: shorten the interval, or train for longer"
            )
        self.kept = self.choosing(self.sparsity)
        self.gate.set(self.choosing.units.masks(self.kept))

    def __call__(self, training):
        """Between backward pass and step: on an update the masks move by the dense gradients of this step."""
        end = self.moves.until * training.steps
        update = training.step % self.every == 0 and training.step < end
        if update:
            self.update(0.5 * self.moves.share * (1 + math.cos(math.pi * training.step / end)), training)
        self.count(update and self.moves.growth is largest_gradient)
        self.gate.after_backward(training.optimizer)
        return False if update and not self.moves.takes_step else None

    def update(self, share, training):
        units = self.choosing.units
        for name, mask in self.kept.items():
            module, count = units.modules[name], int(share * int(mask.count_nonzero()))
            self.kept[name] = moved(module.weight.abs(), self.moves.growth(module, self.dice), mask, count)
        self.gate.set(units.masks(self.kept), training.optimizer)
        self.updates.append(training.step)

    def count(self, dense):
        """A gradient of all weights costs all MACs of its pass: the meter, which leaves masked ones out, is told."""
        unseen = self.meter.dense_macs[BACKWARD] - self.meter.macs[BACKWARD]
        if dense:
            self.meter.macs[BACKWARD] += unseen - self.unseen
        self.unseen = self.meter.dense_macs[BACKWARD] - self.meter.macs[BACKWARD]

    def end(self):
        self.gate.close()
        return self.kept


def moving(growth, alpha=0.3, every=None, until=0.75, takes_step=False):
    """The driver of a training whose masks move; see `Moves`. Raises a ValueError for shares that are none and an interval that
    is no number of steps."""
    moves = checked_moves(growth, alpha, every, until, takes_step)

    def drive(choosing, data, sparsity, epochs, scaled, settings):
        def hook(*settled):
            return MovingMasks(*settled, moves)

        return trained_masked(choosing, data, sparsity, epochs, scaled, settings, hook)

    return drive


def checked_moves(growth, alpha, every, until, takes_step):
    """`Moves`; raises a ValueError for shares that are none and an interval that is no number of steps."""
    alpha = number(alpha, "alpha, the share of the weights that move,", above=0, most=1)
    until = number(until, "the share of training until which masks move", above=0, most=1)
    every = None if every is None else whole(every, "the steps between two updates")
    return Moves(growth, alpha, every, until, takes_step)
