"""`prune`: a model without some of its channels, cut out for real, or of its weights, and trained until it has recovered.

>>> from squeezelab.data import digits
>>> from squeezelab.training import reference
>>> train, test = digits()
>>> result = prune(reference("mini_vgg"), train, "l1_filter", sparsity=0.5, epochs=0)
>>> result.network.params, result.plan
(18114, conv1: 8 of 16 channels
conv2: 16 of 32 channels
conv3: 32 of 64 channels
conv4: 32 of 64 channels)
"""

from collections.abc import Callable

import torch
from torch import nn

from ..bridge.independent import independent_copy
from ..compression.channel_groups import checked_choice, sliced
from ..core.checks import share as checked_share
from ..core.checks import whole
from ..data import Examples
from ..networks import Network
from ..training import TrainingMeter, fit
from .choosing import Choosing, trained_masked
from .plan import UNITS, Plan
from .recipes import Recipe, recipe_of
from .reinitialised import reinitialised
from .report import report_of
from .surgery import cut, in_dense_shape
from .units import read

MOMENTUM = 0.9  # of the training that pulls scales towards 0


class Pruned:
    """What `prune` gives. network: the `Network` of what is left; plan: which units stay; history: of the training, or None.

    dense: a copy of the model that was given; before: the pruned model before it was trained on; small: after. training_macs,
    executed_training_macs: of that training and of those before it for the scores, if any, zeros left out and zeros computed.
    rounds: what a recipe of several trainings noted, a dict a round.
    """

    def __init__(self, choosing, data, dense, kept, before, small, history, meter):
        units = choosing.units
        self.recipe, self.dense, self.units, self.kept = choosing.recipe, dense, units, kept
        self.before, self.small, self.history = before, small, history
        self.images_seen = choosing.images + len(data) * len(history or ())
        self.training_macs = choosing.spent + (meter.total if meter else 0)
        self.executed_training_macs = choosing.executed + (sum(meter.dense_macs.values()) if meter else 0)
        self.rounds = choosing.notes
        self.network = sliced(units.channels, kept) if units.unit == "channel" else units.network
        self.plan = Plan.of(units, kept)

    @property
    def sparsity(self) -> float:
        """The share of the units that fell, of what the recipe removes: channels, or weights."""
        return self.units.sparsity(self.kept)

    def sliced(self) -> nn.Module:
        """A copy of the small model, in evaluation mode. Where weights fell, nothing can be cut: it has the shapes of before."""
        return independent_copy(self.small).eval()

    @property
    def model(self) -> nn.Module:
        """The same in the dense model's shape: zeros where channels were cut out. It computes what `sliced()` does."""
        if self.units.unit == "weight":
            return self.sliced()
        return in_dense_shape(self.dense, self.small, self.units.channels, self.units.channels.alive(self.kept))

    def report(self, test: Examples, machine: object = "squeezelerator-16", milliseconds: bool = False) -> dict:
        """{what: value}, as `squeezelab prune --json` has it: see `report_of`."""
        return report_of(self, test, machine, milliseconds)

    def __repr__(self):
        dense = self.units.network
        params, macs = (self.units.cost(self.kept, measure, None) for measure in ("params", "macs"))
        return f"{dense.name} with {params / dense.params:.1%} of the params, {macs / dense.macs:.1%} of the MACs\n{self.plan}"


def prune(
    model: nn.Module,
    data: Examples,
    recipe: str | Recipe = "l1_filter",
    sparsity: float = 0.5,
    epochs: int = 1,
    seed: int = 0,
    *,
    network: Network | None = None,
    score: Callable | None = None,
    allocate: Callable | None = None,
    round_to: int = 1,
    scaled: bool = True,
    judged_on: Examples | None = None,
    batch_size: int = 128,
    learning_rate: float = 0.01,
    quiet: bool | None = None,
    **options: object,
) -> Pruned:
    """A `Pruned` copy of `model`, which stays as it is: `sparsity` of its channels cut out, or of its weights set to zero, and
    trained for `epochs` on `data`.

    recipe: a name in `RECIPES`, with its `options`, or a `Recipe` of one's own. epochs: of recovery, or of the whole training for
    recipes that train from scratch or mask while they train. network: the model's `Network`; without one it is read from the
    model. score, allocate: functions in place of the recipe's. round_to: widths are multiples of it, where a group has as many
    channels. scaled: whether recipes that start anew enlarge the weights that are left. judged_on: the images by which units are
    chosen; the training data where none are given. seed: of everything that is drawn.
    batch_size, learning_rate, quiet: as in `fit`. An interrupt keeps what was reached.

    Raises a ValueError for an unknown recipe or option, a sparsity outside 0 ≤ sparsity < 1, scores that are no numbers, a model
    of which it is not known what falls together, layers that share weights, and what `fit` refuses.

    >>> from squeezelab.data import digits
    >>> from squeezelab.training import reference
    >>> train, _ = digits()
    >>> small = prune(reference("mini_vgg"), train, "l1_filter", 0.75, epochs=0, round_to=8)
    >>> [layer.shape[0] for layer in small.network.mac_layers]
    [8, 8, 16, 16, 10]
    """
    recipe = with_own(recipe_of(recipe, options), score, allocate)
    seed, epochs = whole(seed, "the seed", 0), whole(epochs, "epochs", 0)
    sparsity = checked_share(sparsity, "the sparsity", "a share of the units, from 0 up to, not including, 1")
    settings = {"batch_size": batch_size, "learning_rate": learning_rate, "seed": seed, "quiet": quiet}
    choosing, dense = prepared(model, data, recipe, round_to, settings, network, judged_on)
    if recipe.gate is None:
        return recovered(choosing, data, dense, choosing(sparsity), epochs, settings)
    if recipe.unit == "weight":
        return masked_weights(choosing, data, dense, sparsity, epochs, scaled, settings)
    return masked_channels(choosing, data, dense, sparsity, epochs, settings)


