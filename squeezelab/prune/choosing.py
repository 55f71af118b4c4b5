"""Which units stay: a recipe's scorer and allocator, asked once, or again and again while the masked model is trained.

>>> running = Memory("average")
>>> running.add({"conv1": torch.tensor([2.0])}), running.add({"conv1": torch.tensor([6.0])})
(None, None)
>>> running.take()
{'conv1': tensor([4.])}
"""

from collections import namedtuple

import torch

from ..training import TrainingMeter, fit
from .allocate import Context
from .gates import Gate

MOMENTUM = 0.9  # of remembered scores


class Choosing:
    """The choice of a recipe for the units of a model, as a function of the share that falls: scored when it is first asked,
    and again where `scores` is None. seed: of what is drawn, anew for each choice, so that it does not depend on those before it.
    spent, executed, images: MACs of trainings before, for the sake of the scores, zeros left out and computed, and their images.
    notes: what a driver writes down, a dict a round.
    """

    def __init__(self, recipe, units, data, round_to, seed, spent):
        self.recipe, self.units, self.data, self.round_to, self.seed = recipe, units, data, round_to, seed
        self.scores, self.spent, self.executed, self.images = None, spent, spent, 0
        self.notes = []

    def add_spent(self, meter, history, images):
        """One more training before the last one, of so many images an epoch."""
        self.spent += meter.total if meter else 0
        self.executed += sum(meter.dense_macs.values()) if meter else 0
        self.images += images * len(history or ())

    def scored(self):
        """The scores of now."""
        return self.recipe.score(self.units, self.data, self.dice())

    def dice(self):
        return torch.Generator().manual_seed(self.seed)

    def __call__(self, share):
        if self.scores is None:
            self.scores = self.scored()
        context = Context(self.units, self.data, self.dice(), self.recipe.score)
        return self.recipe.allocate(self.scores, share, self.round_to, context)


class Memory:
    """Scores of the steps between two choices. kind: latest, those of the last step alone; average, their mean since the last
    choice; momentum, nine tenths of what was and a tenth of what is, from 0 on, without a correction for that start."""

    def __init__(self, kind):
        self.kind, self.values, self.steps = kind, {}, 0

    def add(self, scores):
        self.steps += 1
        for name, value in scores.items():
            old = self.values.get(name, torch.zeros_like(value))
            self.values[name] = MOMENTUM * old + (1 - MOMENTUM) * value if self.kind == "momentum" else old + value

    def take(self):
        """What was remembered, or None; a mean starts anew."""
        if not self.steps:
            return None
        if self.kind == "momentum":
            return dict(self.values)
        found = {name: value / self.steps for name, value in self.values.items()}
        self.values, self.steps = {}, 0
        return found


class MaskedTraining:
    """The hook of `fit` for recipes with a gate. kept: the choice that holds; share: of the sparsity, that of the last choice."""

    def __init__(self, choosing, sparsity, epochs):
        self.choosing, self.sparsity, self.epochs = choosing, sparsity, epochs
        self.gate = Gate(choosing.units.model, choosing.recipe.gate)
        self.memory = Memory(choosing.recipe.memory)
        self.kept, self.share = None, None

    def choose(self, share, optimizer=None):
        if share is None or share == 0 and self.kept is None:
            return
        self.choosing.scores = self.memory.take()
        self.kept, self.share = self.choosing(share * self.sparsity), share
        self.gate.set(self.choosing.units.masks(self.kept), optimizer)

    def begin(self, steps):
        """What falls before the first forward pass."""
        self.choose(self.choosing.recipe.schedule(0, steps, self.epochs))

    def __call__(self, training):
        """Between backward pass and step: the schedule may ask for another choice, scored by the gradients of this step, or of
        those since the last choice."""
        units, recipe = self.choosing.units, self.choosing.recipe
        self.gate.show()
        units.at_hand = True
        try:
            if recipe.memory != "latest":
                self.memory.add(self.choosing.scored())
            if training.step:
                self.choose(recipe.schedule(training.step, training.steps, self.epochs), training.optimizer)
        finally:
            units.at_hand = False
        self.gate.after_backward(training.optimizer)

    def end(self):
        """The whole sparsity, where training ended before the schedule did, and the masks made permanent."""
        if self.share != 1:
            self.choose(1.0)
        self.gate.close()
        return self.kept


Trained = namedtuple("Trained", "kept start history meter")
Trained.__doc__ = """What a training leaves. start: the model as its last training began, or None where that is the given one cut;
history, meter: `History` and `TrainingMeter`, None without training."""


def trained_masked(choosing, data, sparsity, epochs, scaled, settings, make_hook=None):
    """The `Trained` model of the units, in place, while its units fall.

    scaled: whether weights that are left at the start are enlarged by density^-½ of their layer, so that signals stay as large.
    make_hook: what makes the hook of `fit`; without it `MaskedTraining`.
    """
    hook, model = (make_hook or MaskedTraining)(choosing, sparsity, epochs), choosing.units.model
    history, meter = None, None
    hook.begin(epochs * -(-len(data) // settings["batch_size"]))
    if scaled and hook.kept is not None:
        enlarge(choosing.units, hook.kept)
    if epochs:
        with TrainingMeter(model) as meter:
            hook.meter = meter
            history = fit(model, data, epochs=epochs, after_backward=hook, **settings)
    return Trained(hook.end(), None, history, meter)


def trained_behind(kept, units, data, epochs, settings, look=None):
    """(history, meter) of a training in which just these weights take part. look: called with the `Training` before each step."""
    gate, history, meter = Gate(units.model, "permanent"), None, None
    gate.set(units.masks(kept))

    def hook(training):
        if look is not None:
            look(training)
        gate.after_backward(training.optimizer)

    if epochs:
        with TrainingMeter(units.model) as meter:
            history = fit(units.model, data, epochs=epochs, after_backward=hook, **settings)
    gate.close()
    return history, meter


def enlarge(units, kept):
    """Multiplies what is left of each layer by density^-½: with fewer inputs, each must weigh more (Evci et al. 2020, RigL's
    sparsity-aware initialisation) [read]."""
    with torch.no_grad():
        for name, mask in kept.items():
            left = int(mask.count_nonzero())
            if left:
                units.modules[name].weight.mul_((mask.numel() / left) ** 0.5)
