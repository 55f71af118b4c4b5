"""`prune`: a trained model without some of its channels, cut out for real, and trained on until it has recovered.

>>> from squeezelab.data import digits
>>> from squeezelab.training import reference
>>> train, test = digits()
>>> result = prune(reference("mini_vgg"), train, "l1_filter", sparsity=0.5, epochs=0)
>>> result.network.params, result.plan
(18114, conv1: 8 of 16
conv2: 16 of 32
conv3: 32 of 64
conv4: 32 of 64)
"""

from collections.abc import Callable

import torch
from torch import nn

from ..bridge import to_torch
from ..bridge.independent import independent_copy
from ..bridge.paths import paths_of
from ..compression import Price, peak_words
from ..compression.channel_groups import checked_choice, sliced
from ..compression.memory import WORD
from ..core.checks import whole
from ..data import Examples
from ..networks import Network
from ..training import TrainingMeter, evaluate, fit
from .plan import Plan
from .recipes import Recipe, places_by, recipe_of
from .surgery import cut, layers_of, masked, stays
from .units import Units, read

MOMENTUM = 0.9  # of the training that pulls scales towards 0


class Pruned:
    """What `prune` gives. network: the `Network` of the small model; plan: which units stay; history: of the recovery."""

    def __init__(self, dense, units, kept, small, history, training_macs):
        self.dense, self.units, self.kept = dense, units, kept
        self.small, self.history, self.training_macs = small, history, training_macs
        self.network = sliced(units.channels, kept)
        self.plan = Plan(kept, {group.name: group.size for group in units.groups})

    def sliced(self) -> nn.Module:
        """The small model, in evaluation mode: a copy of its own."""
        return independent_copy(self.small).eval()

    @property
    def model(self) -> nn.Module:
        """The same in the dense model's shape: zeros where channels were cut out. It computes what `sliced()` does."""
        gone = self.units.channels.alive(self.kept)
        return in_dense_shape(masked(self.dense, self.units.channels, gone), self.small, self.units, gone)

    def report(self, test: Examples, machine: object = "squeezelerator-16") -> dict:
        """{what: value}, each with the dense model's as ``dense_…``: accuracy on `test`, params, macs, stored_bytes (4 a value),
        peak_activation_bytes (one image), cycles and energy on `machine`; beside them training_macs of the recovery."""
        found = {"training_macs": self.training_macs}
        for prefix, model, network in (("", self.small, self.network), ("dense_", self.dense, self.units.network)):
            found[prefix + "accuracy"] = evaluate(model, test).accuracy
            found[prefix + "params"], found[prefix + "macs"] = network.params, network.macs
            found[prefix + "stored_bytes"] = WORD * sum(value.numel() for value in stored(model))
            found[prefix + "peak_activation_bytes"] = WORD * peak_words(network)
            for measure in ("cycles", "energy"):
                found[prefix + measure] = Price(measure, machine).network(network)
        return found

    def __repr__(self):
        before, after = self.units.network, self.network
        shares = f"{after.params / before.params:.1%} of the params, {after.macs / before.macs:.1%} of the MACs"
        return f"{before.name} with {shares}\n{self.plan}"


def stored(model):
    """The values that a model's file holds: parameters, and the running statistics of norms."""
    return [value for value in model.state_dict().values() if value.is_floating_point()]


def in_dense_shape(model, small, units, gone):
    """Puts the values of the small model into the places of the dense one, whose others are zero."""
    with torch.no_grad():
        for (layer, module), (_, source) in zip(layers_of(model, units.channels), small_layers(small, units)):
            for name, places in stays(layer, module, units.channels, gone).items():
                target, value = getattr(module, name), getattr(source, name)
                places = [range(size) if stay is None else stay for stay, size in zip(places, target.shape)]
                index = torch.meshgrid(*map(torch.tensor, places), indexing="ij")
                target[index] = value
    return model