def with_own(recipe, score, allocate):
    """The recipe with a reader's scorer or rule in place of its own."""
    own = {"score": score, "allocate": allocate}
    return recipe._replace(**{name: function for name, function in own.items() if function is not None})


def prepared(model, data, recipe, round_to, settings, network=None, judged_on=None):
    """(what chooses the units, a copy of the model) before anything falls."""
    judged_on = data if judged_on is None else judged_on
    for what, examples in (("training data", data), ("images that units are judged on", judged_on)):
        if not isinstance(examples, Examples):
            raise ValueError(f"the {what} are Examples, images with labels in one tensor each, not {type(examples).__name__}")
    round_to = whole(round_to, "the multiple that widths are rounded to")
    dense, found = read(model, network if network is not None else data.images.shape[1:])
    start, spent = pulled(dense, data, recipe, settings)
    if recipe.fresh and recipe.unit == "weight":
        start = reinitialised(dense, settings["seed"])
    units = UNITS[recipe.unit](start.eval(), found)
    return Choosing(recipe, units, judged_on, round_to, settings["seed"], spent), dense


def recovered(choosing, data, dense, kept, epochs, settings):
    """The channels cut out, or a fresh model of that shape, and its training."""
    units, recipe = choosing.units, choosing.recipe
    kept = checked_choice(units.channels, kept)
    small = cut(units.model, units.channels, units.channels.alive(kept), sliced(units.channels, kept))
    if recipe.fresh:
        small = reinitialised(small, settings["seed"])
    before, history, meter = independent_copy(small), None, None
    if epochs:
        with TrainingMeter(small) as meter:
            history = fit(small, data, epochs=epochs, **settings)
    return Pruned(choosing, data, dense, kept, before.eval(), small.eval(), history, meter)


def masked_weights(choosing, data, dense, sparsity, epochs, scaled, settings):
    """Weights that fall before or while the model is trained."""
    units, recipe = choosing.units, choosing.recipe
    start = independent_copy(units.model)
    train = recipe.driver or trained_masked
    kept, begun, history, meter = train(choosing, data, sparsity, epochs, scaled and recipe.fresh, settings)
    before = begun or UNITS["weight"](start, units.network).masked(kept)
    return Pruned(choosing, data, dense, kept, before.eval(), units.model.eval(), history, meter)


def masked_channels(choosing, data, dense, sparsity, epochs, settings):
    """Channels that are masked while the model is trained, and cut out at its end."""
    units = choosing.units
    start = independent_copy(units.model)
    kept, _, history, meter = trained_masked(choosing, data, sparsity, epochs, False, settings)
    kept = checked_choice(units.channels, kept)
    gone, network = units.channels.alive(kept), sliced(units.channels, kept)
    before, small = (cut(each, units.channels, gone, network) for each in (start, units.model))
    return Pruned(choosing, data, dense, kept, before.eval(), small.eval(), history, meter)


def pulled(model, data, recipe, settings):
    """(a copy of `model`, MACs of its training), trained on while the scales of its norms are pulled towards 0 by `recipe.pull`.

    Of SGD with momentum m a penalty λ|γ| moves a scale by λ·Σ lr/(1 − m) over all steps, from which λ follows; the paper's 1e-4
    is for 160 epochs of another learning rate and moves nothing here.
    """
    made = independent_copy(model)
    if not recipe.pull or not recipe.pull_epochs:
        return made, 0
    scales = [module.weight for module in made.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.affine]
    steps = recipe.pull_epochs * -(-len(data) // settings["batch_size"])
    mean_rate = 0.5 * settings["learning_rate"]  # of one_cycle, about
    strength = recipe.pull * (1 - MOMENTUM) / (mean_rate * steps)

    def shrink(training):
        for scale in scales:
            scale.grad += strength * scale.sign()

    with TrainingMeter(made) as meter:
        fit(made, data, epochs=recipe.pull_epochs, optimizer=sgd, after_backward=shrink, **settings)
    return made.eval(), meter.total


def sgd(parameters, learning_rate):
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=MOMENTUM)