def small_layers(small, units):
    """(name, module) of the small model, in the order of `surgery.layers_of`."""
    paths = paths_of(small)
    return [(name, small.get_submodule(paths[name])) for name in units.modules]


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
    multiple: int = 1,
    batch_size: int = 128,
    learning_rate: float = 0.01,
    pull_epochs: int = 1,
    quiet: bool | None = None,
) -> Pruned:
    """A `Pruned` copy of `model`, which stays as it is: `sparsity` of its channels cut out, then trained for `epochs` on `data`.

    recipe: a name in `RECIPES`, or a `Recipe` of one's own. score: a function of (units, data, dice) in place of the recipe's.
    network: the model's `Network`; without one it is read from the model. multiple: widths are multiples of it, where a group has
    as many channels. pull_epochs: of the training that `slimming` does before it ranks. seed: of everything that is drawn.
    batch_size, learning_rate, quiet: as in `fit`.

    Raises a ValueError for an unknown recipe, a sparsity outside 0 ≤ sparsity < 1, scores that are no numbers, a model of which
    it is not known what falls together, and what `fit` refuses.

    >>> from squeezelab.data import digits
    >>> from squeezelab.training import reference
    >>> train, _ = digits()
    >>> small = prune(reference("mini_vgg"), train, "l1_filter", 0.75, epochs=0, multiple=8)
    >>> [layer.shape[0] for layer in small.network.mac_layers]
    [8, 8, 16, 16, 10]
    """
    recipe, seed = recipe_of(recipe), whole(seed, "the seed", 0)
    if score is not None:
        recipe = recipe._replace(score=score)
    dense, found = read(model, network if network is not None else data.images.shape[1:])
    settings = {"batch_size": batch_size, "learning_rate": learning_rate, "seed": seed, "quiet": quiet}
    ranked = pulled(dense, data, recipe.pull, pull_epochs, settings) if recipe.pull and pull_epochs else dense
    units = Units(ranked, found)
    values = recipe.score(units, data, dice_of(seed))
    kept = places_by(recipe, values, sparsity, multiple, units, dice_of(seed))
    return recovered(dense, units, kept, recipe, data, epochs, settings)


def dice_of(seed):
    """What is drawn from for one choice, so that a choice does not depend on what was drawn before it."""
    return torch.Generator().manual_seed(seed)


def recovered(dense, units, kept, recipe, data, epochs, settings):
    """The channels cut out of the ranked model, or a fresh network of that shape, and its training."""
    kept = checked_choice(units.channels, kept)
    small_network = sliced(units.channels, kept)
    small = cut(units.model, units.channels, units.channels.alive(kept), small_network)
    if recipe.fresh:
        torch.manual_seed(settings["seed"])
        small = to_torch(small_network)
    history, macs = None, 0
    if epochs:
        with TrainingMeter(small) as meter:
            history = fit(small, data, epochs=epochs, **settings)
        macs = meter.total
    return Pruned(dense, units, kept, small.eval(), history, macs)


def pulled(model, data, pull, epochs, settings):
    """A copy of `model` trained on while the scales of its norms are pulled towards 0, by `pull` in all.

    Of SGD with momentum m a penalty λ|γ| moves a scale by λ·Σ lr/(1 − m) over all steps, from which λ follows; the paper's 1e-4
    is for 160 epochs of another learning rate and moves nothing here.
    """
    made = independent_copy(model)
    scales = [module.weight for module in made.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.affine]
    steps = epochs * -(-len(data) // settings["batch_size"])
    mean_rate = 0.5 * settings["learning_rate"]  # of one_cycle, about
    strength = pull * (1 - MOMENTUM) / (mean_rate * steps)

    def shrink(training):
        for scale in scales:
            scale.grad += strength * scale.sign()

    fit(made, data, epochs=epochs, optimizer=sgd, after_backward=shrink, **settings)
    return made.eval()


def sgd(parameters, learning_rate):
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=MOMENTUM)
